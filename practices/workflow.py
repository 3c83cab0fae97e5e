"""The moves of a good-practice card. The same table stands in docs/transitions.md, held equal by a test."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext, gettext_lazy as _, pgettext_lazy

from enterprises.models import TEAM_LEADER, Role
from practices.models import Practice, PracticeChange, Status
from score_mis.lib.workflow import EDIT, NEW, VOID, Step, Table, Transition, register

DRAFTERS = frozenset({Role.EIT_MEMBER, Role.CONSULTANT})
STAFF = frozenset({Role.PROGRAMME_STAFF})
SPEAKERS = frozenset({TEAM_LEADER, Role.CONSULTANT, Role.PROGRAMME_STAFF})
"""Who records what the enterprise says: that it consents, or does no longer."""
CARD = ("title", "problem", "idea", "result", "category", "module", "suggestion", "saving")
TOLD = ("title", "problem", "idea", "result")
CONSENT = ("consent_by", "consent_role", "consent_on")
S = Status


def not_by_drafter(practice: Practice, by: Any) -> str:
    """Two keys: whoever drafted a card does not review it."""
    if practice.drafted_by_id is not None and practice.drafted_by_id == by.pk:
        return gettext("You drafted this card; somebody else must review it.")
    return ""


def with_consent(practice: Practice, by: Any) -> str:
    """Nothing is published without the enterprise's consent."""
    if not practice.has_consent:
        return gettext("Record the enterprise's consent first.")
    return ""


def consent_not_in_future(step: Step) -> None:
    """A consent was given before it is recorded."""
    if step.record.consent_on and step.record.consent_on > step.on:
        raise ValidationError({"consent_on": gettext("The consent was given before it is recorded.")})


def card_is_told(step: Step) -> None:
    """A card that others are to read says what the problem was, what was done and what came of it."""
    missing = [name for name in TOLD if not getattr(step.record, name)]
    if missing:
        columns: list[Any] = [Practice._meta.get_field(name) for name in missing]
        names = [str(column.verbose_name) for column in columns]
        raise ValidationError(gettext("The card still lacks: %(names)s.") % {"names": ", ".join(names)})


PRACTICE = register(
    Table(
        Practice,
        PracticeChange,
        (
            Transition(
                move="draft", sources=frozenset({NEW}), target=S.DRAFT, roles=DRAFTERS,
                label=_("Draft a card"), done=_("drafted"), fields=("enterprise", *CARD), required=("title",),
                dates=("drafted_on",), actor="drafted_by", photo="before", style="primary",
            ),
            Transition(
                move="show_result", sources=frozenset({S.DRAFT, S.RETURNED}), target=None, roles=DRAFTERS,
                label=_("Add the result"), done=_("result added"), fields=("result", "saving"),
                required=("result",), photo="after",
            ),
            Transition(
                move="consent", sources=frozenset({S.DRAFT, S.RETURNED, S.REVIEWED}), target=None, roles=SPEAKERS,
                label=_("Record the consent"), done=_("consent recorded"), fields=(*CONSENT, "consent_note"),
                required=CONSENT, clears=("consent_withdrawn_on",), guards=(consent_not_in_future,),
            ),
            Transition(
                move="review", sources=frozenset({S.DRAFT}), target=S.REVIEWED, roles=STAFF, label=_("Approve"),
                done=pgettext_lazy("good practice", "reviewed"), dates=("reviewed_on",), actor="reviewed_by",
                before=(not_by_drafter,), guards=(card_is_told,), style="primary",
            ),
            Transition(
                move="return", sources=frozenset({S.DRAFT, S.REVIEWED}), target=S.RETURNED, roles=STAFF,
                label=_("Return"), done=pgettext_lazy("good practice", "returned"), reason=True,
                clears=("reviewed_on", "reviewed_by"),
            ),
            Transition(
                move="resubmit", sources=frozenset({S.RETURNED}), target=S.DRAFT, roles=DRAFTERS,
                label=_("Hand in again"), done=_("handed in again"), style="primary",
            ),
            Transition(
                move="publish", sources=frozenset({S.REVIEWED}), target=S.PUBLISHED, roles=STAFF,
                label=_("Publish"), done=pgettext_lazy("good practice", "published"), dates=("published_on",),
                before=(with_consent,), style="primary",
            ),
            Transition(
                move="withdraw_consent", sources=frozenset({S.PUBLISHED}), target=S.WITHDRAWN, roles=SPEAKERS,
                label=_("Consent withdrawn"), done=_("consent withdrawn"), reason=True,
                dates=("consent_withdrawn_on", "withdrawn_on"), style="danger",
            ),
            Transition(
                move="withdraw_consent", sources=frozenset({S.DRAFT, S.RETURNED, S.REVIEWED}), target=None,
                roles=SPEAKERS, label=_("Consent withdrawn"), done=_("consent withdrawn"), reason=True,
                dates=("consent_withdrawn_on",), before=(with_consent,), style="danger",
            ),
            Transition(
                move="withdraw", sources=frozenset({S.PUBLISHED}), target=S.WITHDRAWN, roles=STAFF,
                label=_("Withdraw from the library"), done=pgettext_lazy("good practice", "withdrawn"),
                reason=True, dates=("withdrawn_on",), style="danger",
            ),
            Transition(
                move="take_up", sources=frozenset({S.WITHDRAWN}), target=S.DRAFT, roles=DRAFTERS,
                label=_("Take up again"), done=_("taken up again"),
                clears=("reviewed_on", "reviewed_by", "published_on", "withdrawn_on", *CONSENT, "consent_note"),
            ),
            Transition(
                move=EDIT, sources=frozenset({S.DRAFT, S.RETURNED}), target=None, roles=DRAFTERS, label=_("Edit"),
                done=_("edited"), fields=CARD, required=("title",), photo="before",
            ),
            Transition(
                move=VOID, sources=frozenset(set(S.values) - {S.VOID}), target=S.VOID,
                roles=SPEAKERS, label=_("Void"), done=_("voided"), reason=True, style="danger",
            ),
        ),
        correct_roles=STAFF,
    )
)  # fmt: skip
