"""Rebuilding cells: the days of a measure are deleted and counted again from the records.

Areas in which enterprises lie are counted from the records; the areas around them are the sums of their parts, level
by level. Every area has month totals for every breakdown. Day cells are kept without breakdown for every area, and for
every breakdown only for country and provinces: below, the few records of a running month are read live
(`reports.sources`), because cells of a day, a district and a category do not compress (docs/adr/0012).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from django.db.models import Case, F, Q, Sum, Value, When

from enterprises.models import Area, AreaAncestor, Enterprise
from reports.fields import BREAKDOWNS, BreakdownField
from reports.models import BIG, AreaDay, AreaMonth, Staged
from reports.tallies import staging
from reports.tallies.counting import summed_money
from reports.tallies.prepared import Slots, Stretches, insert, within
from reports.tallies.staging import COLUMN, Cells
from score_mis.lib import dates

MOST_STRETCHES = 16
"""More stretches of days than these are counted as fewer longer ones; counting a day too many does no harm."""


@dataclass(frozen=True)
class Ground:
    """The areas to count again: those in which enterprises lie, and those with parts by depth, deepest first.

    `leaves` is None when all areas are meant; the areas around the ones asked for belong to them, because enterprises
    may lie directly in these too. `inner` are all areas that have parts. Of the big areas those are `added
    up` whose parts are all big; the others are counted from the records. `settled` are areas added up in which
    enterprises lie directly all the same. `wide` are the areas whose records are read for big areas, where
    those of the areas asked for are not all of them.
    `parts` are the areas next below those with parts.
    """

    leaves: tuple[int, ...] | None
    around: tuple[tuple[int, ...], ...]
    inner: tuple[int, ...]
    big: tuple[int, ...]
    added_up: tuple[int, ...]
    settled: tuple[int, ...]
    wide: tuple[int, ...]
    parts: Mapping[int, list[int]]

    @classmethod
    def of(cls, areas: Collection[int] | None, *, alone: bool = False) -> "Ground":
        """Read the areas around some areas (`alone`: these only), or all; some six queries."""
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
        parts: dict[int, list[int]] = defaultdict(list)
        around = {pk for pks in by_depth.values() for pk in pks}
        for pk, parent in Area.objects.order_by().filter(parent__in=around).values_list("pk", "parent"):
            parts[parent].append(pk)
        lying = Enterprise.objects.order_by().filter(area__in=added_up).values_list("area", flat=True)
        settled = set(lying.distinct())
        wide: set[int] = set()
        if areas is not None:
            below = AreaAncestor.objects.filter(ancestor__in=big - added_up).order_by().values("area")
            lived_in = Enterprise.objects.order_by().filter(area__in=below).values_list("area", flat=True)
            wide = {*lived_in.distinct(), *settled}
        return cls(
            leaves=None if areas is None else tuple(sorted(found)),
            around=tuple(tuple(sorted(by_depth[depth])) for depth in sorted(by_depth, reverse=True)),
            inner=tuple(sorted(inner)),
            big=tuple(sorted(big)),
            added_up=tuple(sorted(added_up)),
            settled=tuple(sorted(settled)),
            wide=() if wide <= found else tuple(sorted(wide)),
            parts=parts,
        )

    @cached_property
    def around_records(self) -> tuple[int, ...]:
        """The big areas with parts whose day cells are counted from the records in them."""
        return tuple(pk for pk in self.big if pk in self.inner and pk not in self.added_up)

    @cached_property
    def alone(self) -> tuple[int, ...]:
        """The big areas of which the records directly in them are counted by day."""
        return tuple(sorted({*self.big} - {*self.inner} | {*self.settled}))

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
    cells: Cells,
    generation: int,
    ground: Ground,
    days: Collection[date] | None,
    *,
    fresh: bool = False,
) -> None:
    """Count cells again on some days (None: on all) in a generation; `fresh` says that nothing is there yet."""
    work = Work(cells, generation, ground, None if days is None else stretches_of(days))
    if not fresh:
        work.delete()
    work.stage()
    work.count()
    for parents in ground.around:
        work.sum_parts(AreaMonth, "any", parents)
        work.sum_parts(AreaDay, "none", parents)
        if big := tuple(pk for pk in parents if pk in ground.added_up):
            work.sum_parts(AreaDay, "some", big)


@dataclass(frozen=True)
class Work:
    """What is to be counted again: cells of a generation, in the areas of a ground, on stretches of days."""

    cells: Cells
    generation: int
    ground: Ground
    days: Stretches | None

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names of the cells."""
        return tuple(self.cells)

    def _stretches(self, model: Any) -> Stretches | None:
        """The days to count again, or the whole months around them."""
        return self.days if model is AreaDay or self.days is None else _whole_months(self.days)

    def delete(self) -> None:
        """Delete the cells that are counted again."""
        pks = self.ground.all_pks()
        for model, column in ((AreaDay, "day"), (AreaMonth, "month")):
            rows: Any = model.objects.filter(
                within(column, self._stretches(model)), generation=self.generation, measure__in=self.names
            )
            if pks is not None:
                rows = rows.filter(dim__in=BREAKDOWNS, area__in=pks)
            rows._raw_delete(rows.db)

    def stage(self) -> None:
        """Read the records: whole months for the areas they lie in, single days for the big areas around."""
        ground = self.ground
        slots = Slots(self.generation, days=self._stretches(AreaMonth), leaves=ground.leaves)
        staging.begin()
        staging.stage(self.cells, slots, wide=False)
        if ground.wide:
            staging.stage(self.cells, Slots(self.generation, days=self.days, leaves=ground.wide), wide=True)
        if self.days is None:
            staging.know_sizes()

    def count(self) -> None:
        """Insert the cells of areas in which enterprises lie, and day cells of the big areas counted from records."""
        dims = {dim for streams in self.cells.values() for stream in streams for dim in stream.breakdowns()}
        self._count(AreaDay, "", "area_id", direct=True)
        self._count(AreaMonth, "", "area_id", direct=True)
        around, alone = self.ground.around_records, self.ground.alone
        for dim in BREAKDOWNS:
            if dim in dims:
                self._count(AreaMonth, dim, "area_id", direct=True)
                if around:
                    self._count(AreaDay, dim, "area__above__ancestor_id", direct=False, owners=around)
                if alone:
                    self._count(AreaDay, dim, "area_id", direct=True, owners=alone)

    def _count(self, model: Any, dim: str, owner: str, *, direct: bool, owners: tuple[int, ...] = ()) -> None:
        """Insert the groups of staged rows by owner, day or month, level and key; not those of nothing."""
        column = "day" if model is AreaDay else "month"
        wide = bool(owners and self.ground.wide)
        slots = Slots(self.generation, days=self.days if model is AreaDay else None, owners=owners)

        def build(slots: Slots) -> tuple:
            rows = Staged.objects.filter(within("day", slots.days), wide=wide)
            if dim:
                rows = rows.filter(**{f"{COLUMN[dim]}__isnull": False})
            key = F(COLUMN[dim]) if dim else Value("")
            rows = rows.annotate(cell_area=F(owner), cell_key=key)
            if owners:
                rows = rows.filter(cell_area__in=slots.owners)
            grouped = rows.values("measure", "level", column, "cell_area", "cell_key").annotate(
                cell_generation=Value(slots.generation),
                cell_dim=Value(dim, output_field=BreakdownField()),
                cell_direct=Value(direct),
            )
            return (
                model,
                {**COLUMNS, column: column},
                _summed(grouped, ("measure", "cell_area", column), slots),
            )

        insert(("count", model, dim, owner, direct, wide), build, slots)

    def sum_parts(self, model: Any, dims: str, parents: tuple[int, ...]) -> None:
        """Insert the cells of parents with any breakdown, none or some: direct cells and whole parts."""
        column = "day" if model is AreaDay else "month"
        parts = [part for parent in parents for part in self.ground.parts.get(parent, ())]
        slots = Slots(
            self.generation,
            days=self._stretches(model),
            leaves=(*parents, *parts),
            inner=tuple(part for part in parts if part in self.ground.inner),
            owners=parents,
        )
        which = {"any": BREAKDOWNS, "none": ("",), "some": BREAKDOWNS[1:]}[dims]

        def build(slots: Slots) -> tuple:
            rows = model.objects.filter(
                within(column, slots.days),
                Q(area__in=slots.inner, direct=False) | (~Q(area__in=slots.inner) & Q(direct=True)),
                generation=slots.generation,
                measure__in=self.names,
                dim__in=which,
                area__in=slots.leaves,
            )
            area = Case(When(area__in=slots.owners, then=F("area")), default=F("area__parent"))
            grouped = rows.order_by().values("measure", "level", "dim", "key", column, cell_area=area)
            grouped = grouped.annotate(cell_generation=Value(slots.generation), cell_direct=Value(False))
            grouped = _summed(grouped, ("measure", "dim", "cell_area", column), slots)
            return model, {**COLUMNS, "dim": "dim", "key": "key", column: column}, grouped

        insert(("sum parts", model, self.names, dims), build, slots)


COLUMNS = {
    "area": "cell_area",
    "n": "total",
    "generation": "cell_generation",
    "measure": "measure",
    "dim": "cell_dim",
    "level": "level",
    "direct": "cell_direct",
    "key": "cell_key",
    "amount": "money",
}


def _summed(grouped: Any, order: tuple[str, ...], slots: Slots) -> Any:
    """Groups, summed; without those in which nothing remains. Many are put in the order of the table's key.

    An index that is filled in its order is half as large as one that is filled anyhow, and filled sooner.
    """
    if slots.days is None:
        grouped = grouped.order_by(*order)
    return grouped.annotate(total=Sum("n"), money=summed_money("amount")).exclude(
        Q(total=0) & (Q(money__isnull=True) | Q(money=0))
    )
