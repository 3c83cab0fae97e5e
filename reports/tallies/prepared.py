"""Statements that are compiled once: the ORM's SQL is kept, and only what varies is put in again.

A drain runs some hundred small statements, and making their SQL costs ten times as much as running them. A statement is
compiled with stand-ins for days, areas and generation; the stand-ins are found again among its parameters. Lists are
filled up to a power of two by repeating their last value, so that there are few shapes of each statement.
"""

from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

Stretches = tuple[tuple[date, date], ...]
FIRST_YEAR, LAST_YEAR = 4000, 4999
"""Stand-ins for days lie in these years, one a year; a condition may shift them by some months."""
FIRST_NUMBER = 2_147_000_000
"""Stand-ins for numbers begin here: they fit into 32 bits, and no area will ever have such an id."""


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
        return Slots(**{f.name: _filled(getattr(self, f.name)) for f in fields(self)})

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
        place = iter(range(LAST_YEAR - FIRST_YEAR + len(self.flat())))
        found: dict[str, Any] = {"generation": FIRST_NUMBER + next(place)}
        for f in fields(self)[1:]:
            values = getattr(self, f.name)
            if values is not None and f.name == "days":
                found[f.name] = tuple((_day(next(place)), _day(next(place))) for _value in values)
            elif values is not None:
                found[f.name] = tuple(FIRST_NUMBER + next(place) for _value in values)
            else:
                found[f.name] = None
        return Slots(**found)


def _filled(value: Any) -> Any:
    if not isinstance(value, tuple) or not value:
        return value
    size = 1 << (len(value) - 1).bit_length()
    return value + (value[-1],) * (size - len(value))


def _day(place: int) -> date:
    return date(FIRST_YEAR + place, 7, 1)


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
        cursor.execute(sql, [_put_in(parameter, values) for parameter in parameters])
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
    found = [_recognised(parameter) for parameter in parameters]
    return f"INSERT INTO {quote(model._meta.db_table)} ({names}) {sql}", found


@dataclass(frozen=True)
class _Place:
    """Where a parameter comes from, and by how many days a condition shifts it."""

    place: int
    shift: Any = None


def _recognised(parameter: Any) -> Any:
    """A stand-in as its place; everything else as it is."""
    if isinstance(parameter, int) and parameter >= FIRST_NUMBER:
        return _Place(parameter - FIRST_NUMBER)
    day = parameter
    if isinstance(day, str) and len(day) == 10 and day[:1] == "4" and day[4] == "-":
        day = date.fromisoformat(day)
    if isinstance(day, date) and FIRST_YEAR <= day.year <= LAST_YEAR:
        place = day.year - FIRST_YEAR
        return _Place(place, day - _day(place))
    return parameter


def _put_in(parameter: Any, values: list[Any]) -> Any:
    if not isinstance(parameter, _Place):
        return parameter
    value = values[parameter.place]
    if parameter.shift is None:
        return value
    return connection.ops.adapt_datefield_value(value + parameter.shift)


def within(column: str, stretches: Stretches | None) -> Q:
    """The condition that a column lies in one of some stretches of days."""
    condition = Q()
    for first, last in stretches or ():
        condition |= Q(**{f"{column}__gte": first, f"{column}__lte": last})
    return condition
