"""Pages of lists by the place of a row in the order, never by number: no OFFSET, no count, the same cost everywhere.

The address says after (or before) which row a page begins: the values of that row's ordering columns, the primary key
last. The order is the queryset's own; columns may go up or down and may be empty. Empty values stand where PostgreSQL's
indexes keep them unless the order says otherwise: last going up, first going down; SQLite is told the same.

A list with an index on its ordering columns is read from any place on by that index: conditions compare whole rows of
columns, and where that cannot be (mixed directions, empty values) the rest of the list is read in segments one after
the other, each with a condition that an index answers.
"""

import base64
import binascii
import functools
import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import connection, models
from django.db.models import F, Func, Q, QuerySet, Value
from django.db.models.expressions import OrderBy
from django.http import HttpRequest

SIZE = 50
"""Rows a page."""
MOST_LETTERS = 2000
"""Longer cursors are none of ours."""

Place = Sequence[Any]
"""Where a row stands: the values of its ordering columns."""


class StrangeCursor(ValueError):
    """A cursor that this list did not give."""


def written(place: Place) -> list[Any]:
    """A place as a cursor carries it."""
    return [None if value is None else str(value) for value in place]


@dataclass(frozen=True)
class Key:
    """One column of an order: what to sort by, the path to a row's value, and where empty values stand."""

    expression: Any
    path: str
    field: models.Field
    descending: bool
    nullable: bool
    nulls_first: bool

    def order(self) -> OrderBy:
        """What the database sorts by; where nothing is empty nothing is said about it, so that any index fits."""
        nulls = {}
        if self.nullable:
            nulls = {"nulls_first": True} if self.nulls_first else {"nulls_last": True}
        return OrderBy(self.expression, descending=self.descending, **nulls)

    def turned(self) -> "Key":
        """The same column in the opposite order."""
        return replace(self, descending=not self.descending, nulls_first=not self.nulls_first)

    def value_of(self, row: Any) -> Any:
        """A row's value."""
        return functools.reduce(
            lambda found, name: None if found is None else getattr(found, name), self.path.split("__"), row
        )

    def written(self, row: Any) -> Any:
        """A row's value as a cursor carries it."""
        return written([self.value_of(row)])[0]

    def read(self, text: Any) -> Any:
        """The value that a cursor carries; StrangeCursor for one that this column cannot hold."""
        if text is None and self.nullable:
            return None
        if not isinstance(text, str) or "\x00" in text:
            raise StrangeCursor
        try:
            text.encode()
            value = self.field.to_python(text)
        except (ValidationError, UnicodeEncodeError, ValueError, OverflowError) as error:
            raise StrangeCursor from error
        if value is None or not self._fits(value):
            raise StrangeCursor
        return value

    def _fits(self, value: Any) -> bool:
        """Whether the database has such whole numbers."""
        if not isinstance(value, int) or isinstance(value, bool):
            return True
        low, high = connection.ops.integer_field_range(self.field.get_internal_type())
        return (low is None or value >= low) and (high is None or value <= high)


class RowIsBeyond(Func):
    """Whether a row of columns comes after a row of values, compared as databases do: one seek of an index."""

    output_field = models.BooleanField()

    def __init__(self, keys: Sequence[Key], values: Place) -> None:
        columns = [key.expression for key in keys]
        given = [Value(value, output_field=key.field) for key, value in zip(keys, values, strict=True)]
        super().__init__(*columns, *given)
        self.sign = "<" if keys[0].descending else ">"

    def as_sql(self, compiler: Any, connection: Any, **_extra: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        """(a, b) > (%s, %s)."""
        parts, parameters = [], []
        for expression in self.source_expressions:
            sql, given = compiler.compile(expression)
            parts.append(sql)
            parameters += given
        half = len(parts) // 2
        return f"({', '.join(parts[:half])}) {self.sign} ({', '.join(parts[half:])})", parameters


def segments(keys: Sequence[Key], place: Place) -> list[Any]:
    """The conditions on what comes after a place: one for each segment of the rest of the list, in their order."""
    first, value = keys[0], place[0]
    empty_last = first.nullable and not first.nulls_first
    after: list[Any] = [Q(**{f"{first.path}__isnull": True})] if empty_last and value is not None else []
    if _comparable(keys, place):
        return [RowIsBeyond(keys, place), *after]
    if value is None:
        same: Any = Q(**{f"{first.path}__isnull": True})
        after = [Q(**{f"{first.path}__isnull": False})] if first.nulls_first else []
    else:
        same = Q(**{first.path: value})
        after = [RowIsBeyond([first], [value]), *after]
    further = segments(keys[1:], place[1:]) if len(keys) > 1 else []
    return [Q(same) & Q(segment) for segment in further] + after


def _comparable(keys: Sequence[Key], place: Place) -> bool:
    """Whether one comparison of rows says what comes after: one direction, and no empty value that it would lose."""
    return (
        len({key.descending for key in keys}) == 1
        and all(value is not None for value in place)
        and all(key.nulls_first or not key.nullable for key in keys[1:])
    )


def keys_of(queryset: QuerySet) -> list[Key]:
    """The ordering columns of a queryset, ending with the primary key; TypeError for what is no column."""
    query, model = queryset.query, queryset.model
    asked = query.order_by or (model._meta.ordering if query.default_ordering else ())
    keys: list[Key] = []
    for item in asked:
        key = _key(model, item)
        keys.append(key)
        if key.path == model._meta.pk.name:
            return keys
    return [*keys, _key(model, "-pk" if keys and keys[-1].descending else "pk")]


def _key(model: type[models.Model], item: Any) -> Key:
    if isinstance(item, str):
        item = OrderBy(F(item.lstrip("-")), descending=item.startswith("-"))
    elif not isinstance(item, OrderBy):
        item = OrderBy(item)
    expression: Any = item.expression
    source: Any = expression
    while not isinstance(source, F):  # a column with a collation
        source = source.get_source_expressions()[0]
    name = str(source.name)  # type: ignore[attr-defined]  # every F has one
    path = model._meta.pk.name if name == "pk" else name
    field, nullable = _field(model, path)
    if isinstance(expression, F):
        expression = F(path)
    nulls_first = bool(item.nulls_first) or (item.descending and not item.nulls_last)
    return Key(expression, path, field, item.descending, nullable, nulls_first)


def _field(model: Any, path: str) -> tuple[models.Field, bool]:
    """The column at the end of a path, and whether anything on the way may be empty."""
    nullable = False
    found: Any = None
    for name in path.split("__"):
        try:
            found = model._meta.get_field(name)
        except FieldDoesNotExist as error:
            raise TypeError(f"A page cannot be ordered by {path}: it is no column.") from error
        nullable = nullable or found.null
        if found.is_relation and name == getattr(found, "attname", ""):
            found = found.target_field
        elif found.is_relation:
            model = found.related_model
    if found is None or found.is_relation:
        raise TypeError(f"Order by a column of {path}, not by a record.")
    return found, nullable


class Source(Protocol):
    """What pages are read from: rows in an order, each with its place."""

    def read(self, place: Place | None, backwards: bool, most: int) -> list[tuple[list[Any], Any]]:
        """At most so many rows with their places, after (backwards: before) a place or from the beginning (the end)."""

    def parsed(self, raw: list[Any]) -> Place:
        """The place that a cursor's list means; StrangeCursor where it means none."""

    def signature(self) -> str:
        """What tells the order apart from every other order."""


class Ordered:
    """The rows of a queryset in its own order."""

    def __init__(self, queryset: QuerySet) -> None:
        self.queryset = queryset
        self.keys = keys_of(queryset)

    def read(self, place: Place | None, backwards: bool, most: int) -> list[tuple[list[Any], Any]]:
        """One query, at the edge of empty values two."""
        keys = [key.turned() for key in self.keys] if backwards else self.keys
        ordered = self.queryset.order_by(*(key.order() for key in keys))
        rows: list[Any] = []
        for condition in [Q()] if place is None else segments(keys, place):
            if len(rows) < most:
                rows += ordered.filter(condition)[: most - len(rows)]
        return [([key.written(row) for key in self.keys], row) for row in rows]

    def parsed(self, raw: list[Any]) -> Place:
        """The values of the ordering columns."""
        if len(raw) != len(self.keys):
            raise StrangeCursor
        return [key.read(text) for key, text in zip(self.keys, raw, strict=True)]

    def signature(self) -> str:
        """Model, columns, directions."""
        return " ".join(
            [self.queryset.model._meta.label]
            + [f"{key.path} {key.descending} {key.nulls_first}" for key in self.keys]
        )


class Chain:
    """Several querysets one after the other."""

    def __init__(self, querysets: Sequence[QuerySet]) -> None:
        self.parts = [Ordered(queryset) for queryset in querysets]

    def read(self, place: Place | None, backwards: bool, most: int) -> list[tuple[list[Any], Any]]:
        """A query for each part that the page touches."""
        order = range(len(self.parts))
        found: list[tuple[list[Any], Any]] = []
        for number in reversed(order) if backwards else order:
            inside = None
            if place is not None:
                if (number > place[0]) if backwards else (number < place[0]):
                    continue
                inside = place[1] if number == place[0] else None
            if len(found) < most:
                rows = self.parts[number].read(inside, backwards, most - len(found))
                found += [([number, *where], row) for where, row in rows]
        return found

    def parsed(self, raw: list[Any]) -> Place:
        """The number of the part, and the place in it."""
        number = raw[0] if raw else None
        if type(number) is not int or not 0 <= number < len(self.parts):
            raise StrangeCursor
        return [number, self.parts[number].parsed(raw[1:])]

    def signature(self) -> str:
        """Those of the parts."""
        return " | ".join(part.signature() for part in self.parts)


@dataclass
class Page(Sequence):
    """The rows of a page and the cursors around it; an empty cursor: nothing more that way."""

    rows: list[Any]
    before: str = ""
    after: str = ""
    is_first: bool = True

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, index: Any) -> Any:
        return self.rows[index]

    def __iter__(self) -> Iterator[Any]:
        return iter(self.rows)

    @property
    def is_all(self) -> bool:
        """Whether the page is the whole list."""
        return self.is_first and not self.after


def page_of(request: HttpRequest, source: Any, size: int = SIZE) -> Page:
    """The page that the address names by `after` or `before`; the first one where it names none of this list's.

    `source` is a queryset with an order, or a Source.
    """
    if isinstance(source, QuerySet):
        source = Ordered(source)
    for name in ("after", "before"):
        text = request.GET.get(name, "")
        if text:
            try:
                place = decode(source, text)
            except StrangeCursor:
                break
            page = _read(source, place, name == "before", size)
            if page.rows:
                return page
            break
    return _read(source, None, False, size)


def _read(source: Source, place: Place | None, backwards: bool, size: int) -> Page:
    """Read one row more than is shown, so that it is known whether there are more."""
    found = source.read(place, backwards, size + 1)
    more, found = len(found) > size, found[:size]
    if backwards:
        found.reverse()
    if not found:
        return Page([])
    has_previous = more if backwards else place is not None
    has_next = backwards or more
    return Page(
        [row for _where, row in found],
        before=encode(source, found[0][0]) if has_previous else "",
        after=encode(source, found[-1][0]) if has_next else "",
        is_first=not has_previous,
    )


def _stamp(source: Source) -> str:
    """A few letters of the order's signature: a cursor of another order is recognised."""
    return hashlib.sha256(source.signature().encode()).hexdigest()[:8]


def encode(source: Source, place: list[Any]) -> str:
    """A place as it stands in addresses."""
    text = json.dumps([_stamp(source), *place], separators=(",", ":"), ensure_ascii=False)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode(source: Source, text: str) -> Place:
    """The place that an address names; StrangeCursor where this list did not write it."""
    if len(text) > MOST_LETTERS or not text.isascii():
        raise StrangeCursor
    try:
        raw = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (binascii.Error, ValueError, RecursionError) as error:
        raise StrangeCursor from error
    if not isinstance(raw, list) or not raw or raw[0] != _stamp(source):
        raise StrangeCursor
    return source.parsed(raw[1:])
