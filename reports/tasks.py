"""Jobs of the reports app; each calls one function and may run twice."""

from celery import shared_task

from reports import tallies


@shared_task
def drain() -> int:
    """Bring the tallies up to date; wakes after changes and every 15 seconds."""
    return tallies.drain()


@shared_task
def recount() -> int:
    """Recount everything, repair what differs and return how many cells did; every night."""
    return len(tallies.recount())
