"""PDF papers, typeset by Typst from templates of our own, with the fonts they use inside the file.

A template (`templates/<app>/<paper>.typ`) holds no words: it finds what was given for it in `context.json`, and the
layout that papers share in `_paper.typ`. Pictures are given as bytes and found there by the names of files.
"""

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
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
from django.utils.translation import gettext_lazy

from score_mis.lib import fonts, typeset

OTHER = {"en": "zh-hans", "zh-hans": "en"}
"""The second language of a bilingual paper, by its first."""

LOOK = 2.0
"""Seconds between two looks at a process that typesets."""

UNDRAWN = gettext_lazy("Printed by their numbers, because the fonts of this paper do not draw them:")


class TypesettingFailed(Exception):
    """A process could not typeset a paper; holds what it said."""


def render(template: str, context: Mapping[str, Any], *, language: str) -> bytes:
    """Typeset a template, and return the PDF.

    The context holds what JSON can, words to be translated, days, moments, amounts, and pictures as bytes. Raises
    typst.TypstError where the template is wrong; values are never read as markup. No PDF standard is asked for: each
    refuses a paper for one character that no font has, and the text is tagged for screen readers without it.
    Characters that no font draws are printed by their numbers and told at the end (`fonts.Printable`); where there is
    no font for Chinese, FontMissing is raised.
    """
    with _folder(template, context, language) as folder:
        return typst.compile(f"{folder}/main.typ", root=folder, font_paths=fonts.installed(), format="pdf")


def render_apart(
    template: str, context: Mapping[str, Any], *, language: str, alive: Callable[[], Any] = bool
) -> bytes:
    """The same in a process of its own, for papers of many volumes; `alive` is called now and then meanwhile."""
    with _folder(template, context, language) as folder:
        command = [sys.executable, typeset.__file__, folder, *fonts.folders()]
        with subprocess.Popen(command, stderr=subprocess.PIPE) as child:
            try:
                told = _told(child, alive)
            finally:
                child.kill()
        if child.returncode:
            raise TypesettingFailed(told.decode(errors="replace")[-2000:])
        return Path(folder, "out.pdf").read_bytes()


def _told(child: subprocess.Popen[bytes], alive: Callable[[], Any]) -> bytes:
    """What a process said on its standard error by its end."""
    while True:
        try:
            return child.communicate(timeout=LOOK)[1]
        except subprocess.TimeoutExpired:
            alive()


@contextmanager
def _folder(template: str, context: Mapping[str, Any], language: str) -> Iterator[str]:
    """A folder with all that a paper is typeset from."""
    fonts.require()
    letters = fonts.Printable()
    pictures: dict[str, bytes] = {}

    def plain(value: Any) -> str:
        if isinstance(value, bytes):
            name = f"picture-{hashlib.sha256(value).hexdigest()[:16]}"
            pictures[name] = value
            return name
        return letters.text(shown(value))

    with translation.override(language):
        given = letters.data({**context, "language": language, "fonts": list(fonts.names())})
        data = json.dumps(given, default=plain, ensure_ascii=False)
    lost = {"words": pair(UNDRAWN, language), "letters": letters.told()}
    files = {
        "main.typ": _source(template),
        "_paper.typ": _source("_paper.typ"),
        "context.json": data.encode(),
        "_letters.json": json.dumps(lost, ensure_ascii=False).encode(),
    }
    with TemporaryDirectory(prefix="score-paper-") as folder:
        for name, content in {**files, **pictures}.items():
            Path(folder, name).write_bytes(content)
        yield folder


def answer(content: bytes, name: str) -> HttpResponse:
    """A PDF to be looked at in the browser and kept by none, saved under a name that tells what it is."""
    headers = {
        "Content-Disposition": content_disposition_header(as_attachment=False, filename=f"{name}.pdf") or "",
        "Cache-Control": "private, no-store",
    }
    return HttpResponse(content, content_type="application/pdf", headers=headers)


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


@cache
def _source(template: str) -> bytes:
    return (Path(settings.BASE_DIR) / "templates" / template).read_bytes()
