"""A record as it was known at a moment: what was entered later is taken back.

Each change row says which columns it set, with the old and the new value as text. Days, state and acting people are
not taken back but told again by the events that were in force.
"""

import re
from collections.abc import Sequence
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from hazards.models import Hazard
from score_mis.lib.corrections import replay_dates
from score_mis.lib.transitions import Table

LINKED = re.compile(r"\(#(\d+)\)$")
"""How a change row writes a link: the name, and the key at its end."""


def in_force(rows: Sequence[Any], moment: datetime) -> list[Any]:
    """The events that counted at a moment, oldest first: those entered by then that nothing entered by then mended."""
    known = [row for row in rows if row.entered_at <= moment]
    mended = {row.supersedes_id for row in known}
    return sorted((row for row in known if row.is_event and row.pk not in mended), key=lambda row: row.seq)


def as_it_was(table: Table, record: Any, rows: Sequence[Any], moment: datetime) -> Any:
    """The columns of a record as they were known; it is left alone. `rows` are all its change rows, some old enough."""
    originals = sorted((row for row in rows if row.supersedes_id is None), key=lambda row: row.pk)
    then: Any = SimpleNamespace(
        **{f.attname: getattr(record, f.attname) for f in record._meta.concrete_fields}
    )
    for name in set(_columns(table)):
        _set_back(table, then, name, originals, moment)
    told: dict[str, Any] = {"pk": record.pk}
    events = in_force(rows, moment)
    if events:  # else nothing tells of its days
        replay_dates(table, then, events)
        _replay_people(table, then, events, {row.pk: row for row in rows})
        told["status"] = events[-1].target
    if isinstance(record, Hazard) and not any(row.deadline for row in originals if row.entered_at <= moment):
        told["original_deadline"] = None
    return SimpleNamespace(**(vars(then) | told))


def _columns(table: Table) -> list[str]:
    """The columns that moves set to what was typed, or empty; a hazard goes along with its check without a row."""
    told = table.date_columns() | {row.actor for row in table.rows} | {"check_event"}
    return [name for row in table.rows for name in (*row.fields, *row.clears) if name not in told]


def _set_back(table: Table, then: Any, name: str, originals: Sequence[Any], moment: datetime) -> None:
    """What the last row of then said of a column; without one, what the first row since then found there."""
    column: Any = table.model._meta.get_field(name)
    for row in reversed([row for row in originals if row.entered_at <= moment]):
        step = table.row(row.move, row.source)
        if step is not None and name in step.clears:
            setattr(then, column.attname, None if column.null else column.get_default())
            return
        if name in row.details:
            setattr(then, column.attname, _read(column, row.details[name][1]))
            return
    for row in originals:
        if row.entered_at > moment and name in row.details:
            setattr(then, column.attname, _read(column, row.details[name][0]))
            return


def _read(column: Any, text: Any) -> Any:
    """A value out of a change row."""
    if text is None:
        return None if column.null else column.get_default()
    if column.is_relation:
        found = LINKED.search(str(text))
        return int(found[1]) if found else None
    return column.to_python(text)


def _replay_people(table: Table, then: Any, events: Sequence[Any], rows: dict[int, Any]) -> None:
    """Who made each step: the person of the row that first told of it, not of the one that mended its day."""
    actors = {row.actor for row in table.rows if row.actor}
    for name in actors:
        setattr(then, f"{name}_id", None)
    for event in events:
        step = table.row(event.move, event.source)
        if step is None:
            continue
        for name in actors & set(step.clears):
            setattr(then, f"{name}_id", None)
        if step.actor:
            first = event
            while first.supersedes_id is not None:
                first = rows[first.supersedes_id]
            setattr(then, f"{step.actor}_id", first.by_id)
