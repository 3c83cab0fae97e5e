"""The moves of enrolments and visits. The same tables stand in docs/transitions.md, held equal by a test."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext, gettext_lazy as _

from enterprises.models import Role
from score_mis.lib.workflow import EDIT, NEW, VOID, Step, Table, Transition, register
from training.models import (
    CounsellingVisit,
    Enrolment,
    EnrolmentChange,
    EnrolmentStatus,
    VisitChange,
    VisitStatus,
)

STAFF = frozenset({Role.PROGRAMME_STAFF})
CONSULTANT = frozenset({Role.CONSULTANT})
CONSULTANT_OR_STAFF = CONSULTANT | STAFF
PAIR = frozenset({Role.CONSULTANT, Role.INSPECTOR})


def next_visit_is_later(step: Step) -> None:
    """The next visit is not before this one."""
    visit = step.record
    if visit.next_visit_on and visit.next_visit_on < step.on:
        raise ValidationError({"next_visit_on": gettext("The next visit lies before this one.")})


E_ = EnrolmentStatus
ENROLMENT = register(
    Table(
        Enrolment,
        EnrolmentChange,
        (
            Transition(
                move="plan", sources=frozenset({NEW}), target=E_.PLANNED, roles=CONSULTANT_OR_STAFF, label=_("Plan"),
                done=_("planned"), fields=("enterprise", "module", "planned_start_on", "notes"),
                dates=("planned_on",), style="primary",
            ),
            Transition(
                move="start", sources=frozenset({E_.PLANNED}), target=E_.BASELINE, roles=CONSULTANT_OR_STAFF,
                label=_("Start with the baseline"), done=_("started"), dates=("started_on",), style="primary",
            ),
            Transition(
                move="train", sources=frozenset({E_.BASELINE}), target=E_.IN_TRAINING, roles=CONSULTANT_OR_STAFF,
                label=_("Begin training"), done=_("training began"), dates=("trained_on",), style="primary",
            ),
            Transition(
                move="counsel", sources=frozenset({E_.IN_TRAINING}), target=E_.IN_COUNSELLING,
                roles=CONSULTANT_OR_STAFF, label=_("Begin counselling"), done=_("counselling began"),
                dates=("counselled_on",), style="primary",
            ),
            Transition(
                move="complete", sources=frozenset({E_.IN_COUNSELLING}), target=E_.COMPLETED,
                roles=CONSULTANT_OR_STAFF, label=_("Complete"), done=_("completed"), dates=("completed_on",),
                style="primary",
            ),
            Transition(
                move="drop",
                sources=frozenset({E_.PLANNED, E_.BASELINE, E_.IN_TRAINING, E_.IN_COUNSELLING}), target=E_.DROPPED,
                roles=STAFF, label=_("Drop out"), done=_("dropped out"), reason=True, dates=("dropped_on",),
                style="danger",
            ),
            Transition(
                move=EDIT, sources=frozenset(set(E_.values) - {E_.VOID}), target=None, roles=CONSULTANT_OR_STAFF,
                label=_("Edit"), done=_("edited"), fields=("planned_start_on", "notes"),
            ),
            Transition(
                move=VOID, sources=frozenset(set(E_.values) - {E_.VOID}), target=E_.VOID, roles=STAFF,
                label=_("Void"), done=_("voided"), reason=True, style="danger",
            ),
        ),
        correct_roles=STAFF,
    )
)  # fmt: skip

V = VisitStatus
PLAN = ("module", "type", "sequence", "due_on", "starts_at", "consultant", "inspector")
LOG = (
    "women_workers", "men_workers", "women_managers", "men_managers", "topics", "observations", "next_visit_on",
)  # fmt: skip
VISIT = register(
    Table(
        CounsellingVisit,
        VisitChange,
        (
            Transition(
                move="plan", sources=frozenset({NEW}), target=V.PLANNED, roles=CONSULTANT_OR_STAFF,
                label=_("Plan a visit"), done=_("planned"), fields=("enterprise", *PLAN), dates=("planned_on",),
                style="primary",
            ),
            Transition(
                move="reschedule", sources=frozenset({V.PLANNED}), target=None, roles=CONSULTANT_OR_STAFF,
                label=_("Reschedule"), done=_("rescheduled"), fields=("due_on", "starts_at"), required=("due_on",),
                reason=True,
            ),
            Transition(
                move="log", sources=frozenset({V.PLANNED}), target=V.DONE, roles=PAIR, label=_("Log the visit"),
                done=_("done"), fields=LOG, dates=("done_on",), photo="visit", guards=(next_visit_is_later,),
                style="primary",
            ),
            Transition(
                move="submit", sources=frozenset({V.DONE}), target=V.SUBMITTED, roles=CONSULTANT,
                label=_("Submit for review"), done=_("submitted"), required=("topics", "observations"),
                dates=("submitted_on",), style="primary",
            ),
            Transition(
                move="review", sources=frozenset({V.SUBMITTED}), target=V.REVIEWED, roles=STAFF,
                label=_("Mark as reviewed"), done=_("reviewed"), dates=("reviewed_on",), style="primary",
            ),
            Transition(
                move="return", sources=frozenset({V.SUBMITTED}), target=V.DONE, roles=STAFF, label=_("Return"),
                done=_("returned"), reason=True, clears=("submitted_on",),
            ),
            Transition(
                move="cancel", sources=frozenset({V.PLANNED}), target=V.CANCELLED, roles=CONSULTANT_OR_STAFF,
                label=_("Cancel the visit"), done=_("cancelled"), reason=True, dates=("cancelled_on",),
                style="danger",
            ),
            Transition(
                move=EDIT, sources=frozenset({V.PLANNED}), target=None, roles=CONSULTANT_OR_STAFF, label=_("Edit"),
                done=_("edited"), fields=("module", "type", "sequence", "starts_at", "consultant", "inspector"),
            ),
            Transition(
                move=EDIT, sources=frozenset({V.DONE}), target=None, roles=PAIR, label=_("Edit"), done=_("edited"),
                fields=LOG, photo="visit",
            ),
            Transition(
                move=VOID, sources=frozenset(set(V.values) - {V.VOID}), target=V.VOID, roles=STAFF, label=_("Void"),
                done=_("voided"), reason=True, style="danger",
            ),
        ),
        correct_roles=STAFF | CONSULTANT,
    )
)  # fmt: skip
