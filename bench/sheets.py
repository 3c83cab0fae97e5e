"""Files of sheets at their largest: `python -m bench.sheets` measures time and memory of the job, each in a process.

A private PostgreSQL gets the pilot's records and copies of its hazards until the ledger has as many rows as are asked
for; the job is the worker's own function, with its claim, its signs of life and its file. Prints a table.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import django
from django.core.management import call_command
from django.db import connection

from bench.__main__ import SERVER, settle
from launch import servers
from launch.console import Refusal, stop_on_signals

ROWS = (("csv", 1_000_000), ("xlsx", 200_000), ("pdf", 5_000))
"""Formats with the number of rows that each is measured with."""
MEGABYTE = 1024  # ru_maxrss counts kilobytes
APART = 100_000
"""Between the numbers of two copies of a hazard."""


def peak() -> float:
    """The most memory this process has had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MEGABYTE


def fill(rows: int) -> None:
    """Copy the hazards there are until they are so many; only for a database that is thrown away."""
    from hazards.models import Hazard  # noqa: PLC0415 (needs the settings)

    names = [field.column for field in Hazard._meta.concrete_fields if not field.primary_key]
    own = [f"number + {APART} * copy" if name == "number" else name for name in names]
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM hazards_hazard WHERE number > %s", [APART])
    there = Hazard.objects.count()
    sql = (
        f"INSERT INTO hazards_hazard ({', '.join(names)}) SELECT {', '.join(own)} "
        "FROM hazards_hazard, generate_series(1, %s) AS copy LIMIT %s"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [rows // there + 1, max(0, rows - there)])
        cursor.execute("ANALYZE hazards_hazard")


def job(kind: str, rows: int) -> dict[str, Any]:
    """Make one file as a worker does, of about so many rows, and say what it took."""
    django.setup()
    import score_mis.celery  # noqa: PLC0415, F401 (what a worker has loaded)
    from accounts.models import User  # noqa: PLC0415 (needs the settings)
    from hazards.models import Hazard  # noqa: PLC0415
    from score_mis.lib import filejobs  # noqa: PLC0415
    from sheets import making, tasks  # noqa: PLC0415
    from sheets.models import SheetFile  # noqa: PLC0415

    staff = User.objects.filter(assignments__role="programme_staff").order_by("pk").first()
    found = {"number": Hazard.objects.counted().count(), "before": peak()}
    wish = SheetFile(asked_by=staff, language="en", format=kind, name="ledger", sheet="hazard-ledger")
    row = filejobs.ask(wish, making.TASK)
    begun = time.perf_counter()
    assert tasks.make(row.pk), SheetFile.objects.get(pk=row.pk).sentence  # nosec B101 (nothing is measured then)
    row.refresh_from_db()
    return found | {"seconds": time.perf_counter() - begun, "peak": peak(), "size": row.size, "rows": rows}


def measure(kind: str, rows: int) -> dict[str, Any]:
    """The same in a process of its own."""
    command = [sys.executable, "-m", "bench.sheets", "--job", kind, str(rows)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def main() -> None:
    """Fill, measure, print."""
    programs = servers.postgresql_programs()
    if programs is None:
        raise Refusal("This needs PostgreSQL on this machine.")
    with (
        tempfile.TemporaryDirectory(prefix="score-bench-") as folder,
        servers.postgresql(programs, more=SERVER[False]) as url,
    ):
        settle(Path(folder), url)
        from bench.generate import generate  # noqa: PLC0415 (needs the settings)

        call_command("migrate", verbosity=0)
        generate(1, say=lambda *_words: None)
        print(
            "| File | Rows | Seconds | Size, MB | Memory at start, MB | Most memory, MB |\n|---|---|---|---|---|---|"
        )
        for kind, rows in sorted(ROWS, key=lambda row: row[1]):
            fill(rows + rows // 50)
            found = measure(kind, rows)
            print(
                f"| {kind.upper()} | {found['number']:,} | {found['seconds']:.1f} | {found['size'] / 1e6:.1f} "
                f"| {found['before']:.0f} | {found['peak']:.0f} |",
                flush=True,
            )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--job", nargs=2, metavar=("FORMAT", "ROWS"))
    given = parser.parse_args()
    if given.job:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.settings")
        sys.stdout.write(json.dumps(job(given.job[0], int(given.job[1]))) + "\n")
    else:
        stop_on_signals()
        main()
