"""Rows of the overdue list: hazards, suggestions and agreed actions whose day has passed."""

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _, gettext_lazy

from hazards.models import Hazard, Level
from score_mis.lib.columns import Column, Kind
from score_mis.lib.names import name_of
from sheets.asked import Asked
from sheets.sheet import Row
from suggestions.models import Suggestion
from training.models import VisitAction

CHUNK = 2_000

COLUMNS = (
    Column("kind", gettext_lazy("kind")),
    Column("number", gettext_lazy("number")),
    Column("enterprise_code", gettext_lazy("short code")),
    Column("enterprise", gettext_lazy("enterprise")),
    Column("what", gettext_lazy("what is to be done"), Kind.LONG),
    Column("level", gettext_lazy("level")),
    Column("responsible", gettext_lazy("who")),
    Column("due_on", gettext_lazy("due on"), Kind.DAY),
    Column("days_overdue", gettext_lazy("days overdue"), Kind.NUMBER),
)
NAMES = ("enterprise__code", "enterprise__name_en", "enterprise__name_zh")


def _hazards(asked: Asked) -> QuerySet:
    return Hazard.objects.filter(asked.within()).overdue(asked.today)


def _suggestions(asked: Asked) -> QuerySet:
    found = Suggestion.objects.filter(asked.within()).overdue(asked.today)
    return found.order_by("due_on", "pk")


def _actions(asked: Asked) -> QuerySet:
    found = VisitAction.objects.filter(asked.within("visit__enterprise")).open()
    return found.filter(due_on__lt=asked.today).order_by("due_on", "pk")


def count_rows(asked: Asked) -> int:
    """How many things are overdue; three queries."""
    return sum(found.order_by().count() for found in (_hazards(asked), _suggestions(asked), _actions(asked)))


def rows(asked: Asked) -> Iterator[Row]:
    """Each kind in turn, the longest overdue first; three queries, read as they are written."""
    levels = {key: str(name) for key, name in Level.choices}
    for row in _read(_hazards(asked), "number", "description", "level", "responsible", "deadline"):
        code, name, number, what, level, who, due = row
        yield (
            _("hazard"),
            f"{code}-H{number:04d}",
            code,
            name,
            what,
            levels[level],
            who,
            due,
            _late(asked, due),
        )
    for row in _read(_suggestions(asked), "number", "title", "owner", "due_on"):
        code, name, number, what, who, due = row
        yield _("suggestion"), f"{code}-S{number:04d}", code, name, what, "", who, due, _late(asked, due)
    for row in _read(_actions(asked), "text", "owner", "due_on", prefix="visit__"):
        code, name, what, who, due = row
        yield _("agreed action"), "", code, name, what, "", who, due, _late(asked, due)


def _read(found: QuerySet, *fields: str, prefix: str = "") -> Iterator[tuple[Any, ...]]:
    names = [f"{prefix}{name}" for name in NAMES]
    for code, name_en, name_zh, *others in found.values_list(*names, *fields).iterator(chunk_size=CHUNK):
        yield (code, name_of(name_en, name_zh), *others)


def _late(asked: Asked, due: Any) -> int:
    return (asked.today - due).days
