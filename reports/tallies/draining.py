"""Draining: the marks that can be seen are taken, and their days are counted again. Safe to run twice."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import F
from django.db.models.functions import Coalesce
from django.utils import timezone

from enterprises.models import Area, Enterprise, Mark
from reports.measures import Stream
from reports.models import FirstRecord, ItemLook, LateMark
from reports.registry import MEASURES
from reports.tallies.firsts import first_again
from reports.tallies.looks import look_again
from reports.tallies.prepared import insert_select
from reports.tallies.rebuild import Ground, rebuild
from reports.tallies.state import changed, current, exclusive, unfinished

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
    def of(cls, marks: type[Mark] | type[LateMark]) -> "Taken":
        """Read the different days and areas of the marks there are; a few grouped queries whatever their number."""
        rows = marks.objects.order_by()
        kinds: dict[str, set[date]] = defaultdict(set)
        for kind, day in rows.filter(day__isnull=False).values_list("kind", "day").distinct():
            kinds[kind].add(day)
        place = PLACE if marks is Mark else F("area")
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
    if len(taken.whole) > FEW or len(taken.whole) == Area.objects.count():
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
    """Take the marks that wait and count their days again; return how many marks there were."""
    with exclusive():
        moment = timezone.now()
        if not Mark.objects.exists():
            changed(moment=moment, anything=False)
            return 0
        generation = current().generation
        owners, checked, stirred = reporters(), reporters(["check"]), coverage_days()
        keep_late_marks()
        taken = Taken.of(Mark)
        gone = Mark.objects.all()._raw_delete(Mark.objects.db)
        moved = stirred | first_again(owners) | look_again(checked)
        keep_late(moved)
        recount_marked(taken.with_days("enterprise", moved), generation)
        changed(moment=moment, anything=True)
    return gone


def reporters(kinds: Collection[str] = ("suggestion", "check", "hazard", "visit")) -> set[int]:
    """The enterprises whose records of some kinds wait, and those without a first record in areas that wait whole."""
    marked = Mark.objects.filter(kind__in=kinds, enterprise__isnull=False).order_by()
    whole = Mark.objects.filter(day__isnull=True).order_by().values("area")
    return {
        *marked.values_list("enterprise", flat=True).distinct(),
        *Enterprise.objects.filter(area__in=whole, first_record__isnull=True)
        .order_by()
        .values_list("pk", flat=True),
    }


def coverage_days() -> set[tuple[int, date]]:
    """Areas and days on which enterprises begin to count in coverage whose own steps wait to be counted."""
    stepped = Mark.objects.filter(kind="enterprise").order_by().values("enterprise")
    found: set[tuple[int, date]] = set()
    for model in (FirstRecord, ItemLook):
        rows = model.objects.filter(enterprise__in=stepped).order_by()
        found |= set(rows.values_list("enterprise__area", "first_on").distinct())
    return found


def keep_late(moved: Collection[tuple[int, date]]) -> None:
    """While a full build runs, keep the areas and days on which coverage changed."""
    if unfinished() is not None:
        LateMark.objects.bulk_create(
            [LateMark(kind="enterprise", area_id=area, day=day) for area, day in moved], batch_size=1000
        )


def keep_late_marks() -> None:
    """While a full build runs, keep the marks that are taken: it must count their days again at its end."""
    if unfinished() is None:
        return
    rows = Mark.objects.order_by().values("kind", "day", place=PLACE).distinct()
    insert_select(LateMark, {"kind": "kind", "area": "place", "day": "day"}, rows)
