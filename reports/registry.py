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
from reports.by_calendar import looked_at, on_time, overdue, reporting
from reports.measures import Kept, Measure, Span, Stream, dated, events, joined, state
from score_mis.lib.dates import AddDays, DaysBetween
from score_mis.lib.workflow import Change
from suggestions.models import ANSWER_WITHIN_DAYS, Suggestion, SuggestionChange
from training.models import CounsellingVisit, Enrolment, EnrolmentChange, Participant, VisitChange

IDEA = {"category": "category", "module": "module__number", "sex": "proposer_sex", "role": "proposer_role"}
DANGER = {"category": "category"}
IMPLEMENTED = ("implemented", "verified")
IN_PROGRAMME = ("enrolled", "active")


IDEAS = Kept(Suggestion, Suggestion.COUNTED)
CHECKS = Kept(SafetyCheck, SafetyCheck.COUNTED)
HAZARDS = Kept(Hazard, Hazard.COUNTED)
VISITS = Kept(CounsellingVisit, ~Q(status="void"))
ENROLMENTS = Kept(Enrolment, ~Q(status="void"))


def _trained() -> models.QuerySet:
    return Participant.objects.filter(workshop__kind="training", kind="enterprise").annotate(
        sex_role=Concat("sex", Value("/"), "standing")
    )


def first_entries(changes: type[Change], kind: str, move: str, kept: Kept) -> Measure:
    """Count the first entry of each record on the day it told of; the lag runs to the day it was typed."""
    owner = changes.record_field
    zone = zoneinfo.ZoneInfo(settings.TIME_ZONE)

    def typed() -> models.QuerySet:
        return changes._base_manager.filter(kept.through(owner), move=move, supersedes__isnull=True)

    def entries() -> models.QuerySet:
        return typed().annotate(day=F("happened_on"), n=Value(1))

    def records(span: Span, cohort: str) -> list[models.QuerySet]:
        found = typed().filter(happened_on__lte=span.last)
        return [found.filter(happened_on__gte=span.since) if span.since else found]

    lag = DaysBetween(F("happened_on"), TruncDate("entered_at", tzinfo=zone))
    stream = Stream(kind, entries, f"{owner}__enterprise", {"lag": lag})
    return Measure(f"entries_{kind}", (stream,), records, lag=lambda span: lag)


REPORTED: tuple[tuple[Callable[[], models.QuerySet], str], ...] = (
    (IDEAS.rows, "submitted_on"),
    (CHECKS.rows, "checked_on"),
    (HAZARDS.rows, "identified_on"),
    (VISITS.rows, "done_on"),
)
"""What makes an enterprise one that reports, and the day of it."""


def _ended_visits() -> models.QuerySet:
    return VISITS.rows().filter(done_on__isnull=False).annotate(both_on=Greatest("due_on", "done_on"))


def _all() -> list[Measure]:
    stages = {"submitted": "submitted_on"}
    return [
        state("enterprises", "enterprise", Kept(Enterprise), EnterpriseChange, IN_PROGRAMME),
        reporting(IN_PROGRAMME),
        looked_at(IN_PROGRAMME),
        dated("suggestions_submitted", "suggestion", IDEAS.rows, "submitted_on", dims=IDEA),
        dated("suggestions_adopted", "suggestion", IDEAS.rows, "adopted_on", dims=IDEA, cohorts=stages),
        state(
            "suggestions_implemented",
            "suggestion",
            IDEAS,
            SuggestionChange,
            IMPLEMENTED,
            dims=IDEA,
            cohorts=stages | {"adopted": "adopted_on"},
            lag_from="adopted_on",
        ),
        events(
            "suggestion_implementations",
            "suggestion",
            IDEAS,
            SuggestionChange,
            Q(target__in=IMPLEMENTED) & ~Q(source__in=IMPLEMENTED),
            dims=IDEA,
            lag_from="adopted_on",
        ),
        events(
            "suggestions_sent_back",
            "suggestion",
            IDEAS,
            SuggestionChange,
            Q(source__in=IMPLEMENTED) & ~Q(target__in=IMPLEMENTED),
            dims=IDEA,
        ),
        dated(
            "suggestions_decided",
            "suggestion",
            IDEAS.rows,
            "decided_on",
            dims=IDEA,
            lag_from="submitted_on",
        ),
        dated(
            "suggestions_answered_in_time",
            "suggestion",
            IDEAS.also(Q(decided_on__lte=AddDays(F("submitted_on"), ANSWER_WITHIN_DAYS))).rows,
            "decided_on",
            dims=IDEA,
        ),
        dated(
            "suggestions_frontline",
            "suggestion",
            IDEAS.also(Q(proposer_role="frontline")).rows,
            "submitted_on",
            dims=IDEA,
        ),
        dated(
            "suggestions_role_known",
            "suggestion",
            IDEAS.also(~Q(proposer_role="")).rows,
            "submitted_on",
            dims=IDEA,
        ),
        state(
            "savings_actual",
            "suggestion",
            IDEAS.also(Q(saving_actual__isnull=False)),
            SuggestionChange,
            IMPLEMENTED,
            dims=IDEA,
            cohorts={"adopted": "adopted_on"},
            amount="saving_actual",
        ),
        dated(
            "savings_estimated",
            "suggestion",
            IDEAS.also(Q(saving_estimated__isnull=False)).rows,
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
        dated("hazards_identified", "hazard", HAZARDS.rows, "identified_on", dims=DANGER, level="level"),
        state(
            "hazards_rectified",
            "hazard",
            HAZARDS,
            HazardChange,
            RECTIFIED,
            dims=DANGER,
            cohorts={"identified": "identified_on"},
            level="level",
        ),
        state(
            "hazards_verified",
            "hazard",
            HAZARDS,
            HazardChange,
            ("verified",),
            dims=DANGER,
            cohorts={"identified": "identified_on"},
            level="level",
        ),
        events(
            "hazard_rectifications",
            "hazard",
            HAZARDS,
            HazardChange,
            Q(target__in=RECTIFIED) & ~Q(source__in=RECTIFIED),
            dims=DANGER,
            level="level",
        ),
        events(
            "hazards_sent_back",
            "hazard",
            HAZARDS,
            HazardChange,
            Q(source__in=RECTIFIED) & ~Q(target__in=RECTIFIED),
            dims=DANGER,
            level="level",
        ),
        dated("hazards_due", "hazard", HAZARDS.rows, "original_deadline", dims=DANGER, level="level"),
        on_time(),
        overdue("hazards_overdue", 1, None),
        *[overdue(f"hazards_overdue_{first}", first, last) for first, last, _name in AGEING],
        dated(
            "hazards_in_checks",
            "hazard",
            HAZARDS.also(Q(check_event__isnull=False)).rows,
            "identified_on",
            dims=DANGER,
            level="level",
        ),
        dated(
            "hazards_repeated",
            "hazard",
            HAZARDS.also(Q(repeat_of__isnull=False)).rows,
            "identified_on",
            dims=DANGER,
            level="level",
        ),
        dated("visits_planned", "visit", VISITS.rows, "due_on", dims={"module": "module__number"}),
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
        dated("visits_logged", "visit", VISITS.rows, "done_on"),
        state(
            "enrolments_planned",
            "enrolment",
            ENROLMENTS,
            EnrolmentChange,
            ("planned",),
            dims={"module": "module__number"},
        ),
        dated(
            "enrolments_started",
            "enrolment",
            ENROLMENTS.rows,
            "started_on",
            dims={"module": "module__number"},
        ),
        dated(
            "enrolments_completed",
            "enrolment",
            ENROLMENTS.rows,
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
                first_entries(SuggestionChange, "suggestion", "submit", IDEAS),
                first_entries(CheckChange, "check", "submit", CHECKS),
                first_entries(HazardChange, "hazard", "identify", HAZARDS),
                first_entries(VisitChange, "visit", "log", VISITS),
            ),
        ),
    ]


MEASURES: dict[str, Measure] = {measure.name: measure for measure in _all()}

CELLS: dict[str, str] = {cell: name for name, measure in MEASURES.items() for cell in measure.cells()}
"""The measure that each name of cells belongs to."""
