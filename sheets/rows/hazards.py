"""Rows of the hazard ledger (隐患台账) and of the notice-board sheet (公示栏)."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import islice
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _, gettext_lazy

from hazards.models import Category, Hazard, HazardStatus, Level
from hazards.models.hazard import OPEN, RECTIFIED
from score_mis.lib.columns import Column, Kind
from score_mis.lib.names import name_of
from sheets.asked import Asked
from sheets.sheet import Group, Row

CHUNK = 2_000
"""Rows that are fetched from the database at a time."""
AT_A_TIME = 50
"""Enterprises whose hazards one query reads."""
LATELY = timedelta(days=30)
"""How long a rectified hazard stays on the notice board."""

LEDGER = (
    Column("number", gettext_lazy("number")),
    Column("enterprise_code", gettext_lazy("short code")),
    Column("enterprise", gettext_lazy("enterprise")),
    Column("identified_on", gettext_lazy("identified on"), Kind.DAY),
    Column("place", gettext_lazy("place")),
    Column("found_by", gettext_lazy("found by")),
    Column("description", gettext_lazy("what is wrong"), Kind.LONG),
    Column("item", gettext_lazy("checklist item")),
    Column("level", gettext_lazy("level")),
    Column("category", gettext_lazy("category")),
    Column("measures", gettext_lazy("measures"), Kind.LONG),
    Column("interim_control", gettext_lazy("interim control"), Kind.LONG),
    Column("contingency", gettext_lazy("contingency plan"), Kind.LONG),
    Column("responsible", gettext_lazy("responsible person")),
    Column("funds", gettext_lazy("funds"), Kind.AMOUNT),
    Column("original_deadline", gettext_lazy("original deadline"), Kind.DAY),
    Column("deadline", gettext_lazy("deadline"), Kind.DAY),
    Column("days_overdue", gettext_lazy("days overdue"), Kind.NUMBER),
    Column("status", gettext_lazy("status")),
    Column("rectified_on", gettext_lazy("rectified on"), Kind.DAY),
    Column("evidence", gettext_lazy("what was done"), Kind.LONG),
    Column("no_photo_reason", gettext_lazy("why there is no photo")),
    Column("verified_on", gettext_lazy("verified on"), Kind.DAY),
    Column("verified_by", gettext_lazy("verified by")),
    Column("verification_note", gettext_lazy("result of verification"), Kind.LONG),
)
DEADLINES = ("original_deadline", "deadline", "days_overdue")
LEDGER_GROUPS = (
    Group(gettext_lazy("Number, found on"), 1.9, ("number", "enterprise", "identified_on")),
    Group(gettext_lazy("Place, found by"), 1.6, ("place", "found_by")),
    Group(gettext_lazy("What is wrong"), 2.6, ("description", "item")),
    Group(gettext_lazy("Level, category"), 1.2, ("level", "category")),
    Group(
        gettext_lazy("Measures, interim control"), 2.6, ("measures", "interim_control", "contingency")
    ),
    Group(gettext_lazy("Responsible, funds"), 1.5, ("responsible", "funds")),
    Group(gettext_lazy("First deadline, deadline, days overdue"), 1.7, DEADLINES),
    Group(gettext_lazy("Rectified"), 2.1, ("rectified_on", "evidence", "no_photo_reason")),
    Group(gettext_lazy("Re-check and result"), 2.0, ("status", "verified_on", "verified_by", "verification_note")),
)  # fmt: skip
STORED = (
    "enterprise__code", "number", "enterprise__name_en", "enterprise__name_zh", "identified_on", "place", "found_by",
    "description", "item__code", "level", "category", "measures", "interim_control", "contingency", "responsible",
    "funds", "original_deadline", "deadline", "status", "rectified_on", "evidence", "no_photo_reason", "verified_on",
    "verified_by__name", "verification_note",
)  # fmt: skip

BOARD = (
    Column("part", gettext_lazy("part")),
    Column("number", gettext_lazy("number")),
    Column("description", gettext_lazy("what is wrong"), Kind.LONG),
    Column("place", gettext_lazy("place")),
    Column("level", gettext_lazy("level")),
    Column("done", gettext_lazy("what is done about it"), Kind.LONG),
    Column("responsible", gettext_lazy("responsible person")),
    Column("deadline", gettext_lazy("deadline"), Kind.DAY),
    Column("rectified_on", gettext_lazy("rectified on"), Kind.DAY),
    Column("verified_on", gettext_lazy("verified on"), Kind.DAY),
)
BOARD_GROUPS = (
    Group(gettext_lazy("Number"), 1.2, ("number",)),
    Group(gettext_lazy("What is wrong, and where"), 3.4, ("description", "place")),
    Group(gettext_lazy("Level"), 1.0, ("level",)),
    Group(gettext_lazy("What is done about it"), 3.4, ("done",)),
    Group(gettext_lazy("Responsible"), 1.5, ("responsible",)),
    Group(gettext_lazy("Deadline"), 1.5, ("deadline",)),
    Group(gettext_lazy("Rectified, re-check"), 1.6, ("rectified_on", "verified_on")),
)


def ledger(asked: Asked) -> QuerySet:
    """The hazards of a ledger: identified up to the day, void ones not."""
    found = Hazard.objects.counted().filter(asked.within(), identified_on__lte=asked.day)
    return found.filter(identified_on__gte=asked.since) if asked.since else found


def count_ledger(asked: Asked) -> int:
    """How many they are."""
    return ledger(asked).order_by().count()


def ledger_rows(asked: Asked) -> Iterator[Row]:
    """The ledger, enterprise by enterprise, by number; a query for some enterprises, read as it is written.

    Sorting a million rows would take longer than a worker may be silent, and the disk of the database.
    """
    words = (dict(Level.choices), dict(Category.choices), dict(HazardStatus.choices))
    levels, categories, states = ({key: str(name) for key, name in found.items()} for found in words)
    for row in _stored(asked):
        code, number, name_en, name_zh, identified, place, found_by, wrong, item, level, category = row[:11]
        measures, interim, contingency, responsible, funds, first, deadline, status = row[11:19]
        late = (asked.today - deadline).days if status in OPEN and deadline else 0
        yield (
            f"{code}-H{number:04d}", code, name_of(name_en, name_zh), identified, place, found_by, wrong, item,
            levels[level], categories.get(category, ""), measures, interim, contingency, responsible, funds,
            first if first != deadline else None, deadline, late if late > 0 else None, states[status], *row[19:],
        )  # fmt: skip


def _stored(asked: Asked) -> Iterator[tuple[Any, ...]]:
    owners = asked.enterprises().values_list("pk", flat=True).iterator(chunk_size=CHUNK)
    while some := list(islice(owners, AT_A_TIME)):
        rows = (
            ledger(asked).filter(enterprise__in=some).order_by("enterprise__code", "enterprise_id", "number")
        )
        yield from rows.values_list(*STORED).iterator(chunk_size=CHUNK)


def _open(asked: Asked) -> QuerySet:
    found = Hazard.objects.filter(asked.within(), status__in=OPEN)
    return found.order_by("-level", "deadline", "enterprise__code", "number")


def _lately(asked: Asked) -> QuerySet:
    found = Hazard.objects.filter(asked.within(), status__in=RECTIFIED)
    return found.filter(rectified_on__gte=asked.today - LATELY).order_by(
        "-rectified_on", "enterprise__code", "number"
    )


def count_board(asked: Asked) -> int:
    """How many hazards stand on the notice board."""
    return _open(asked).order_by().count() + _lately(asked).order_by().count()


def board_rows(asked: Asked) -> Iterator[Row]:
    """Open hazards, major ones first, then those rectified in the last 30 days; two queries."""
    for hazard in _open(asked).select_related("enterprise").iterator(chunk_size=CHUNK):
        plan = "\n".join(filter(None, (hazard.measures, hazard.interim_control))) or _("not ordered yet")
        yield _on_board(_("Open hazards"), hazard, plan)
    for hazard in _lately(asked).select_related("enterprise").iterator(chunk_size=CHUNK):
        yield _on_board(_("Rectified in the last 30 days"), hazard, hazard.evidence)


def _on_board(part: str, hazard: Any, done: str) -> Row:
    return (
        part, hazard.reference, hazard.description, hazard.place, hazard.get_level_display(), done,
        hazard.responsible, hazard.deadline, hazard.rectified_on, hazard.verified_on,
    )  # fmt: skip
