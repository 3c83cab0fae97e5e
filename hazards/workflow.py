"""The moves of checks and hazards. The same tables stand in docs/transitions.md, held equal by a test."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext, gettext_lazy as _

from enterprises.models import TEAM_LEADER, Role
from hazards.models import (
    Answer,
    CheckChange,
    CheckStatus,
    Hazard,
    HazardChange,
    HazardStatus,
    Level,
    PerformedBy,
    SafetyCheck,
)
from score_mis.lib.workflow import (
    EDIT,
    NEW,
    VOID,
    Step,
    Table,
    Transition,
    TransitionError,
    raise_if,
    register,
)

FIELD = frozenset({Role.EIT_MEMBER, Role.CONSULTANT, Role.INSPECTOR})
INSPECTOR = frozenset({Role.INSPECTOR})
OVERSEERS = frozenset({Role.INSPECTOR, Role.PROGRAMME_STAFF})

MAY_RECORD = {
    PerformedBy.SELF_CHECK: frozenset({Role.EIT_MEMBER}),
    PerformedBy.INSPECTOR: INSPECTOR,
    PerformedBy.CONSULTANT: frozenset({Role.CONSULTANT}),
    PerformedBy.JOINT: frozenset({Role.CONSULTANT, Role.INSPECTOR}),
}


def may_record(performed_by: str, roles: frozenset[str]) -> bool:
    """Whether a kind of check belongs to one of a person's roles."""
    return bool(MAY_RECORD[PerformedBy(performed_by)] & roles)


def performed_by_fits(step: Step) -> None:
    """A person records only checks of a kind that belongs to one of their roles."""
    performed_by = step.record.performed_by
    if performed_by and not may_record(performed_by, step.roles):
        raise ValidationError({"performed_by": gettext("Your role cannot record this kind of check.")})


def answers_fit_version(step: Step) -> None:
    """At least one answer; only items of the version, only known letters."""
    check = step.record
    if not check.answers:
        raise ValidationError({"answers": gettext("Answer at least one item.")})
    if set(check.answers) - check.version.item_codes or set(check.answers.values()) - set(Answer.values):
        raise ValidationError({"answers": gettext("An answer does not belong to this checklist.")})


def version_is_published(step: Step) -> None:
    """Only published versions are used."""
    if step.record.version.published_on is None or step.record.version.published_on > step.on:
        raise ValidationError(
            {"version": gettext("This version of the checklist was not in force on that day.")}
        )


def is_general(hazard: Hazard, by: Any) -> str:
    """A major hazard is never put right on the spot: it is ordered first."""
    if hazard.level == Level.MAJOR:
        return gettext("A major hazard must be ordered before it can be rectified.")
    return ""


def not_by_rectifier(hazard: Hazard, by: Any) -> str:
    """Two keys: whoever rectified a hazard does not verify it."""
    if hazard.rectified_by_id is not None and hazard.rectified_by_id == by.pk:
        return gettext("You rectified this hazard; somebody else must verify it.")
    return ""


def major_by_inspector(step: Step) -> None:
    """A major hazard is verified by an inspector."""
    if step.record.level == Level.MAJOR and Role.INSPECTOR not in step.roles:
        raise TransitionError(gettext("A major hazard is verified by an inspector."))


def order_is_complete(step: Step) -> None:
    """An order names who, what and by when; for a major hazard a contingency plan too."""
    hazard = step.record
    names = ["responsible", "measures", "deadline"] + (["contingency"] if hazard.level == Level.MAJOR else [])
    raise_if({name: gettext("Needed for this step.") for name in names if not getattr(hazard, name)})


def order_is_kept(step: Step) -> None:
    """A hazard that was ordered keeps a complete order."""
    if step.record.status == HazardStatus.ASSIGNED:
        order_is_complete(step)


def deadline_not_postponed(step: Step) -> None:
    """An order may bring a deadline forward; to postpone it takes an extension with a reason."""
    hazard = step.record
    if hazard.original_deadline and hazard.deadline and hazard.deadline > hazard.original_deadline:
        raise ValidationError(
            {"deadline": gettext("This is later than the first deadline; use “Extend” and give a reason.")}
        )


def deadline_postponed(step: Step) -> None:
    """An extension moves the deadline in force to a later day."""
    old, new = step.was.get("deadline"), step.record.deadline
    if old and new and new <= old:
        raise ValidationError({"deadline": gettext("An extension needs a day after the present deadline.")})


def rectification_is_shown(step: Step) -> None:
    """A photo of this rectification, or a stated reason why there is none; one that was sent back shows nothing."""
    if not (step.record.no_photo_reason or step.photos):
        raise ValidationError({"photo": gettext("Add a photo taken afterwards, or say why there is none.")})


C = CheckStatus
SHEET = ("performed_by", "inspector", "consultant", "people", "site_area", "note", "answers")
CHECK = register(
    Table(
        SafetyCheck,
        CheckChange,
        (
            Transition(
                move="start", sources=frozenset({NEW}), target=C.DRAFT, roles=FIELD, label=_("Begin a check"),
                done=_("begun"), fields=("enterprise", "version", "replaces", *SHEET), required=("performed_by",),
                dates=("started_on",), guards=(performed_by_fits, version_is_published), style="primary",
            ),
            Transition(
                move="submit", sources=frozenset({C.DRAFT}), target=C.SUBMITTED, roles=FIELD,
                label=_("Submit the check"), done=_("submitted"), fields=SHEET, dates=("checked_on",),
                guards=(performed_by_fits, answers_fit_version), style="primary",
            ),
            Transition(
                move=EDIT, sources=frozenset({C.DRAFT}), target=None, roles=FIELD, label=_("Continue"),
                done=_("saved"), fields=SHEET, guards=(performed_by_fits,),
            ),
            Transition(
                move="supersede", sources=frozenset({C.SUBMITTED}), target=C.SUPERSEDED, roles=FIELD,
                label=_("Correct"), done=_("replaced by a corrected check"), reason=True,
                guards=(performed_by_fits,),
            ),
            Transition(
                move="discard", sources=frozenset({C.DRAFT}), target=C.VOID, roles=FIELD, label=_("Discard draft"),
                done=_("discarded"), guards=(performed_by_fits,), style="danger",
            ),
            Transition(
                move=VOID, sources=frozenset({C.SUBMITTED}), target=C.VOID, roles=OVERSEERS, label=_("Void"),
                done=_("voided"), reason=True, style="danger",
            ),
        ),
        correct_roles=OVERSEERS,
    )
)  # fmt: skip

H = HazardStatus
FINDING = (
    "description", "place", "found_by", "category", "defect_type", "visit", "repeat_of", "interim_control",
)  # fmt: skip
ORDER = ("responsible", "measures", "funds", "deadline", "interim_control", "contingency")
DONE = ("evidence", "no_photo_reason", "fixed_by")
HAZARD = register(
    Table(
        Hazard,
        HazardChange,
        (
            Transition(
                move="identify", sources=frozenset({NEW}), target=H.IDENTIFIED, roles=FIELD,
                label=_("Report a hazard"), done=_("identified"),
                fields=("enterprise", "check_event", "item", "level", "deadline", *FINDING),
                required=("description", "place"), dates=("identified_on",), photo="before", style="primary",
            ),
            Transition(
                move="assign", sources=frozenset({H.IDENTIFIED}), target=H.ASSIGNED,
                roles=INSPECTOR | {TEAM_LEADER}, label=_("Order rectification"), done=_("rectification ordered"),
                fields=ORDER, dates=("assigned_on",), guards=(order_is_complete, deadline_not_postponed),
                style="primary",
            ),
            Transition(
                move="rectify", sources=frozenset({H.ASSIGNED}), target=H.RECTIFIED,
                roles=frozenset({Role.EIT_MEMBER}), label=_("Report as rectified"), done=_("rectified"),
                fields=DONE, required=("evidence",), dates=("rectified_on",), actor="rectified_by", photo="after",
                guards=(rectification_is_shown,), style="primary",
            ),
            Transition(
                move="rectify_on_spot", sources=frozenset({H.IDENTIFIED}), target=H.RECTIFIED,
                roles=frozenset({Role.EIT_MEMBER}), label=_("Rectified on the spot"),
                done=_("rectified on the spot"), fields=DONE, required=("evidence",), dates=("rectified_on",),
                actor="rectified_by", photo="after", before=(is_general,), guards=(rectification_is_shown,),
            ),
            Transition(
                move="verify", sources=frozenset({H.RECTIFIED}), target=H.VERIFIED,
                roles=frozenset({Role.INSPECTOR, Role.CONSULTANT}), label=_("Verify"), done=_("verified"),
                fields=("verification_note",), dates=("verified_on",), actor="verified_by",
                before=(not_by_rectifier,), guards=(major_by_inspector,), style="primary",
            ),
            Transition(
                move="send_back", sources=frozenset({H.RECTIFIED}), target=H.ASSIGNED,
                roles=frozenset({Role.INSPECTOR, Role.CONSULTANT}), label=_("Send back"), done=_("sent back"),
                reason=True, clears=("rectified_on", "rectified_by", "evidence", "no_photo_reason"),
                before=(not_by_rectifier,), guards=(major_by_inspector,),
            ),
            Transition(
                move="extend", sources=frozenset({H.ASSIGNED}), target=None, roles=INSPECTOR, label=_("Extend"),
                done=_("deadline extended"), fields=("deadline",), required=("deadline",), reason=True,
                guards=(deadline_postponed,),
            ),
            Transition(
                move="regrade", sources=frozenset({H.IDENTIFIED, H.ASSIGNED}), target=None, roles=INSPECTOR,
                label=_("Change the level"), done=_("level changed"), fields=("level", *ORDER), reason=True,
                guards=(order_is_kept,),
            ),
            Transition(
                move=EDIT, sources=frozenset({H.IDENTIFIED, H.ASSIGNED}), target=None, roles=FIELD,
                label=_("Edit"), done=_("edited"), fields=FINDING, required=("description", "place"), photo="before",
            ),
            Transition(
                move=VOID, sources=frozenset(set(H.values) - {H.VOID}), target=H.VOID, roles=OVERSEERS,
                label=_("Void"), done=_("voided"), reason=True, style="danger",
            ),
        ),
        correct_roles=OVERSEERS,
    )
)  # fmt: skip
