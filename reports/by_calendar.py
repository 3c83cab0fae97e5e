"""Measures whose days lie neither in one column nor in one change row: they count from the later of two days.

Hazards past their deadline move at midnight without a write; enterprises count while they are in the programme, from
the day of something that they began. Made of what `reports.measures` has, which knows no app.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import partial

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Value
from django.db.models.functions import Coalesce, Greatest, Least

from enterprises.models import EnterpriseChange
from hazards.models import Hazard, HazardChange
from hazards.models.hazard import OPEN, RECTIFIED
from reports.measures import Measure, Span, Stream, dated, held_state, prefixed
from score_mis.lib.dates import AddDays, DaysBetween

FAR = date(9999, 12, 31)


def overdue(name: str, first: int, last: int | None) -> Measure:
    """Hazards open and `first` to `last` days past the deadline in force; moves at midnight without a write."""

    def entries(edge: str) -> models.QuerySet:
        held = HazardChange._base_manager.filter(
            prefixed(Hazard.COUNTED, "hazard"), in_force=True, target__in=OPEN, deadline__isnull=False
        ).annotate(
            begins=Greatest(F("happened_on"), AddDays(F("deadline"), first)),
            ends=Coalesce(F("until_on"), Value(FAR), output_field=models.DateField())
            if last is None
            else Least(
                Coalesce(F("until_on"), Value(FAR), output_field=models.DateField()),
                AddDays(F("deadline"), last + 1),
            ),
        )
        held = held.filter(begins__lt=F("ends"))
        if edge == "begins":
            return held.annotate(day=F("begins"), n=Value(1))
        return held.filter(ends__lt=FAR).annotate(day=F("ends"), n=Value(-1))

    def records(span: Span, cohort: str) -> list[models.QuerySet]:
        oldest = {} if last is None else {"late__lte": last}
        held = HazardChange._base_manager.filter(
            Q(until_on__isnull=True) | Q(until_on__gt=span.last),
            hazard=OuterRef("pk"),
            in_force=True,
            target__in=OPEN,
            happened_on__lte=span.last,
            deadline__isnull=False,
        ).annotate(late=DaysBetween(F("deadline"), Value(span.last, output_field=models.DateField())))
        return [Hazard.objects.counted().filter(Exists(held.filter(late__gte=first, **oldest)))]

    def near(column: str, shift: int, begin: date, end: date) -> Q:
        moved = {"deadline__gte": begin - timedelta(days=shift), "deadline__lte": end - timedelta(days=shift)}
        return Q(**{f"{column}__gte": begin, f"{column}__lte": end}) | Q(**moved)

    dims = {"category": "category"}
    edges = {"begins": partial(near, "happened_on", first)}
    edges["ends"] = partial(near, "until_on", 0 if last is None else last + 1)
    streams = tuple(
        Stream(
            "hazard",
            partial(entries, edge),
            "hazard__enterprise",
            {"category": F("hazard__category")},
            level="hazard__level",
            near=found,
        )
        for edge, found in edges.items()
    )
    return Measure(name, streams, records, dims, "level")


def on_time() -> Measure:
    """Hazards that stood rectified at the end of their original deadline day; counted on that day."""

    def rows() -> models.QuerySet:
        return Hazard.objects.counted().filter(
            held_state(HazardChange, "hazard", RECTIFIED, OuterRef("original_deadline"))
        )

    return dated(
        "hazards_on_time", "hazard", rows, "original_deadline", dims={"category": "category"}, level="level"
    )


def _while_held(in_programme: tuple[str, ...], first: str, edge: str) -> models.QuerySet:
    """Rows of changes, joined to days on which something of the enterprise began: what begins and ends, and when.

    It counts from the later of its own day (`first`) and the day the enterprise came in, until the enterprise leaves.
    """
    held = EnterpriseChange._base_manager.filter(
        in_force=True, target__in=in_programme, **{f"{first}__isnull": False}
    ).annotate(
        first=F(first),  # named, so that conditions on it mean the same joined row
        begins=Greatest("happened_on", first),
        ends=Coalesce(F("until_on"), Value(FAR), output_field=models.DateField()),
    )
    held = held.filter(begins__lt=F("ends"))
    if edge == "begins":
        return held.annotate(day=F("begins"), n=Value(1))
    return held.filter(ends__lt=FAR).annotate(day=F("ends"), n=Value(-1))


def _held_streams(in_programme: tuple[str, ...], first: str, dims: Mapping[str, str]) -> tuple[Stream, ...]:
    near = {
        "begins": lambda begin, end: (
            Q(happened_on__gte=begin, happened_on__lte=end) | Q(first__gte=begin, first__lte=end)
        ),
        "ends": lambda begin, end: Q(until_on__gte=begin, until_on__lte=end),
    }
    return tuple(
        Stream(
            "enterprise",
            partial(_while_held, in_programme, first, edge),
            "enterprise",
            {name: F(path) for name, path in dims.items()},
            near=near[edge],
        )
        for edge in ("begins", "ends")
    )


def reporting(in_programme: tuple[str, ...]) -> Measure:
    """Count enterprises in the programme from their first record on, until they leave."""
    return Measure(
        "enterprises_reporting", _held_streams(in_programme, "enterprise__first_record__first_on", {})
    )


def looked_at(in_programme: tuple[str, ...]) -> Measure:
    """Count pairs of enterprise and item from the first look on, while the enterprise is in the programme."""
    dims = {"item": "enterprise__looks__item_code"}
    return Measure("item_looks", _held_streams(in_programme, "enterprise__looks__first_on", dims))
