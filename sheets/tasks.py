"""Jobs of the sheets app; each calls one function and may run twice."""

from datetime import timedelta

from celery import shared_task

from score_mis.lib import filejobs
from sheets import making
from sheets.models import SheetFile

KEPT = timedelta(days=30)
"""How long a finished file is kept."""


@shared_task
def make(pk: int) -> bool:
    """Make the file of a sheet."""
    return making.make(pk)


@shared_task
def ask_again() -> int:
    """Ask again for files that wait or whose worker died; every 30 seconds."""
    return filejobs.asked_again(SheetFile, making.TASK)


@shared_task
def sweep() -> int:
    """Remove files that are older than they are kept; every night."""
    return filejobs.swept(SheetFile, KEPT)
