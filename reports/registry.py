"""Every measure of the product, by name. Dimensions: category, module, sex, role, performed_by; level apart."""

import zoneinfo
from collections.abc import Callable

from django.conf import settings
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Concat, Greatest, TruncDate

from enterprises.models import Enterprise, EnterpriseChange
from hazards.models import CheckChange, Hazard, HazardChange, SafetyCheck
from hazards.models.hazard import AGEING, RECTIFIED
from reports.measures import (
    Measure,
    Span,
    Stream,
    dated,
    events,
    joined,
    looked_at,
    on_time,
    overdue,
    reporting,
    state,
)
from score_mis.lib.dates import DaysBetween
from score_mis.lib.workflow import Change
from suggestions.models import Suggestion, SuggestionChange
from training.models import CounsellingVisit, Enrolment, EnrolmentChange, Participant, VisitChange

IDEA = {"category": "category", "module": "module__number", "sex": "proposer_sex", "role": "proposer_role"}
DANGER = {"category": "category"}
IMPLEMENTED = ("implemented", "verified")
IN_PROGRAMME = ("enrolled", "active")


def _suggestions() -> models.QuerySet:
    return Suggestion.objects.counted()


def _hazards() -> models.QuerySet:
    return Hazard.objects.counted()


def _visits() -> models.QuerySet:
    return CounsellingVisit.objects.exclude(status="void")


def _enrolments() -> models.QuerySet:
    return Enrolment.objects.exclude(status="void")


def _trained() -> models.QuerySet:
    return Participant.objects.filter(workshop__kind="training", kind="enterprise").annotate(
        sex_role=Concat("sex", Value("/"), "standing")
    )


def first_entries(
    changes: type[Change], kind: str, move: str, rows: Callable[[], models.QuerySet]
) -> Measure:
    """Count the first entry of each record on the day it told of; the lag runs to the day it was typed."""
    owner = changes.record_field
    zone = zoneinfo.ZoneInfo(settings.TIME_ZONE)

    def typed() -> models.QuerySet:
        return changes._base_manager.filter(
            move=move, supersedes__isnull=True, **{f"{owner}__in": rows().order_by()}
        )

    def entries() -> models.QuerySet:
        return typed().annotate(day=F("happened_on"), n=Value(1))

    def records(span: Span, cohort: str) -> list[models.QuerySet]:
        found = typed().filter(happened_on__lte=span.last)
        return [found.filter(happened_on__gte=span.since) if span.since else found]

    lag = DaysBetween(F("happened_on"), TruncDate("entered_at", tzinfo=zone))
    stream = Stream(kind, entries, f"{owner}__enterprise", {"lag": lag})
    return Measure(f"entries_{kind}", (stream,), records, lag=lambda span: lag)


REPORTED: tuple[tuple[Callable[[], models.QuerySet], str], ...] = (
    (_suggestions, "submitted_on"),
    (SafetyCheck.objects.counted, "checked_on"),
    (_hazards, "identified_on"),
    (_visits, "done_on"),
)
"""What makes an enterprise one that reports, and the day of it."""


def _ended_visits() -> models.QuerySet:
    return _visits().filter(done_on__isnull=False).annotate(both_on=Greatest("due_on", "done_on"))


def _all() -> list[Measure]:
    stages = {"submitted": "submitted_on"}
    return [
        state("enterprises", "enterprise", Enterprise.objects.all, EnterpriseChange, IN_PROGRAMME),
        reporting(IN_PROGRAMME),
        looked_at(IN_PROGRAMME),
        dated("suggestions_submitted", "suggestion", _suggestions, "submitted_on", dims=IDEA),
        dated("suggestions_adopted", "suggestion", _suggestions, "adopted_on", dims=IDEA, cohorts=stages),
        state(
            "suggestions_implemented",
            "suggestion",
            _suggestions,
            SuggestionChange,
            IMPLEMENTED,
            dims=IDEA,
            cohorts=stages | {"adopted": "adopted_on"},
            lag_from="adopted_on",
        ),
        events(
            "suggestion_implementations",
            "suggestion",
            _suggestions,
            SuggestionChange,
            Q(target__in=IMPLEMENTED) & ~Q(source__in=IMPLEMENTED),
            dims=IDEA,
            lag_from="adopted_on",
        ),
        events(
            "suggestions_sent_back",
            "suggestion",
            _suggestions,
            SuggestionChange,
            Q(source__in=IMPLEMENTED) & ~Q(target__in=IMPLEMENTED),
            dims=IDEA,
        ),
        dated(
            "suggestions_decided",
            "suggestion",
            _suggestions,
            "decided_on",
            dims=IDEA,
            lag_from="submitted_on",
        ),
        dated(
            "suggestions_frontline",
            "suggestion",
            lambda: _suggestions().filter(proposer_role="frontline"),
            "submitted_on",
            dims=IDEA,
        ),
        dated(
            "suggestions_role_known",
            "suggestion",
            lambda: _suggestions().exclude(proposer_role=""),
            "submitted_on",
            dims=IDEA,
        ),
        state(
            "savings_actual",
            "suggestion",
            lambda: _suggestions().filter(saving_actual__isnull=False),
            SuggestionChange,
            IMPLEMENTED,
            dims=IDEA,
            cohorts={"adopted": "adopted_on"},
            amount="saving_actual",
        ),
        dated(
            "savings_estimated",
            "suggestion",
            lambda: _suggestions().filter(saving_estimated__isnull=False),
            "adopted_on",
            dims=IDEA,
            amount="saving_estimated",
        ),
        dated(
            "safety_checks",
            "check",
            lambda: SafetyCheck.objects.counted().defer("answers"),
            "checked_on",
            dims={"performed_by": "performed_by"},
        ),
        dated("hazards_identified", "hazard", _hazards, "identified_on", dims=DANGER, level="level"),
        state(
            "hazards_rectified",
            "hazard",
            _hazards,
            HazardChange,
            RECTIFIED,
            dims=DANGER,
            cohorts={"identified": "identified_on"},
            level="level",
        ),
        state(
            "hazards_verified",
            "hazard",
            _hazards,
            HazardChange,
            ("verified",),
            dims=DANGER,
            cohorts={"identified": "identified_on"},
            level="level",
        ),
        events(
            "hazard_rectifications",
            "hazard",
            _hazards,
            HazardChange,
            Q(target__in=RECTIFIED) & ~Q(source__in=RECTIFIED),
            dims=DANGER,
            level="level",
        ),
        events(
            "hazards_sent_back",
            "hazard",
            _hazards,
            HazardChange,
            Q(source__in=RECTIFIED) & ~Q(target__in=RECTIFIED),
            dims=DANGER,
            level="level",
        ),
        dated("hazards_due", "hazard", _hazards, "original_deadline", dims=DANGER, level="level"),
        on_time(),
        overdue("hazards_overdue", 1, None),
        *[overdue(f"hazards_overdue_{first}", first, last) for first, last, _name in AGEING],
        dated(
            "hazards_in_checks",
            "hazard",
            lambda: _hazards().filter(check_event__isnull=False),
            "identified_on",
            dims=DANGER,
            level="level",
        ),
        dated(
            "hazards_repeated",
            "hazard",
            lambda: _hazards().filter(repeat_of__isnull=False),
            "identified_on",
            dims=DANGER,
            level="level",
        ),
        dated("visits_planned", "visit", _visits, "due_on", dims={"module": "module__number"}),
        dated(
            "visits_done",
            "visit",
            _ended_visits,
            "both_on",
            dims={"module": "module__number"},
            cohorts={"planned": "due_on"},
            near=lambda first, last: (
                Q(due_on__gte=first, due_on__lte=last) | Q(done_on__gte=first, done_on__lte=last)
            ),
        ),
        dated("visits_logged", "visit", _visits, "done_on"),
        state(
            "enrolments_planned",
            "enrolment",
            _enrolments,
            EnrolmentChange,
            ("planned",),
            dims={"module": "module__number"},
        ),
        dated(
            "enrolments_started", "enrolment", _enrolments, "started_on", dims={"module": "module__number"}
        ),
        dated(
            "enrolments_completed",
            "enrolment",
            _enrolments,
            "completed_on",
            dims={"module": "module__number"},
            cohorts={"started": "started_on"},
            always_by="module",
        ),
        dated(
            "people_trained",
            "workshop",
            _trained,
            "workshop__held_on",
            dims={
                "sex": "sex",
                "role": "standing",
                "sex_role": "sex_role",
                "module": "workshop__module__number",
            },
        ),
        joined(
            "entries",
            (
                first_entries(SuggestionChange, "suggestion", "submit", _suggestions),
                first_entries(CheckChange, "check", "submit", SafetyCheck.objects.counted),
                first_entries(HazardChange, "hazard", "identify", _hazards),
                first_entries(VisitChange, "visit", "log", _visits),
            ),
        ),
    ]


MEASURES: dict[str, Measure] = {measure.name: measure for measure in _all()}
