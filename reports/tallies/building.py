"""Full builds: everything is counted into a new generation, which is taken into use when it is complete.

A build goes step by step, one measure a transaction. It can be stopped at any moment and goes on where it stood; what
is shown meanwhile is the old generation. Days that changed while it ran are counted again before the switch.
"""

from collections.abc import Callable
from datetime import date

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from enterprises.models import Mark
from reports.models import AreaDay, AreaMonth, LateMark, TallyBuild, TallyState
from reports.registry import CELLS, MEASURES
from reports.tallies.draining import (
    Taken,
    coverage_days,
    keep_late,
    keep_late_marks,
    recount_marked,
    reporters,
)
from reports.tallies.firsts import first_again
from reports.tallies.looks import everybody, look_again
from reports.tallies.rebuild import Ground, rebuild
from reports.tallies.state import building, changed, current, exclusive, snapshot, unfinished

FIRSTS, LOOKS = "first_records", "looks"
STEPS = (FIRSTS, LOOKS, *MEASURES)
Progress = Callable[[int, int, str], None]
"""Told how many steps are done, of how many, and which one comes next."""


class Busy(Exception):
    """Another full build is running."""


def build_all(progress: Progress = lambda done, steps, name: None) -> int:
    """Count everything anew and take it into use; return the number of cells. Raises Busy while another one runs."""
    with building() as mine:
        if not mine:
            raise Busy
        build = _begun()
        _find_coverage(build, progress)
        _count_measures(build, progress)
        progress(len(build.done), build.steps, "")
        cells = _switch(build)
        _sweep(build.generation)
    return cells


def _begun() -> TallyBuild:
    """The build that was stopped, or a new one; from here on drains keep the marks they take."""
    with exclusive():
        found = unfinished()
        if found is not None:
            return found
        last = TallyBuild.objects.aggregate(last=Max("generation"))["last"] or 0
        generation = max(last, current().generation) + 1
        LateMark.objects.all().delete()
        return TallyBuild.objects.create(generation=generation, steps=len(STEPS))


def _find_coverage(build: TallyBuild, progress: Progress) -> None:
    """Find first records and looks at items of every enterprise; before the measures, which count them."""
    for step, again in ((FIRSTS, first_again), (LOOKS, look_again)):
        if step in build.done:
            continue
        progress(len(build.done), build.steps, step)
        for some in everybody():
            with exclusive():
                _count_moved(again(some))
        with transaction.atomic():
            _done(build, step)


def _count_moved(moved: set[tuple[int, date]]) -> None:
    """Count coverage again in the generation in use, where what it begins with was found to be different."""
    generation = current().generation
    if moved and AreaDay.objects.filter(generation=generation).exists():
        recount_marked(Taken().with_days("enterprise", moved), generation)


def _count_measures(build: TallyBuild, progress: Progress) -> None:
    for measure in MEASURES.values():
        if measure.name in build.done:
            continue
        progress(len(build.done), build.steps, measure.name)
        with snapshot():
            rebuild(measure.cells(), build.generation, Ground.of(None), None)
            _done(build, measure.name)


def _done(build: TallyBuild, step: str) -> None:
    build.done = [*build.done, step]
    build.save(update_fields=["done"])


def _switch(build: TallyBuild) -> int:
    """Count again what changed meanwhile, and take the new generation into use, in one transaction."""
    with exclusive():
        moment = timezone.now()
        owners, checked, stirred = reporters(), reporters(["check"]), coverage_days()
        keep_late_marks()
        Mark.objects.all()._raw_delete(Mark.objects.db)
        keep_late(stirred | first_again(owners) | look_again(checked))
        recount_marked(Taken.of(LateMark.objects.all()), build.generation)
        LateMark.objects.all().delete()
        changed(moment=moment, anything=True)
        TallyState.objects.update(generation=build.generation)
        TallyBuild.objects.filter(pk=build.pk).update(finished_at=moment)
    return AreaDay.objects.filter(generation=build.generation).count()


def _sweep(generation: int) -> None:
    """Remove the cells of other generations, those of a measure at a time."""
    for model in (AreaDay, AreaMonth):
        for other in model.objects.exclude(generation=generation).order_by().values_list(
            "generation", flat=True
        ).distinct():  # fmt: skip
            for cell in CELLS:
                rows = model.objects.filter(generation=other, measure=cell)
                rows._raw_delete(rows.db)
            model.objects.filter(generation=other).delete()
