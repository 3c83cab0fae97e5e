"""`python -m bench.report 1000`: time and memory of a report's documents for so many enterprises, else for 10.

Content and records are made up; nothing but a folder that is thrown away is written. Each file is read back.
"""

import argparse
import os
import resource
import sys
import tempfile
import time
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "score_mis.tests.settings")
django.setup()

from publications.documents import Issued, write  # noqa: E402 (after the settings)
from publications.numbers import expected  # noqa: E402
from publications.readback import read_back  # noqa: E402
from publications.tests.contents import content, rows  # noqa: E402

ENOUGH = {10: (5, 300), 1000: (60, 300)}
"""Seconds of a processor and megabytes that the six files may take."""


def main() -> int:
    """Write six files, say what each took, compare them; 1 where a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("enterprises", type=int, nargs="?", default=10)
    parser.add_argument(
        "--records", type=int, default=1300, help="records of each of three kinds in the workbook"
    )
    parser.add_argument("--unread", action="store_true", help="do not read the files back")
    given = parser.parse_args()
    said = content(given.enterprises)
    issued = Issued(
        said, "0" * 64, "key", "", "https://score.example.org", lambda kind: rows(kind, given.records)
    )
    with tempfile.TemporaryDirectory(prefix="score-bench-") as folder:
        files = []
        began = time.process_time()
        for form in ("pdf", "docx", "xlsx"):
            for language in ("en", "zh-hans"):
                start, path = time.process_time(), Path(folder, f"{language}.{form}")
                write(issued, form, language, path, lambda done, total, step: None)
                took = time.process_time() - start
                print(
                    f"{form:5} {language:8} {took:6.2f} s  {path.stat().st_size / 1e6:6.2f} MB  peak {_peak():4} MB"
                )
                files.append(path)
        whole, peak = time.process_time() - began, _peak()
        print(f"six files, {given.enterprises} enterprises: {whole:.2f} s of processor, peak {peak} MB")
        wrong = (
            [] if given.unread else [path.name for path in files if read_back(path).values != expected(said)]
        )
    seconds, megabytes = ENOUGH.get(given.enterprises, (whole, peak))
    if wrong:
        print(f"Read back otherwise than written: {', '.join(wrong)}", file=sys.stderr)
    return int(bool(wrong) or whole > seconds or peak > megabytes)


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    sys.exit(main())
