"""The moves of a decision. The same table stands in docs/transitions.md, held equal by a test."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext, gettext_lazy as _, pgettext_lazy

from enterprises.models import TEAM_LEADER, Role
from meetings.models import DECISION_OWNER, Decision, DecisionChange, Status
from score_mis.lib.workflow import EDIT, NEW, Step, Table, Transition, register

STAFF = frozenset({Role.PROGRAMME_STAFF})
DOERS = frozenset({DECISION_OWNER, TEAM_LEADER, Role.CONSULTANT, Role.PROGRAMME_STAFF})
S = Status


def postponed(step: Step) -> None:
    """A new day is a later one; an earlier one needs no reason and is an edit."""
    old, new = step.was.get("due_on"), step.record.due_on
    if old and new and new <= old:
        raise ValidationError({"due_on": gettext("To postpone it takes a day after the present one.")})


DECISION = register(
    Table(
        Decision,
        DecisionChange,
        (
            Transition(
                move="take", sources=frozenset({NEW}), target=S.OPEN, roles=STAFF, label=_("Take a decision"),
                done=_("decided"), fields=("meeting", "enterprise", "what", "owner", "owner_name", "due_on"),
                required=("what", "due_on"), dates=("decided_on",), style="primary",
            ),
            Transition(
                move="carry_out", sources=frozenset({S.OPEN}), target=S.DONE, roles=DOERS, label=_("Mark as done"),
                done=pgettext_lazy("decision", "done"), fields=("outcome",), dates=("done_on",), style="primary",
            ),
            Transition(
                move="postpone", sources=frozenset({S.OPEN}), target=None, roles=STAFF, label=_("Postpone"),
                done=_("postponed"), fields=("due_on",), required=("due_on",), reason=True, guards=(postponed,),
            ),
            Transition(
                move="reopen", sources=frozenset({S.DONE}), target=S.OPEN, roles=STAFF, label=_("Open again"),
                done=_("opened again"), reason=True, clears=("done_on", "outcome"),
            ),
            Transition(
                move="cancel", sources=frozenset({S.OPEN}), target=S.CANCELLED, roles=STAFF, label=_("Cancel"),
                done=pgettext_lazy("decision", "cancelled"), reason=True, style="danger",
            ),
            Transition(
                move=EDIT, sources=frozenset({S.OPEN}), target=None, roles=STAFF, label=_("Edit"), done=_("edited"),
                fields=("what", "owner", "owner_name"), required=("what",),
            ),
        ),
        correct_roles=STAFF,
    )
)  # fmt: skip
