"""Visits, enrolments and workshops as the rows of tables."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Any

from django.utils.formats import number_format
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _, pgettext

from score_mis.lib.tables import LONG, NOTHING, Column, address_of, days, joined, link, over, table, tag, tags
from training.models import (
    CounsellingVisit,
    Enrolment,
    EnrolmentStatus,
    VisitStatus,
    VisitType,
    Workshop,
    WorkshopKind,
)
from training.models.modules import ENROLMENT_TONES
from training.models.visits import VISIT_TONES

MIDDLE = "align-middle"


def visit_table(visits: Iterable[CounsellingVisit], *, today: date) -> SafeString:
    """A table of visits."""
    columns = [
        Column(_("Enterprise")),
        Column(_("Visit")),
        Column(_("Planned day"), "text-nowrap"),
        Column(_("Done on"), "text-nowrap"),
        Column(_("Consultant and inspector")),
        Column(_("Status")),
    ]
    return table(columns, _visits(visits, today), MIDDLE)


def _visits(visits: Iterable[CounsellingVisit], today: date) -> Iterator[list[Any]]:
    url, day, late = address_of("training:visit_detail"), days(LONG), tag(_("day has passed"), "bad")
    types = {value: capfirst(str(label)) for value, label in VisitType.choices}
    state = tags(dict(VisitStatus.choices).get, VISIT_TONES.__getitem__)
    for visit in visits:
        is_late = visit.status == VisitStatus.PLANNED and visit.due_on < today
        yield [
            link(url(visit.pk), visit.enterprise),
            over(f"{types[visit.type]} {visit.sequence}", visit.module),
            day(visit.due_on),
            day(visit.done_on),
            joined([visit.consultant, visit.inspector], " · "),
            joined([state(visit.status), is_late and late]),
        ]


def enrolment_table(enrolments: Iterable[Enrolment]) -> SafeString:
    """A table of enrolments."""
    columns = [
        Column(_("Enterprise")),
        Column(_("Module")),
        Column(pgettext("dates", "Days")),
        Column(_("Status")),
    ]
    return table(columns, _enrolments(enrolments), MIDDLE)


def _enrolments(enrolments: Iterable[Enrolment]) -> Iterator[list[Any]]:
    url, day = address_of("training:enrolment_detail"), days(LONG)
    state = tags(dict(EnrolmentStatus.choices).get, ENROLMENT_TONES.__getitem__)
    for enrolment in enrolments:
        yield [
            link(url(enrolment.pk), enrolment.enterprise),
            enrolment.module,
            enrolment_days(enrolment, day),
            state(enrolment.status),
        ]


def enrolment_days(enrolment: Enrolment, day: Callable[[date | None], str]) -> str:
    """The days of an enrolment that say most; the same as `training/_enrolment_days.html`."""
    if enrolment.dropped_on:
        return _("dropped out on %(day)s") % {"day": day(enrolment.dropped_on)}
    if enrolment.completed_on:
        return _("%(first)s – %(last)s") % {
            "first": day(enrolment.started_on),
            "last": day(enrolment.completed_on),
        }
    if enrolment.started_on:
        return _("since %(day)s") % {"day": day(enrolment.started_on)}
    if enrolment.planned_start_on:
        return _("planned for %(day)s") % {"day": day(enrolment.planned_start_on)}
    return _("no day yet")


def workshop_table(workshops: Iterable[Workshop]) -> SafeString:
    """A table of workshops, each with `participants_seen`."""
    columns = [
        Column(_("Workshop")),
        Column(_("First day")),
        Column(_("Kind")),
        Column(_("Area")),
        Column(_("Module")),
        Column(_("Participants"), "num", "num"),
    ]
    return table(columns, _workshops(workshops), MIDDLE)


def _workshops(workshops: Iterable[Any]) -> Iterator[list[Any]]:
    url, day, kinds = address_of("training:workshop_detail"), days(LONG), dict(WorkshopKind.choices)
    for workshop in workshops:
        yield [
            over(link(url(workshop.pk), workshop.name), workshop.other_name),
            day(workshop.held_on),
            kinds[workshop.kind],
            workshop.area,
            workshop.module or NOTHING,
            number_format(workshop.participants_seen, decimal_pos=0, use_l10n=True, force_grouping=True),
        ]
