"""Jobs of the publications app; each calls one function and may run twice."""

from celery import shared_task

from publications import issuing
from publications.models import Document, Freezing
from score_mis.lib import filejobs


@shared_task
def freeze(pk: int) -> bool:
    """Freeze a report that somebody asked for."""
    return filejobs.make(Freezing, pk, issuing.write_frozen)


@shared_task
def issue(pk: int) -> bool:
    """Make a document of a snapshot."""
    return filejobs.make(Document, pk, issuing.write_document)


@shared_task
def ask_again() -> int:
    """Ask for what waits too long, or whose worker died; every 30 seconds."""
    return filejobs.asked_again(Freezing, issuing.FREEZE) + filejobs.asked_again(Document, issuing.ISSUE)
