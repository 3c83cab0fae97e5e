"""Tables of moves: one row a move, one table a record with states, and the questions about them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import models

from score_mis.lib.stateful import EDIT, NEW, Change, Stateful


@dataclass(frozen=True, kw_only=True)
class Transition:
    """One row of a table of moves.

    `target` None keeps the state. `fields` may be given with the move, `required` must be filled after it. `dates`
    are columns that receive the event day, `actor` the column that receives the acting user, `clears` columns that
    are emptied. `before` looks at record and user and says why not (or nothing), so that buttons can be hidden;
    `guards` run after the fields are set and raise.
    """

    move: str
    sources: frozenset[str]
    target: str | None
    roles: frozenset[str]
    label: Any
    done: Any
    fields: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    reason: bool = False
    dates: tuple[str, ...] = ()
    actor: str = ""
    clears: tuple[str, ...] = ()
    photo: str = ""
    before: tuple[Callable[[Any, Any], str], ...] = ()
    guards: tuple[Callable[["Step"], None], ...] = ()
    style: str = "secondary"

    @property
    def is_event(self) -> bool:
        """Whether the move is something that happened, with a day of its own."""
        return self.move != EDIT


@dataclass(kw_only=True)
class Step:
    """One move about to be made; what guards look at."""

    record: Any
    transition: Transition
    by: Any
    on: date
    roles: frozenset[str]
    reason: str = ""
    photos: Sequence[Any] = ()
    was: Mapping[str, Any] = field(default_factory=dict)
    """The values before the move of the fields that came with it."""


@dataclass(frozen=True)
class Table:
    """All moves of one kind of record; `correct_roles` may mend the date of a past move."""

    model: type[Stateful]
    changes: type[Change]
    rows: tuple[Transition, ...]
    correct_roles: frozenset[str] = frozenset()

    def row(self, move: str, source: str) -> Transition | None:
        """Return the row for a move out of a state, or None."""
        return next((row for row in self.rows if row.move == move and source in row.sources), None)

    def knows(self, move: str) -> bool:
        """Whether any row has this move."""
        return any(row.move == move for row in self.rows)

    def date_columns(self) -> set[str]:
        """Return every column that some move fills with its event day."""
        return {name for row in self.rows for name in row.dates}


TABLES: dict[type[Stateful], Table] = {}


def register(table: Table) -> Table:
    """Make a table known; called once by each `<app>/workflow.py`."""
    TABLES[table.model] = table
    return table


def table_of(record: Stateful) -> Table:
    """Return the table of a record's class."""
    return TABLES[type(record)]


def available(
    record: Stateful, *, by: Any, today: date, roles: frozenset[str] | None = None
) -> list[Transition]:
    """Return the moves `by` may make now, in the table's order; one query for the roles unless they are given."""
    if roles is None:
        roles = record.roles_of(by, today)
    source = record.status if record.pk else NEW
    return [
        row
        for row in table_of(record).rows
        if source in row.sources and row.roles & roles and not any(check(record, by) for check in row.before)
    ]


def may(record: Stateful, move: str, *, by: Any, today: date) -> bool:
    """Whether `by` may make this move now."""
    return any(row.move == move for row in available(record, by=by, today=today))


def latest_entry(record: Stateful) -> int | None:
    """Return the key of the record's latest change row, which grows with every move and edit; one query."""
    if record.pk is None:
        return None
    table = table_of(record)
    rows = table.changes._base_manager.filter(**{table.changes.record_field: record})
    return rows.order_by("-pk").values_list("pk", flat=True).first()


def events_of(table: Table, record: Stateful) -> models.QuerySet:
    """Return the rows in force of a record, oldest first; one query."""
    return table.changes._base_manager.filter(**{table.changes.record_field: record}, in_force=True).order_by(
        "seq"
    )
