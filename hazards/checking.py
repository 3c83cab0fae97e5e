"""Writes around a check: submitting it with what was found, and correcting a submitted one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from enterprises.models import Mark
from hazards.models import Answer, Hazard, Level, SafetyCheck
from score_mis.lib import workflow
from score_mis.lib.workflow import VOID


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What was seen at an item that was answered with Hazard. Photos are accepted files or stored names."""

    description: str
    place: str
    level: str = Level.GENERAL
    deadline: date | None = None
    photos: Sequence[Any] = ()


def submit_check(
    check: SafetyCheck,
    *,
    by: Any,
    today: date,
    on: date | None = None,
    answers: Mapping[str, str],
    findings: Mapping[str, Finding],
    fields: Mapping[str, Any] | None = None,
    seen: int | None = None,
) -> SafetyCheck:
    """Submit a draft and identify a hazard for each answer Hazard, in one transaction; return the check.

    `seen` is as in `perform`. Raises what it raises, and ValidationError where a hazard answer has no finding or a
    finding no such answer.
    """
    _check_findings(answers, findings, described=set())
    with transaction.atomic():
        sheet = {**(fields or {}), "answers": dict(answers)}
        check = workflow.perform(check, "submit", by=by, today=today, on=on, fields=sheet, seen=seen)
        _identify(check, findings, by=by, today=today)
    return check


def correct_check(
    check: SafetyCheck,
    *,
    by: Any,
    today: date,
    on: date,
    reason: str,
    answers: Mapping[str, str],
    findings: Mapping[str, Finding],
    fields: Mapping[str, Any],
    seen: int | None = None,
) -> SafetyCheck:
    """Replace a submitted check by a corrected one in one transaction, and return the new one.

    Hazards of items that are still hazards go with the new check; those of items that turned out fine are voided with
    the reason, which only a person who may void them can do; `findings` describe what is new.
    """
    with transaction.atomic():
        old = workflow.perform(check, "supersede", by=by, today=today, reason=reason, seen=seen)
        hazards = list(old.hazards.counted().select_related("item", "enterprise").order_by("pk"))
        kept = [hazard for hazard in hazards if _still_stands(hazard, answers)]
        _check_findings(answers, findings, described={h.item.code for h in kept if h.item})
        new = SafetyCheck(enterprise=old.enterprise)
        sheet = {"version": old.version, "replaces": old, **fields}
        new = workflow.perform(new, "start", by=by, today=today, on=on, fields=sheet)
        new = workflow.perform(new, "submit", by=by, today=today, on=on, fields={"answers": dict(answers)})
        _carry_over(kept, new)
        for hazard in hazards:
            if hazard not in kept:
                _void(hazard, by=by, today=today, reason=reason)
        _identify(new, findings, by=by, today=today)
    return new


def _still_stands(hazard: Hazard, answers: Mapping[str, str]) -> bool:
    return hazard.item is None or answers.get(hazard.item.code) == Answer.HAZARD


def _carry_over(hazards: list[Hazard], new: SafetyCheck) -> None:
    """Hang hazards on the check that replaces theirs; their own days and states stay."""
    Hazard.objects.filter(pk__in=[hazard.pk for hazard in hazards]).update(check_event=new)
    Mark.objects.append([mark for hazard in hazards for mark in hazard.marks()])


def _void(hazard: Hazard, *, by: Any, today: date, reason: str) -> None:
    """Void a hazard of an item that turned out fine, or say who can."""
    try:
        workflow.perform(hazard, VOID, by=by, today=today, reason=reason)
    except PermissionDenied as error:
        raise ValidationError(
            _(
                "Hazard %(hazard)s was found at item %(item)s. Only an inspector or programme staff may void it: "
                "leave the answer “Hazard”, or ask them first."
            )
            % {"hazard": hazard.reference, "item": hazard.item.code if hazard.item else "–"}
        ) from error


def _check_findings(
    answers: Mapping[str, str], findings: Mapping[str, Finding], *, described: set[str]
) -> None:
    """Each hazard answer is described once: by a finding now, or by a hazard that exists."""
    hazardous = {code for code, answer in answers.items() if answer == Answer.HAZARD}
    missing = sorted(hazardous - described - set(findings))
    foreign = sorted(set(findings) - hazardous)
    if missing:
        raise ValidationError(
            {
                "answers": _("Say what is wrong, and where, for each hazard: %(items)s.")
                % {"items": ", ".join(missing)}
            }
        )
    if foreign:
        raise ValidationError(
            {
                "answers": _("These items were not answered with “Hazard”: %(items)s.")
                % {"items": ", ".join(foreign)}
            }
        )


def _identify(check: SafetyCheck, findings: Mapping[str, Finding], *, by: Any, today: date) -> None:
    """Make one hazard a finding, on the day of the check."""
    items = {item.code: item for item in check.version.items.filter(code__in=findings)}
    problems = []
    for code, finding in findings.items():
        hazard = Hazard(enterprise=check.enterprise)
        fields = {
            "check_event": check,
            "item": items[code],
            "level": finding.level,
            "deadline": finding.deadline,
            "description": finding.description,
            "place": finding.place,
            "found_by": (check.people or str(by))[:200],
            "category": items[code].kind,
        }
        try:
            workflow.perform(
                hazard,
                "identify",
                by=by,
                today=today,
                on=check.checked_on,
                fields=fields,
                photos=finding.photos,
            )
        except ValidationError as error:
            problems += [f"{code}: {text}" for text in error.messages]
    if problems:
        raise ValidationError(problems)
