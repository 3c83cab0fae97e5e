"""Typst for reports: files in a folder, typeset to a PDF or drawn as a picture."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import typst
from django.conf import settings

from score_mis.lib import fonts

AGE = 11
"""Typst forgets what it kept of a document when so many others were typeset since."""

TEMPLATES = ("report.typ", "chart.typ", "_chart.typ")


@contextmanager
def desk(**files: bytes) -> Iterator[Path]:
    """A folder with the templates of reports and these files; it goes when the work is done. Raises fonts.FontMissing."""
    fonts.require()
    with TemporaryDirectory(prefix="score-report-") as name:
        folder = Path(name)
        for template in TEMPLATES:
            (folder / template).write_bytes(
                (Path(settings.BASE_DIR) / "templates" / "publications" / template).read_bytes()
            )
        for file, content in files.items():
            (folder / file.replace("_", ".")).write_bytes(content)
        yield folder


def put(folder: Path, context: Mapping[str, Any]) -> None:
    """Write what the template is given."""
    given = {**context, "fonts": list(fonts.names())}
    (folder / "context.json").write_text(json.dumps(given, ensure_ascii=False, separators=(",", ":")))


def pages(folder: Path, context: Mapping[str, Any]) -> list[tuple[str, int]]:
    """The page on which each chapter of a part begins, and with an empty key its last page."""
    put(folder, context)
    found = typst.query(
        str(folder / "report.typ"), "<mark>", field="value", root=str(folder), font_paths=fonts.installed()
    )
    return [(key, page) for key, page in json.loads(found)]


def typeset(folder: Path, context: Mapping[str, Any], target: Path, at: datetime) -> None:
    """Write a part as a tagged PDF; `at` is when it says it was made."""
    put(folder, context)
    typst.compile(
        str(folder / "report.typ"),
        output=str(target),
        root=str(folder),
        font_paths=fonts.installed(),
        format="pdf",
        timestamp=at,
    )


def picture(folder: Path, context: Mapping[str, Any]) -> bytes:
    """Draw a chart."""
    put(folder, context)
    found = typst.compile(
        str(folder / "chart.typ"), root=str(folder), font_paths=fonts.installed(), format="png", ppi=200.0
    )
    return found if isinstance(found, bytes) else found[0]


def forget() -> None:
    """Let Typst forget what it keeps to be quicker next time: of a long report that would be a gigabyte."""
    for _time in range(AGE):
        typst.compile(b"", font_paths=fonts.installed(), format="pdf")
