"""What a mail says: read from the records at the moment it is sent, in the language of its reader."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _, ngettext

from accounts.models import User
from enterprises.models import Enterprise, Programme, Reach, Role
from hazards.models import Hazard
from reminders.models import Escalation, Kind, Message
from reminders.people import in_charge, wishes
from reminders.unsubscribing import path_to_stop
from reports.home import lists_of
from reports.worklists import Desk, Worklist, brief
from score_mis.lib.links import absolute
from score_mis.lib.totals import Total

AHEAD = timedelta(days=3)
"""A digest tells of what is due so soon: on Friday of what is due on Monday."""
STEPS = (7, 30)
"""Days overdue after which a hazard is reported to those in charge."""
MOST = 10
"""Things of a list that a mail names; of more it has the number and the address of all."""
MOST_HAZARDS = 30
TO_KNOW = {
    (Role.PROGRAMME_STAFF, "overdue"),
    (Role.AUTHORITY, "overdue"),
    (Role.CONSULTANT, "checks_to_do"),
    (Role.INSPECTOR, "checks_to_do"),
}
"""Lists of home that are in no digest: what others must do, and checks, which have all the month."""


@dataclass(frozen=True)
class Letter:
    """A mail that is ready to be sent, and what it is about."""

    kind: Kind
    mail: EmailMultiAlternatives
    about: str
    told: list[tuple[Hazard, int]] = field(default_factory=list)


def compose(kind: Kind, person: User, today: date, again: Message | None = None) -> Letter | None:
    """Write the mail of a kind as the records stand now; None where there is nothing to say or none is wanted.

    `again` is an escalation that failed: it tells of the same hazards, as far as they still are what it said.
    """
    if not wishes(person, kind):
        return None
    with translation.override(person.language):
        if kind == Kind.DIGEST:
            lists = due_lists(person, today)
            return _digest(person, lists, today) if lists else None
        hazards = list(still_overdue(again, person, today) if again else long_overdue(person, today))
        return _escalation(person, hazards, today) if hazards else None


def due_lists(person: User, today: date) -> list[Worklist]:
    """What the person must do in the next days or should have done: lists of home without those that are empty then."""
    desk = Desk(person, today, due_by=today + AHEAD, most=MOST)
    lists = lists_of(desk, Reach.of(person, today).roles, without=TO_KNOW)
    return [one for one in lists if one.count]


def long_overdue(person: User, today: date) -> QuerySet[Hazard]:
    """Hazards in the person's charge that reached a step of which the person was not told, the oldest first."""
    told = Escalation.objects.filter(
        person=person, hazard=OuterRef("pk"), deadline=OuterRef("deadline")
    ).order_by()
    untold = Q()
    for step, beyond in zip(STEPS, (*STEPS[1:], None), strict=True):
        reached = Q(deadline__lte=today - timedelta(days=step))
        if beyond:
            reached &= Q(deadline__gt=today - timedelta(days=beyond))
        untold |= reached & Q(~Exists(told.filter(step__gte=step)))
    return _overdue_for(person, today).filter(untold)


def still_overdue(message: Message, person: User, today: date) -> list[Hazard]:
    """The hazards of an escalation that are still overdue, by the same deadline and in the person's charge."""
    deadlines = dict(message.escalations.values_list("hazard_id", "deadline"))
    found = _overdue_for(person, today).filter(pk__in=message.escalations.order_by().values("hazard"))
    return [hazard for hazard in found if hazard.deadline == deadlines[hazard.pk]]


def _overdue_for(person: User, today: date) -> Any:
    theirs = Enterprise.objects.filter(in_charge(person, today))
    return Hazard.objects.overdue(today).filter(enterprise__in=theirs).for_list()


def step_of(hazard: Hazard, today: date) -> int:
    """The highest step that a long overdue hazard has reached."""
    return max(step for step in STEPS if step <= hazard.days_overdue(today))


def _digest(person: User, lists: list[Worklist], today: date) -> Letter:
    number = sum(one.count.number for one in lists)
    all_of_them = Total(number, is_least=any(one.count.is_least for one in lists))
    subject = ngettext(
        "SCORE MIS, %(day)s: %(n)s thing is due or overdue",
        "SCORE MIS, %(day)s: %(n)s things are due or overdue",
        number,
    ) % {"n": all_of_them, "day": date_format(today)}
    about = "; ".join(f"{one.title}: {one.count}" for one in lists)
    return Letter(Kind.DIGEST, _mail(Kind.DIGEST, person, subject, {"lists": lists, "today": today}), about)


def _escalation(person: User, hazards: list[Hazard], today: date) -> Letter:
    told = [(hazard, step_of(hazard, today)) for hazard in hazards]
    subject = ngettext(
        "SCORE MIS: %(n)s hazard is long overdue", "SCORE MIS: %(n)s hazards are long overdue", len(told)
    ) % {"n": len(told)}
    context = {
        "rows": [_row(hazard, today) for hazard in hazards[:MOST_HAZARDS]],
        "more": max(0, len(hazards) - MOST_HAZARDS),
        "number": len(hazards),
        "all_url": f"{reverse('hazards:hazard_list')}?overdue=yes",
    }
    return Letter(Kind.ESCALATION, _mail(Kind.ESCALATION, person, subject, context), _named(told), told)


def _row(hazard: Hazard, today: date) -> dict[str, Any]:
    days = hazard.days_overdue(today)
    return {
        "hazard": hazard,
        "description": brief(hazard.description),
        "url": hazard.get_absolute_url(),
        "late": ngettext("%(n)d day overdue", "%(n)d days overdue", days) % {"n": days},
    }


def _named(told: Iterable[tuple[Hazard, int]]) -> str:
    """The numbers of the hazards with their steps."""
    names = [f"{hazard.reference} ({step})" for hazard, step in told]
    more = len(names) - MOST_HAZARDS
    rest = [ngettext("and %(n)s more", "and %(n)s more", more) % {"n": more}] if more > 0 else []
    return ", ".join(names[:MOST_HAZARDS] + rest)


def _mail(kind: Kind, person: User, subject: str, context: dict[str, Any]) -> EmailMultiAlternatives:
    """Plain text and the same as simple HTML; mail programs find how to unsubscribe in the headers (RFC 8058)."""
    stop = absolute(path_to_stop(person, kind))
    context = context | {
        "person": person,
        "site": settings.SITE_URL,
        "stop_url": stop,
        "wishes_url": absolute(reverse("reminders:mine")),
        "programme": Programme.objects.current(),
        "subject": subject,
        "kind": kind,
        "reason": _reason(kind),
    }
    mail = EmailMultiAlternatives(
        subject,
        render_to_string(f"reminders/mail/{kind}.txt", context),
        to=[person.email],
        headers={
            "List-Unsubscribe": f"<{stop}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Auto-Submitted": "auto-generated",
        },
    )
    mail.attach_alternative(render_to_string(f"reminders/mail/{kind}.html", context), "text/html")
    return mail


def _reason(kind: Kind) -> str:
    """Why this mail came."""
    if kind == Kind.DIGEST:
        return _("This mail comes on days on which something is due within three days or overdue with you.")
    return _("This mail goes to inspectors and authorities, once after 7 and once after 30 days overdue.")
