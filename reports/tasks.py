"""Jobs of the reports app; each calls one function and may run twice."""

import logging
from datetime import datetime

from celery import Task, shared_task

from reports import answers, tallies
from reports.models import TallyBuild
from reports.notices import tell_drift

logger = logging.getLogger(__name__)


@shared_task(bind=True)
def drain(self: Task) -> int:
    """Bring the tallies up to date; wakes after changes and every 15 seconds.

    Many processes may ask at once. What was saved before the moment for which a drain was asked is counted by every
    drain that began after it, so that only the first of them has work; the others end after one query.
    """
    due = self.request.eta
    if due and tallies.drained_since(datetime.fromisoformat(due)):
        return 0
    return tallies.drain()


@shared_task
def recount() -> int:
    """Recount everything, report and repair what differs, and return how many cells did; every night."""
    try:
        return len(tallies.recount(tell=tell_drift))
    except tallies.Recounting:
        logger.warning("A recount runs already; a second one was not begun.")
        return 0


@shared_task
def build(asked: str) -> int:
    """Count everything anew and return the number of cells; nothing when that was done after it was asked for."""
    if TallyBuild.objects.filter(finished_at__gt=datetime.fromisoformat(asked)).exists():
        return 0
    try:
        return tallies.build_all()
    except tallies.Busy:
        logger.warning("A full build runs already; a second one was not begun.")
        return 0


@shared_task
def answer(pk: int) -> bool:
    """Answer a question that is too big for a page; asked from the dashboard."""
    return answers.make(pk)
