"""Kinds of record that figures count, and what is frozen of each: what they say, without names of workers."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from enterprises.models import Enterprise, EnterpriseChange
from hazards.models import CheckChange, ChecklistItem, Hazard, HazardChange, SafetyCheck
from reports.models import ItemLook
from score_mis.lib.workflow import Change
from suggestions.models import Suggestion, SuggestionChange
from training.models import CounsellingVisit, Enrolment, EnrolmentChange, Participant, VisitChange


@dataclass(frozen=True)
class Kind:
    """A kind of record: its name in the snapshot and for people, and where each frozen field comes from.

    `letter` is that of the record's number, where it has one: the reference is frozen, not only the number.
    """

    model: type[models.Model]
    name: str
    shown: Any
    fields: dict[str, str]
    letter: str = ""
    owner: str = ""


def _plain(*names: str, **paths: str) -> dict[str, str]:
    return {name: name for name in names} | paths


def _changes(model: type[Change], name: str, shown: Any, letter: str = "") -> Kind:
    """The moves of a kind of record, with the reference of the record where it has one."""
    owner = model.record_field
    fields = _plain("seq", "move", "source", "target", "happened_on", "entered_at", record=f"{owner}_id")
    return Kind(model, name, shown, fields, letter, owner)


_ALL = (
    Kind(Enterprise, "enterprise", _("Enterprises"), _plain("code", "name_en", "name_zh", "status")),
    _changes(EnterpriseChange, "enterprise_change", _("Moves of enterprises")),
    Kind(
        Enrolment,
        "enrolment",
        _("Enrolments"),
        _plain("status", "planned_on", "started_on", "completed_on", module="module__number"),
    ),
    _changes(EnrolmentChange, "enrolment_change", _("Moves of enrolments")),
    Kind(
        CounsellingVisit,
        "visit",
        _("Counselling visits"),
        _plain("type", "sequence", "status", "due_on", "done_on", module="module__number"),
    ),
    _changes(VisitChange, "visit_change", _("Moves of visits")),
    Kind(
        Participant,
        "participant",
        _("People trained"),
        _plain("sex", "standing", workshop="workshop_id", held_on="workshop__held_on"),
    ),
    Kind(
        Suggestion,
        "suggestion",
        _("Suggestions"),
        _plain(
            "title",
            "status",
            "submitted_on",
            "decided_on",
            "adopted_on",
            "implemented_on",
            "verified_on",
            "saving_estimated",
            "saving_actual",
        ),
        "S",
    ),
    _changes(SuggestionChange, "suggestion_change", _("Moves of suggestions"), "S"),
    Kind(SafetyCheck, "check", _("Safety checks"), _plain("status", "performed_by", "checked_on"), "C"),
    _changes(CheckChange, "check_change", _("Moves of safety checks"), "C"),
    Kind(
        Hazard,
        "hazard",
        _("Hazards"),
        _plain(
            "description",
            "place",
            "level",
            "status",
            "identified_on",
            "original_deadline",
            "deadline",
            "rectified_on",
            "verified_on",
            item="item__code",
        ),
        "H",
    ),
    _changes(HazardChange, "hazard_change", _("Moves of hazards"), "H"),
    Kind(ItemLook, "item_look", _("Items looked at"), _plain("item_code", "first_on")),
    Kind(
        ChecklistItem,
        "item",
        _("Checklist items"),
        _plain("code", "text_en", "text_zh", section="section__code"),
    ),
)
KINDS: dict[type[models.Model], Kind] = {kind.model: kind for kind in _ALL}
NAMED: dict[str, Kind] = {kind.name: kind for kind in _ALL}


def frozen(value: Any) -> Any:
    """A value as canonical JSON holds it: days and moments by ISO 8601, moments in UTC, money as text."""
    if isinstance(value, datetime):
        return value.astimezone(timezone.get_fixed_timezone(0)).isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    return value
