"""Papers as PDF. typst sets them from `templates/<app>/<paper>.typ`; fonts are embedded, text is tagged for screen readers.

Values reach a paper as data, never as markup: nothing that somebody typed can become a command of typst. Papers hold no
words of their own either: labels come translated with the data, so that one file serves every language.
"""

import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

import pylopdf_fonts_zh_cn
import typst
from django.conf import settings
from django.http import HttpResponse
from django.utils.http import content_disposition_header

PAPERS = Path(settings.BASE_DIR) / "templates"
REGIONS = {"zh-hans": ("zh", "cn"), "en": ("en", "gb")}
"""Language and region as typst names them: they choose hyphens, quotation marks and how lines break."""
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff]")
_setting = Lock()


def make(paper: str, data: Mapping[str, Any], *, title: str, language: str) -> bytes:
    """Return a paper as PDF.

    `paper` names a file below `templates`; `data` is what JSON can hold. Takes a fifth of a second for two pages. Raises
    `typst.TypstError` for a mistake in the paper.
    """
    tongue, region = REGIONS[language]
    inputs = {"data": json.dumps(printable(data)), "title": printable(title), "language": tongue, "region": region}
    with _setting:  # a compiler belongs to one paper at a time
        made = _compiler().compile(str(PAPERS / paper), format="pdf", sys_inputs=inputs)
    if not isinstance(made, bytes):
        raise TypeError(f"{paper} is not one file.")
    return made


def printable(value: Any) -> Any:
    """The same data without control characters, which no font draws; line ends and tabs stay."""
    if isinstance(value, str):
        return CONTROL.sub("", value)
    if isinstance(value, Mapping):
        return {key: printable(inner) for key, inner in value.items()}
    return [printable(inner) for inner in value] if isinstance(value, list | tuple) else value


@cache
def _compiler() -> typst.Compiler:
    """The compiler of this process; its fonts are looked for once.

    The fonts that papers name come from packages, the same on every machine; those of the system help out where a rare
    character or another script is in none of them. What is in no font at all becomes an empty box, never an error: that
    is why no PDF standard is asked for.
    """
    folder = str(Path(pylopdf_fonts_zh_cn.__file__).parent)
    fonts = typst.Fonts(include_system_fonts=True, include_embedded_fonts=True, font_paths=[folder])
    return typst.Compiler(root=str(PAPERS), font_paths=fonts)


def response(content: bytes, name: str) -> HttpResponse:
    """Return a PDF to be looked at or saved as `name`; kept by nobody on the way."""
    return HttpResponse(
        content,
        content_type="application/pdf",
        headers={
            "Content-Disposition": content_disposition_header(as_attachment=False, filename=name) or "inline",
            "Cache-Control": "private, no-store",
        },
    )
