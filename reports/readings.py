"""Readings: the value of each indicator for a scope and a span, from tallies or straight from the records."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cache, cached_property
from typing import Any

from django.db.models import Exists, OuterRef

from enterprises.models import Area, Programme, Sector
from reports import coverage
from reports.cells import IN_FORCE, WHOLE, Group
from reports.indicators import INDICATORS, Indicator, Part, percent
from reports.measures import Span
from reports.registry import MEASURES
from reports.scope import Scope
from reports.sources import Source, Want
from score_mis.lib import dates, statements

PLACES = ("area", "sector", "enterprise")
DIMS = ("category", "module", "sex", "role", "performed_by")
BREAKDOWNS = (*PLACES, *DIMS, "level", "month")


class Sums:
    """Groups, summed by row, measure and breakdown."""

    def __init__(self, groups: Iterable[Group]) -> None:
        self.found: dict[tuple, list[Group]] = defaultdict(list)
        for group in groups:
            if group.n or group.amount:
                self.found[(group.row, group.measure, group.label)].append(group)

    def of(
        self, want: Want, span: Span, row: Any = WHOLE, key: str | None = None, level: str = ""
    ) -> list[Group]:
        """The groups of a want in a row; of one key, or of all."""
        level = want.part.level or level
        return [
            group
            for group in self.found.get((row, want.measure(span), want.label(span)), ())
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


OWN_DIM = {
    ("median", part.measure): "lag" for row in INDICATORS.values() for part in row.parts().values()
} | {("coverage", "item_looks"): "item"}
"""The breakdown that a kind of indicator needs of a measure: medians the histogram of lags, coverage the items."""


def wants_of(rows: Iterable[Indicator], dim: str = "") -> list[Want]:
    """What the indicators need, each sum once; medians need the histogram of lags."""
    found = {
        Want(part, OWN_DIM.get((row.kind, part.measure)) or dim or row.by): None
        for row in rows
        for part in row.parts().values()
        if part.measure
    }
    return list(found)


@cache
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

    @cached_property
    def items(self) -> list[tuple[int, str]]:
        """Section and code of each checklist item in force at the end of the span; asked once."""
        return coverage.codes_in_force(self.span.last)

    def value(
        self, row: Indicator, place: Any = WHOLE, key: str | None = None, level: str = ""
    ) -> dict[str, Any]:
        """The reading of one indicator, of one row of a breakdown."""
        if row.by and not self.dim:
            return {"by": {k: self._plain(row, row.by, place, k, level) for k in self._keys(row, place)}}
        if row.kind == "steps":
            return {"by": {k: {"value": self._n(part, "", place, key, level)} for k, part in row.steps}}
        if row.kind == "items":
            return self._items()
        if row.kind == "coverage":
            return self._coverage(row, place)
        if row.kind == "reporting" and self.span.since is not None:
            return self._reporting(row, place)
        return self._plain(row, self.dim, place, key, level)

    def _n(self, part: Part, dim: str, place: Any, key: str | None, level: str) -> int:
        return self.sums.total(Want(part, dim), self.span, place, key, level)

    def _plain(self, row: Indicator, dim: str, place: Any, key: str | None, level: str) -> dict[str, Any]:
        if row.kind in ("rate", "reporting"):
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
        return {"value": len(self.items)}

    def _coverage(self, row: Indicator, place: Any) -> dict[str, Any]:
        items = {code for _section, code in self.items}
        looks = self.sums.of(Want(row.numerator, "item"), self.span, place)
        enterprises = self._n(row.denominator, "", place, None, "")
        seen = sum(group.n for group in looks if group.key == IN_FORCE or group.key in items)
        return rate(seen, len(items) * enterprises)

    def _reporting(self, row: Indicator, place: Any) -> dict[str, Any]:
        """In a period the enterprises are counted from the records: no sum of days says how many different ones."""
        whole = self._n(row.denominator, self.dim, place, None, "")
        return rate(coverage.reporting(self.source.scope, self.span).count(), whole)


def rate(numerator: int, denominator: int) -> dict[str, Any]:
    """A rate in its parts."""
    return {"numerator": numerator, "denominator": denominator, "percent": percent(numerator, denominator)}


def first_programme() -> Programme | None:
    """The programme the pages show."""
    found = statements.records("programme", [], lambda values: Programme.objects.order_by("pk")[:1])
    return found[0] if found else None


def currency(programme: Programme | None) -> str:
    """A programme's currency."""
    return programme.currency if programme else "CNY"


class Readings:
    """Every indicator (or those named) of a scope and a span, and some by breakdowns; all sums are read together.

    `by` names indicators for breakdowns that are no places; `also` are further sums, to be asked of `sums`.
    """

    def __init__(
        self,
        source: Source,
        span: Span,
        ids: Iterable[str] | None = None,
        *,
        by: Mapping[str, Iterable[str]] | None = None,
        also: Iterable[Want] = (),
    ) -> None:
        rows = _named(INDICATORS.values(), ids)
        broken = {dim: _named(applicable(dim), names) for dim, names in (by or {}).items()}
        wants = {dim: wants_of(found, "" if dim == "level" else dim) for dim, found in broken.items()}
        every = [*wants_of(rows), *also, *(want for found in wants.values() for want in found)]
        self.sums = Sums(source.read(every, span, ""))
        self.programme = first_programme()
        reader = Reader(source, span, self.sums, currency=currency(self.programme))
        self._reader = reader
        self.whole = {row.id: reader.value(row) for row in rows}
        self.by = {dim: _by_key(reader, dim, wants[dim], found) for dim, found in broken.items()}

    @property
    def items(self) -> list[tuple[int, str]]:
        """Section and code of each checklist item in force at the end of the span."""
        return self._reader.items


def _named(rows: Iterable[Indicator], ids: Iterable[str] | None) -> list[Indicator]:
    named = None if ids is None else set(ids)
    return [row for row in rows if named is None or row.id in named]


def _by_key(reader: Reader, dim: str, wants: list[Want], rows: list[Indicator]) -> dict[Any, dict[str, Any]]:
    """The rows of a breakdown that is no place, unknown last."""
    if dim == "level":
        return {level: {r.id: reader.value(r, level=level) for r in rows} for level in ("general", "major")}
    part = replace(reader, dim=dim)
    keys = {group.key for want in wants for group in reader.sums.of(want, reader.span)}
    ordered = sorted(keys, key=lambda key: (not key, key))
    return {key: {r.id: part.value(r, key=key) for r in rows} for key in ordered}


def read_all(source: Source, span: Span, ids: Iterable[str] | None = None) -> dict[str, dict[str, Any]]:
    """Every indicator (or those named) of a scope and a span."""
    return Readings(source, span, ids).whole


def read_by(
    source: Source, span: Span, by: str, ids: Iterable[str] | None = None
) -> dict[Any, dict[str, Any]]:
    """Every indicator (or those named) that the breakdown can show, by its key (unknown: an empty key)."""
    if by == "month":
        return _by_month(source, span, ids)
    if by in PLACES:
        return {key: found for key, _scope, found in read_places(source, span, by, ids)}
    every = [row.id for row in applicable(by)] if ids is None else ids
    return Readings(source, span, (), by={by: every}).by[by]


Place = tuple[Any, Scope]


def read_places(
    source: Source,
    span: Span,
    by: str,
    ids: Iterable[str] | None,
    rows: list[Place] | None = None,
    programme: Programme | None = None,
) -> list[tuple[Any, Scope, dict[str, Any]]]:
    """The indicators of each area, sector or enterprise (default: all of the scope); coverage is asked of each."""
    wanted = _named(applicable(by), ids)
    sums = Sums(source.read(wants_of(wanted), span, by))
    found, money = [], currency(programme or first_programme())
    for key, scope in places(source.scope, by) if rows is None else rows:
        part = type(source)(scope)
        if scope.direct and not source.scope.direct:
            own = Sums(part.read(wants_of(wanted), span, ""))
            reader, place = Reader(part, span, own, currency=money), WHOLE
        else:
            reader, place = Reader(part, span, sums, currency=money), key
        found.append((key, scope, {row.id: reader.value(row, place=place) for row in wanted}))
    return found


def places(scope: Scope, by: str) -> list[tuple[Any, Scope]]:
    """The rows of a breakdown by place with the scope of each: child areas, sectors or enterprises.

    Enterprises directly in an area, not in one of its parts, are a row with the area's own code.
    """
    enterprises = scope.enterprises().order_by("code")
    if by == "enterprise":
        return [(e.pk, replace(scope, enterprise=e)) for e in enterprises]
    if by == "sector":
        sectors = Sector.objects.filter(Exists(enterprises.order_by().filter(sector=OuterRef("pk"))))
        return [(sector.code, replace(scope, sector=sector)) for sector in sectors.order_by("code")]
    if scope.has_tallies:
        rows = [(a.code, replace(scope, area=a)) for a in scope.parts]
        has_direct = bool(rows) and scope.parts[0].beside and enterprises.filter(area=scope.area).exists()
        return [*rows, (scope.area.code, replace(scope, direct=True))] if has_direct else rows
    areas = Area.objects.filter(Exists(enterprises.order_by().filter(area=OuterRef("pk"))))
    return [(area.code, replace(scope, area=area)) for area in areas.order_by("code")]


def _by_month(source: Source, span: Span, ids: Iterable[str] | None) -> dict[str, dict[str, Any]]:
    """One row a month: what happened in it, and cohorts that entered in it followed to the day."""
    programme = Programme.objects.current()
    first = span.since or (programme.launched_on if programme else span.as_of)
    found = {}
    for month in dates.months(first, span.last):
        since, until = max(month, first), min(dates.month_end(month), span.last)
        found[f"{month:%Y-%m}"] = read_all(source, Span(span.as_of, since, until), ids)
    return found


def trend(
    source: Source,
    measures: tuple[str, ...],
    first: date,
    last: date,
    at_end: Mapping[str, int] | None = None,
) -> dict[str, list[int]]:
    """Cumulative counts at the end of each month (the last one at `last`), from the month of `first` on.

    `at_end` are the counts at `last`, where they are known: then only whole months are read.
    """
    start, end = dates.month_start(first), dates.month_start(last)
    found = source.months(measures, last if at_end is None else end - dates.DAY)
    result = {}
    for name in measures:
        total, points = sum(n for month, n in found[name].items() if month < start), []
        for month in dates.months(first, last):
            total += found[name].get(month, 0)
            points.append(total if at_end is None or month < end else at_end[name])
        result[name] = points
    return result
