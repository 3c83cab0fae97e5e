"""Tables of lists, written as strings: a page of fifty rows costs what its words cost, not what fifty templates cost.

Columns say what stands above and how it is set; a row is its cells. What is not marked as HTML is escaped. On a phone
each cell stands on a line of its own behind its column's name.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import cache
from html import escape
from typing import Any, NamedTuple

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from heroicons.templatetags.heroicons import heroicon_micro

NOTHING = "–"
"""What stands where there is no day and no word."""
SHORT = "SHORT_DATE_FORMAT"
LONG = "DATE_FORMAT"
TONES = {"ok": "check-circle", "warn": "clock", "bad": "exclamation-triangle", "idle": "minus-circle"}
ANY_KEY = 7_265_001


class Column(NamedTuple):
    """One column: its name, and the classes of its cells; `heading` are those of the name above."""

    label: str
    classes: str = ""
    heading: str = ""


class Heading(NamedTuple):
    """The first cell of a row where it has classes of its own."""

    html: Any
    classes: str = ""


def table(columns: Sequence[Column], rows: Iterable[Sequence[Any]], classes: str = "") -> SafeString:
    """Write a table; the first cell of each row names it."""
    heads = "".join(
        f'<th scope="col"{_class(column.heading)}>{html_of(column.label)}</th>' for column in columns
    )
    begins = [f'<td{_class(column.classes)} data-label="{html_of(column.label)}">' for column in columns[1:]]
    lines = []
    for first, *others in rows:
        named = first if isinstance(first, Heading) else Heading(first)
        parts = [f'<tr><th scope="row"{_class(named.classes)}>{html_of(named.html)}</th>']
        for begin, cell in zip(begins, others, strict=True):
            parts.append(f"{begin}{html_of(cell)}</td>")
        lines.append("".join(parts) + "</tr>\n")
    whole = (
        f'<table class="table stack{" " if classes else ""}{escape(classes)}"><thead><tr>{heads}</tr></thead>'
    )
    return SafeString(f"{whole}<tbody>\n{''.join(lines)}</tbody></table>")


def html_of(value: Any) -> str:
    """What is HTML as it is, anything else escaped; Django's own function takes several times as long."""
    return value if isinstance(value, SafeString) else escape(str(value))


def link(url: str, words: Any) -> SafeString:
    """A link."""
    return SafeString(f'<a href="{escape(url)}">{html_of(words)}</a>')


def over(words: Any, below: Any) -> SafeString:
    """Words, and a line in small letters below them where there are any for it."""
    line = f'<small class="d-block text-secondary">{html_of(below)}</small>' if below else ""
    return SafeString(f"{html_of(words)}{line}")


def joined(parts: Iterable[Any], between: str = " ") -> SafeString:
    """Pieces of a cell, one after the other; empty ones are left out."""
    return SafeString(html_of(between).join(html_of(part) for part in parts if part))


def tag(label: Any, tone: str) -> SafeString:
    """A state as icon, word and colour; the same as `_status.html`."""
    tone = tone if tone in TONES else "idle"
    return SafeString(f'<span class="tag tag-{tone}">{_icon(tone)} {html_of(label)}</span>')


def tags(label: Callable[[Any], Any], tone: Callable[[Any], str]) -> Callable[[Any], SafeString]:
    """Tags by their values, each made once: for one page, for the words are in the reader's language."""
    return cache(lambda value: tag(label(value), tone(value)))


def days(form: str = SHORT) -> Callable[[date | None], str]:
    """Days in the reader's way of writing them, each made once a page; a dash for none."""
    return cache(lambda day: NOTHING if day is None else date_format(day, form))


def address_of(name: str) -> Callable[[int], str]:
    """The addresses of records by their keys, from one look at the site's addresses."""
    before, after = reverse(name, args=[ANY_KEY]).split(str(ANY_KEY))
    return lambda key: f"{before}{key}{after}"


@cache
def _icon(tone: str) -> SafeString:
    """The icon of a tone; the same in every language."""
    return SafeString(heroicon_micro(TONES[tone], size=14))


def _class(classes: str) -> str:
    return f' class="{escape(classes)}"' if classes else ""
