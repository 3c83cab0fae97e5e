"""Mending the date of a past move, by a new change row that supersedes the old one."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from score_mis.lib import dates
from score_mis.lib.stateful import (
    Change,
    Stateful,
    TransitionError,
    append_marks,
    check_plausible,
    save_checked,
)
from score_mis.lib.transitions import TABLES, Table, events_of


def correct(change: Change, *, by: Any, today: date, on: date, reason: str) -> Change:
    """Mend the event day of a past move by a new row that supersedes the old one, and return that row.

    The record's date columns are rebuilt from the rows in force. Raises as `perform` does.
    """
    table = TABLES[type(change.record)]
    with transaction.atomic():
        record = table.model._base_manager.select_for_update(of=("self",), no_key=True).get(
            pk=change.record.pk
        )
        change = table.changes._base_manager.get(pk=change.pk)
        if not table.correct_roles & record.roles_of(by, today):
            raise PermissionDenied
        if not change.in_force:
            raise TransitionError(_("This entry was already corrected, or is not an event."))
        if not reason.strip():
            raise ValidationError({"reason": _("Say why the date was wrong.")})
        rows = list(events_of(table, record))
        place = [row.pk for row in rows].index(change.pk)
        _check_between(rows, place, on, today)
        marks = record.marks()
        new = _superseding(table, change, by=by, on=on, reason=reason.strip())
        rows[place] = new
        if place:
            table.changes._base_manager.filter(pk=rows[place - 1].pk).update(until_on=on)
        replay_dates(table, record, rows)
        save_checked(record)
        append_marks(marks + record.marks())
    return new


def _superseding(table: Table, change: Change, *, by: Any, on: date, reason: str) -> Change:
    """Take `change` out of force and append its successor with the right day."""
    table.changes._base_manager.filter(pk=change.pk).update(in_force=False)
    copied: dict[str, Any] = {
        f.attname: getattr(change, f.attname)
        for f in table.changes._meta.concrete_fields
        if f.name not in ("id", "by", "entered_at", "happened_on", "reason", "supersedes", "in_force")
    }
    copied |= {"by": by, "entered_at": dates.now(), "happened_on": on, "reason": reason, "supersedes": change}
    return table.changes._base_manager.create(**copied, in_force=True)


def _check_between(rows: list[Change], place: int, on: date, today: date) -> None:
    """A corrected day stays between its neighbours and out of the future."""
    check_plausible({"happened_on": on})
    before = rows[place - 1].happened_on if place else date.min
    after = rows[place + 1].happened_on if place + 1 < len(rows) else today
    if not before <= on <= min(after, today):
        raise ValidationError(
            {
                "happened_on": _(
                    "The day must lie between the entries before and after it, and not in the future."
                )
            }
        )


def replay_dates(table: Table, record: Stateful, rows: Sequence[Change]) -> None:
    """Set the record's date columns from the rows in force, oldest first."""
    for name in table.date_columns():
        setattr(record, name, None)
    for change in rows:
        row = table.row(change.move, change.source)
        if row is None:
            continue
        for name in row.clears:
            if name in table.date_columns():
                setattr(record, name, None)
        for name in row.dates:
            setattr(record, name, change.happened_on)
