"""Draining: the marks that can be seen are taken, and their days are counted again. Safe to run twice."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from enterprises.models import Area, AreaAncestor, Enterprise, Mark
from reports.measures import Stream
from reports.models import FirstRecord, ItemLook, LateMark
from reports.registry import MEASURES
from reports.tallies.firsts import first_again
from reports.tallies.looks import look_again
from reports.tallies.prepared import insert_select
from reports.tallies.rebuild import Ground, rebuild
from reports.tallies.state import beside, changed, counting_areas, current, exclusive, unfinished

FEW = 60
"""Up to this many areas the records of those areas are read; with more, those of all areas on the marked days."""

PLACE = Coalesce("enterprise__area", "area")
"""Where a mark's enterprise lies now: it may have moved after the mark's writer read where it lay."""


@dataclass
class Taken:
    """What marks ask for: days of kinds of record in some areas (None: many), and areas to count on all days."""

    kinds: dict[str, set[date]] = field(default_factory=dict)
    areas: frozenset[int] | None = frozenset()
    whole: frozenset[int] = frozenset()

    @classmethod
    def of(cls, marks: QuerySet) -> "Taken":
        """Read the different days and areas of some marks; a few grouped queries whatever their number."""
        rows = marks.order_by()
        kinds: dict[str, set[date]] = defaultdict(set)
        for kind, day in rows.filter(day__isnull=False).values_list("kind", "day").distinct():
            kinds[kind].add(day)
        place = PLACE if marks.model is Mark else F("area")
        areas = rows.filter(day__isnull=False).values_list(place, flat=True).distinct()[: FEW + 1]
        found = frozenset(areas)
        whole = frozenset(rows.filter(day__isnull=True).values_list("area", flat=True).distinct())
        return cls(dict(kinds), found if len(found) <= FEW else None, whole)

    def with_days(self, kind: str, pairs: Collection[tuple[int, date]]) -> "Taken":
        """The same, and further areas and days of a kind."""
        if not pairs:
            return self
        areas = None if self.areas is None else self.areas | {area for area, _day in pairs}
        kinds = {**self.kinds, kind: self.kinds.get(kind, set()) | {day for _area, day in pairs}}
        return Taken(kinds, areas, self.whole)


def recount_marked(taken: Taken, generation: int) -> None:
    """Count again what marks ask for, in a generation."""
    if _is_everything(taken.whole):
        everywhere = Ground.of(None)
        for measure in MEASURES.values():
            rebuild(measure.cells(), generation, everywhere, None)
        return
    by_kind: dict[str, dict[str, Sequence[Stream]]] = defaultdict(dict)
    for measure in MEASURES.values():
        for name, streams in measure.cells().items():
            by_kind[streams[0].kind][name] = streams
    if taken.whole:
        ground = Ground.of(taken.whole, alone=True)
        for cells in by_kind.values():
            rebuild(cells, generation, ground, None)
    if taken.kinds:
        ground = Ground.of(taken.areas)
        for kind, days in taken.kinds.items():
            rebuild(by_kind[kind], generation, ground, days)


def drain() -> int:
    """Take the marks that wait and count their days again; return how many marks there were.

    Whole areas take long. They are counted after the days elsewhere, and while they are, other drains go on with these;
    the days within them wait until then.
    """
    gone = _drain_days()
    if ranges().exists():
        gone += _drain_areas() + _drain_days()
    return gone


def ranges() -> QuerySet[Mark]:
    """The marks that ask for whole areas."""
    return Mark.objects.filter(day__isnull=True).order_by()


def _free() -> QuerySet[Mark]:
    """The marks of days in places that are not to be counted whole, nor within an area that is.

    Days counted in both would be in two areas' cells at once, or in none, while an enterprise goes from one to the
    other.
    """
    held = AreaAncestor.objects.filter(ancestor__in=ranges().values("area")).order_by().values("area")
    free = Mark.objects.filter(day__isnull=False).annotate(place=PLACE).exclude(place__in=held)
    return Mark.objects.filter(pk__in=free.order_by().values("pk"))


def _drain_days() -> int:
    with exclusive():
        moment = timezone.now()
        marks, counted_at = Mark.objects.all(), moment
        if ranges().exists():
            marks, counted_at = _free(), current().computed_at
        if not marks.exists():
            changed(moment=counted_at, anything=False)
            return 0
        generation = current().generation
        owners, checked = reporters(marks=marks), reporters(["check"], marks=marks)
        stirred = coverage_days(marks)
        keep_late_marks(marks)
        taken = Taken.of(marks)
        gone = marks._raw_delete(marks.db)
        moved = stirred | first_again(owners) | look_again(checked)
        keep_late(moved)
        recount_marked(taken.with_days("enterprise", moved), generation)
        changed(moment=counted_at, anything=True)
    return gone


def _drain_areas() -> int:
    """Count whole areas again, one process at a time; nobody else writes their cells meanwhile.

    The marks are taken after the cells are written: a process that dies in between is repeated, not missed. A drain
    that began before these marks were there may be writing the same cells: they are read when it has ended, and
    drains that begin later see them and leave these areas alone.
    """
    with counting_areas() as mine:
        if not mine:
            return 0
        with exclusive():
            marks = dict(ranges().values_list("pk", "area"))
        whole = frozenset(marks.values())
        with exclusive() if _is_everything(whole) else beside():
            found = first_again(_without_first_record(whole))
            Mark.objects.bulk_create(
                (Mark(kind="enterprise", area_id=area, day=day) for area, day in found), batch_size=1000
            )
            recount_marked(Taken(whole=whole), current().generation)
        with exclusive():
            keep_late({(area, None) for area in whole})
            pks = list(marks)
            for start in range(0, len(pks), 1000):
                rows = Mark.objects.filter(pk__in=pks[start : start + 1000])
                rows._raw_delete(rows.db)
            changed(moment=current().computed_at, anything=True)
    return len(marks)


def _is_everything(whole: Collection[int]) -> bool:
    """Whether so much is asked for that all areas are counted again."""
    return len(whole) > FEW or len(whole) == Area.objects.count()


def _without_first_record(areas: Collection[int]) -> set[int]:
    """The enterprises of some areas for which no first record is kept."""
    rows = Enterprise.objects.filter(area__in=areas, first_record__isnull=True).order_by()
    return set(rows.values_list("pk", flat=True))


def reporters(
    kinds: Collection[str] = ("suggestion", "check", "hazard", "visit"),
    *,
    marks: QuerySet[Mark] | None = None,
) -> set[int]:
    """The enterprises whose records of some kinds wait, and those without a first record in areas that wait whole."""
    rows = (Mark.objects.all() if marks is None else marks).order_by()
    marked = rows.filter(kind__in=kinds, enterprise__isnull=False)
    whole = set(rows.filter(day__isnull=True).values_list("area", flat=True).distinct())
    return {*marked.values_list("enterprise", flat=True).distinct(), *_without_first_record(whole)}


def coverage_days(marks: QuerySet[Mark] | None = None) -> set[tuple[int, date]]:
    """Areas and days on which enterprises begin to count in coverage whose own steps wait to be counted."""
    rows = Mark.objects.all() if marks is None else marks
    stepped = rows.filter(kind="enterprise").order_by().values("enterprise")
    found: set[tuple[int, date]] = set()
    for model in (FirstRecord, ItemLook):
        firsts = model.objects.filter(enterprise__in=stepped).order_by()
        found |= set(firsts.values_list("enterprise__area", "first_on").distinct())
    return found


def keep_late(moved: Collection[tuple[int, date | None]]) -> None:
    """While a full build runs, keep the areas and days on which coverage changed, or areas (no day) as a whole."""
    if unfinished() is not None:
        LateMark.objects.bulk_create(
            [LateMark(kind="enterprise", area_id=area, day=day) for area, day in moved], batch_size=1000
        )


def keep_late_marks(marks: QuerySet[Mark] | None = None) -> None:
    """While a full build runs, keep the marks that are taken: it must count their days again at its end."""
    if unfinished() is None:
        return
    taken = Mark.objects.all() if marks is None else marks
    rows = taken.order_by().values("kind", "day", place=PLACE).distinct()
    insert_select(LateMark, {"kind": "kind", "area": "place", "day": "day"}, rows)
