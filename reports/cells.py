"""Cells: the tallies of areas as they are read, in one statement for months and one for days at the edges.

Looks at items are asked for apart: they are most of the cells, and only the sum of those in force is wanted.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache, lru_cache, partial
from typing import Any, NamedTuple

from django.db.models import F, Q, QuerySet, Subquery, Sum, Value
from django.db.models.fields import CharField, DecimalField, IntegerField

from reports import coverage
from reports.models import AreaDay, AreaMonth, TallyState
from reports.registry import CELLS, MEASURES
from reports.scope import Scope
from score_mis.lib import dates, statements

WHOLE = ""
"""The row of the whole scope, where no breakdown by place is asked."""

GENERATION = Subquery(TallyState.objects.values("generation")[:1])
"""The generation in use, asked along with the cells."""

IN_FORCE = "*"
"""The key of all checklist items in force together."""

Days = tuple[date | None, date]
Keys = tuple[str, ...] | tuple[date]


class Group(NamedTuple):
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

    months: Days | None
    edges: tuple[tuple[date, date], ...]

    @classmethod
    @lru_cache(maxsize=1000)
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


class Plan(NamedTuple):
    """How a want is read: the breakdown of the cells, stretches of days, and which keys.

    No `keys` are all, one is that one, two are from the first to before the second; a day stands for the checklist
    items in force on it, which are summed up.
    """

    measure: str
    dim: str
    keys: Keys
    stretch: Stretch
    edges_live: bool

    def stretches(self, column: str) -> tuple[Days, ...]:
        """The stretches to be read from cells of months or days."""
        if column == "month":
            return (self.stretch.months,) if self.stretch.months else ()
        return () if self.edges_live else self.stretch.edges


class Condition(NamedTuple):
    """Stretches of days and keys, and the measures to be read of them by breakdown."""

    days: tuple[Days, ...]
    keys: Keys
    measures: tuple[tuple[str, tuple[str, ...]], ...]

    @property
    def is_of_items(self) -> bool:
        """Whether it asks for the items in force."""
        return isinstance(self.keys[0], date) if self.keys else False

    def shape(self) -> tuple:
        """What decides how the condition is written: everything but its values."""
        return tuple(first is None for first, _last in self.days), len(self.keys), self.measures

    def values(self) -> list[statements.Value]:
        """Its days and keys in order."""
        return [*(day for stretch in self.days for day in stretch if day is not None), *self.keys]

    def written(self, column: str, values: Iterator[Any]) -> Q:
        """The condition on cells, with values in place of its own."""
        days = [(None if first is None else next(values), next(values)) for first, _last in self.days]
        when = stretches_q(column, days) & _keys_q([next(values) for _key in self.keys])
        which = Q()
        for dim, measures in self.measures:
            which |= Q(dim=dim, measure__in=measures)
        return when & which


def stretches_q(column: str, stretches: Iterable[Days]) -> Q:
    """The condition that a column lies in any of some stretches."""
    condition = Q()
    for first, last in stretches:
        begun = Q(**{f"{column}__gte": first}) if first else Q()
        condition |= Q(**{f"{column}__lte": last}) & begun
    return condition


def _keys_q(keys: list[Any]) -> Q:
    if keys and isinstance(keys[0], date):
        return Q(key__in=coverage.items_in_force(keys[0]).order_by().values("code"))
    if len(keys) == 2:
        return Q(key__gte=keys[0], key__lt=keys[1])
    return Q(key=keys[0]) if keys else Q()


@cache
def _cells(measure: str) -> tuple[str, ...]:
    """The names of a measure's cells."""
    return tuple(MEASURES[measure].cells())


def _conditions(plans: Iterable[Plan], column: str) -> list[Condition]:
    """What is asked of cells of months or days: plans with the same days and keys together."""
    asked: dict[tuple, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for plan in plans:
        days = plan.stretches(column)
        if days:
            asked[days, plan.keys][plan.dim] |= set(_cells(plan.measure))
    return [
        Condition(days, keys, tuple((dim, tuple(sorted(found))) for dim, found in sorted(by_dim.items())))
        for (days, keys), by_dim in asked.items()
    ]


@dataclass(frozen=True)
class Areas:
    """Whose cells are read: an area's as a whole (`codes` is empty), or those of each of its parts by code.

    Codes are known here and not joined: the planner takes cells for few, and joined thousands in a nested loop.
    """

    leaves: tuple[int, ...]
    inner: tuple[int, ...]
    codes: Mapping[int, str]

    @classmethod
    def of(cls, scope: Scope, *, parts: bool = False) -> "Areas":
        """The area of a scope, or its parts."""
        if not parts and scope.area is not None:
            pk = (scope.area.pk,)
            return cls((), pk, {}) if scope.parts else cls(pk, (), {})
        leaves = tuple(area.pk for area in scope.parts if not area.has_parts)
        inner = tuple(area.pk for area in scope.parts if area.has_parts)
        return cls(
            statements.filled(leaves), statements.filled(inner), {area.pk: area.code for area in scope.parts}
        )

    def shape(self) -> tuple:
        """What decides how the condition is written."""
        return len(self.leaves), len(self.inner), bool(self.codes)

    def written(self, values: Iterator[Any]) -> Q:
        """The condition on cells, with values in place of its own."""
        leaves, inner = [next(values) for _pk in self.leaves], [next(values) for _pk in self.inner]
        which = Q(area__in=leaves, direct=True) if leaves else Q()
        if inner:
            which |= Q(area__in=inner, direct=False)
        return Q(area__in=[*leaves, *inner]) & which


def groups(plans: list[Plan], areas: Areas) -> Iterator[tuple]:
    """Sums of cells by row, measure, breakdown, key and level: n and amount."""
    for model, column in ((AreaMonth, "month"), (AreaDay, "day")):
        conditions = _conditions(plans, column)
        for of_items in (False, True):
            asked = [condition for condition in conditions if condition.is_of_items is of_items]
            if not asked or not (areas.leaves or areas.inner):
                continue
            found = statements.rows(
                ("cells", column, areas.shape(), tuple(condition.shape() for condition in asked)),
                [*areas.leaves, *areas.inner, *_days(asked), *(v for part in asked for v in part.values())],
                partial(_grouped, model, column, areas, asked, of_items),
            )
            for row, cell, *rest in found:
                yield areas.codes.get(row, WHOLE), CELLS[cell], *rest


def _around(asked: list[Condition]) -> Days:
    """The first (None: ever) and the last of all days that are asked for."""
    stretches = [days for condition in asked for days in condition.days]
    firsts = [first for first, _last in stretches if first is not None]
    return min(firsts) if len(firsts) == len(stretches) else None, max(last for _first, last in stretches)


def _days(asked: list[Condition]) -> list[date]:
    return [day for day in _around(asked) if day is not None]


def _grouped(
    model: Any, column: str, areas: Areas, asked: list[Condition], of_items: bool, values: Iterator[Any]
) -> QuerySet:
    """The sums of the conditions. What they have in common is said before them: an index can find that."""
    first, _last = _around(asked)
    rows = model.objects.filter(
        areas.written(values),
        stretches_q(column, [(None if first is None else next(values), next(values))]),
        generation=GENERATION,
        dim__in=sorted({dim for condition in asked for dim, _cells in condition.measures}),
        measure__in=sorted(
            {cell for condition in asked for _dim, cells in condition.measures for cell in cells}
        ),
    ).order_by()
    where = Q()
    for condition in asked:
        where |= condition.written(column, values)
    row = F("area_id") if areas.codes else Value(None, output_field=IntegerField())
    key = Value(IN_FORCE, output_field=CharField()) if of_items else F("key")
    found = rows.filter(where).values_list(row, "measure", "dim", key, "level")
    money = Value(None, output_field=DecimalField()) if of_items else Sum("amount")
    return found.annotate(sum=Sum("n"), money=money)


def months(scope: Scope, measures: Iterable[str], last: date) -> dict[str, dict[date, int]]:
    """How much of each measure falls in each month up to a day in an area; a query, and one for a month not over."""
    measures, areas, stretch = tuple(measures), Areas.of(scope), Stretch.of(None, last)
    cells = tuple(cell for name in measures for cell in _cells(name))
    found: dict[str, dict[date, int]] = {name: defaultdict(int) for name in measures}
    for model, column, days in (
        (AreaMonth, "month", (stretch.months,) if stretch.months else ()),
        (AreaDay, "day", stretch.edges),
    ):
        condition = Condition(days, (), (("", cells),))
        if not days:
            continue
        name = ("months", column, areas.shape(), condition.shape())
        values = [*areas.leaves, *areas.inner, *condition.values()]
        rows = statements.rows(name, values, partial(_by_month, model, column, areas, condition))
        for cell, day, n in rows:
            found[CELLS[cell]][dates.month_start(day)] += n
    return found


def _by_month(model: Any, column: str, areas: Areas, asked: Condition, values: Iterator[Any]) -> QuerySet:
    rows = model.objects.filter(areas.written(values), generation=GENERATION).order_by()
    return rows.filter(asked.written(column, values)).values_list("measure", column).annotate(Sum("n"))
