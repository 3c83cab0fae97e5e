"""Recounts: everything is counted once more beside the tallies, compared in the database, and thrown away."""

import logging
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from datetime import date
from itertools import chain, islice
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from enterprises.models import Mark
from reports.measures import Measure
from reports.models import AreaDay, AreaMonth, Recount
from reports.registry import CELLS, MEASURES
from reports.tallies.building import Busy, build_all
from reports.tallies.draining import Taken, coverage_days, reporters
from reports.tallies.firsts import different_firsts
from reports.tallies.looks import different_looks
from reports.tallies.rebuild import Ground, rebuild
from reports.tallies.state import current, recounting, snapshot, unfinished
from score_mis.lib import dates

logger = logging.getLogger(__name__)

BESIDE = -1
"""The generation that a recount writes and takes back."""
MOST_NAMED = 200
"""Differences named one by one; a broken tally has no need for more."""

CELL = ("area", "direct", "measure", "dim", "key", "level")


class Recounting(Exception):
    """Another recount is running; both would write the same cells."""


class _TakenBack(Exception):
    """Ends a recount without leaving anything behind."""


def differences() -> tuple[list[dict[str, Any]], int]:
    """Recount everything and compare: each cell that differs (`reports.differences` words it), how many marks waited.

    Days and areas with waiting marks are left out: they are known to be behind. One database snapshot; at most
    MOST_NAMED differences are named. Raises Recounting while another recount runs.
    """
    with recounting() as mine, snapshot():
        if not mine:
            raise Recounting
        waiting = Taken.of(Mark.objects.all()).with_days("enterprise", coverage_days())
        marks = Mark.objects.count()
        generation, everywhere = current().generation, Ground.of(None)
        found: list[dict[str, Any]] = []
        for measure in MEASURES.values():
            found += islice(
                _differences_of(measure, generation, everywhere, waiting), MOST_NAMED - len(found)
            )
        found += islice(different_looks(reporters(["check"])), MOST_NAMED - len(found))
        found += islice(different_firsts(reporters()), MOST_NAMED - len(found))
    return found, marks


def _differences_of(
    measure: Measure, generation: int, everywhere: Ground, waiting: Taken
) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    try:
        with transaction.atomic():
            rebuild(measure.cells(), BESIDE, everywhere, None, fresh=True)
            known_behind = _behind(measure, waiting)
            for model, column in ((AreaDay, "day"), (AreaMonth, "month")):
                found += islice(_compare(model, column, measure, generation, known_behind), MOST_NAMED)
            raise _TakenBack
    except _TakenBack:
        return found


def _behind(measure: Measure, waiting: Taken) -> tuple[Collection[date], Collection[int]]:
    """The days of a measure, and the areas, that wait to be counted."""
    kinds = {stream.kind for stream in measure.streams}
    days = set(chain.from_iterable(waiting.kinds.get(kind, ()) for kind in kinds))
    areas = Ground.of(waiting.whole, alone=True).all_pks() if waiting.whole else set()
    return days, areas or set()


def _compare(
    model: Any,
    column: str,
    measure: Measure,
    generation: int,
    behind: tuple[Collection[date], Collection[int]],
) -> Iterator[dict[str, Any]]:
    """Each cell whose kept value is not what the records say; the database compares."""
    days, areas = behind
    late = days if column == "day" else {dates.month_start(day) for day in days}
    rows = model.objects.filter(measure__in=measure.cells()).exclude(
        Q(**{f"{column}__in": late}) | Q(area__in=areas)
    )
    columns = (*CELL, column, "n", "amount")
    kept = rows.filter(generation=generation).order_by().values_list(*columns)
    now = rows.filter(generation=BESIDE).order_by().values_list(*columns)
    cells: dict[tuple, list[str]] = defaultdict(lambda: ["0", "0"])
    for side, query in enumerate((kept.difference(now), now.difference(kept))):
        for *cell, n, amount in query[: 2 * MOST_NAMED]:
            cells[tuple(cell)][side] = str(n) if amount is None else f"{n} ({amount})"
    for cell in sorted(cells, key=str):
        area, _direct, name, dim, key, level, day = cell
        old, new = cells[cell]
        names = {"area": area, "measure": CELLS[name], "dim": dim, "key": key, "level": level}
        yield {**names, column: f"{day}", "kept": old, "now": new}


def recount(*, tell: Callable[[Recount], None] = lambda found: None) -> list[dict[str, Any]]:
    """Compare, keep and `tell` what differed, and repair by building everything anew; for every night.

    A full build that was stopped is ended too. Where one runs already, it is the repair.
    """
    found, _waiting = differences()
    kept = Recount.objects.create(finished_at=timezone.now(), differences=found)
    if found:
        tell(kept)
    if found or unfinished():
        try:
            build_all()
        except Busy:
            logger.warning("A full build runs already; it repairs %d differences at its end.", len(found))
    return found
