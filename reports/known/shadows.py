"""Temporary tables with the names of real ones: the database finds them first, and nothing outside sees them.

A table is filled under a name of its own, by queries that still read the real tables, and takes the real one's name
when it is complete. `DISCARD PLANS` and the like are not needed: statements are sent as text, and those that the
server keeps prepared (`lib.prepared`) read nothing that is shadowed.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection, models
from django.db.models import QuerySet

AT_ONCE = 100
"""Rows written by one statement."""


class Shadow:
    """The temporary table of a model while it is filled."""

    def __init__(self, model: type[models.Model]) -> None:
        self.model = model
        self.fields = model._meta.concrete_fields
        self.table = model._meta.db_table
        self.name = f"known_{self.table}"
        columns = ", ".join(f"{_quoted(f.column)} {f.db_type(connection)}" for f in self.fields)
        _run(f"CREATE TEMPORARY TABLE {_quoted(self.name)} ({columns})")

    def copy(self, rows: QuerySet, instead: Mapping[str, str] | None = None) -> None:
        """Insert what a query returns, inside the database; `instead` names annotations that stand for columns."""
        names = [(instead or {}).get(f.attname, f.attname) for f in self.fields]
        try:
            sql, parameters = rows.order_by().values_list(*names).query.sql_with_params()
        except EmptyResultSet:
            return
        self.insert(sql, parameters)

    def insert(self, sql: str, parameters: Sequence[Any]) -> None:
        """Insert what a statement returns, whose columns are in the order of the model's."""
        _run(f"INSERT INTO {_quoted(self.name)} ({self._columns()}) {sql}", parameters)  # nosec B608 (names of ours)

    def add(self, records: Sequence[Any]) -> None:
        """Insert records of the model, or others with the same attributes."""
        for start in range(0, len(records), AT_ONCE):
            some = records[start : start + AT_ONCE]
            row = f"({', '.join(['%s'] * len(self.fields))})"
            sql = (
                f"INSERT INTO {_quoted(self.name)} ({self._columns()}) VALUES {', '.join([row] * len(some))}"  # nosec B608
            )
            _run(sql, [self._value(f, record) for record in some for f in self.fields])

    def take_place(self, indexes: Iterable[str] = ()) -> None:
        """Let the table stand for the real one from now on, with indexes on the key and on some columns."""
        _run(f"ALTER TABLE {_quoted(self.name)} RENAME TO {_quoted(self.table)}")
        for number, column in enumerate((self.model._meta.pk.column, *indexes)):
            name = _quoted(f"{self.name}_{number}")
            where = f"temp.{name} ON" if connection.vendor == "sqlite" else f"{name} ON pg_temp."
            space = " " if connection.vendor == "sqlite" else ""
            _run(f"CREATE INDEX {where}{space}{_quoted(self.table)} ({_quoted(column)})")
        if connection.vendor == "postgresql":
            _run(f"ANALYZE pg_temp.{_quoted(self.table)}")

    def _columns(self) -> str:
        return ", ".join(_quoted(f.column) for f in self.fields)

    @staticmethod
    def _value(field: Any, record: Any) -> Any:
        return field.get_db_prep_save(getattr(record, field.attname), connection)


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)


def _run(sql: str, parameters: Sequence[Any] = ()) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
