"""What was done to records since a moment, by whom and why: the causes of a restatement.

A record is touched by its own change rows, by those of its enterprise (which may have moved or left), and where it
has no states by its history. Steps of later days that could not change a figure of the day are left out.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from enterprises.models import Enterprise
from hazards.models import CheckChange, SafetyCheck
from reports.membership import KINDS, NAMES
from reports.restating import Cause, Causes, Ref
from score_mis.lib.transitions import TABLES, Table
from score_mis.lib.workflow import Change
from training.models import Participant

COUNTED_BY = frozenset({
    "area", "sector", "category", "module", "proposer_sex", "proposer_role", "saving_estimated", "saving_actual",
    "level", "deadline", "performed_by", "due_on", "check_event", "repeat_of", "sex", "standing", "enterprise", "kind",
    "held_on", "workshop",
})  # fmt: skip
"""Columns by which figures count and are broken down."""


def causes_since(moment: datetime, as_of: date) -> Causes:
    """A function that tells what was entered after a moment about records, as far as it matters as of a day."""

    def find(refs: set[Ref]) -> Mapping[Ref, Sequence[Cause]]:
        found: dict[Ref, list[Cause]] = defaultdict(list)
        for kind, pks in _by_kind(refs).items():
            for pk, causes in FINDERS.get(kind, _of_records)(kind, pks, moment, as_of).items():
                found[Ref(kind, pk)] += causes
        return {ref: sorted(causes, key=lambda cause: cause.entered_at) for ref, causes in found.items()}

    return find


def _by_kind(refs: Iterable[Ref]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for kind, pk in sorted(refs):
        found[kind].append(pk)
    return found


Found = dict[str, list[Cause]]


def _of_records(kind: str, pks: list[str], moment: datetime, as_of: date) -> Found:
    """By the change rows of the records themselves and of their enterprises."""
    model: Any = KINDS[kind]
    if model not in TABLES:
        return {}
    table = TABLES[model]
    found = _rows(table, [int(pk) for pk in pks], moment, as_of)
    if model is not Enterprise:
        owners = dict(model._base_manager.filter(pk__in=pks).values_list("pk", "enterprise"))
        moved = _rows(TABLES[Enterprise], list(set(owners.values())), moment, as_of)
        for pk, owner in owners.items():
            found[pk] = found.get(pk, []) + moved.get(owner, [])
    return {str(pk): causes for pk, causes in found.items()}


def _rows(table: Table, pks: list[int], moment: datetime, as_of: date) -> dict[int, list[Cause]]:
    """The change rows entered since, by record."""
    owner = table.changes.record_field
    changes: Any = table.changes._base_manager
    rows = changes.filter(**{f"{owner}__in": pks}, entered_at__gt=moment)
    found: dict[int, list[Cause]] = defaultdict(list)
    for row in rows.select_related("by", "supersedes").order_by("pk"):
        if _matters(table, row, as_of):
            pk = getattr(row, f"{owner}_id")
            found[pk].append(_cause(Ref(NAMES[table.model], str(pk)), row))
    return found


def _matters(table: Table, row: Any, as_of: date) -> bool:
    """Whether a change row can change what was counted up to a day."""
    if row.supersedes is not None:
        return min(row.happened_on, row.supersedes.happened_on) <= as_of
    step = table.row(row.move, row.source)
    cleared = set(step.clears) if step else set()
    ends = row.target in ("void", "superseded")
    return (
        ends
        or bool((row.details.keys() | cleared) & COUNTED_BY)
        or (row.is_event and row.happened_on <= as_of)
    )


def _cause(on: Ref, row: Any) -> Cause:
    mended = row.supersedes is not None
    return Cause(
        on=on,
        move=row.move,
        entered_at=row.entered_at,
        by=str(row.by),
        reason=row.reason,
        day=row.happened_on,
        day_before=row.supersedes.happened_on if mended else None,
        values=()
        if mended
        else tuple((name, *map(_text, pair)) for name, pair in sorted(row.details.items())),
    )


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _of_changes(kind: str, pks: list[str], moment: datetime, as_of: date) -> Found:
    """Counted change rows, by the other rows of their record."""
    model: Any = KINDS[kind]
    owners = dict(model._base_manager.filter(pk__in=pks).values_list("pk", model.record_field))
    record = kind.removesuffix("_change")
    found = _of_records(record, [str(pk) for pk in set(owners.values())], moment, as_of)
    return {str(pk): found[str(owner)] for pk, owner in owners.items() if str(owner) in found}


def _of_looks(kind: str, pks: list[str], moment: datetime, as_of: date) -> Found:
    """Looks at items, by the checks that were entered, mended or voided since and have an answer to the item."""
    places = {pk: pk.split("/", 1) for pk in pks}
    owners = {int(owner) for owner, _code in places.values()}
    table = TABLES[SafetyCheck]
    rows = CheckChange.objects.filter(check_event__enterprise__in=owners, entered_at__gt=moment)
    touched = SafetyCheck.objects.filter(pk__in=rows.order_by().values("check_event"))
    checks = list(touched.order_by("pk").values_list("pk", "enterprise", "answers"))
    causes = _rows(table, [pk for pk, _owner, _answers in checks], moment, as_of)
    moved = _rows(TABLES[Enterprise], sorted(owners), moment, as_of)
    return {
        name: moved.get(int(owner), [])
        + [
            cause
            for pk, its, answers in checks
            if its == int(owner) and code in answers
            for cause in causes.get(pk, [])
        ]
        for name, (owner, code) in places.items()
    }


def _of_participants(kind: str, pks: list[str], moment: datetime, as_of: date) -> Found:
    """People at workshops, by their own history and that of the workshop, and by their enterprise's changes."""
    history: Any = Participant.history.model.objects
    rows = list(history.filter(id__in=pks).select_related("history_user").order_by("history_id"))
    found: Found = {pk: _edits(Ref(kind, pk), [r for r in rows if str(r.id) == pk], moment) for pk in pks}
    last = {str(row.id): row for row in rows}
    shops = Participant.workshop.field.related_model.history.model.objects  # type: ignore[attr-defined]
    told = list(
        shops.filter(id__in={row.workshop_id for row in rows})
        .select_related("history_user")
        .order_by("history_id")
    )
    owners = {row.enterprise_id for row in rows if row.enterprise_id}
    moved = _rows(TABLES[Enterprise], sorted(owners), moment, as_of)
    for pk, row in last.items():
        its = [one for one in told if one.id == row.workshop_id]
        edits = _edits(Ref("workshop", str(row.workshop_id)), its, moment)
        found[pk] += [cause for cause in edits if cause.values] + moved.get(row.enterprise_id, [])
    return found


def _edits(on: Ref, rows: list[Any], moment: datetime) -> list[Cause]:
    """Entries since, out of a history: added, edited with what became different, removed."""
    moves = {"+": "add", "~": "edit", "-": "remove"}
    return [
        Cause(
            on=on,
            move=moves[row.history_type],
            entered_at=row.history_date,
            by=str(row.history_user or ""),
            reason="" if on.kind == "workshop" else row.history_change_reason or "",
            values=_differences(older, row) if older and row.history_type == "~" else (),
        )
        for older, row in zip([None, *rows], rows, strict=False)
        if row.history_date > moment
    ]


def _differences(older: Any, row: Any) -> tuple[tuple[str, str, str], ...]:
    names = [field.attname for field in row.tracked_fields]
    pairs = ((name, getattr(older, name), getattr(row, name)) for name in names)
    return tuple((name, _text(old), _text(new)) for name, old, new in pairs if old != new)


FINDERS: dict[str, Callable[[str, list[str], datetime, date], Found]] = {
    **{kind: _of_changes for kind, model in KINDS.items() if issubclass(model, Change)},
    "item_look": _of_looks,
    "participant": _of_participants,
}
"""How causes are found of kinds that have no change rows of their own."""


def in_words(cause: Cause) -> str:
    """A cause as a line for people, in the reader's language: what, old and new, by whom, when, why."""
    parts = [
        _what(cause),
        *(_value(cause, *value) for value in cause.values if value[0].removesuffix("_id") in COUNTED_BY),
    ]
    told = _("%(what)s, entered by %(person)s on %(day)s") % {
        "what": "; ".join(parts),
        "person": cause.by or _("the system"),
        "day": date_format(timezone.localtime(cause.entered_at), "SHORT_DATE_FORMAT"),
    }
    return f"{told}: {cause.reason}" if cause.reason else told


def _what(cause: Cause) -> str:
    """The move in words; of a mended day the old and the new one."""
    model: Any = KINDS.get(cause.on.kind)
    done = {"add": _("added"), "edit": _("edited"), "remove": _("removed")}.get(cause.move, cause.move)
    if model in TABLES:
        rows = TABLES[model].rows
        done = str(next((row.done for row in rows if row.move == cause.move), cause.move))
    if cause.day_before is not None and cause.day is not None:
        return _("day of “%(step)s” mended from %(old)s to %(new)s") % {
            "step": done,
            "old": date_format(cause.day_before),
            "new": date_format(cause.day),
        }
    return (
        done
        if cause.day is None
        else _("%(step)s on %(day)s") % {"step": done, "day": date_format(cause.day)}
    )


def _value(cause: Cause, name: str, old: str, new: str) -> str:
    """A column by its name, with the old and the new value."""
    model = KINDS.get(cause.on.kind)
    label = name
    if model is not None:
        field: Any = model._meta.get_field(name.removesuffix("_id"))
        label = capfirst(str(field.verbose_name))
        shown = {str(key): str(text) for key, text in field.flatchoices}
        old, new = shown.get(old, old), shown.get(new, new)
    return f"{label}: {old or '–'} → {new or '–'}"
