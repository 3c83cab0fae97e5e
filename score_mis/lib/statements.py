"""Queries that are compiled once: the ORM's SQL is kept, and only what varies is put in again.

Making the SQL of a page's queries takes the ORM longer than running them takes the database. A query is compiled with
stand-ins for its values; the stand-ins are found again among its parameters. Whatever else decides how the query looks
(which conditions there are, how long its lists are) is part of its name.
"""

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import QuerySet

from score_mis.lib import replica

Value = date | int | str
Build = Callable[[Iterator[Any]], QuerySet]
"""Makes the query, a `values_list`, from its values; it takes one after the other and does not look at them."""

FIRST_YEAR = 4000
LAST_YEAR = 9000
"""Stand-ins for days are the first of July in these years, one a year; a condition may shift them by some months."""
FIRST_NUMBER = 2_147_000_000
"""Stand-ins for numbers begin here: they fit into 32 bits, and no record will ever have such an id."""
MARK = "\x1f"


@dataclass(frozen=True)
class Place:
    """Where a parameter comes from, by how many days a condition shifts it, and the text around it."""

    number: int
    shift: timedelta | None = None
    around: tuple[str, str] | None = None


@dataclass(frozen=True)
class Statement:
    """SQL, its parameters (values as places), and what turns a row as the database gives it into Python's."""

    sql: str
    parameters: list[Any]
    converted: Callable[[list[tuple]], list[tuple]]


_kept: dict[Hashable, Statement | None] = {}
_shapes: dict[Hashable, tuple[Any, tuple[str, ...], tuple[str, ...]]] = {}
"""What the rows of `records` are: model, fields, annotations."""


def rows(name: Hashable, values: Sequence[Value], build: Build) -> list[tuple]:
    """Return what a query finds in the database that is read now; `name` and the kinds of values tell queries apart."""
    using = connections[replica.alias()]
    key = (using.vendor, name, tuple(map(type, values)))
    if key not in _kept:
        _kept[key] = _compiled(build, values, using)
    statement = _kept[key]
    if statement is None:
        return []
    with using.cursor() as cursor:
        cursor.execute(statement.sql, [put_in(p, values, using) for p in statement.parameters])
        return statement.converted(cursor.fetchall())


def records(name: Hashable, values: Sequence[Value], build: Build) -> list[Any]:
    """Return the records that a query finds, each with what it is annotated with; `build` makes a plain query."""
    using = replica.alias()
    found: list[Any] = []

    def listed(stand_ins: Iterator[Any]) -> QuerySet:
        query = build(stand_ins)
        _shapes[name] = (query.model, fields := _fields(query.model), tuple(query.query.annotations))
        return query.values_list(*fields, *query.query.annotations)

    for row in rows(name, values, listed):
        model, fields, extra = _shapes[name]
        record = model.from_db(using, fields, row[: len(fields)])
        for place, annotation in enumerate(extra, len(fields)):
            setattr(record, annotation, row[place])
        found.append(record)
    return found


def _fields(model: Any) -> tuple[str, ...]:
    return tuple(field.attname for field in model._meta.concrete_fields)


def filled(values: Sequence[Any]) -> tuple[Any, ...]:
    """A list filled up to a power of two by repeating its last value, so that there are few lengths of it."""
    size = 1 << (len(values) - 1).bit_length() if values else 0
    return (*values, *(values[-1] for _missing in range(size - len(values))))


def _compiled(build: Build, values: Sequence[Value], using: Any) -> Statement | None:
    """Compile a query; None where it can find nothing, whatever its values."""
    stand_ins = iter([stand_in(number, value) for number, value in enumerate(values)])
    compiler = build(stand_ins).query.get_compiler(connection=using)
    try:
        sql, parameters = compiler.as_sql()
    except EmptyResultSet:
        return None
    converters = compiler.get_converters([column for column, _sql, _alias in compiler.select])

    def converted(found: list[tuple]) -> list[tuple]:
        columns = list(zip(*found, strict=True))
        for place, (functions, expression) in converters.items():
            for function in functions if columns else ():
                known = {value: function(value, expression, using) for value in set(columns[place])}
                columns[place] = tuple([known[value] for value in columns[place]])
        return list(zip(*columns, strict=True)) if converters else found

    return Statement(sql, [recognised(parameter) for parameter in parameters], converted)


def stand_in(number: int, value: Value) -> Value:
    """What stands for a value in a statement that is compiled; different for each number."""
    if isinstance(value, date):
        return _day(number)
    return FIRST_NUMBER + number if isinstance(value, int) else f"{MARK}{number}{MARK}"


def _day(number: int) -> date:
    return date(FIRST_YEAR + number, 7, 1)


def recognised(parameter: Any) -> Any:
    """A stand-in as its place; everything else as it is."""
    if isinstance(parameter, int) and parameter >= FIRST_NUMBER:
        return Place(parameter - FIRST_NUMBER)
    if isinstance(parameter, str) and parameter.count(MARK) == 2:
        before, place, after = parameter.split(MARK)
        return Place(int(place), around=(before, after))
    day = parameter
    if isinstance(day, str) and len(day) == 10 and "4" <= day[:1] < "9" and day[4] == "-":
        day = date.fromisoformat(day)
    if isinstance(day, date) and FIRST_YEAR <= day.year < LAST_YEAR:
        number = day.year - FIRST_YEAR
        return Place(number, shift=day - _day(number))
    return parameter


def put_in(parameter: Any, values: Sequence[Value], using: Any) -> Any:
    """The value of a place, as the database wants it; everything else as it is."""
    if not isinstance(parameter, Place):
        return parameter
    value = values[parameter.number]
    if parameter.around is not None:
        return f"{parameter.around[0]}{value}{parameter.around[1]}"
    if parameter.shift is None or not isinstance(value, date):
        return value
    return using.ops.adapt_datefield_value(value + parameter.shift)
