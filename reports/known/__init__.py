"""As known then: any figure of a past day as the database knew it at a moment, by entry times (ADR 18).

Inside `as_known` the tables of the records are shadowed by temporary ones that hold what had been entered up to the
moment. Measures, `LiveSource` and evidence read them without knowing it; so there is no second definition of any
figure. Only reading belongs inside: everything is rolled back at the end.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, transaction

from reports.known.filling import fill
from reports.scope import Scope
from score_mis.lib import replica

__all__ = ["Known", "as_known", "end_of"]


@dataclass(frozen=True)
class Known:
    """What stands in the shadows: the scope to read, and how many of its enterprises of then were left out."""

    scope: Scope
    left_out: int


def end_of(day: date) -> datetime:
    """The last moment of a day in the programme's time zone."""
    return datetime.combine(day, time.max, tzinfo=ZoneInfo(settings.TIME_ZONE))


@contextmanager
def as_known(scope: Scope, moment: datetime, *, within: Collection[int] | None = None) -> Iterator[Known]:
    """Let everything inside read the records of a scope as they were known at a moment; `LiveSource` counts them.

    Enterprises that lay in the scope then are in, wherever they are today; `within` leaves out those that a reader
    may not see today. Costs some hundred statements and reads every record of the scope that was changed since.
    Whoever wants today's figures from the same snapshot of the database opens `replica.snapshot(temporary=True)`
    around both.
    """
    with replica.primary(), replica.snapshot(temporary=True), transaction.atomic():
        try:
            left_out = fill(scope, moment, within)
            yield Known(replace(scope), left_out)
        finally:
            transaction.set_rollback(True, using=DEFAULT_DB_ALIAS)
