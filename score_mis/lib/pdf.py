"""PDF papers, typeset by Typst from templates of our own, with the fonts they use inside the file.

A template (`templates/<app>/<paper>.typ`) holds no words: it finds what was given for it in `context.json`, and the
layout that papers share in `_paper.typ`. Pictures are given as bytes and found there by the names of files.
"""

import hashlib
import importlib.util
import json
import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import typst
from django.conf import settings
from django.http import HttpResponse
from django.utils import timezone, translation
from django.utils.formats import date_format, number_format
from django.utils.http import content_disposition_header

OTHER = {"en": "zh-hans", "zh-hans": "en"}
"""The second language of a bilingual paper, by its first."""

LATIN = ("Noto Sans", "Liberation Sans", "DejaVu Sans", "Libertinus Serif")
HAN = ("Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC")
"""Fonts in the order in which they are looked for. Latin ones stand first: a Han font's apostrophe is full width. Typst
itself brings the last Latin one."""

CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff]")

FONT_PACKAGE = "pylopdf_fonts_zh_cn"
"""Brings a Han font to machines that have none."""


def render(template: str, context: Mapping[str, Any], *, language: str) -> bytes:
    """Typeset a template, and return the PDF.

    The context holds what JSON can, words to be translated, days, moments, amounts, and pictures as bytes. Raises
    typst.TypstError where the template is wrong; values are never read as markup. No PDF standard is asked for: each
    refuses a paper for one character that no font has, and the text is tagged for screen readers without it.
    """
    pictures: dict[str, bytes] = {}

    def plain(value: Any) -> str:
        if isinstance(value, bytes):
            name = f"picture-{hashlib.sha256(value).hexdigest()[:16]}"
            pictures[name] = value
            return name
        return shown(value)

    with translation.override(language):
        given = {**context, "language": language, "fonts": list(fonts())}
        data = json.dumps(printable(given), default=plain, ensure_ascii=False)
    files = {
        "main.typ": _source(template),
        "_paper.typ": _source("_paper.typ"),
        "context.json": data.encode(),
    }
    with TemporaryDirectory(prefix="score-paper-") as folder:
        for name, content in {**files, **pictures}.items():
            Path(folder, name).write_bytes(content)
        return typst.compile(f"{folder}/main.typ", root=folder, font_paths=_installed(), format="pdf")


def answer(content: bytes, name: str) -> HttpResponse:
    """A PDF to be looked at in the browser and kept by none, saved under a name that tells what it is."""
    headers = {
        "Content-Disposition": content_disposition_header(as_attachment=False, filename=f"{name}.pdf") or "",
        "Cache-Control": "private, no-store",
    }
    return HttpResponse(content, content_type="application/pdf", headers=headers)


def printable(value: Any) -> Any:
    """The same data without control characters, which no font draws; line ends and tabs stay."""
    if isinstance(value, str):
        return CONTROL.sub("", value)
    if isinstance(value, Mapping):
        return {key: printable(inner) for key, inner in value.items()}
    return [printable(inner) for inner in value] if isinstance(value, list | tuple) else value


def pair(words: Any, language: str) -> list[str]:
    """Words in a paper's language and in its other one."""
    found = []
    for code in (language, OTHER[language]):
        with translation.override(code):
            found.append(str(words))
    return found


def shown(value: Any) -> str:
    """A value as people of the language in force read it; nothing as a dash."""
    if value is None or value == "":
        return "–"
    if isinstance(value, datetime):
        return date_format(timezone.localtime(value), "DATETIME_FORMAT")
    if isinstance(value, date):
        return date_format(value, "DATE_FORMAT")
    if isinstance(value, Decimal):
        return number_format(value, use_l10n=True, force_grouping=True)
    return str(value)


def fonts() -> tuple[str, ...]:
    """The families a paper names, Latin before Han; Typst takes the first that has the letter."""
    return LATIN + HAN


@cache
def _source(template: str) -> bytes:
    return (Path(settings.BASE_DIR) / "templates" / template).read_bytes()


@cache
def _installed() -> typst.Fonts:
    """The fonts of this machine and of the package, looked through once a process."""
    found = importlib.util.find_spec(FONT_PACKAGE)
    folders = found.submodule_search_locations if found else None
    return typst.Fonts(font_paths=list(folders or []))


def installed() -> typst.Fonts:
    """The fonts that Typst finds, for what is not typeset by `render`."""
    return _installed()


def source(template: str) -> bytes:
    """A template's text, likewise."""
    return _source(template)
