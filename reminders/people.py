"""Who gets mail, and who is in charge of what."""

from collections.abc import Iterable, Iterator
from datetime import date
from functools import partial

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import User
from enterprises.models import AreaAncestor, Assignment, Reach, Role
from reminders.models import Kind

BATCH = 50
"""People whose assignments are read at once."""


def batches(today: date) -> Iterator[list[User]]:
    """Everybody who may sign in and has a role today, some at a time; 2 queries a batch."""
    last = 0
    held = Assignment.objects.active(today).filter(user=OuterRef("pk"))
    everybody = User.objects.filter(Exists(held), is_active=True).select_related("mail_wish").order_by("pk")
    while people := list(everybody.filter(pk__gt=last)[:BATCH]):
        last = people[-1].pk
        prepare(people, today)
        yield people


def prepare(people: Iterable[User], today: date) -> None:
    """Let `Reach.of` know what these people hold today, as it does for the person of a request; one query."""
    held: dict[int, list[tuple[str, str | None, int | None]]] = {person.pk: [] for person in people}
    rows = Assignment.objects.active(today).filter(user__in=held)
    for user, *what in rows.values_list("user_id", "role", "area__path", "enterprise_id"):
        held[user].append((what[0], what[1], what[2]))
    for person in people:
        person.known = {}  # type: ignore[attr-defined]  # read by Reach.of
        person.held_on = partial(_held_on, held[person.pk], today)  # type: ignore[attr-defined]


def _held_on(rows: list, today: date, day: date) -> list | None:
    return rows if day == today else None


def wishes(person: User, kind: Kind) -> bool:
    """Whether a person wants a kind of mail and can get it."""
    wish = getattr(person, "mail_wish", None)
    return bool(person.is_active and person.email) and (wish is None or getattr(wish, kind))


def in_charge(person: User, today: date) -> Q:
    """The condition on the enterprises whose long overdue hazards a person is told of.

    An inspector: all within reach. An authority: those of the area, but for parts of it that have an authority of their
    own which gets such mail.
    """
    condition = Reach.of(person, today, role=Role.INSPECTOR).enterprises_q()
    authority = Reach.of(person, today, role=Role.AUTHORITY)
    condition |= Q(pk__in=authority.enterprise_ids)
    for path in authority.paths:
        others = AreaAncestor.objects.filter(ancestor__in=_areas_told(path, today)).values("area")
        condition |= Q(area__path__startswith=path) & ~Q(area__in=others)
    return condition


def _areas_told(path: str, today: date) -> QuerySet:
    """The areas below one that have an authority who gets mail about long overdue hazards."""
    return (
        Assignment.objects.active(today)
        .filter(role=Role.AUTHORITY, area__path__startswith=path, user__is_active=True)
        .exclude(area__path=path)
        .exclude(user__email="")
        .exclude(user__mail_wish__escalation=False)
        .values("area")
    )
