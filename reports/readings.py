"""Readings: the value of each indicator for a scope and a span, from tallies or straight from the records.

Both sources give the same groups; only where they come from differs. Requests read tallies; commands, jobs and tests
may read live.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Protocol

from django.db.models import Q, Sum

from enterprises.models import Programme
from reports import coverage
from reports.indicators import INDICATORS, Indicator, Part, percent
from reports.measures import Span, cohort_by
from reports.models import AreaTally, EnterpriseTally
from reports.registry import MEASURES
from reports.scope import Scope
from reports.tallies import counted
from score_mis.lib import dates

WHOLE = ""
"""The row of the whole scope, where no breakdown by place is asked."""

PLACES = ("area", "sector", "enterprise")
DIMS = ("category", "module", "sex", "role", "performed_by")
BREAKDOWNS = (*PLACES, *DIMS, "level", "month")


@dataclass(frozen=True)
class Want:
    """One sum to read: a part and a breakdown of it."""

    part: Part
    dim: str

    def measure(self, span: Span) -> str:
        """The measure counted in the span: events instead of states where a period is asked."""
        return self.part.events if span.since is not None and self.part.events else self.part.measure

    def is_cohort(self, span: Span) -> bool:
        """Whether the part is restricted to those that entered in the period."""
        return span.since is not None and bool(self.part.cohort)

    def tally_dim(self, span: Span) -> str:
        """The breakdown the tallies are read by; a cohort is a breakdown of its own."""
        if not self.is_cohort(span):
            return self.dim
        return cohort_by(self.part.cohort, self.dim) if self.dim else self.part.cohort

    def days(self, span: Span) -> Q:
        """The days that count."""
        if self.is_cohort(span):
            return Q(day__lte=span.as_of)
        if span.since is None or self.part.held:
            return Q(day__lte=span.last)
        return Q(day__gte=span.since, day__lte=span.last)


@dataclass(frozen=True)
class Group:
    """A sum of cells."""

    row: Any
    measure: str
    dim: str
    key: str
    level: str
    n: int
    amount: Decimal | None


class Source(Protocol):
    """Where groups come from."""

    scope: Scope

    def __init__(self, scope: Scope) -> None:
        """Read for a scope."""

    def read(self, wants: list[Want], span: Span, place: str) -> Iterable[Group]:
        """Return all groups of the wants, by row of a breakdown by place."""

    def reporting(self, span: Span) -> Any:
        """Return the enterprises with records in the span."""


class TallySource:
    """Reads the tallies; one grouped query."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope

    def read(self, wants: list[Want], span: Span, place: str = "") -> Iterable[Group]:
        """Return all groups of the wants."""
        rows, row = self._rows(place)
        conditions: dict[Q, dict[str, set[str]]] = {}
        for want in wants:
            days = want.days(span)
            if want.is_cohort(span):
                after = span.last + timedelta(days=1)  # compares digits alone, whatever the collation
                days &= Q(key__gte=span.since.isoformat(), key__lt=after.isoformat())
            conditions.setdefault(days, defaultdict(set))[want.tally_dim(span)].add(want.measure(span))
        where = Q(pk__in=[])
        for days, by_dim in conditions.items():
            for dim, measures in by_dim.items():
                where |= days & Q(dim=dim, measure__in=measures)
        names = [row] if row else []
        grouped = rows.filter(where).order_by().values_list(*names, "measure", "dim", "key", "level")
        further = {want.tally_dim(span): want.dim for want in wants if want.is_cohort(span) and want.dim}
        for found in grouped.annotate(Sum("n"), Sum("amount")):
            group = Group(*found) if row else Group(WHOLE, *found)
            if group.dim in further:
                group = replace(group, dim=further[group.dim], key=group.key.partition("/")[2])
            yield group

    def _rows(self, place: str) -> tuple[Any, str]:
        """The table to read and the column that names the row of a breakdown by place."""
        if place == "area" and self.scope.is_whole_area:
            return AreaTally.objects.filter(area__parent=self.scope.area), "area__code"
        column = {
            "enterprise": "enterprise",
            "sector": "enterprise__sector__code",
            "area": "enterprise__area__code",
        }
        if place:
            return EnterpriseTally.objects.filter(self.scope.q("enterprise")), column[place]
        if self.scope.is_whole_area:
            return AreaTally.objects.filter(area=self.scope.area), ""
        return EnterpriseTally.objects.filter(self.scope.q("enterprise")), ""

    def reporting(self, span: Span) -> Any:
        """The enterprises with records in the span, by the tallies."""
        return coverage.reporting(self.scope, span)


class LiveSource:
    """Counts the records themselves, with the queries the tallies are built with; any combination of breakdowns."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope

    def read(self, wants: list[Want], span: Span, place: str = "") -> Iterable[Group]:
        """Return all groups of the wants."""
        owners = {e.pk: e for e in self.scope.enterprises().select_related("area", "sector")} if place else {}
        different = {(want.measure(span), want.tally_dim(span)): want for want in wants}
        for want in different.values():
            for stream in MEASURES[want.measure(span)].streams:
                where = want.days(span) & self.scope.q(stream.enterprise)
                if want.is_cohort(span):
                    column = stream.dims[want.part.cohort].name
                    where &= Q(**{f"{column}__gte": span.since, f"{column}__lte": span.last})
                for found in counted(stream, want.dim, where):
                    row = self._row(owners[found["cell_owner"]], place) if place else WHOLE
                    yield Group(
                        row,
                        want.measure(span),
                        want.dim or want.tally_dim(span),
                        found["cell_key"],
                        found["cell_level"],
                        found["total"],
                        found["money"],
                    )

    def _row(self, enterprise: Any, place: str) -> Any:
        """The row of a breakdown that an enterprise belongs to."""
        if place == "enterprise":
            return enterprise.pk
        if place == "sector":
            return enterprise.sector.code
        if not self.scope.is_whole_area:
            return enterprise.area.code
        below = enterprise.area.path.removeprefix(self.scope.area.path).split("/")[0]
        return self.scope.area.children.get(pk=below).code if below else ""

    def reporting(self, span: Span) -> Any:
        """The enterprises with records in the span, by the records."""
        return coverage.reporting_live(self.scope, span)


class Sums:
    """Groups, summed by row, measure and breakdown."""

    def __init__(self, groups: Iterable[Group]) -> None:
        self.found: dict[tuple, list[Group]] = defaultdict(list)
        self.rows: set[Any] = set()
        for group in groups:
            self.found[(group.row, group.measure, group.dim)].append(group)
            self.rows.add(group.row)

    def of(
        self, want: Want, span: Span, row: Any = WHOLE, key: str | None = None, level: str = ""
    ) -> list[Group]:
        """The groups of a want in a row; of one key, or of all."""
        dim = want.dim or want.tally_dim(span)
        level = want.part.level or level
        return [
            group
            for group in self.found.get((row, want.measure(span), dim), ())
            if (key is None or group.key == key) and (not level or group.level == level)
        ]

    def total(self, want: Want, span: Span, row: Any = WHOLE, key: str | None = None, level: str = "") -> int:
        """The sum of a want's groups."""
        return sum(group.n for group in self.of(want, span, row, key, level))


def dims_of(measure: str) -> set[str]:
    """The breakdowns a measure has."""
    return {name for stream in MEASURES[measure].streams for name in stream.dims}


def has_level(measure: str) -> bool:
    """Whether a measure is about hazards and so knows their level."""
    return all(stream.level for stream in MEASURES[measure].streams)


def wants_of(rows: Iterable[Indicator], dim: str = "") -> list[Want]:
    """What the indicators need, each sum once; medians need the histogram of lags."""
    found = {
        Want(part, "lag" if row.kind == "median" else dim or row.by): None
        for row in rows
        for part in row.parts().values()
        if part.measure
    }
    return list(found)


def applicable(by: str) -> list[Indicator]:
    """The indicators that a breakdown by something else than places can show."""
    plain = [
        row for row in INDICATORS.values() if row.kind in ("count", "rate", "sum", "steps") and not row.by
    ]
    if by == "level":
        return [r for r in plain if all(has_level(p.measure) and not p.level for p in r.parts().values())]
    if by in DIMS:
        own = [
            row for row in INDICATORS.values() if row.by == by or (row.by and by in ("sex", "role", "module"))
        ]
        return [r for r in plain + own if all(by in dims_of(p.measure) for p in r.parts().values())]
    return list(INDICATORS.values())


def median_of(groups: Iterable[Group]) -> tuple[float | None, int]:
    """Return the median of a histogram of whole days and how many it is over; even n: mean of the two middle ones."""
    histogram: dict[int, int] = defaultdict(int)
    for group in groups:
        if group.key:
            histogram[int(group.key)] += group.n
    n = sum(histogram.values())
    if n <= 0:
        return None, 0
    low = high = None
    seen = 0
    for days in sorted(histogram):
        seen += histogram[days]
        if low is None and seen >= (n + 1) // 2:
            low = days
        if seen >= n // 2 + 1:
            high = days
            break
    middle = (low + high) / 2
    return (int(middle) if middle == int(middle) else middle), n


@dataclass
class Reader:
    """Turns sums into values of indicators, in the shape of the command's JSON."""

    source: Source
    span: Span
    sums: Sums
    dim: str = ""
    currency: str = ""

    def value(
        self, row: Indicator, place: Any = WHOLE, key: str | None = None, level: str = ""
    ) -> dict[str, Any]:
        """The reading of one indicator, of one row of a breakdown."""
        if row.by and not self.dim:
            return {"by": {k: self._plain(row, row.by, place, k, level) for k in self._keys(row, place)}}
        if row.kind == "steps":
            return {"by": {k: {"value": self._n(part, "", place, key, level)} for k, part in row.steps}}
        special = {"items": self._items, "coverage": self._coverage, "reporting": self._reporting}.get(
            row.kind
        )
        return special() if special else self._plain(row, self.dim, place, key, level)

    def _n(self, part: Part, dim: str, place: Any, key: str | None, level: str) -> int:
        return self.sums.total(Want(part, dim), self.span, place, key, level)

    def _plain(self, row: Indicator, dim: str, place: Any, key: str | None, level: str) -> dict[str, Any]:
        if row.kind == "rate":
            return rate(
                self._n(row.numerator, dim, place, key, level),
                self._n(row.denominator, dim, place, key, level),
            )
        if row.kind == "median":
            groups = self.sums.of(Want(row.value, "lag"), self.span, place, None, level)
            median, n = median_of(groups)
            return {"median": median, "n": n}
        if row.kind == "sum":
            groups = self.sums.of(Want(row.value, dim), self.span, place, key, level)
            total = sum((group.amount or Decimal(0) for group in groups), Decimal(0))
            return {"sum": f"{total:.2f}", "currency": self.currency, "n": sum(group.n for group in groups)}
        return {"value": self._n(row.value, dim, place, key, level)}

    def _keys(self, row: Indicator, place: Any) -> list[str]:
        """The keys of a row's own breakdown, in order; unknown last."""
        keys = {
            group.key
            for part in row.parts().values()
            for group in self.sums.of(Want(part, row.by), self.span, place)
        }
        return sorted(keys, key=lambda key: (key == "", key))

    def _items(self) -> dict[str, Any]:
        return {"value": coverage.items_in_force(self.span.last).count()}

    def _coverage(self) -> dict[str, Any]:
        items = coverage.items_in_force(self.span.last).count()
        pairs = items * coverage.in_programme(self.source.scope, self.span.last).count()
        return rate(coverage.looks(self.source.scope, self.span.last).count(), pairs)

    def _reporting(self) -> dict[str, Any]:
        whole = coverage.in_programme(self.source.scope, self.span.last).count()
        return rate(self.source.reporting(self.span).count(), whole)


def rate(numerator: int, denominator: int) -> dict[str, Any]:
    """A rate in its parts."""
    return {"numerator": numerator, "denominator": denominator, "percent": percent(numerator, denominator)}


def currency() -> str:
    """The programme's currency."""
    programme = Programme.objects.current()
    return programme.currency if programme else "CNY"


def read_all(source: Source, span: Span, ids: Iterable[str] | None = None) -> dict[str, dict[str, Any]]:
    """Every indicator (or those named) of a scope and a span."""
    rows = [row for row in INDICATORS.values() if ids is None or row.id in set(ids)]
    reader = Reader(source, span, Sums(source.read(wants_of(rows), span, "")), currency=currency())
    return {row.id: reader.value(row) for row in rows}


def read_by(
    source: Source, span: Span, by: str, ids: Iterable[str] | None = None
) -> dict[Any, dict[str, Any]]:
    """Every indicator (or those named) that the breakdown can show, by its key (unknown: an empty key)."""
    if by == "month":
        return _by_month(source, span, ids)
    rows = [row for row in applicable(by) if ids is None or row.id in set(ids)]
    if by in PLACES:
        return _by_place(source, span, by, rows)
    dim = "" if by == "level" else by
    if dim and span.since is not None:
        source = LiveSource(source.scope)
    sums = Sums(source.read(wants_of(rows, dim), span, ""))
    reader = Reader(source, span, sums, dim=dim, currency=currency())
    if by == "level":
        return {level: {r.id: reader.value(r, level=level) for r in rows} for level in ("general", "major")}
    keys = sorted(
        {g.key for groups in sums.found.values() for g in groups if g.dim == dim}, key=lambda k: (not k, k)
    )
    return {key: {r.id: reader.value(r, key=key) for r in rows} for key in keys}


def _by_place(source: Source, span: Span, by: str, rows: list[Indicator]) -> dict[Any, dict[str, Any]]:
    """One row an area, sector or enterprise; coverage readings are asked of each."""
    sums = Sums(source.read(wants_of(rows), span, by))
    found, money = {}, currency()
    for key, scope in places(source.scope, by):
        part = type(source)(scope)
        if scope.only is not None and source.scope.only is None:
            reader, place = (
                Reader(part, span, Sums(part.read(wants_of(rows), span, "")), currency=money),
                WHOLE,
            )
        else:
            reader, place = Reader(part, span, sums, currency=money), key
        found[key] = {row.id: reader.value(row, place=place) for row in rows}
    return found


def places(scope: Scope, by: str) -> list[tuple[Any, Scope]]:
    """The rows of a breakdown by place with the scope of each: child areas, sectors or enterprises.

    Enterprises directly in an area, not in one of its parts, are a row with the area's own code.
    """
    enterprises = scope.enterprises().select_related("area", "sector").order_by("code")
    if by == "enterprise":
        return [(e.pk, replace(scope, enterprise=e)) for e in enterprises]
    if by == "sector":
        sectors = {e.sector.code: e.sector for e in enterprises}
        return [(code, replace(scope, sector=sectors[code])) for code in sorted(sectors)]
    if scope.is_whole_area:
        rows = [(a.code, replace(scope, area=a)) for a in scope.area.children.order_by("code")]
        direct = tuple(e.pk for e in enterprises if e.area_id == scope.area.pk)
        return [*rows, (scope.area.code, replace(scope, only=direct))] if direct else rows
    areas = {e.area.code: e.area for e in enterprises}
    return [(code, replace(scope, area=areas[code])) for code in sorted(areas)]


def _by_month(source: Source, span: Span, ids: Iterable[str] | None) -> dict[str, dict[str, Any]]:
    """One row a month: what happened in it, and cohorts that entered in it followed to the day."""
    programme = Programme.objects.current()
    first = span.since or (programme.launched_on if programme else span.as_of)
    found = {}
    for month in dates.months(first, span.last):
        since, until = max(month, first), min(dates.month_end(month), span.last)
        found[f"{month:%Y-%m}"] = read_all(source, Span(span.as_of, since, until), ids)
    return found


def trend(scope: Scope, measures: tuple[str, ...], first: date, last: date) -> dict[str, list[int]]:
    """Cumulative counts at the end of each month from tallies (the last one at `last`); one query."""
    rows, _row = TallySource(scope)._rows("")
    found: dict[str, dict[date, int]] = {name: defaultdict(int) for name in measures}
    days = rows.filter(measure__in=measures, dim="", day__lte=last).order_by()
    for measure, day, n in days.values_list("measure", "day").annotate(Sum("n")):
        found[measure][dates.month_start(max(day, first))] += n
    result = {}
    for name in measures:
        total, points = 0, []
        for month in dates.months(first, last):
            total += found[name].get(month, 0)
            points.append(total)
        result[name] = points
    return result
