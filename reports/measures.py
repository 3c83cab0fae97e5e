"""Measures: what can be counted, and how it falls on days.

A measure says twice what it counts: as *entries* (rows with a day and a weight, from which tallies are built) and as
*records* (the very records behind a figure as of a day, for drill-through). The two are written apart and held equal by
tests: the sum of the entries up to a day is the number of records as of that day.

Kinds: `dated` counts a date column; `state` counts records in a set of states, from the change rows in force, with −1
where a record leaves the set (sent back); `events` counts change rows themselves, never netted; those of
`reports.by_calendar` begin and end by deadlines and other days. Void records count nowhere.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.db import models
from django.db.models import Case, Exists, F, IntegerField, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Cast, Concat, Substr

from score_mis.lib.dates import DaysBetween
from score_mis.lib.workflow import Change

TEXT = models.CharField()


@dataclass(frozen=True)
class Span:
    """What is asked: the state as of a day, or the events from `since` to `until` with cohorts followed to `as_of`.

    `known_on` asks for it as the records were known at the end of a day; None: as they are known today.
    """

    as_of: date
    since: date | None = None
    until: date | None = None
    known_on: date | None = None

    @property
    def last(self) -> date:
        """The last day of the period, or the day itself."""
        return self.until or self.as_of


def cohort_by(cohort: str, dim: str) -> str:
    """The name of a cohort broken down further, where a row of the registry is always broken down."""
    return f"{cohort}/{dim}"


@dataclass(frozen=True)
class Kept:
    """The records that count: those of a model that meet a condition."""

    model: type[models.Model]
    where: Q = field(default_factory=Q)

    def rows(self) -> models.QuerySet:
        """The records themselves."""
        return self.model._default_manager.filter(self.where)

    def through(self, path: str) -> Q:
        """The same condition on rows that lead to the records by a path."""
        return prefixed(self.where, path)

    def also(self, where: Q) -> "Kept":
        """Those of them that meet a further condition."""
        return Kept(self.model, self.where & where)


def prefixed(where: Q, path: str) -> Q:
    """A condition on records as one on rows that lead to them by a path."""
    parts: list[Any] = []
    for part in where.children:
        if isinstance(part, Q):
            parts.append(prefixed(part, path))
        elif isinstance(part, tuple):
            name, value = part
            parts.append((f"{path}__{name}", value))
        else:
            raise TypeError(f"A condition of names and values was expected, not {part}.")
    return Q(*parts, _connector=where.connector, _negated=where.negated)


@dataclass(frozen=True)
class Stream:
    """Rows annotated with `day` and `n` (and `amount`, where money is summed), and where they belong.

    `enterprise` is the path to the enterprise, `dims` name the breakdowns, `cohorts` the days of earlier stages,
    `level` is the path to a hazard's level, `kind` the kind of marks that touch these rows. Where `day` is computed,
    `near` gives a condition on plain columns that holds for all rows of a stretch of days: an index can find them.
    `cell` is the name that cells have, where it is not that of the measure.
    """

    kind: str
    rows: Callable[[], models.QuerySet]
    enterprise: str
    dims: Mapping[str, Any] = field(default_factory=dict)
    cohorts: Mapping[str, str] = field(default_factory=dict)
    level: str = ""
    has_amount: bool = False
    near: Callable[[date, date], Q] | None = None
    always_by: str = ""
    cell: str = ""

    def breakdowns(self) -> dict[str, Any]:
        """What tallies are broken down by: the dims, the sector, and cohorts by their months (2017-05)."""
        months = {name: Substr(Cast(path, TEXT), 1, 7) for name, path in self.cohorts.items()}
        further = {}
        if self.always_by:
            key = Cast(self.dims[self.always_by], TEXT)
            further = {
                cohort_by(name, self.always_by): Concat(month, Value("/"), key, output_field=TEXT)
                for name, month in months.items()
            }
        return {**self.dims, "sector": F(f"{self.enterprise}__sector"), **months, **further}


def _listed_elsewhere(span: Span, cohort: str) -> list[models.QuerySet]:
    """What coverage counts is listed by `reports.coverage`."""
    raise NotImplementedError


@dataclass(frozen=True)
class Measure:
    """One thing that is counted. `records` returns querysets of the records of a span; no cohort means by day.

    `dims`, `level`, `lag` and `amount` are about the records: paths of breakdowns, of the level, of money, and the
    days that a median is taken of.
    """

    name: str
    streams: tuple[Stream, ...]
    records: Callable[[Span, str], list[models.QuerySet]] = _listed_elsewhere
    dims: Mapping[str, str] = field(default_factory=dict)
    level: str = ""
    amount: str = ""
    lag: Callable[[Span], Any] | None = None

    def cells(self) -> dict[str, tuple[Stream, ...]]:
        """The streams by the name of their cells; streams of other kinds of record have cells of their own."""
        names = dict.fromkeys(stream.cell or self.name for stream in self.streams)
        return {name: tuple(s for s in self.streams if (s.cell or self.name) == name) for name in names}


def _within(name: str, span: Span) -> Q:
    """A date column within a span: up to the day, or in the period."""
    condition = Q(**{f"{name}__lte": span.last})
    return condition & Q(**{f"{name}__gte": span.since}) if span.since else condition


def _cohort(name: str, span: Span) -> Q:
    """The cohort of a period: its column within the period; everything when no period is asked."""
    return _within(name, span) if span.since else Q()


def _prefixed(dims: Mapping[str, str], prefix: str) -> dict[str, Any]:
    return {name: F(f"{prefix}{path}") for name, path in dims.items()}


def dated(
    name: str,
    kind: str,
    rows: Callable[[], models.QuerySet],
    day: str,
    *,
    dims: Mapping[str, str] | None = None,
    cohorts: Mapping[str, str] | None = None,
    lag_from: str = "",
    amount: str = "",
    level: str = "",
    always_by: str = "",
    near: Callable[[date, date], Q] | None = None,
) -> Measure:
    """Count rows on the day in a date column. `cohorts` are the days of earlier stages, for rates in a period."""
    dims, cohorts = dict(dims or {}), dict(cohorts or {})

    def entries() -> models.QuerySet:
        extra = {"amount": F(amount)} if amount else {}
        return rows().filter(**{f"{day}__isnull": False}).annotate(day=F(day), n=Value(1), **extra)

    def records(span: Span, cohort: str) -> list[models.QuerySet]:
        if cohort and span.since:
            return [rows().filter(_cohort(cohorts[cohort], span), **{f"{day}__lte": span.as_of})]
        return [rows().filter(_within(day, span))]

    breakdowns = _prefixed(dims, "")
    if lag_from:
        breakdowns["lag"] = DaysBetween(F(lag_from), F(day))
    lag = (lambda span: DaysBetween(F(lag_from), F(day))) if lag_from else None
    stream = Stream(kind, entries, "enterprise", breakdowns, cohorts, level, bool(amount), near, always_by)
    return Measure(name, (stream,), records, dims, level, amount, lag)


def held_state(changes: type[models.Model], owner: str, states: tuple[str, ...], day: Any) -> Exists:
    """Whether a record (outer query) was in one of the states at the end of a day, by its rows in force."""
    return Exists(
        changes._base_manager.filter(
            Q(until_on__isnull=True) | Q(until_on__gt=day),
            **{owner: OuterRef("pk")},
            in_force=True,
            target__in=states,
            happened_on__lte=day,
        )
    )


def state(
    name: str,
    kind: str,
    kept: Kept,
    changes: type[Change],
    states: tuple[str, ...],
    *,
    dims: Mapping[str, str] | None = None,
    cohorts: Mapping[str, str] | None = None,
    lag_from: str = "",
    amount: str = "",
    level: str = "",
) -> Measure:
    """Count records in a set of states: +1 where a change row enters the set, −1 where one leaves it."""
    owner = changes.record_field
    dims, cohorts = dict(dims or {}), dict(cohorts or {})

    def entries() -> models.QuerySet:
        entering = Q(target__in=states) & ~Q(source__in=states)
        leaving = Q(source__in=states) & ~Q(target__in=states)
        extra = {"amount": _signed(f"{owner}__{amount}", states)} if amount else {}
        return changes._base_manager.filter(entering | leaving, kept.through(owner), in_force=True).annotate(
            day=F("happened_on"),
            n=Case(When(entering, then=1), default=-1, output_field=IntegerField()),
            **extra,
        )

    def records(span: Span, cohort: str) -> list[models.QuerySet]:
        found = kept.rows().filter(held_state(changes, owner, states, span.as_of))
        return [found.filter(_cohort(cohorts[cohort], span)) if cohort else found]

    breakdowns = _prefixed(dims, f"{owner}__")
    if lag_from:
        breakdowns["lag"] = DaysBetween(F(f"{owner}__{lag_from}"), _entered_on(changes, owner, states))
    stream = Stream(
        kind,
        entries,
        owner if owner == "enterprise" else f"{owner}__enterprise",
        breakdowns,
        {name: f"{owner}__{path}" for name, path in cohorts.items()},
        f"{owner}__{level}" if level else "",
        bool(amount),
    )
    lag = (lambda span: _held_for(changes, owner, states, lag_from, span)) if lag_from else None
    return Measure(name, (stream,), records, dims, level, amount, lag)


def _held_for(
    changes: type[models.Model], owner: str, states: tuple[str, ...], lag_from: str, span: Span
) -> Any:
    """Days from an earlier stage to the entry into the states that held at the end of the span."""
    entry = (
        changes._base_manager.filter(
            **{owner: OuterRef("pk")}, in_force=True, target__in=states, happened_on__lte=span.as_of
        )
        .exclude(source__in=states)
        .order_by("-seq")
        .values("happened_on")[:1]
    )
    return DaysBetween(F(lag_from), Subquery(entry, output_field=models.DateField()))


def _signed(path: str, states: tuple[str, ...]) -> Case:
    """An amount, negative where the row leaves the states."""
    money = models.DecimalField(max_digits=16, decimal_places=2)
    return Case(When(target__in=states, then=F(path)), default=-F(path), output_field=money)


def _entered_on(changes: type[models.Model], owner: str, states: tuple[str, ...]) -> Case:
    """The day on which the record had entered the states: the row's own day, or for a leaving row the one before."""
    entry = (
        changes._base_manager.filter(
            **{owner: OuterRef(owner)}, in_force=True, target__in=states, seq__lt=OuterRef("seq")
        )
        .exclude(source__in=states)
        .order_by("-seq")
        .values("happened_on")[:1]
    )
    return Case(
        When(target__in=states, then=F("happened_on")),
        default=Subquery(entry),
        output_field=models.DateField(),
    )


def events(
    name: str,
    kind: str,
    kept: Kept,
    changes: type[Change],
    condition: Q,
    *,
    dims: Mapping[str, str] | None = None,
    lag_from: str = "",
    level: str = "",
) -> Measure:
    """Count change rows in force that meet a condition; the records are the change rows themselves."""
    owner = changes.record_field
    paths = {name: f"{owner}__{path}" for name, path in (dims or {}).items()}
    own_level = f"{owner}__{level}" if level else ""

    def happened() -> models.QuerySet:
        return changes._base_manager.filter(condition, kept.through(owner), in_force=True)

    def entries() -> models.QuerySet:
        return happened().annotate(day=F("happened_on"), n=Value(1))

    def records(span: Span, cohort: str) -> list[models.QuerySet]:
        return [happened().filter(_within("happened_on", span))]

    breakdowns = _prefixed(paths, "")
    if lag_from:
        breakdowns["lag"] = DaysBetween(F(f"{owner}__{lag_from}"), F("happened_on"))
    lag = (lambda span: breakdowns["lag"]) if lag_from else None
    stream = Stream(kind, entries, f"{owner}__enterprise", breakdowns, level=own_level)
    return Measure(name, (stream,), records, paths, own_level, lag=lag)


def joined(name: str, measures: tuple[Measure, ...]) -> Measure:
    """Several measures counted together, for example entries of four kinds of record."""

    def records(span: Span, cohort: str) -> list[models.QuerySet]:
        return [found for measure in measures for found in measure.records(span, cohort)]

    streams = tuple(replace(stream, cell=measure.name) for measure in measures for stream in measure.streams)
    return Measure(name, streams, records, lag=measures[0].lag)
