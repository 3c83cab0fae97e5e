"""Rows of consultant activity: visits, enterprises, people met and agreed actions of each consultant in a period."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum
from django.utils.translation import gettext_lazy

from accounts.models import User
from enterprises.models import Role
from score_mis.lib.columns import Column, Kind
from sheets.asked import Asked
from sheets.sheet import Row
from training.models import CounsellingVisit, VisitAction
from training.models.visits import LOGGED

SEE_ALL = frozenset({Role.AUTHORITY, Role.PROGRAMME_STAFF, Role.INSPECTOR})
"""Who sees the activity of all consultants; a consultant sees their own."""

COLUMNS = (
    Column("consultant", gettext_lazy("consultant"), Kind.LONG),
    Column("visits_planned", gettext_lazy("visits planned for the period"), Kind.NUMBER),
    Column("of_them_done", gettext_lazy("of these done"), Kind.NUMBER),
    Column("visits_done", gettext_lazy("visits done in the period"), Kind.NUMBER),
    Column("enterprises", gettext_lazy("enterprises visited"), Kind.NUMBER),
    Column("people", gettext_lazy("people met"), Kind.NUMBER),
    Column("women", gettext_lazy("of these women"), Kind.NUMBER),
    Column("workers", gettext_lazy("of these workers"), Kind.NUMBER),
    Column("agreed", gettext_lazy("actions agreed in the period"), Kind.NUMBER),
    Column("done", gettext_lazy("actions done in the period"), Kind.NUMBER),
    Column("overdue", gettext_lazy("actions overdue at the end"), Kind.NUMBER),
)
WOMEN = F("women_workers") + F("women_managers")
WORKERS = F("women_workers") + F("men_workers")
PEOPLE = WOMEN + F("men_workers") + F("men_managers")


def _visits(asked: Asked) -> QuerySet:
    found = CounsellingVisit.objects.on_calendar().filter(asked.within())
    return found if asked.roles & SEE_ALL else found.filter(consultant=asked.person.pk)


def _sums(asked: Asked) -> dict[int, list[Any]]:
    """The figures of visits by consultant; one query."""
    days = (asked.since, asked.day)
    due, done = Q(due_on__range=days), Q(done_on__range=days, status__in=LOGGED)
    held = Q(status__in=LOGGED, done_on__lte=asked.day)
    sums = {
        "planned": Count("pk", filter=due),
        "of_them": Count("pk", filter=due & held),
        "visits_done": Count("pk", filter=done),
        "enterprises": Count("enterprise", distinct=True, filter=done),
        "people": Sum(PEOPLE, filter=done, default=0),
        "women": Sum(WOMEN, filter=done, default=0),
        "workers": Sum(WORKERS, filter=done, default=0),
    }
    found = _visits(asked).filter(due | done).order_by().values_list("consultant").annotate(**sums)
    return {key: values for key, *values in found}


def _actions(asked: Asked) -> dict[int, list[Any]]:
    """The figures of agreed actions by consultant of the visit at which they were agreed; one query."""
    days = (asked.since, asked.day)
    waits = Q(done_on__isnull=True) | Q(done_on__gt=asked.day)
    sums = {
        "agreed": Count("pk", filter=Q(visit__done_on__range=days)),
        "ticked": Count("pk", filter=Q(done_on__range=days)),
        "overdue": Count("pk", filter=Q(due_on__lt=asked.day) & waits),
    }
    held = _visits(asked).filter(status__in=LOGGED, done_on__lte=asked.day).order_by().values("pk")
    rows = VisitAction.objects.filter(visit__in=held).order_by()
    found = rows.values_list("visit__consultant").annotate(**sums)
    return {key: values for key, *values in found if any(values)}


def count_rows(asked: Asked) -> int:
    """How many consultants did or should have done something."""
    return len(_sums(asked).keys() | _actions(asked).keys())


def rows(asked: Asked) -> Iterator[Row]:
    """Consultant by consultant, by name; three queries."""
    visits, actions = _sums(asked), _actions(asked)
    people = User.objects.filter(pk__in=visits.keys() | actions.keys()).order_by("name", "pk")
    for person in people:
        yield (str(person), *visits.get(person.pk, [0] * 7), *actions.get(person.pk, [0] * 3))
