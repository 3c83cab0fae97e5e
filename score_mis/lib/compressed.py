"""Static files, of which those that a page needs are compressed when they are collected.

Compressing every collected file takes minutes; a page loads a handful of them. WhiteNoise serves
the `.br` or `.gz` that lies beside a file to every browser that accepts it.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.contrib.staticfiles.storage import StaticFilesStorage
from whitenoise.compress import Compressor

OURS = "score/"
NEEDED = ("css/bootstrap.min.css", "js/bootstrap.bundle.min.js")
WORTH_IT = (".css", ".js", ".svg")


class NeededFilesCompressed(StaticFilesStorage):
    """Collected files in a folder, the needed ones with compressed twins."""

    def post_process(
        self, paths: dict[str, Any], dry_run: bool = False, **options: Any
    ) -> Iterator[tuple[str, str, bool]]:
        """Write missing or stale twins; `collectstatic` calls this with all collected names."""
        compressor = Compressor(quiet=True)
        for name in paths:
            path = Path(self.path(name))
            if dry_run or not is_needed(name) or _fresh(path):
                continue
            compressor.compress(str(path))
            yield name, name, True


def is_needed(name: str) -> bool:
    """Whether pages load this file, and text is what it holds."""
    return name.endswith(WORTH_IT) and (name in NEEDED or name.startswith(OURS))


def _fresh(path: Path) -> bool:
    """Whether the twin is of this very file: a twin carries its file's time."""
    twin = path.with_name(path.name + ".br")
    return twin.exists() and int(twin.stat().st_mtime) == int(path.stat().st_mtime)
