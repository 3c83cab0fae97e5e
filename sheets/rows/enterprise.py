"""Rows of the enterprise one-pager: profile, modules, visits, figures with their parts, open hazards, team."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.db.models import Count, Max, Min, Q
from django.utils.text import capfirst
from django.utils.translation import gettext as _, gettext_lazy

from enterprises.models import Enterprise, TeamMember
from hazards.models import Hazard
from reports.indicators import INDICATORS
from reports.readings import Readings
from reports.sources import TallySource
from score_mis.lib.columns import Column, Kind
from score_mis.lib.filejobs import CannotMake
from score_mis.lib.pdf import shown
from sheets.asked import Asked
from sheets.sheet import Group, Row
from training.models import CounsellingVisit, Enrolment
from training.models.visits import LOGGED

IDS = (
    "suggestions_submitted", "suggestions_adopted", "suggestions_implemented", "adoption_rate",
    "suggestion_completion_rate", "saving_actual", "safety_checks", "item_coverage", "hazards_identified",
    "hazard_completion_rate", "verified_closure_rate", "hazards_overdue", "major_hazards_identified",
    "major_hazard_completion_rate", "major_hazards_overdue",
)  # fmt: skip

COLUMNS = (
    Column("part", gettext_lazy("part")),
    Column("what", gettext_lazy("what"), Kind.LONG),
    Column("value", gettext_lazy("value"), Kind.LONG),
    Column("numerator", gettext_lazy("numerator"), Kind.NUMBER),
    Column("denominator", gettext_lazy("denominator"), Kind.NUMBER),
)
GROUPS = (Group(gettext_lazy("what"), 3.0, ("what",)), Group(gettext_lazy("value"), 6.0, ("value",)))
"""The paper has the parts of a rate in its words."""


def count_rows(asked: Asked) -> int:
    """About how many rows."""
    return 60 + Hazard.objects.filter(asked.within()).open().count()


def rows(asked: Asked) -> Iterator[Row]:
    """All about one enterprise; about twelve queries, however much it has."""
    if asked.scope.enterprise is None:
        raise CannotMake(_("Choose an enterprise."))
    known = Enterprise.objects.select_related("area", "sector", "cohort")
    enterprise = known.get(pk=asked.scope.enterprise.pk)
    for part, found in (
        (_("Profile"), _profile(asked, enterprise)),
        (_("Modules"), _modules(asked, enterprise)),
        (_("Visits"), _visits(asked, enterprise)),
        (_("Figures"), _figures(asked)),
        (_("Open hazards"), _hazards(asked, enterprise)),
        (_("Improvement team"), _team(asked, enterprise)),
    ):
        for row in found:
            yield part, *row


def _profile(asked: Asked, enterprise: Enterprise) -> Iterator[Row]:
    workforce = enterprise.workforce.filter(counted_on__lte=asked.day).first()
    workers = ""
    if workforce:
        workers = _("%(n)s, counted on %(day)s") % {"n": workforce.total, "day": shown(workforce.counted_on)}
    for label, value in (
        (_("enterprise"), enterprise.name),
        (_("name in the other language"), enterprise.other_name),
        (_("short code"), enterprise.code),
        (_("unified social credit code"), enterprise.uscc),
        (_("district of the site"), enterprise.area.name),
        (_("sector"), enterprise.sector.name),
        (_("cohort"), enterprise.cohort.name if enterprise.cohort else ""),
        (_("ownership"), enterprise.get_ownership_display()),
        (_("status"), enterprise.get_status_display()),
        (_("workers, total"), workers),
        (_("main products"), enterprise.products),
        (_("address of the site"), enterprise.address),
        (_("contact person"), " · ".join(filter(None, (enterprise.contact, enterprise.phone)))),
    ):
        if value:
            yield capfirst(label), str(value), None, None


def _modules(asked: Asked, enterprise: Enterprise) -> Iterator[Row]:
    found = (
        Enrolment.objects.filter(enterprise=enterprise).select_related("module").order_by("module__number")
    )
    for enrolment in found:
        days = [day for day in (enrolment.started_on, enrolment.completed_on) if day and day <= asked.day]
        told = [enrolment.get_status_display(), " – ".join(shown(day) for day in days)]
        yield str(enrolment.module), " · ".join(filter(None, told)), None, None


def _visits(asked: Asked, enterprise: Enterprise) -> Iterator[Row]:
    done = Q(status__in=LOGGED, done_on__lte=asked.day)
    waits = Q(status="planned", due_on__gte=asked.today)
    found = CounsellingVisit.objects.on_calendar().filter(enterprise=enterprise).aggregate(
        planned=Count("pk", filter=Q(planned_on__lte=asked.day)),
        done=Count("pk", filter=done),
        last=Max("done_on", filter=done),
        following=Min("due_on", filter=waits),
    )  # fmt: skip
    told = _("%(done)s of %(planned)s") % found
    yield _("Visits done of planned"), told, found["done"], found["planned"]
    yield _("Last visit"), shown(found["last"]), None, None
    yield _("Next visit"), shown(found["following"]), None, None


def _figures(asked: Asked) -> Iterator[Row]:
    for name, reading in Readings(TallySource(asked.scope), asked.state, IDS).whole.items():
        yield (str(INDICATORS[name].name), *_value(reading))


def _value(reading: dict[str, Any]) -> tuple[Any, ...]:
    """A reading as a text with its parts."""
    if "numerator" in reading:
        percent = reading["percent"]
        told = _("%(rate)s (%(numerator)s of %(denominator)s)") % {
            **reading,
            "rate": _("n/a") if percent is None else f"{percent} %",
        }
        return told, reading["numerator"], reading["denominator"]
    if "sum" in reading:
        told = _("%(sum)s %(currency)s, reported by %(n)s") % {
            **reading,
            "sum": shown(Decimal(reading["sum"])),
        }
        return told, None, None
    return str(reading["value"]), None, None


def _hazards(asked: Asked, enterprise: Enterprise) -> Iterator[Row]:
    found = Hazard.objects.filter(enterprise=enterprise).open().order_by("-level", "deadline", "number")
    for hazard in found.select_related("enterprise").iterator(chunk_size=500):
        late = hazard.days_overdue(asked.today)
        told = [
            hazard.description,
            hazard.get_level_display(),
            _("deadline %(day)s") % {"day": shown(hazard.deadline)} if hazard.deadline else "",
            _("%(n)s days overdue") % {"n": late} if late else "",
        ]
        yield hazard.reference, " · ".join(filter(None, told)), None, None


def _team(asked: Asked, enterprise: Enterprise) -> Iterator[Row]:
    found = TeamMember.objects.active(asked.day).filter(team__enterprise=enterprise).select_related("team")
    for member in found.order_by("team__formed_on", "team", "from_on", "pk"):
        told = (member.get_position_display(), member.get_standing_display(), member.team.name)
        yield member.name, " · ".join(told), None, None
