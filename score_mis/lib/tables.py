"""Tables of lists, written as strings: a page of fifty rows costs what its words cost, not what fifty templates cost.

Columns say what stands above and how it is set; a row is its cells. What is not marked as HTML is escaped. On a phone
each cell stands on a line of its own behind its column's name.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import cache
from typing import Any, NamedTuple

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _, ngettext
from heroicons.templatetags.heroicons import heroicon_micro

from score_mis.lib import markup
from score_mis.lib.markup import escaped, fill, fill_each

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
    heads = fill_each('<th scope="col"{}>{}</th>', ((_class(c.heading), c.label) for c in columns))
    cells = fill_each('<td{} data-label="{}">%s</td>', ((_class(c.classes), c.label) for c in columns[1:]))
    pattern = cells.replace("{", "{{").replace("}", "}}").replace("%s", "{}")
    return fill(
        '<table class="{}"><thead><tr>{}</tr></thead><tbody>\n{}</tbody></table>',
        f"table stack {classes}".rstrip(),
        heads,
        fill_each(
            f'<tr><th scope="row"{{}}>{{}}</th>{pattern}</tr>\n', (_cells(row, len(columns)) for row in rows)
        ),
    )


def _cells(row: Sequence[Any], columns: int) -> tuple[Any, ...]:
    """The cells of a row, the class of the first before it. Raises ValueError where one is missing or too many."""
    first, *others = row
    if len(others) + 1 != columns:
        raise ValueError(f"{len(others) + 1} cells for {columns} columns")
    named = first if isinstance(first, Heading) else Heading(first)
    return _class(named.classes), named.html, *others


def link(url: str, words: Any) -> SafeString:
    """A link."""
    return fill('<a href="{}">{}</a>', url, words)


def over(words: Any, below: Any) -> SafeString:
    """Words, and a line in small letters below them where there are any for it."""
    line = fill('<small class="d-block text-secondary">{}</small>', below) if below else ""
    return fill("{}{}", words, line)


def joined(parts: Iterable[Any], between: str = " ") -> SafeString:
    """Pieces of a cell, one after the other; empty ones are left out."""
    return markup.joined((part for part in parts if part), escaped(between))


def tag(label: Any, tone: str) -> SafeString:
    """A state as icon, word and colour; the same as `_status.html`."""
    tone = tone if tone in TONES else "idle"
    return fill('<span class="tag tag-{}">{} {}</span>', tone, _icon(tone), label)


def tags(label: Callable[[Any], Any], tone: Callable[[Any], str]) -> Callable[[Any], SafeString]:
    """Tags by their values, each made once: for one page, for the words are in the reader's language."""
    return cache(lambda value: tag(label(value), tone(value)))


def days(form: str = SHORT) -> Callable[[date | None], str]:
    """Days in the reader's way of writing them, each made once a page; a dash for none."""
    return cache(lambda day: NOTHING if day is None else date_format(day, form))


def ago(day: date | None, today: date) -> str:
    """How long ago a day was; nothing for none."""
    if day is None:
        return ""
    number = (today - day).days
    return ngettext("%(n)d day ago", "%(n)d days ago", number) % {"n": number} if number else _("today")


def address_of(name: str) -> Callable[[int], str]:
    """The addresses of records by their keys, from one look at the site's addresses."""
    before, after = reverse(name, args=[ANY_KEY]).split(str(ANY_KEY))
    return lambda key: f"{before}{key}{after}"


@cache
def _icon(tone: str) -> SafeString:
    """The icon of a tone; the same in every language."""
    return fill("{}", heroicon_micro(TONES[tone], size=14))


def _class(classes: str) -> str:
    return fill(' class="{}"', classes) if classes else ""
