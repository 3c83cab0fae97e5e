"""Statements that the server keeps planned: for the few that every page runs, planning costs more than running.

PostgreSQL keeps a prepared statement as long as the session lasts, and plans it anew by itself when a table changes.
SQLite's module keeps statements of its own accord.
"""

from collections.abc import Sequence
from typing import Any
from weakref import WeakKeyDictionary

_known: WeakKeyDictionary[Any, set[str]] = WeakKeyDictionary()
"""The statements of each open session."""


def rows(using: Any, name: str, sql: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Run a statement, always the same under its name, on a Django connection; return its rows."""
    with using.cursor() as cursor:
        if using.vendor == "postgresql":
            _prepare(using, name, sql)
            sql = f"EXECUTE {name} ({', '.join(['%s'] * len(parameters))})"  # nosec B608 (a name of ours)
        cursor.execute(sql, parameters)
        return cursor.fetchall()


def _prepare(using: Any, name: str, sql: str) -> None:
    """Let the session know the statement; outlives a transaction that is rolled back."""
    names = _known.setdefault(using.connection, set())
    if name in names:
        return
    numbered = sql % tuple(f"${number}" for number in range(1, sql.count("%s") + 1))
    with using.wrap_database_errors, using.connection.cursor() as cursor:
        cursor.execute(f"PREPARE {name} AS {numbered}")
    names.add(name)
