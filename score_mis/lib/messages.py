"""Compiles the message files (`.po` to `.mo`) without the gettext programs.

`python -m score_mis.lib.messages` compiles what has changed; tests and `make run` do so first.
"""

import os
from collections.abc import Iterable
from pathlib import Path

import polib

LOCALE_DIR = Path(__file__).resolve().parent.parent.parent / "locale"


def outdated(folder: Path) -> Iterable[Path]:
    """Yield each `.po` below the folder whose `.mo` is missing or not newer than it."""
    for source in sorted(folder.glob("*/LC_MESSAGES/*.po")):
        compiled = source.with_suffix(".mo")
        if not compiled.exists() or compiled.stat().st_mtime_ns <= source.stat().st_mtime_ns:
            yield source


def compile_messages(folder: Path = LOCALE_DIR) -> list[Path]:
    """Write the `.mo` of each outdated `.po` and return the files written.

    A file appears whole or not at all, so that two processes may compile at once.
    """
    written = []
    for source in outdated(folder):
        compiled = source.with_suffix(".mo")
        draft = compiled.with_name(f"{compiled.name}.{os.getpid()}")
        polib.pofile(str(source), encoding="utf-8").save_as_mofile(str(draft))
        draft.replace(compiled)
        written.append(compiled)
    return written


if __name__ == "__main__":
    for path in compile_messages():
        print(f"compiled {path.relative_to(LOCALE_DIR.parent)}")
