"""The INSERT … SELECT statements of drains and builds, compiled once a process (`score_mis.lib.statements`).

A drain runs some hundred small statements, and making their SQL costs ten times as much as running them. What varies
are days, areas and the generation.
"""

from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import date
from itertools import count
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from score_mis.lib import statements

Stretches = tuple[tuple[date, date], ...]


@dataclass(frozen=True)
class Slots:
    """What varies in a statement. Days are stretches of days; None means all."""

    generation: int
    days: Stretches | None = None
    leaves: tuple[int, ...] | None = None
    inner: tuple[int, ...] = ()
    owners: tuple[int, ...] = ()

    def filled(self) -> "Slots":
        """The same with its lists filled up to a power of two."""
        values = (getattr(self, f.name) for f in fields(self))
        found: list[Any] = [statements.filled(v) if isinstance(v, tuple) else v for v in values]
        return Slots(*found)

    def sizes(self) -> tuple[int | None, ...]:
        """How long the lists are; statements of one name and these sizes have the same SQL."""
        found = (getattr(self, f.name) for f in fields(self)[1:])
        return tuple(None if value is None else len(value) for value in found)

    def flat(self) -> list[Any]:
        """All values in order."""
        found: list[Any] = [self.generation]
        for f in fields(self)[1:]:
            for value in getattr(self, f.name) or ():
                found += value if isinstance(value, tuple) else [value]
        return found

    def stand_ins(self) -> "Slots":
        """The same with a value of its own in every place."""
        place = count()

        def other(value: Any) -> Any:
            if isinstance(value, tuple):
                return tuple(other(one) for one in value)
            return None if value is None else statements.stand_in(next(place), value)

        return Slots(*(other(getattr(self, f.name)) for f in fields(self)))


Build = Callable[[Slots], tuple[Any, dict[str, str], QuerySet]]
"""Makes table, columns (the table's to the query's) and query of an INSERT … SELECT."""
_kept: dict[tuple, tuple[str, list[Any]]] = {}


def insert(name: tuple, build: Build, slots: Slots) -> int:
    """Insert what a query returns, inside the database; `name` tells statements apart. Returns how many rows."""
    slots = slots.filled()
    key = (connection.vendor, name, slots.sizes())
    if key not in _kept:
        _kept[key] = _compiled(*build(slots.stand_ins()))
    sql, parameters = _kept[key]
    values = slots.flat()
    with connection.cursor() as cursor:
        cursor.execute(sql, [statements.put_in(parameter, values, connection) for parameter in parameters])
        return cursor.rowcount


def insert_select(model: Any, columns: dict[str, str], rows: QuerySet) -> int:
    """The same for a statement that runs seldom."""
    sql, parameters = _compiled(model, columns, rows)
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.rowcount


def _compiled(model: Any, columns: dict[str, str], rows: QuerySet) -> tuple[str, list[Any]]:
    sql, parameters = rows.values_list(*columns.values()).query.sql_with_params()
    quote = connection.ops.quote_name
    names = ", ".join(quote(model._meta.get_field(name).column) for name in columns)
    found = [statements.recognised(parameter) for parameter in parameters]
    return f"INSERT INTO {quote(model._meta.db_table)} ({names}) {sql}", found


def within(column: str, stretches: Stretches | None) -> Q:
    """The condition that a column lies in one of some stretches of days."""
    condition = Q()
    for first, last in stretches or ():
        condition |= Q(**{f"{column}__gte": first, f"{column}__lte": last})
    return condition
