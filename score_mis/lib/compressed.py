"""Compresses the static files that a page needs, so that a first visit stays light.

Compressing every collected file takes minutes; a page loads a handful of them. WhiteNoise serves
the `.br` or `.gz` that lies beside a file to every browser that accepts it.
"""

from collections.abc import Iterable
from pathlib import Path

from whitenoise.compress import Compressor

NEEDED = (
    "score/**/*.css",
    "score/**/*.js",
    "score/**/*.svg",
    "css/bootstrap.min.css",
    "js/bootstrap.bundle.min.js",
)


def compress(root: Path, patterns: Iterable[str] = NEEDED) -> list[Path]:
    """Write the compressed twins of the matching files below root; return the files that needed it.

    A twin carries its file's time, so an unchanged file is not compressed again.
    """
    compressor = Compressor(quiet=True)
    found = {path for pattern in patterns for path in root.glob(pattern)}
    stale = sorted(path for path in found if not _fresh(path))
    for path in stale:
        compressor.compress(str(path))
    return stale


def _fresh(path: Path) -> bool:
    twin = path.with_name(path.name + ".br")
    return twin.exists() and int(twin.stat().st_mtime) == int(path.stat().st_mtime)
