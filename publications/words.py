"""Words of a report in its language, or in both side by side, and texts that people typed."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils import formats, translation

from score_mis.lib.fonts import CONTROL

LANGUAGES = {"en": ("en",), "zh-hans": ("zh-hans",), "both": ("en", "zh-hans")}
"""The languages of a report, the first one first."""

Words = tuple[str, ...]
"""A text once a language of the report, in their order."""

CODELIKE = re.compile(r"(?<![A-Za-z0-9·])E(?=\d+[ab]?(?![A-Za-z0-9]))")


class Voice:
    """Says things in the languages of a report."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.codes = LANGUAGES[language]

    def say(self, text: Any, **values: Any) -> Words:
        """A sentence of ours; a value may itself be words, or names by language."""
        found = []
        for place, code in enumerate(self.codes):
            with translation.override(code):
                given = {name: _in(value, code, place) for name, value in values.items()}
                found.append(str(text) % given if given else str(text))
        return tuple(found)

    def name(self, names: Mapping[str, str] | None) -> Words:
        """A name that a snapshot holds by language; where one is missing, the other one."""
        known = names or {}
        other = next((typed(text) for text in known.values() if text), "–")
        return tuple(typed(known.get(code) or "") or other for code in self.codes)

    def same(self, text: str) -> Words:
        """A text that is the same in each language, as somebody typed it."""
        return (typed(text) or "–",) * len(self.codes)

    def day(self, iso: str | None, form: str = "DATE_FORMAT") -> Words:
        """A day as each language writes it; nothing as a dash."""
        if not iso:
            return ("–",) * len(self.codes)
        found = []
        for code in self.codes:
            with translation.override(code):
                found.append(formats.date_format(date.fromisoformat(iso[:10]), form))
        return tuple(found)

    def joined(self, *parts: Words, by: str = " · ") -> Words:
        """Several words as one text a language; empty ones and dashes are left out."""
        return tuple(
            by.join(text for text in texts if text not in ("", "–")) for texts in zip(*parts, strict=True)
        )


def typed(text: str) -> str:
    """A text of people as a document shows it: no control characters, and nothing that reads as an evidence code.

    The words "3 E17 lamps" of a title would otherwise be read back as the value of figure E17.
    """
    return CODELIKE.sub("·E", CONTROL.sub("", str(text)))


def _in(value: Any, code: str, place: int) -> Any:
    if isinstance(value, Mapping):
        return typed(value.get(code) or next(iter(value.values()), ""))
    return value[place] if isinstance(value, tuple) else value
