"""Where sums come from: the tallies of an area, or the records themselves; both give the same groups.

An area is read from its tallies: whole months from month totals, the days at the edges of what is asked from day
cells. What tallies do not hold is counted live: single enterprises and lists of them, two breakdowns at once, periods
of cohorts that do not begin and end with a month, and, below provinces, the running month of a breakdown.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, Protocol

from django.db.models import F, Q, QuerySet, Subquery, Sum, Value
from django.db.models.fields import CharField

from enterprises.models import Sector
from reports.indicators import Part
from reports.measures import Span, cohort_by
from reports.models import BIG, AreaDay, AreaMonth, TallyState
from reports.registry import CELLS, MEASURES
from reports.scope import Scope
from reports.tallies.counting import counted
from score_mis.lib import dates

WHOLE = ""
"""The row of the whole scope, where no breakdown by place is asked."""


GENERATION = Subquery(TallyState.objects.values("generation")[:1])
"""The generation in use, asked along with the cells."""


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

    def label(self, span: Span) -> str:
        """What the tallies are read by: the breakdown; a cohort is a breakdown of its own."""
        if not self.is_cohort(span):
            return self.dim
        return cohort_by(self.part.cohort, self.dim) if self.dim else self.part.cohort

    def days(self, span: Span) -> tuple[date | None, date]:
        """The first (None: ever) and the last day that count."""
        if self.is_cohort(span):
            return None, span.as_of
        if span.since is None or self.part.held:
            return None, span.last
        return span.since, span.last


@dataclass(frozen=True)
class Group:
    """A sum of cells. `label` is that of the want it belongs to."""

    row: Any
    measure: str
    label: str
    key: str
    level: str
    n: int
    amount: Decimal | None


@dataclass(frozen=True)
class Stretch:
    """A stretch of days as whole months and the days at its edges."""

    months: tuple[date | None, date] | None
    edges: tuple[tuple[date, date], ...]

    @classmethod
    def of(cls, first: date | None, last: date) -> "Stretch":
        """Cut a stretch; `first` None means from the beginning."""
        edges = []
        if first is not None and dates.month_start(first) == dates.month_start(last):
            if first.day == 1 and last == dates.month_end(last):
                return cls((first, first), ())
            return cls(None, ((first, last),))
        begin = first
        if first is not None and first.day != 1:
            edges.append((first, dates.month_end(first)))
            begin = dates.month_end(first) + dates.DAY
        end = dates.month_start(last)
        if last != dates.month_end(last):
            edges.append((end, last))
            end = dates.month_start(end - dates.DAY)
        return cls((begin, end) if begin is None or begin <= end else None, tuple(edges))

    def months_q(self) -> Q:
        """The month cells that count."""
        if self.months is None:
            return Q(pk__in=[])
        first, last = self.months
        return Q(month__lte=last) & (Q(month__gte=first) if first else Q())


def days_q(stretches: Iterable[tuple[date | None, date]]) -> Q:
    """The condition on `day` for any of some stretches."""
    condition = Q()
    for first, last in stretches:
        condition |= Q(day__lte=last) & (Q(day__gte=first) if first else Q())
    return condition


def different(wants: Iterable[Want], span: Span) -> list[Want]:
    """The wants that ask for different sums in a span; parts of several indicators often ask for the same."""
    return list({(want.measure(span), want.label(span)): want for want in wants}.values())


class Source(Protocol):
    """Where groups come from."""

    scope: Scope

    def __init__(self, scope: Scope) -> None:
        """Read for a scope."""

    def read(self, wants: list[Want], span: Span, place: str) -> Iterable[Group]:
        """Return all groups of the wants, by row of a breakdown by place."""

    def months(self, measures: Iterable[str], last: date) -> dict[str, dict[date, int]]:
        """Return how much of each measure falls in each month up to a day."""


class LiveSource:
    """Counts the records themselves, with the queries the tallies are built with; any combination of breakdowns."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope

    def read(self, wants: list[Want], span: Span, place: str = "") -> Iterator[Group]:
        """Return all groups of the wants."""
        for want in different(wants, span):
            yield from self.of_days(want, span, (want.days(span),), place)

    def of_days(
        self, want: Want, span: Span, stretches: Iterable[tuple[date | None, date]], place: str = ""
    ) -> Iterator[Group]:
        """Return the groups of one want on some stretches of days."""
        for stream in MEASURES[want.measure(span)].streams:
            where = days_q(stretches) & self.scope.q(stream.enterprise)
            if want.is_cohort(span):
                path = stream.cohorts[want.part.cohort]
                where &= Q(**{f"{path}__gte": span.since, f"{path}__lte": span.last})
            rows = counted(stream, want.dim, where)
            for owner, key, level, n, money in summed(rows):
                yield Group(
                    self._row(owner, place), want.measure(span), want.label(span), key, level, n, money
                )

    def _row(self, owner: int, place: str) -> Any:
        """The row of a breakdown that an enterprise belongs to."""
        if not place:
            return WHOLE
        if place == "enterprise":
            return owner
        return self._places(place)[owner]

    def _places(self, place: str) -> dict[int, Any]:
        """The row of each enterprise of the scope; asked once."""
        if not hasattr(self, "_known"):
            self._known: dict[str, dict[int, Any]] = {}
        if place not in self._known:
            if place == "sector":
                pairs = self.scope.enterprises().values_list("pk", "sector__code")
                self._known[place] = dict(pairs)
            else:
                self._known[place] = self._areas()
        return self._known[place]

    def _areas(self) -> dict[int, Any]:
        pairs = self.scope.enterprises().values_list("pk", "area__path", "area__code")
        if not self.scope.is_whole_area:
            return {pk: code for pk, _path, code in pairs}
        codes = dict(self.scope.area.children.values_list("pk", "code"))
        found = {}
        for pk, path, _code in pairs:
            below = path.removeprefix(self.scope.area.path).split("/")[0]
            found[pk] = codes[int(below)] if below else self.scope.area.code
        return found

    def months(self, measures: Iterable[str], last: date) -> dict[str, dict[date, int]]:
        """Return how much of each measure falls in each month up to a day."""
        found: dict[str, dict[date, int]] = {}
        for name in measures:
            found[name] = defaultdict(int)
            for stream in MEASURES[name].streams:
                where = Q(day__lte=last) & self.scope.q(stream.enterprise)
                rows = counted(stream, "", where, by_month=True)
                for month, n in rows.values_list("cell_day", "total"):
                    found[name][month] += n
        return found


def summed(rows: QuerySet) -> Iterator[tuple[int, str, str, int, Decimal | None]]:
    """Add up counted rows over days: owner, key, level, n, amount."""
    totals: dict[tuple, list] = defaultdict(lambda: [0, None])
    columns = ("cell_owner", "cell_key", "cell_level", "total", "money")
    for owner, key, level, n, money in rows.values_list(*columns).iterator():
        cell = totals[(owner, key, level)]
        cell[0] += n
        if money is not None:
            cell[1] = (cell[1] or Decimal(0)) + money
    for (owner, key, level), (n, money) in totals.items():
        yield owner, key, level, n, money


@dataclass(frozen=True)
class _Plan:
    """How a want is read from tallies: the breakdown of the cells, a condition on keys, stretches of days."""

    measure: str
    label: str
    dim: str
    keys: Q
    stretch: Stretch
    edges_live: bool


class TallySource:
    """Reads the tallies of an area; what they do not hold is counted live."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.live = LiveSource(scope)

    def read(self, wants: list[Want], span: Span, place: str = "") -> Iterator[Group]:
        """Return all groups of the wants; two grouped queries for what the tallies hold."""
        if not self.scope.has_tallies or place == "enterprise":
            yield from self.live.read(wants, span, place)
            return
        plans = []
        for want in different(wants, span):
            plan = self._plan(want, span, place)
            if plan is None:
                yield from self.live.read([want], span, place)
                continue
            plans.append(plan)
            if plan.edges_live and plan.stretch.edges:
                yield from self.live.of_days(want, span, plan.stretch.edges, place)
        yield from self._cells(plans, place)

    def _plan(self, want: Want, span: Span, place: str) -> _Plan | None:
        """How to read a want from the tallies; None where they do not hold it."""
        cohort, label = want.is_cohort(span), want.label(span)
        keys, dim = Q(), label
        streams = MEASURES[want.measure(span)].streams
        if self.scope.sector is not None or place == "sector":
            if label:
                return None
            dim = "sector"
            keys = Q(key=str(self.scope.sector.pk)) if self.scope.sector else Q()
        if dim and any(dim not in stream.breakdowns() for stream in streams):
            return None
        if cohort:
            if not whole_months(span):
                return None
            after = dates.month_end(span.last) + dates.DAY
            keys = Q(key__gte=f"{span.since:%Y-%m}", key__lt=f"{after:%Y-%m}")
        kept = not dim or self._smallest_level(place) <= BIG
        return _Plan(want.measure(span), label, dim, keys, Stretch.of(*want.days(span)), not kept)

    def _smallest_level(self, place: str) -> int:
        """The level of the areas whose cells are read."""
        if place == "area":
            return max((area.level for area in self.scope.parts), default=BIG + 1)
        return self.scope.area.level

    def _cells(self, plans: list[_Plan], place: str) -> Iterator[Group]:
        """Read the groups of all plans: one query for months, one for days."""
        for model, column in ((AreaMonth, "month"), (AreaDay, "day")):
            where = Q()
            asked: dict[tuple[Q, Q], dict[str, set[str]]] = {}
            for plan in plans:
                if column == "day" and (plan.edges_live or not plan.stretch.edges):
                    continue
                if column == "month" and plan.stretch.months is None:
                    continue
                when = plan.stretch.months_q() if column == "month" else days_q(plan.stretch.edges)
                by_dim = asked.setdefault((when, plan.keys), defaultdict(set))
                by_dim[plan.dim] |= MEASURES[plan.measure].cells().keys()
            for (when, keys), by_dim in asked.items():
                for dim, cells in by_dim.items():
                    where |= when & keys & Q(dim=dim, measure__in=cells)
            if asked:
                yield from self._groups(model, where, place)

    def _groups(self, model: Any, where: Q, place: str) -> Iterator[Group]:
        rows = model.objects.filter(where, self._areas_q(place), generation=GENERATION).order_by()
        row = F("area__code") if place == "area" else Value(WHOLE, output_field=CharField())
        grouped = rows.values_list(row, "measure", "dim", "key", "level").annotate(Sum("n"), Sum("amount"))
        codes: dict[str, str] = {}
        if place == "sector":
            codes = {str(pk): code for pk, code in Sector.objects.values_list("pk", "code")}
        for found in grouped:
            row, cell, *rest = found
            group = Group(row, CELLS[cell], *rest)
            if group.label == "sector":
                own_row = codes[group.key] if place == "sector" else group.row
                group = replace(group, row=own_row, label="", key="")
            elif "/" in group.label:
                group = replace(group, key=group.key.partition("/")[2])
            yield group

    def _areas_q(self, place: str) -> Q:
        """The cells of the whole scope, or of each of its parts."""
        if place != "area":
            return Q(area=self.scope.area, direct=not self.scope.parts)
        leaves = [area.pk for area in self.scope.parts if not area.has_parts]
        inner = [area.pk for area in self.scope.parts if area.has_parts]
        return Q(area__in=leaves, direct=True) | Q(area__in=inner, direct=False)

    def months(self, measures: Iterable[str], last: date) -> dict[str, dict[date, int]]:
        """Return how much of each measure falls in each month up to a day; two queries."""
        measures = list(measures)
        if not self.scope.has_tallies or self.scope.sector is not None:
            return self.live.months(measures, last)
        found: dict[str, dict[date, int]] = {name: defaultdict(int) for name in measures}
        cells = [cell for name in measures for cell in MEASURES[name].cells()]
        stretch = Stretch.of(None, last)
        for model, column, where in (
            (AreaMonth, "month", stretch.months_q()),
            (AreaDay, "day", days_q(stretch.edges) if stretch.edges else Q(pk__in=[])),
        ):
            rows = model.objects.filter(
                where, self._areas_q(""), generation=GENERATION, measure__in=cells, dim=""
            )
            for cell, day, n in rows.order_by().values_list("measure", column).annotate(Sum("n")):
                found[CELLS[cell]][dates.month_start(day)] += n
        return found


def whole_months(span: Span) -> bool:
    """Whether a period begins with a month, and ends with one or on the day up to which it is followed."""
    ends = span.last == dates.month_end(span.last) or span.last >= span.as_of
    return span.since is not None and span.since.day == 1 and ends
