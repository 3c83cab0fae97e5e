"""What calendar programs are told: the planned visits a person takes part in."""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db.models import OuterRef, Subquery
from django.utils import translation
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accounts.models import User
from score_mis.lib import ical
from training.models import CounsellingVisit, VisitChange, VisitStatus


def planned_visits(user: User, *, host: str, absolute: Callable[[str], str]) -> bytes:
    """Return the calendar of a person, in the person's language; three queries.

    Visits of enterprises the person sees no more are left out. `host` makes the entries' keys unique in the world.
    """
    with translation.override(user.language):
        return ical.calendar(_("Counselling visits"), _events(user, host, absolute))


def _events(user: User, host: str, absolute: Callable[[str], str]) -> Iterator[ical.Event]:
    last = VisitChange.objects.filter(visit=OuterRef("pk")).order_by("-pk").values("entered_at")[:1]
    visits = CounsellingVisit.objects.visible_to(user).joined_by(user).filter(status=VisitStatus.PLANNED)
    visits = visits.for_list().select_related("enterprise__programme").annotate(changed_at=Subquery(last))
    for visit in visits.order_by("due_on", "pk"):
        yield ical.Event(
            uid=f"visit-{visit.pk}@{host}",
            starts=_starts(visit),
            changed_at=visit.changed_at,
            summary=f"{visit.enterprise} · {capfirst(visit.get_type_display())} {visit.sequence}",
            description=_description(visit),
            location=visit.enterprise.address,
            url=absolute(visit.get_absolute_url()),
        )


def _starts(visit: CounsellingVisit) -> date | datetime:
    """The day, or the moment where the hour is known."""
    if visit.starts_at is None:
        return visit.due_on
    return datetime.combine(visit.due_on, visit.starts_at, ZoneInfo(visit.enterprise.programme.time_zone))


def _description(visit: CounsellingVisit) -> str:
    lines = [_("With %(people)s") % {"people": _people(visit)}]
    if visit.enterprise.programme.is_generated:
        lines.append(_("Generated records; only the totals are published."))
    return "\n".join(lines)


def _people(visit: CounsellingVisit) -> str:
    return ", ".join(str(person) for person in (visit.consultant, visit.inspector) if person)
