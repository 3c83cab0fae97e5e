"""Reading from a streaming replica of the database, without ever showing less than was shown before.

Writes, sign-in and everything not named here use `default`. Inside `read` (or a view under `page`) models are
read from `replica`, in one snapshot, if REPLICA_URL names one that has replayed what this session has seen (its
tally version) and what it has written (its position in the write-ahead log). Otherwise, and whenever the
replica fails, the same work is done on the primary; the log says why.
"""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS, InterfaceError, OperationalError, connections, models, transaction
from django.http import HttpRequest, HttpResponse

REPLICA = "replica"
SEEN = "tally_version"
WRITTEN = "written_up_to"
TOO_OLD = 60.0  # seconds since the newest transaction that the replica has replayed
AGAIN_AFTER = 10.0  # seconds in which a replica that failed is left alone
KEPT_ON_PRIMARY = frozenset({"sessions", "auth", "axes", "admin"})
SAFE = ("GET", "HEAD")
STATE = """
    SELECT pg_is_in_recovery(),
           EXTRACT(EPOCH FROM clock_timestamp() - pg_last_xact_replay_timestamp()),
           pg_last_wal_replay_lsn() >= %s::pg_lsn
"""

Result = TypeVar("Result")
View = Callable[..., HttpResponse]

log = logging.getLogger(__name__)
_alias: ContextVar[str] = ContextVar("alias", default=DEFAULT_DB_ALIAS)


class Behind(Exception):
    """The replica has not reached what this reader has seen or written."""


class Router:
    """Sends reads to the replica while `read` says so, and everything else to the primary."""

    def db_for_read(self, model: type[models.Model], **hints: Any) -> str:
        """Return the database that this moment's reads use; sessions and rights of sign-in never leave the primary."""
        return DEFAULT_DB_ALIAS if model._meta.app_label in KEPT_ON_PRIMARY else _alias.get()

    def db_for_write(self, model: type[models.Model], **hints: Any) -> str:
        """Return the primary."""
        return DEFAULT_DB_ALIAS

    def allow_relation(self, one: models.Model, other: models.Model, **hints: Any) -> bool:
        """Rows read from either database are the same rows."""
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        """Only the primary has migrations; the replica receives their result."""
        return db != REPLICA


class Rest:
    """How long a replica that failed is left alone, so that not every page waits for it."""

    def __init__(self) -> None:
        self._until = 0.0

    def begin(self) -> None:
        """Leave the replica alone for a while."""
        self._until = time.monotonic() + AGAIN_AFTER

    def end(self) -> None:
        """Ask it again at once."""
        self._until = 0.0

    def __bool__(self) -> bool:
        return time.monotonic() < self._until


resting = Rest()


def configured() -> bool:
    """Whether this installation has a replica."""
    return REPLICA in connections.settings


def alias() -> str:
    """Return the database that reads use now; for SQL written by hand: `connections[alias()]`."""
    return _alias.get()


@contextmanager
def primary() -> Iterator[None]:
    """Let everything inside be read from the primary, also within a page that is read from the replica."""
    token = _alias.set(DEFAULT_DB_ALIAS)
    try:
        yield
    finally:
        _alias.reset(token)


@contextmanager
def snapshot(using: str = DEFAULT_DB_ALIAS, *, temporary: bool = False) -> Iterator[None]:
    """Let everything read inside see one moment of a database, and write nothing; `temporary` tables may be made.

    Inside another transaction that one decides. On SQLite the reader takes no lock: only a writer needs one.
    """
    connection: Any = connections[using]
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "sqlite":
        mode = connection.transaction_mode
        connection.transaction_mode = "DEFERRED"
        try:
            with transaction.atomic(using=using):
                yield
        finally:
            connection.transaction_mode = mode
    else:
        with transaction.atomic(using=using):
            with connection.cursor() as cursor:
                mode = "READ WRITE" if temporary else "READ ONLY"  # who only reads can make no tables
                cursor.execute(f"SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, {mode}")
            yield


def read(
    work: Callable[[], Result], *, version: Callable[[], int], seen: int = 0, written: str = ""
) -> tuple[Result, int]:
    """Do work that only reads, in one snapshot; return its result and the tally version of that snapshot.

    `seen` is the newest tally version, `written` the newest log position that this reader must find again. The
    work may be begun on the replica and done anew on the primary, so it must leave nothing behind.
    """
    if configured() and not resting:
        try:
            return _read_replica(work, version, seen, written)
        except Behind as reason:
            log.info("Read from the primary: the replica %s.", reason)
        except (OperationalError, InterfaceError) as error:
            resting.begin()
            connections[REPLICA].close()
            log.warning("Read from the primary for %d s: the replica failed (%s).", AGAIN_AFTER, error)
    with snapshot():
        return work(), version()


def _read_replica(
    work: Callable[[], Result], version: Callable[[], int], seen: int, written: str
) -> tuple[Result, int]:
    """Do the work on the replica, or raise Behind."""
    _ask_state(written)  # before the snapshot: what is replayed now is in every later snapshot
    token = _alias.set(REPLICA)
    try:
        with snapshot(REPLICA):
            found = version()
            if found < seen:
                raise Behind(f"has tally version {found}, {seen} was shown before")
            return work(), found
    finally:
        _alias.reset(token)


def _ask_state(written: str) -> None:
    """Refuse a replica that is none, lags, or has not replayed this position."""
    with connections[REPLICA].cursor() as cursor:
        cursor.execute(STATE, [written or "0/0"])
        in_recovery, age, replayed = cursor.fetchone()
    if not in_recovery:
        raise Behind("is no replica any more")
    if age is None or age > TOO_OLD:
        raise Behind("has replayed nothing for a while")
    if not replayed:
        raise Behind(f"has not replayed {written}")


def page(version: Callable[[], int]) -> Callable[[View], View]:
    """Make a view that only reads show one snapshot, of the replica where that has what this session saw and wrote.

    `version` returns the tally version of the database that is read at that moment. The response must be complete:
    a streamed one would be read after the snapshot.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method not in SAFE:
                return view(request, *args, **kwargs)
            if not configured():
                with snapshot():
                    return view(request, *args, **kwargs)
            names = set(vars(request))

            def work() -> HttpResponse:
                # What an attempt that failed kept for later is of another snapshot.
                for name in vars(request).keys() - names:
                    delattr(request, name)
                getattr(getattr(request, "user", None), "known", {}).clear()
                return view(request, *args, **kwargs)

            session = request.session
            response, found = read(
                work, version=version, seen=session.get(SEEN, 0), written=session.get(WRITTEN, "")
            )
            saw(request, lambda: found)
            return response

        return wrapped

    return decorate


def saw(request: HttpRequest, version: Callable[[], int]) -> None:
    """Keep in the session which tallies it was shown; for pages outside `page`, after they read some."""
    if configured() and (found := version()) > request.session.get(SEEN, 0):
        request.session[SEEN] = found


class RememberWrites:
    """Middleware: after a signed-in person saved something, their session keeps how far the log has come.

    Costs one query and a saved session a POST, and only where there is a replica.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if configured() and request.method not in (*SAFE, "OPTIONS") and request.user.is_authenticated:
            request.session[WRITTEN] = log_position()
        return response


def log_position() -> str:
    """Return how far the primary's write-ahead log has come; everything committed lies before it."""
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute("SELECT pg_current_wal_insert_lsn()")
        return cursor.fetchone()[0]
