"""Rebuilding cells: the days of a measure are deleted and counted again from the records.

Areas in which enterprises lie are counted from the records; the areas around them are the sums of their parts, level
by level. Every area has month totals for every breakdown. Day cells are kept without breakdown for every area, and for
every breakdown only for country and provinces: below, the few records of a running month are read live
(`reports.sources`), because cells of a day, a district and a category do not compress (docs/adr/0012).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.db.models import Case, F, Q, Sum, Value, When
from django.db.models.functions import TruncMonth

from enterprises.models import Area, Enterprise
from reports.measures import Measure, Stream
from reports.models import BIG, AreaDay, AreaMonth
from reports.tallies.counting import counted, summed_money
from reports.tallies.prepared import Slots, Stretches, insert, within
from score_mis.lib import dates

SAME = ("generation", "measure", "stream", "dim", "key", "level")
MOST_STRETCHES = 16
"""More stretches of days than these are counted as fewer longer ones; counting a day too many does no harm."""


@dataclass(frozen=True)
class Ground:
    """The areas to count again: those in which enterprises lie, and those with parts by depth, deepest first.

    `leaves` is None when all areas are meant; the areas around the ones asked for belong to them, because enterprises
    may lie directly in these too. `inner` are all areas that have parts. Of the big areas those are `added
    up` whose parts are all big; the others are counted from the records. `settled` are areas added up in which
    enterprises lie directly all the same.
    """

    leaves: tuple[int, ...] | None
    around: tuple[tuple[int, ...], ...]
    inner: tuple[int, ...]
    big: tuple[int, ...]
    added_up: tuple[int, ...]
    settled: tuple[int, ...]

    @classmethod
    def of(cls, areas: Collection[int] | None, *, alone: bool = False) -> "Ground":
        """Read the areas around some areas (`alone`: these only), or all; four queries."""
        rows = Area.objects.order_by()
        inner = set(rows.filter(parent__isnull=False).values_list("parent", flat=True).distinct())
        mixed = set(rows.filter(parent__level__lte=BIG, level__gt=BIG).values_list("parent", flat=True))
        if areas is not None:
            rows = rows.filter(pk__in=areas) if alone else rows.filter(below__area__in=areas).distinct()
        by_depth: dict[int, list[int]] = defaultdict(list)
        big, found = set(), set(areas or ())
        for area in rows.only("pk", "path", "level"):
            found.add(area.pk)
            if area.pk in inner:
                by_depth[area.depth].append(area.pk)
            if area.level <= BIG:
                big.add(area.pk)
        added_up = (big & inner) - mixed
        settled = Enterprise.objects.order_by().filter(area__in=added_up).values_list("area", flat=True)
        return cls(
            leaves=None if areas is None else tuple(sorted(found)),
            around=tuple(tuple(sorted(by_depth[depth])) for depth in sorted(by_depth, reverse=True)),
            inner=tuple(sorted(inner)),
            big=tuple(sorted(big)),
            added_up=tuple(sorted(added_up)),
            settled=tuple(sorted(set(settled.distinct()))),
        )

    def all_pks(self) -> set[int] | None:
        """Every area whose cells are counted again; None: all."""
        if self.leaves is None:
            return None
        return set(self.leaves).union(*self.around)


def stretches_of(days: Iterable[date]) -> Stretches:
    """Put days together to stretches; where these are many, the shortest gaps between them are counted too."""
    found: list[tuple[date, date]] = []
    for day in sorted(days):
        if found and day - found[-1][1] <= dates.DAY:
            found[-1] = (found[-1][0], day)
        else:
            found.append((day, day))
    gap = timedelta(days=2)
    while len(found) > MOST_STRETCHES:
        closer = [found[0]]
        for first, last in found[1:]:
            if first - closer[-1][1] <= gap:
                closer[-1] = (closer[-1][0], last)
            else:
                closer.append((first, last))
        found, gap = closer, gap * 2
    return tuple(found)


def _whole_months(days: Stretches) -> Stretches:
    """The months that stretches of days touch, as stretches."""
    found: list[tuple[date, date]] = []
    for first, last in days:
        begin, end = dates.month_start(first), dates.month_end(last)
        if found and begin <= found[-1][1] + dates.DAY:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((begin, end))
    return tuple(found)


def rebuild(
    measure: Measure,
    generation: int,
    ground: Ground,
    days: Collection[date] | None,
    *,
    kinds: Collection[str] | None = None,
    fresh: bool = False,
) -> None:
    """Count a measure again on some days (None: on all) in a generation.

    `kinds` leaves out streams of other kinds of record; `fresh` says that nothing is there to delete.
    """
    stretches = None if days is None else stretches_of(days)
    slots = Slots(
        generation=generation,
        days=stretches,
        months=None if stretches is None else _whole_months(stretches),
        leaves=ground.leaves,
    )
    streams = {n: s for n, s in enumerate(measure.streams) if kinds is None or s.kind in kinds}
    numbers = tuple(streams)
    if not fresh:
        _delete(measure, numbers, slots, ground)
    for number, stream in streams.items():
        counter = Counter(measure.name, number, stream)
        counter.count_days(slots)
        for dim in stream.breakdowns():
            counter.count_months(dim, slots)
            counter.count_big_days(dim, slots, ground)
    _sum_months(measure.name, numbers, slots)
    summer = Summer(measure.name, numbers, slots, ground)
    for parents in ground.around:
        summer.sum_parts(AreaMonth, "any", parents)
        summer.sum_parts(AreaDay, "none", parents)
        if big := tuple(pk for pk in parents if pk in ground.added_up):
            summer.sum_parts(AreaDay, "some", big)


def _delete(measure: Measure, numbers: tuple[int, ...], slots: Slots, ground: Ground) -> None:
    pks = ground.all_pks()
    for model, column, stretches in ((AreaDay, "day", slots.days), (AreaMonth, "month", slots.months)):
        rows: Any = model.objects.filter(
            within(column, stretches),
            generation=slots.generation,
            measure=measure.name,
            stream__in=numbers,
        )
        if pks is not None:
            rows = rows.filter(area__in=pks)
        rows._raw_delete(rows.db)


COLUMNS = {
    "generation": "cell_generation",
    "area": "cell_owner",
    "direct": "cell_direct",
    "measure": "cell_measure",
    "stream": "cell_stream",
    "dim": "cell_dim",
    "key": "cell_key",
    "level": "cell_level",
    "n": "total",
    "amount": "money",
}


@dataclass(frozen=True)
class Counter:
    """Counts one stream of a measure from the records."""

    measure: str
    number: int
    stream: Stream

    def count_days(self, slots: Slots) -> None:
        """Insert day cells without breakdown of the areas with enterprises."""

        def build(slots: Slots) -> tuple:
            rows = counted(self.stream, "", self._where(slots, slots.days), owner="area_id")
            rows = rows.annotate(**self._fixed(slots, ""), cell_direct=Value(True))
            return AreaDay, COLUMNS | {"day": "cell_day"}, rows

        insert(("days", self.measure, self.number), build, replace(slots, months=None))

    def count_months(self, dim: str, slots: Slots) -> None:
        """Insert month totals of a breakdown of the areas with enterprises."""

        def build(slots: Slots) -> tuple:
            where = self._where(slots, slots.months)
            rows = counted(self.stream, dim, where, owner="area_id", by_month=True)
            rows = rows.annotate(**self._fixed(slots, dim), cell_direct=Value(True))
            return AreaMonth, COLUMNS | {"month": "cell_day"}, rows

        insert(("months", self.measure, self.number, dim), build, replace(slots, days=None))

    def count_big_days(self, dim: str, slots: Slots, ground: Ground) -> None:
        """Insert day cells of a breakdown of country and provinces, but for what is added up from parts."""
        alone = tuple(pk for pk in ground.big if pk not in ground.added_up)
        for pks, owner, direct in (
            (tuple(pk for pk in alone if pk in ground.inner), "area__above__ancestor_id", False),
            (tuple(pk for pk in alone if pk not in ground.inner), "area_id", True),
            (ground.settled, "area_id", True),
        ):
            if pks:
                self._count_big_days(dim, replace(slots, months=None, leaves=None, owners=pks), owner, direct)

    def _count_big_days(self, dim: str, slots: Slots, owner: str, direct: bool) -> None:
        def build(slots: Slots) -> tuple:
            where = self._where(slots, slots.days) & Q(cell_owner__in=slots.owners)
            rows = counted(self.stream, dim, where, owner=owner)
            rows = rows.annotate(**self._fixed(slots, dim), cell_direct=Value(direct))
            return AreaDay, COLUMNS | {"day": "cell_day"}, rows

        insert(("big days", self.measure, self.number, dim, owner, direct), build, slots)

    def _fixed(self, slots: Slots, dim: str) -> dict[str, Value]:
        return {
            "cell_generation": Value(slots.generation),
            "cell_measure": Value(self.measure),
            "cell_stream": Value(self.number),
            "cell_dim": Value(dim),
        }

    def _where(self, slots: Slots, stretches: Stretches | None) -> Q:
        """The records to read: those of the areas, on the days; near the days where an index can say so."""
        where = within("day", stretches)
        if slots.leaves is not None:
            where &= Q(**{f"{self.stream.enterprise}__area__in": slots.leaves})
        if stretches is not None and self.stream.near is not None:
            near = Q()
            for first, last in stretches:
                near |= self.stream.near(first, last)
            where &= near
        return where


def _sum_months(measure: str, numbers: tuple[int, ...], slots: Slots) -> None:
    """Month totals without breakdown of the areas with enterprises: the sums of their days."""

    def build(slots: Slots) -> tuple:
        rows = AreaDay.objects.filter(
            within("day", slots.months),
            generation=slots.generation,
            measure=measure,
            stream__in=numbers,
            dim="",
            direct=True,
        )
        if slots.leaves is not None:
            rows = rows.filter(area__in=slots.leaves)
        grouped = rows.order_by().values(*SAME, "area", cell_month=TruncMonth("day"))
        return _sums(AreaMonth, "month", grouped.annotate(cell_area=F("area"), cell_direct=Value(True)))

    insert(("sum months", measure, numbers), build, replace(slots, days=None))


@dataclass(frozen=True)
class Summer:
    """Adds up cells of areas with parts: what lies directly in them, and the whole of each part."""

    measure: str
    numbers: tuple[int, ...]
    slots: Slots
    ground: Ground

    def sum_parts(self, model: Any, dims: str, parents: tuple[int, ...]) -> None:
        """Insert the cells of some parents, with any breakdown, none, or some."""
        column = "day" if model is AreaDay else "month"
        slots = replace(self.slots, leaves=None, inner=self.ground.inner, owners=parents)
        slots = replace(slots, months=None) if model is AreaDay else replace(slots, days=None)
        which = {"any": Q(), "none": Q(dim=""), "some": ~Q(dim="")}[dims]

        def build(slots: Slots) -> tuple:
            when = within(column, slots.days if model is AreaDay else slots.months)
            rows = model.objects.filter(
                when, which, generation=slots.generation, measure=self.measure, stream__in=self.numbers
            )
            own = Q(area__in=slots.owners, direct=True)
            parts = Q(area__parent__in=slots.owners) & (Q(direct=False) | ~Q(area__in=slots.inner))
            area = Case(When(own, then=F("area")), default=F("area__parent"))
            grouped = rows.filter(own | parts).order_by()
            grouped = grouped.values(*SAME, cell_area=area, **{f"cell_{column}": F(column)})
            return _sums(model, column, grouped.annotate(cell_direct=Value(False)))

        insert(("sum parts", model, self.measure, self.numbers, dims), build, slots)


def _sums(model: Any, column: str, grouped: Any) -> tuple:
    """Grouped cells, summed; without those in which nothing remains."""
    rows = grouped.annotate(total=Sum("n"), money=summed_money("amount")).exclude(
        Q(total=0) & (Q(money__isnull=True) | Q(money=0))
    )
    columns = {name: name for name in SAME} | {"area": "cell_area", "direct": "cell_direct"}
    return model, columns | {column: f"cell_{column}", "n": "total", "amount": "money"}, rows
