"""States and moves: the only code that writes `status`.

A record with states has one `Table`: each row is a `Transition` (sources, move, target, roles, fields). `perform`
does one move, `perform_many` many, `correct` mends the date of a past one; all three share the table and the
checks, and write everything a move means (record, change row, photos, marks) in one transaction.

Every move has an *event day* (when it happened) beside its *entry time* (when it was typed). Change rows are never
edited; a wrong date is mended by a new row that supersedes the old one. `in_force` is true for the event rows that
count: not for edits, which are no events, and not for superseded rows. `until_on` is the day of the next event, so a
row in force says which state held on which days.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, TypeVar

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _, gettext_lazy

from score_mis.lib import dates

NEW = ""  # the source state of a record that does not exist yet
EDIT = "edit"
VOID = "void"


class TransitionError(Exception):
    """A move that cannot be made now; its text may be shown to the user."""


class Change(models.Model):
    """One move of one record. Concrete classes add the foreign key named by `record_field`."""

    record_field: str

    seq = models.PositiveIntegerField(gettext_lazy("sequence"))
    move = models.CharField(gettext_lazy("move"), max_length=24)
    source = models.CharField(gettext_lazy("from"), max_length=16, blank=True)
    target = models.CharField(gettext_lazy("to"), max_length=16)
    happened_on = models.DateField(gettext_lazy("event day"))
    until_on = models.DateField(gettext_lazy("held until"), null=True, blank=True)
    entered_at = models.DateTimeField(gettext_lazy("entered at"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=gettext_lazy("by")
    )
    reason = models.TextField(gettext_lazy("reason"), blank=True)
    details = models.JSONField(gettext_lazy("details"), default=dict, blank=True)
    in_force = models.BooleanField(gettext_lazy("in force"), default=True)
    supersedes = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="superseded_by",
        verbose_name=gettext_lazy("supersedes"),
    )

    class Meta:
        abstract = True
        ordering = ["seq", "pk"]

    def __str__(self) -> str:
        return f"{self.move} {self.happened_on}"

    @property
    def record(self) -> "Stateful":
        """The record this row belongs to; one query unless it was fetched along."""
        return getattr(self, self.record_field)

    @property
    def is_event(self) -> bool:
        """Whether the row tells of something that happened, not of a mere edit."""
        return self.move != EDIT


def change_constraints(name: str, record_field: str) -> list[models.BaseConstraint]:
    """Return the constraints every change table has: one row in force a step, intervals that do not run backwards."""
    return [
        models.UniqueConstraint(
            fields=[record_field, "seq"], condition=Q(in_force=True), name=f"{name}_one_row_in_force_a_step"
        ),
        models.CheckConstraint(
            condition=Q(until_on__isnull=True) | Q(until_on__gte=F("happened_on")),
            name=f"{name}_until_after_start",
        ),
    ]


def change_indexes(name: str, record_field: str) -> list[models.Index]:
    """Return the indexes every change table has: rows in force by day, for tallies and lists of any past day."""
    return [
        models.Index(fields=["happened_on", record_field], condition=Q(in_force=True), name=f"{name}_by_day"),
        models.Index(fields=[record_field, "target"], condition=Q(in_force=True), name=f"{name}_by_state"),
    ]


class Stateful(models.Model):
    """A record with states. Subclasses have `status`, a `Table` in `<app>/workflow.py`, and the three methods below."""

    owner_fields: tuple[str, ...] = ()  # links that say whose record this is, and so who may do what
    if TYPE_CHECKING:  # what each record has in a shape of its own
        status: Any
        changes: Any
        get_status_display: Any
        get_absolute_url: Any
        _prefetched_objects_cache: dict

    class Meta:
        abstract = True

    def roles_of(self, user: Any, today: date) -> frozenset[str]:
        """Return the roles `user` holds for this record on `today`."""
        raise NotImplementedError

    def role_key(self) -> Any:
        """Return what the roles depend on, so that bulk work asks once for it."""
        raise NotImplementedError

    def marks(self) -> list[Any]:
        """Return unsaved marks for every day on which this record counts or counted."""
        raise NotImplementedError

    @classmethod
    def before_insert(cls, records: Sequence[Any]) -> None:
        """Prepare new records, for example number them; runs inside the transaction."""

    def add_photos(self, photos: Sequence[Any], kind: str, by: Any) -> None:
        """Attach photos that came with a move; records without photos take none."""
        if photos:
            raise TypeError(f"{type(self).__name__} takes no photos")

    @property
    def status_label(self) -> str:
        """The name of the state in the reader's language."""
        return self.get_status_display()


StatefulT = TypeVar("StatefulT", bound=Stateful)


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
            fresh: Any = table.model._base_manager.select_for_update(of=("self",)).get(pk=record.pk)
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
        _append(marks + record.marks())
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


def correct(change: Change, *, by: Any, today: date, on: date, reason: str) -> Change:
    """Mend the event day of a past move by a new row that supersedes the old one, and return that row.

    The record's date columns are rebuilt from the rows in force. Raises as `perform` does.
    """
    table = TABLES[type(change.record)]
    with transaction.atomic():
        record = table.model._base_manager.select_for_update(of=("self",)).get(pk=change.record.pk)
        change = table.changes._base_manager.get(pk=change.pk)
        if not table.correct_roles & record.roles_of(by, today):
            raise PermissionDenied
        if not change.in_force:
            raise TransitionError(_("This entry was already corrected, or is not an event."))
        if not reason.strip():
            raise ValidationError({"reason": _("Say why the date was wrong.")})
        rows = list(_events(table, record))
        place = [row.pk for row in rows].index(change.pk)
        _check_between(rows, place, on, today)
        marks = record.marks()
        new = _superseding(table, change, by=by, on=on, reason=reason.strip())
        rows[place] = new
        if place:
            table.changes._base_manager.filter(pk=rows[place - 1].pk).update(until_on=on)
        _replay_dates(table, record, rows)
        _clean(record)
        record.save()
        _append(marks + record.marks())
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
    _check_plausible({"happened_on": on})
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


def _replay_dates(table: Table, record: Stateful, rows: list[Change]) -> None:
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


def _events(table: Table, record: Stateful) -> models.QuerySet:
    """Return the rows in force of a record, oldest first; one query."""
    return table.changes._base_manager.filter(**{table.changes.record_field: record}, in_force=True).order_by(
        "seq"
    )


def _set_owner(record: Stateful, fields: Mapping[str, Any]) -> None:
    """Put a new record where it will belong before anybody's roles there are asked for."""
    if record.pk is None:
        for name in record.owner_fields:
            if fields.get(name) is not None:
                setattr(record, name, fields[name])


def _last_event(table: Table, record: Stateful) -> Change | None:
    return _events(table, record).last() if record.pk else None


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
    _check_plausible({"happened_on": step.on, **fields})
    source = record.status if (record.pk or last) else NEW
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


def _check_plausible(values: Mapping[str, Any]) -> None:
    """Days among the values are days that can be, not slips such as the year 20017."""
    errors: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, date):
            for validator in dates.PLAUSIBLE:
                try:
                    validator(value)
                except ValidationError as error:
                    errors[name] = error
    raise_if(errors)


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


def _clean(record: Stateful) -> None:
    """Validate fields, rules of the model and its constraints."""
    record.full_clean()


def _save_one(record: Stateful, change: Change, row: Transition, photos: Sequence[Any], by: Any) -> None:
    """Write record, photos and change row."""
    if record.pk is None:
        type(record).before_insert([record])
    _clean(record)
    record.save()
    record.add_photos(photos, row.photo, by)
    setattr(change, change.record_field, record)
    change.save(force_insert=True)


def _append(marks: list[Any]) -> None:
    """Save marks through the manager of their class."""
    if marks:
        type(marks[0])._default_manager.append(marks)


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
        locked = self.table.model._base_manager.select_for_update(of=("self",)).in_bulk(
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
        _append(self.marks + _marks_of(records))


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


def raise_if(errors: Mapping[str, Any]) -> None:
    """Raise the field errors that were collected, if any."""
    if errors:
        raise ValidationError(dict(errors))
