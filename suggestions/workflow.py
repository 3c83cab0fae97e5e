"""The moves of a suggestion. The same table stands in docs/transitions.md, held equal by a test."""

from typing import Any

from django.utils.translation import gettext, gettext_lazy as _

from enterprises.models import TEAM_LEADER, Role
from score_mis.lib.workflow import EDIT, NEW, VOID, Table, Transition, register
from suggestions.models import Status, Suggestion, SuggestionChange

LEADER = frozenset({TEAM_LEADER})
MEMBER = frozenset({Role.EIT_MEMBER})
VERIFIERS = frozenset({TEAM_LEADER, Role.CONSULTANT})
PROPOSAL = (
    "title", "text", "category", "team", "module", "visit", "is_anonymous", "proposer", "proposer_sex",
    "proposer_role", "department", "saving_estimated",
)  # fmt: skip
S = Status


def not_by_implementer(suggestion: Suggestion, by: Any) -> str:
    """Two keys: whoever carried a suggestion out does not judge the result."""
    if suggestion.implemented_by_id is not None and suggestion.implemented_by_id == by.pk:
        return gettext("You carried this out; somebody else must verify it.")
    return ""


SUGGESTION = register(
    Table(
        Suggestion,
        SuggestionChange,
        (
            Transition(
                move="submit", sources=frozenset({NEW}), target=S.SUBMITTED, roles=MEMBER | {Role.CONSULTANT},
                label=_("Add suggestion"), done=_("submitted"), fields=("enterprise", *PROPOSAL),
                required=("title",), dates=("submitted_on",), photo="before", style="primary",
            ),
            Transition(
                move="adopt", sources=frozenset({S.SUBMITTED, S.DEFERRED}), target=S.ADOPTED, roles=LEADER,
                label=_("Adopt"), done=_("adopted"),
                fields=("decision_reason", "owner", "due_on", "cost", "saving_estimated"),
                dates=("decided_on", "adopted_on"), style="primary",
            ),
            Transition(
                move="defer", sources=frozenset({S.SUBMITTED}), target=S.DEFERRED, roles=LEADER, label=_("Defer"),
                done=_("deferred"), reason=True,
            ),
            Transition(
                move="reject", sources=frozenset({S.SUBMITTED, S.DEFERRED}), target=S.REJECTED, roles=LEADER,
                label=_("Reject"), done=_("rejected"), fields=("decision_reason",), required=("decision_reason",),
                dates=("decided_on",),
            ),
            Transition(
                move="withdraw", sources=frozenset({S.SUBMITTED, S.DEFERRED}), target=S.WITHDRAWN, roles=MEMBER,
                label=_("Withdraw"), done=_("withdrawn"), reason=True,
            ),
            Transition(
                move="assign", sources=frozenset({S.ADOPTED}), target=None, roles=LEADER, label=_("Assign"),
                done=_("assigned"), fields=("owner", "due_on"), required=("owner",),
            ),
            Transition(
                move="implement", sources=frozenset({S.ADOPTED}), target=S.IMPLEMENTED, roles=MEMBER,
                label=_("Mark as implemented"), done=_("implemented"), fields=("cost", "saving_actual"),
                dates=("implemented_on",), actor="implemented_by", photo="after", style="primary",
            ),
            Transition(
                move="verify", sources=frozenset({S.IMPLEMENTED}), target=S.VERIFIED, roles=VERIFIERS,
                label=_("Verify"), done=_("verified"), dates=("verified_on",), actor="verified_by",
                before=(not_by_implementer,), style="primary",
            ),
            Transition(
                move="send_back", sources=frozenset({S.IMPLEMENTED}), target=S.ADOPTED, roles=VERIFIERS,
                label=_("Send back"), done=_("sent back"), reason=True,
                clears=("implemented_on", "implemented_by", "saving_actual"), before=(not_by_implementer,),
            ),
            Transition(
                move="cancel", sources=frozenset({S.ADOPTED}), target=S.CANCELLED, roles=LEADER, label=_("Cancel"),
                done=_("cancelled"), reason=True, style="danger",
            ),
            Transition(
                move=EDIT, sources=frozenset({S.SUBMITTED, S.DEFERRED}), target=None,
                roles=MEMBER | {Role.CONSULTANT}, label=_("Edit"), done=_("edited"), fields=PROPOSAL,
                required=("title",), photo="before",
            ),
            Transition(
                move=VOID, sources=frozenset(set(S.values) - {S.VOID}), target=S.VOID,
                roles=frozenset({TEAM_LEADER, Role.CONSULTANT, Role.PROGRAMME_STAFF}), label=_("Void"),
                done=_("voided"), reason=True, style="danger",
            ),
        ),
        correct_roles=frozenset({TEAM_LEADER, Role.CONSULTANT, Role.PROGRAMME_STAFF}),
    )
)  # fmt: skip
