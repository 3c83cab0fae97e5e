"""Staging: records are read once, with all they are counted by, into a temporary table; groups are made from that.

Each breakdown would otherwise read the records again, and reading them is most of the work.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.management.color import no_style
from django.db import connection
from django.db.models import Case, F, Q, Value, When

from reports.fields import BREAKDOWNS, LEVELS, LevelField, MeasureField
from reports.measures import Stream
from reports.models import Staged
from reports.tallies.counting import key_of
from reports.tallies.prepared import Slots, insert, within
from score_mis.lib.dates import MonthStart

Cells = Mapping[str, Sequence[Stream]]
"""Streams by the name of their cells."""
COLUMN = {dim: f"by_{dim.replace('/', '_')}" for dim in BREAKDOWNS if dim}
"""The column that holds the keys of a breakdown."""


def begin() -> None:
    """Make sure of an empty table."""
    quote = connection.ops.quote_name
    fields = [field for field in Staged._meta.local_concrete_fields if not field.primary_key]
    columns = ", ".join(f"{quote(str(field.column))} {field.db_type(connection)}" for field in fields)
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE IF NOT EXISTS {quote(Staged._meta.db_table)} ({columns})")
        for statement in connection.ops.sql_flush(no_style(), [Staged._meta.db_table]):
            cursor.execute(statement)


def know_sizes() -> None:
    """Let the database look how much was staged, before it plans to group much."""
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {connection.ops.quote_name(Staged._meta.db_table)}")


def stage(cells: Cells, slots: Slots, *, wide: bool) -> None:
    """Read the rows of streams in the slots' leaves (None: everywhere) on the slots' days (None: all)."""
    for name, streams in cells.items():
        for number, stream in enumerate(streams):
            _stage_stream(name, number, stream, slots, wide)


def _stage_stream(name: str, number: int, stream: Stream, slots: Slots, wide: bool) -> None:
    def build(slots: Slots) -> tuple:
        keys = {COLUMN[dim]: key_of(path) for dim, path in stream.breakdowns().items()}
        rows = stream.rows().order_by().annotate(
            cell_area=F(f"{stream.enterprise}__area_id"),
            cell_month=MonthStart(F("day")),
            cell_measure=Value(name, output_field=MeasureField()),
            cell_level=_level(stream),
            cell_wide=Value(wide),
            **{f"cell_{column}": key for column, key in keys.items()},
        )  # fmt: skip
        columns = {
            "area": "cell_area",
            "n": "n",
            "day": "day",
            "month": "cell_month",
            "measure": "cell_measure",
            "level": "cell_level",
            "wide": "cell_wide",
            **{column: f"cell_{column}" for column in keys},
        }
        if stream.has_amount:
            columns["amount"] = "amount"
        return Staged, columns, rows.filter(_where(stream, slots))

    insert(("stage", name, number, wide), build, slots)


def _level(stream: Stream) -> Any:
    if not stream.level:
        return Value("", output_field=LevelField())
    named = {name: Value(name, output_field=LevelField()) for name in LEVELS if name}
    found = [When(Q(**{stream.level: name}), then=value) for name, value in named.items()]
    return Case(*found, default=Value("", output_field=LevelField()))


def _where(stream: Stream, slots: Slots) -> Q:
    """The records to read: those of the areas, on the days; near the days where an index can say so."""
    where = within("day", slots.days)
    if slots.leaves is not None:
        where &= Q(**{f"{stream.enterprise}__area__in": slots.leaves})
    if slots.days is not None and stream.near is not None:
        near = Q()
        for first, last in slots.days:
            near |= stream.near(first, last)
        where &= near
    return where
