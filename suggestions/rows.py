"""Suggestions as the rows of a table."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from score_mis.lib.tables import NOTHING, Column, address_of, days, joined, link, over, table, tag, tags
from suggestions.models import TONES, Category, Status, Suggestion


def suggestion_table(suggestions: Iterable[Suggestion], *, today: date, many_enterprises: bool) -> SafeString:
    """A table of suggestions; their enterprises are named where there are many."""
    columns = [
        Column(_("Suggestion")),
        *([Column(_("Enterprise"))] if many_enterprises else []),
        Column(_("Category")),
        Column(capfirst(_("submitted on")), "text-nowrap"),
        Column(_("Due on"), "text-nowrap"),
        Column(_("Status")),
    ]
    return table(columns, _rows(suggestions, today, many_enterprises))


def _rows(suggestions: Iterable[Suggestion], today: date, many_enterprises: bool) -> Iterator[list[Any]]:
    url, day, late = address_of("suggestions:detail"), days(), tag(_("overdue"), "bad")
    kinds = {value: str(label) for value, label in Category.choices}
    state = tags(dict(Status.choices).get, lambda status: TONES.get(status, "idle"))
    for suggestion in suggestions:
        due = day(suggestion.due_on)
        yield [
            over(link(url(suggestion.pk), suggestion.title), suggestion.reference),
            *([suggestion.enterprise] if many_enterprises else []),
            kinds.get(suggestion.category, NOTHING),
            day(suggestion.submitted_on),
            joined([due, late]) if suggestion.is_overdue(today) else due,
            state(suggestion.status),
        ]
