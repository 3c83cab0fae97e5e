"""Which generation of the tallies is in use, how fresh it is, and who may write it."""

import fcntl
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, F, Min
from django.utils import timezone

from enterprises.models import Mark
from reports.models import TallyBuild, TallyState

LOCK = 7_265_001  # any numbers that no other program uses on this database
BUILD_LOCK = 7_265_002
RECOUNT_LOCK = 7_265_003
AREAS_LOCK = 7_265_004
HELD = """
    SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND classid = 0 AND objid = %s AND granted
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))
"""
FILES = {BUILD_LOCK: "build", RECOUNT_LOCK: "recount", AREAS_LOCK: "areas"}
"""What the locked files beside a SQLite database are called."""
LATE = timedelta(minutes=5)
"""Older than this, while marks wait, the tallies are shown with a warning."""


@contextmanager
def exclusive(lock: int = LOCK) -> Iterator[None]:
    """Let one drainer in at a time, in one transaction that sees one moment of the database.

    On PostgreSQL the lock is taken before the transaction begins, so that the snapshot is newer than everything the
    drainer before has done; inside an outer transaction the lock is held to its end. SQLite has a single writer.
    """
    if connection.vendor != "postgresql":
        with transaction.atomic():
            yield
    elif connection.in_atomic_block:
        with transaction.atomic():
            _execute("SELECT pg_advisory_xact_lock(%s)", lock)
            yield
    else:
        _execute("SELECT pg_advisory_lock(%s)", lock)
        try:
            with snapshot():
                yield
        finally:
            _execute("SELECT pg_advisory_unlock(%s)", lock)


@contextmanager
def beside() -> Iterator[None]:
    """A transaction that sees all that drains before it have done, and beside which further drains run.

    It must write no cell that these may write. On SQLite it keeps them waiting.
    """
    if connection.vendor != "postgresql" or connection.in_atomic_block:
        with exclusive():
            yield
        return
    with snapshot():
        _execute("SELECT pg_advisory_lock(%s)", LOCK)
        try:
            _execute("SELECT 1 FROM reports_tallystate")
        finally:
            _execute("SELECT pg_advisory_unlock(%s)", LOCK)
        yield


def counting_areas() -> AbstractContextManager[bool]:
    """Let one process at a time count whole areas; yields whether it is this one."""
    return _alone(AREAS_LOCK)


def building() -> AbstractContextManager[bool]:
    """Let one full build run at a time; yields whether it is this one."""
    return _alone(BUILD_LOCK)


def recounting() -> AbstractContextManager[bool]:
    """Let one recount run at a time; yields whether it is this one."""
    return _alone(RECOUNT_LOCK)


@contextmanager
def _alone(lock: int) -> Iterator[bool]:
    """Take a lock unless somebody has it; yields whether it was taken. That of a process that was killed is free."""
    if connection.vendor != "postgresql":
        with _file_locked(fcntl.LOCK_EX, FILES[lock]) as mine:
            yield mine
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [lock])
        mine = cursor.fetchone()[0]
    try:
        yield mine
    finally:
        if mine:
            _execute("SELECT pg_advisory_unlock(%s)", lock)


def is_building() -> bool:
    """Whether a full build runs now, in any process."""
    if connection.vendor != "postgresql":
        with _file_locked(fcntl.LOCK_SH, FILES[BUILD_LOCK]) as free:
            return not free
    with connection.cursor() as cursor:
        cursor.execute(HELD, [BUILD_LOCK])
        return cursor.fetchone()[0]


@contextmanager
def _file_locked(how: int, name: str) -> Iterator[bool]:
    """Lock a file beside the SQLite database, or yield False; a database in memory is of one process."""
    database: Any = connection
    if database.is_in_memory_db():
        yield True
        return
    with Path(f"{database.settings_dict['NAME']}-{name}").open("a", encoding="ascii") as file:
        try:
            fcntl.flock(file, how | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


@contextmanager
def snapshot() -> Iterator[None]:
    """A transaction whose queries all see the same moment, when it is the outermost one."""
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost and connection.vendor == "postgresql":
            _execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield


def _execute(sql: str, *parameters: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)


def current() -> TallyState:
    """The state, one query; before the first drain that of a new row, for pages that read must not write."""
    return TallyState.objects.first() or TallyState(pk=1)


def changed(*, moment: datetime | None, anything: bool) -> None:
    """Keep up to when all is counted, and that the tallies changed."""
    TallyState.objects.get_or_create(pk=1)
    TallyState.objects.update(computed_at=moment, **({"version": F("version") + 1} if anything else {}))


def drained_since(moment: datetime) -> bool:
    """Whether a drain that began at this moment or later is complete: it has seen all that was saved before."""
    computed_at = current().computed_at
    return computed_at is not None and computed_at >= moment


def version() -> int:
    """The version of the tallies; it rises with every change of them."""
    return current().version


def unfinished() -> TallyBuild | None:
    """The full build that runs or was stopped."""
    return TallyBuild.objects.filter(finished_at__isnull=True).first()


def freshness() -> dict[str, Any]:
    """When the tallies were computed (None: never), which version and generation, how many marks wait since when.

    Two queries.
    """
    state = TallyState.objects.first()
    waiting = Mark.objects.aggregate(n=Count("pk"), since=Min("created_at"))
    computed_at = state.computed_at if state else None
    late = waiting["n"] and (computed_at is None or timezone.now() - waiting["since"] > LATE)
    return {
        "computed_at": computed_at,
        "version": state.version if state else 0,
        "generation": state.generation if state else 0,
        "waiting": waiting["n"],
        "since": waiting["since"],
        "stale": bool(late),
    }
