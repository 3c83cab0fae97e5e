"""How much there is of what at each enterprise, and the proof that it was written.

The totals are published (`MTR`); their division over the ten enterprises is generated.
"""

from typing import NamedTuple

from django.db.models import Count, Q

from enterprises.models import Enterprise
from hazards.models import ChecklistItem, Hazard, SafetyCheck
from reports.pilot.schedule import AS_OF
from suggestions.models import Suggestion
from training.models import Enrolment, EnrolmentStatus, Participant, WorkshopKind

MTR = {
    "enterprises": 10,
    "suggestions submitted": 1258,
    "suggestions adopted": 944,
    "suggestions implemented": 917,
    "checklist items": 303,
    "safety checks": 2322,
    "hazards identified": 296,
    "hazards rectified": 288,
    "module 1 completed": 10,
    "people at the review workshop": 80,
}
"""Source: ILO news item, Beijing, 19 December 2017 (participants: "about 80")."""


class PilotError(Exception):
    """The records do not add up; nothing is kept."""


class Suggested(NamedTuple):
    """Suggestions of one enterprise, by what became of them; `voided` ones count nowhere."""

    implemented: int
    cancelled: int
    to_do: int
    rejected: int
    deferred: int
    withdrawn: int
    waiting: int
    voided: int

    @property
    def adopted(self) -> int:
        """Those that were adopted, cancelled ones included."""
        return self.implemented + self.cancelled + self.to_do


SUGGESTED = (
    Suggested(169, 0, 2, 29, 8, 5, 10, 0),
    Suggested(141, 0, 2, 25, 7, 5, 9, 0),
    Suggested(116, 0, 2, 21, 6, 4, 9, 1),
    Suggested(103, 0, 2, 19, 5, 3, 8, 0),
    Suggested(94, 0, 2, 16, 5, 3, 7, 1),
    Suggested(81, 0, 2, 15, 4, 3, 6, 0),
    Suggested(70, 0, 2, 14, 4, 2, 5, 1),
    Suggested(58, 1, 2, 12, 3, 2, 5, 0),
    Suggested(48, 1, 3, 10, 3, 2, 4, 1),
    Suggested(37, 1, 5, 9, 2, 1, 4, 0),
)


class Checked(NamedTuple):
    """Checks of one enterprise, what they found, and how many items nobody looked at."""

    checks: int
    found: int
    unseen: int


CHECKED = (
    Checked(290, 41, 2),
    Checked(275, 37, 3),
    Checked(262, 36, 3),
    Checked(250, 34, 4),
    Checked(240, 31, 4),
    Checked(231, 29, 4),
    Checked(222, 27, 5),
    Checked(204, 24, 5),
    Checked(184, 20, 5),
    Checked(164, 17, 5),
)


def counted() -> dict[str, int]:
    """Count the records of the pilot by the definitions of the published figures; a dozen queries."""
    suggestions = Suggestion.objects.exclude(status="void").filter(submitted_on__lte=AS_OF)
    hazards = Hazard.objects.exclude(status="void").filter(identified_on__lte=AS_OF)
    return {
        "enterprises": Enterprise.objects.filter(status__in=["enrolled", "active"]).count(),
        "suggestions submitted": suggestions.count(),
        "suggestions adopted": suggestions.filter(adopted_on__lte=AS_OF).count(),
        "suggestions implemented": suggestions.filter(implemented_on__lte=AS_OF).count(),
        "checklist items": ChecklistItem.objects.filter(version__published_on__lte=AS_OF).count(),
        "safety checks": SafetyCheck.objects.filter(status="submitted", checked_on__lte=AS_OF).count(),
        "hazards identified": hazards.count(),
        "hazards rectified": hazards.filter(rectified_on__lte=AS_OF).count(),
        "module 1 completed": Enrolment.objects.filter(
            module__number=1, status=EnrolmentStatus.COMPLETED, completed_on__lte=AS_OF
        ).count(),
        "people at the review workshop": Participant.objects.filter(
            workshop__kind=WorkshopKind.MID_TERM_REVIEW, workshop__held_on=AS_OF
        ).count(),
    }


def by_enterprise() -> dict[str, tuple[int, ...]]:
    """Return adopted, implemented, checks and hazards of each enterprise by its code; three queries."""
    ideas = Enterprise.objects.annotate(
        a=Count("suggestion", filter=Q(suggestion__adopted_on__lte=AS_OF) & ~Q(suggestion__status="void")),
        i=Count(
            "suggestion", filter=Q(suggestion__implemented_on__lte=AS_OF) & ~Q(suggestion__status="void")
        ),
    )
    checks = Enterprise.objects.annotate(n=Count("safetycheck", filter=Q(safetycheck__status="submitted")))
    hazards = Enterprise.objects.annotate(n=Count("hazard", filter=~Q(hazard__status="void")))
    found: dict[str, tuple[int, ...]] = {row.code: (row.a, row.i) for row in ideas.order_by("code")}
    for rows in (checks, hazards):
        for row in rows.order_by("code"):
            found[row.code] += (row.n,)
    return found


def expected_by_enterprise() -> dict[str, tuple[int, ...]]:
    """Return what `by_enterprise` must find."""
    return {
        f"FS{n:02d}": (ideas.adopted, ideas.implemented, checks.checks, checks.found)
        for n, (ideas, checks) in enumerate(zip(SUGGESTED, CHECKED, strict=True), 1)
    }


def prove() -> None:
    """Raise PilotError unless the database holds exactly the published figures and their division."""
    wrong = [
        f"{name}: {found[name]}, not {wanted[name]}"
        for found, wanted in ((counted(), MTR), (by_enterprise(), expected_by_enterprise()))
        for name in wanted
        if found[name] != wanted[name]
    ]
    if wrong:
        raise PilotError("; ".join(wrong))
