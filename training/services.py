"""Writes of the training app that touch several rows."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from simple_history.utils import bulk_create_with_history

from accounts.models import User
from enterprises.models import AreaAncestor, Mark
from score_mis.lib import dates, workflow
from score_mis.lib.workflow import TransitionError
from training.models import (
    CalendarAddress,
    CounsellingVisit,
    Enrolment,
    Module,
    Participant,
    VisitAction,
    Workshop,
)
from training.models.calendars import new_token


def save_enrolment(
    enrolment: Enrolment,
    move: str,
    *,
    by: User,
    today: date,
    on: date | None = None,
    fields: Mapping[str, Any],
    consultants: Iterable[User],
    inspectors: Iterable[User],
) -> Enrolment:
    """Plan or edit an enrolment together with its people; the change row names those who came and went."""
    with transaction.atomic():
        saved: Any = workflow.perform(enrolment, move, by=by, today=today, on=on, fields=fields)
        change = saved.changes.latest("pk")
        for name, people in (("consultants", consultants), ("inspectors", inspectors)):
            links = getattr(saved, name)
            old = _names(links.all())
            links.set(people)
            new = _names(links.all())
            if old != new:
                change.details[name] = [old, new]
        change.save(update_fields=["details"])
    return saved


def log_visit(
    visit: CounsellingVisit,
    *,
    by: User,
    today: date,
    on: date | None = None,
    fields: Mapping[str, Any],
    agreed: Sequence[Mapping[str, Any]] = (),
    done: Iterable[VisitAction] = (),
    photos: Sequence[Any] = (),
    seen: int | None = None,
) -> CounsellingVisit:
    """Log a visit: what was found, what was agreed, and which earlier actions turned out to be done.

    `agreed` holds text, owner and due_on of each new action; `photos` are accepted; `seen` is as in `perform`.
    Raises as `perform` does; nothing is half-saved.
    """
    with transaction.atomic():
        logged: Any = workflow.perform(
            visit, "log", by=by, today=today, on=on, fields=fields, photos=photos, seen=seen
        )
        for values in agreed:
            keep(VisitAction(visit=logged, **values), by=by)
        ticked = VisitAction.objects.filter(
            pk__in=[action.pk for action in done], visit__enterprise=logged.enterprise_id
        )
        for action in ticked.open().select_for_update(of=("self",), no_key=True):
            action.done_on, action.done_at_visit = logged.done_on, logged
            keep(action, by=by)
    return logged


def save_action(action: VisitAction, *, by: User, seen: date | None = None) -> VisitAction:
    """Add or edit an agreed action of a logged visit; an action that is open again was not ticked at any visit.

    `seen` is the day of its tick when the person saw it; TransitionError where somebody ticked it meanwhile.
    """
    with transaction.atomic():
        refuse_unlogged(_locked(action.visit))
        if action.pk and _locked(action).done_on != seen:
            raise TransitionError(_("Somebody ticked this action meanwhile. Open the page again."))
        if action.done_on is None:
            action.done_at_visit = None
        return keep(action, by=by)


def tick_action(action: VisitAction, *, by: User, on: date) -> VisitAction:
    """Say that an agreed action was done; TransitionError where somebody said so before."""
    with transaction.atomic():
        action = (
            VisitAction.objects.select_for_update(of=("self",), no_key=True)
            .select_related("visit")
            .get(pk=action.pk)
        )
        refuse_unlogged(action.visit)
        if action.done_on:
            raise TransitionError(_("This action was ticked already."))
        action.done_on = on
        return keep(action, by=by)


def refuse_unlogged(visit: CounsellingVisit) -> None:
    """Actions are agreed during visits that took place and count; TransitionError for others."""
    if not visit.is_logged:
        raise TransitionError(
            _("Agreed actions belong to visits that were logged; this one is “%(state)s”.")
            % {"state": visit.status_label}
        )


def make_calendar_address(*, by: User) -> CalendarAddress:
    """Make the secret address of a person's planned visits, or another one; the old one opens nothing any more."""
    values = {"token": new_token(), "made_at": dates.now()}
    address, _is_new = CalendarAddress.objects.update_or_create(user=by, defaults=values)
    return address


def withdraw_calendar_address(*, by: User) -> None:
    """Withdraw a person's secret address."""
    CalendarAddress.objects.filter(user=by).delete()


def save_module(module: Module, *, by: User) -> Module:
    """Save a module; everything is counted again where its number changes, for figures are broken down by it."""
    with transaction.atomic():
        old = Module.objects.filter(pk=module.pk).values_list("number", flat=True).first()
        keep(module, by=by)
        if old not in (None, module.number):
            places = AreaAncestor.objects.filter(area__enterprise__programme=module.programme_id)
            Mark.objects.append(Mark(area_id=pk) for (pk,) in places.values_list("ancestor").distinct())
    return module


def save_workshop(workshop: Workshop, *, by: User) -> Workshop:
    """Save a workshop; the enterprises that sent people are counted again on its old and its new day."""
    with transaction.atomic():
        before = _locked(workshop).marks() if workshop.pk else []
        keep(workshop, by=by)
        Mark.objects.append(before + workshop.marks())
    return workshop


def add_participants(workshop: Workshop, rows: Iterable[tuple[Mapping[str, Any], int]], *, by: User) -> int:
    """Add people to a workshop, each row so many alike, and return how many were added."""
    with _people_of(workshop, by):
        people: list[Participant] = []
        for values, number in rows:
            Participant(workshop=workshop, **values).full_clean()
            people += [Participant(workshop=workshop, **values) for _each in range(number)]
        bulk_create_with_history(
            people, Participant, batch_size=500, default_user=by, default_date=dates.now()
        )
    return len(people)


def save_participant(participant: Participant, *, by: User) -> Participant:
    """Save what is known of a participant."""
    with _people_of(participant.workshop, by):
        keep(participant, by=by)
    return participant


def remove_participant(participant: Participant, *, by: User) -> None:
    """Take a person off a workshop."""
    with _people_of(participant.workshop, by):
        _signed(participant, by).delete()


def keep(record: Any, *, by: User) -> Any:
    """Check and save a record that has no states; its history names the person and the programme's moment."""
    record.full_clean()
    _signed(record, by).save()
    return record


def _signed(record: Any, by: User) -> Any:
    """Let the history of a record without states name the person and the programme's moment."""
    record._history_user = by
    record._history_date = dates.now()
    return record


@contextmanager
def _people_of(workshop: Workshop, by: User) -> Iterator[None]:
    """Change participants: one transaction, marks of before and after, and a row in the workshop's history.

    The row's reason says how many people there were before and after.
    """
    with transaction.atomic():
        locked = _locked(workshop)
        before, old = locked.marks(), locked.participants.count()
        yield
        new = locked.participants.count()
        locked._change_reason = str(old) if old == new else f"{old} → {new}"
        keep(locked, by=by)
        Mark.objects.append(before + locked.marks())


def _locked(record: Any) -> Any:
    """Read a record again and keep others from changing it until the transaction ends."""
    return type(record)._default_manager.select_for_update(of=("self",), no_key=True).get(pk=record.pk)


def _names(people: Iterable[User]) -> str:
    return ", ".join(sorted(str(person) for person in people))
