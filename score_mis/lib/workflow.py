"""Moves: the only code that writes `status`.

A record with states has one `Table`: each row is a `Transition` (sources, move, target, roles, fields). `perform`
does one move, `perform_many` many, `correct` mends the date of a past one; all three share the table and the
checks, and write everything a move means (record, change row, photos, marks) in one transaction.

Rows are locked without their key (FOR NO KEY UPDATE): who links another record to one that is being moved does not
wait for it, and so two people never wait for each other.

Records and change rows are described in `stateful`, tables in `transitions`; both are offered here again, so that
the apps know one name.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _

from score_mis.lib import dates
from score_mis.lib.corrections import correct
from score_mis.lib.stateful import (
    EDIT,
    NEW,
    VOID,
    Change,
    Stateful,
    StatefulT,
    TransitionError,
    append_marks,
    change_constraints,
    change_indexes,
    check_plausible,
    raise_if,
    save_checked,
)
from score_mis.lib.transitions import (
    TABLES,
    Step,
    Table,
    Transition,
    available,
    events_of,
    latest_entry,
    may,
    register,
    table_of,
)

__all__ = [
    "EDIT",
    "NEW",
    "TABLES",
    "VOID",
    "Change",
    "Move",
    "Stateful",
    "Step",
    "Table",
    "Transition",
    "TransitionError",
    "available",
    "change_constraints",
    "change_indexes",
    "correct",
    "latest_entry",
    "may",
    "perform",
    "perform_many",
    "raise_if",
    "register",
    "table_of",
]


@dataclass(kw_only=True)
class Move:
    """One move for `perform_many`. `entered_at` is for imports of older records; by default it is now."""

    record: Any
    move: str
    by: Any
    on: date
    reason: str = ""
    fields: Mapping[str, Any] = field(default_factory=dict)
    photos: Sequence[Any] = ()
    entered_at: datetime | None = None


def perform(
    record: StatefulT,
    move: str,
    *,
    by: Any,
    today: date,
    on: date | None = None,
    reason: str = "",
    fields: Mapping[str, Any] | None = None,
    photos: Sequence[Any] = (),
    seen: int | None = None,
) -> StatefulT:
    """Make one move and return the fresh record; a record without primary key is created by its first move.

    `seen` is the `latest_entry` the person looked at; a move on top of anything newer is refused.

    Raises PermissionDenied (wrong role), TransitionError (wrong moment) or ValidationError (wrong or missing values);
    in each case nothing is saved.
    """
    table = table_of(record)
    with transaction.atomic():
        if record.pk:
            fresh: Any = table.model._base_manager.select_for_update(of=("self",), no_key=True).get(
                pk=record.pk
            )
            record = fresh
        source = record.status if record.pk else NEW
        last = _last_event(table, record)
        row = _row_for(table, move, source, record)
        if seen is not None and seen != latest_entry(record):
            raise TransitionError(
                _(
                    "Somebody changed this record while you typed. Look at its page, then save again if it still fits."
                )
            )
        _set_owner(record, fields or {})
        roles = record.roles_of(by, today)
        if not row.roles & roles:
            raise PermissionDenied
        marks = record.marks() if record.pk else []
        step = Step(
            record=record,
            transition=row,
            by=by,
            on=on or today,
            roles=roles,
            reason=reason.strip(),
            photos=photos,
        )
        change = _apply(table, step, fields or {}, last, today)
        change.entered_at = dates.now()
        _save_one(record, change, row, photos, by)
        if last is not None and row.is_event:
            table.changes._base_manager.filter(pk=last.pk).update(until_on=change.happened_on)
        append_marks(marks + record.marks())
    return record


def perform_many(moves: Iterable[Move], *, today: date) -> int:
    """Make many moves, in the order given, as one transaction; return how many were made.

    The table, the roles and the checks are those of `perform`; rows are written in bulk. All records are of one class.
    """
    moves = list(moves)
    if not moves:
        return 0
    table = table_of(moves[0].record)
    with transaction.atomic():
        batch = _Batch(table, moves, today)
        for item in moves:
            batch.add(item)
        batch.write()
    return len(moves)


def _set_owner(record: Stateful, fields: Mapping[str, Any]) -> None:
    """Put a new record where it will belong before anybody's roles there are asked for."""
    if record.pk is None:
        for name in record.owner_fields:
            if fields.get(name) is not None:
                setattr(record, name, fields[name])


def _last_event(table: Table, record: Stateful) -> Change | None:
    return events_of(table, record).last() if record.pk else None


def _row_for(table: Table, move: str, source: str, record: Stateful) -> Transition:
    """Return the row, or say in the user's words why there is none."""
    row = table.row(move, source)
    if row is not None:
        return row
    if not table.knows(move):
        raise TransitionError(_("There is no such step as “%(move)s”.") % {"move": move})
    state = record.status_label if source else _("new")
    raise TransitionError(
        _(
            "This step is not possible: the record is now “%(state)s”. Somebody may have been quicker; look again."
        )
        % {"state": state}
    )


def _apply(table: Table, step: Step, fields: Mapping[str, Any], last: Change | None, today: date) -> Change:
    """Check a step and set it on the record in memory; return the unsaved change row."""
    record, row = step.record, step.transition
    foreign = set(fields) - set(row.fields)
    if foreign:
        raise TypeError(f"{row.move} does not take {sorted(foreign)}")
    if step.photos and not row.photo:
        raise TypeError(f"{row.move} takes no photos")
    for check in row.before:
        refusal = check(record, step.by)
        if refusal:
            raise TransitionError(refusal)
    _check_day(step, last, today)
    check_plausible({"happened_on": step.on, **fields})
    source = record.status if (record.pk or last) else NEW
    step.was = {name: getattr(record, _column(record, name).attname) for name in fields}
    details = _set_fields(record, fields)
    _set_consequences(record, row, step)
    record.status = source if row.target is None else row.target
    _check_filled(record, row, step)
    for guard in row.guards:
        guard(step)
    change = table.changes(
        seq=(last.seq + 1) if last else 1,
        move=row.move,
        source=source,
        target=record.status,
        happened_on=step.on,
        by=step.by,
        reason=step.reason,
        details=details,
        in_force=row.is_event,
    )
    if hasattr(record, "fill_change"):
        record.fill_change(change)
    return change


def _check_day(step: Step, last: Change | None, today: date) -> None:
    """An event is not in the future and not before the event before it."""
    if not step.transition.is_event:
        return
    if step.on > today:
        raise ValidationError({"happened_on": _("The day lies in the future.")})
    if last is not None and step.on < last.happened_on:
        raise ValidationError(
            {
                "happened_on": _("The day lies before the previous step (%(day)s).")
                % {"day": last.happened_on.isoformat()}
            }
        )


def _set_fields(record: Stateful, fields: Mapping[str, Any]) -> dict[str, list]:
    """Set the given values; return old and new of those that differ, as text for the change row."""
    details = {}
    for name, value in fields.items():
        attname = _column(record, name).attname
        old = getattr(record, name) if getattr(record, attname) is not None else None
        if old != value:
            details[name] = [_as_text(old), _as_text(value)]
        setattr(record, name, value)
    return details


def _column(record: Stateful, name: str) -> Any:
    """Return the field of a column by its name."""
    return record._meta.get_field(name)


def _as_text(value: Any) -> Any:
    """Return a value as JSON can keep it; records by their primary key and name."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, models.Model):
        return f"{value} (#{value.pk})"
    return str(value)


def _set_consequences(record: Stateful, row: Transition, step: Step) -> None:
    """Fill and empty the columns that follow from the move itself."""
    for name in row.clears:
        model_field = _column(record, name)
        setattr(record, name, None if model_field.null else model_field.get_default())
    for name in row.dates:
        setattr(record, name, step.on)
    if row.actor:
        setattr(record, row.actor, step.by)


def _check_filled(record: Stateful, row: Transition, step: Step) -> None:
    """What the row requires is there; all gaps are named at once."""
    missing = {
        name: _("Needed for this step.") for name in row.required if getattr(record, name) in (None, "")
    }
    if row.reason and not step.reason:
        missing["reason"] = _("Say why.")
    if missing:
        raise ValidationError(missing)


def _save_one(record: Stateful, change: Change, row: Transition, photos: Sequence[Any], by: Any) -> None:
    """Write record, photos and change row."""
    if record.pk is None:
        type(record).before_insert([record])
    save_checked(record)
    record.add_photos(photos, row.photo, by)
    setattr(change, change.record_field, record)
    change.save(force_insert=True)


class _Batch:
    """The working state of one `perform_many`."""

    def __init__(self, table: Table, moves: list[Move], today: date) -> None:
        self.table, self.today = table, today
        self.roles: dict[tuple, frozenset[str]] = {}
        self.changes: list[Change] = []
        self.closed: list[Change] = []
        self.photos: list[tuple[Stateful, Move, str]] = []
        self.records = {id(item.record): item.record for item in moves}
        self.new = [record for record in self.records.values() if record.pk is None]
        self.old = [record for record in self.records.values() if record.pk is not None]
        self._lock()
        self.last: dict[int, Change] = {}
        by_pk = {record.pk: record for record in self.old}
        if len(by_pk) < len(self.old):
            raise ValueError("two copies of one record; give the same object to all its moves")
        filters = {f"{table.changes.record_field}__in": list(by_pk), "in_force": True}
        for change in table.changes._base_manager.filter(**filters).order_by("seq"):
            self.last[id(by_pk[getattr(change, f"{table.changes.record_field}_id")])] = change
        self.marks = _marks_of(self.old)

    def _lock(self) -> None:
        """Lock the existing records and refuse copies that are older than the database."""
        locked = self.table.model._base_manager.select_for_update(of=("self",), no_key=True).in_bulk(
            [r.pk for r in self.old]
        )
        columns = [f.attname for f in self.table.model._meta.concrete_fields]
        for record in self.old:
            fresh = locked.get(record.pk)
            if fresh is None or any(getattr(fresh, name) != getattr(record, name) for name in columns):
                raise TransitionError(
                    _("A record was changed by somebody else meanwhile; nothing was saved.")
                )

    def add(self, item: Move) -> None:
        """Check one move and set it in memory."""
        record, last = item.record, self.last.get(id(item.record))
        source = record.status if last else NEW
        row = _row_for(self.table, item.move, source, record)
        _set_owner(record, item.fields)
        key = (record.role_key(), item.by.pk)
        if key not in self.roles:
            self.roles[key] = record.roles_of(item.by, self.today)
        if not row.roles & self.roles[key]:
            raise PermissionDenied
        step = Step(
            record=record,
            transition=row,
            by=item.by,
            on=item.on,
            roles=self.roles[key],
            reason=item.reason.strip(),
            photos=item.photos,
        )
        change = _apply(self.table, step, item.fields, last, self.today)
        change.entered_at = item.entered_at or dates.now()
        setattr(change, change.record_field, record)
        self.changes.append(change)
        if row.is_event:
            if last is not None:
                last.until_on = change.happened_on
                if last.pk:
                    self.closed.append(last)
            self.last[id(record)] = change
        if item.photos:
            self.photos.append((record, item, row.photo))

    def write(self) -> None:
        """Write records, change rows, photos and marks in bulk; the database checks every constraint."""
        manager = self.table.model._base_manager
        self.table.model.before_insert(self.new)
        records = list(self.records.values())
        links = _check_links(self.table.model, records)
        for record in records:
            record.clean_fields(exclude=[f.name for f in links if getattr(record, f.attname) is not None])
            record.clean()
        manager.bulk_create(self.new, batch_size=500)
        names = [f.name for f in self.table.model._meta.concrete_fields if not f.primary_key]
        manager.bulk_update(self.old, names, batch_size=100)
        for change in self.changes:
            setattr(change, change.record_field, getattr(change, change.record_field))
        self.table.changes._base_manager.bulk_create(self.changes, batch_size=500)
        self.table.changes._base_manager.bulk_update(self.closed, ["until_on"], batch_size=500)
        for record, item, kind in self.photos:
            record.add_photos(item.photos, kind, item.by)
        append_marks(self.marks + _marks_of(records))


def _check_links(model: type[Stateful], records: Sequence[Stateful]) -> list[models.ForeignKey]:
    """Check that what the records link to exists, with one query a link and not one a record; return the links."""
    links = [f for f in model._meta.concrete_fields if isinstance(f, models.ForeignKey)]
    for link in links:
        wanted = {getattr(record, link.attname) for record in records} - {None}
        known = link.remote_field.model._base_manager.in_bulk(wanted, field_name=link.target_field.name)
        if wanted - set(known):
            raise ValidationError({link.name: _("This does not exist any more.")})
    return links


def _marks_of(records: Sequence[Stateful]) -> list[Any]:
    """Return the marks of many records; their change rows are fetched together."""
    marks = []
    for start in range(0, len(records), 500):
        part = records[start : start + 500]
        models.prefetch_related_objects(part, "changes")
        for record in part:
            marks += record.marks()
            record._prefetched_objects_cache.clear()
    return marks
