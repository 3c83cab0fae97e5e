"""Who works where: the enterprises and areas a person may act in, and the people who may be named at an enterprise."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Q, QuerySet

from accounts.models import User
from enterprises.models import Area, Assignment, Enterprise, Programme, Reach, Role

PAIR = frozenset({Role.CONSULTANT, Role.INSPECTOR})
TICKERS = PAIR | {Role.EIT_MEMBER}


def workplaces(user: User, roles: Iterable[str], today: date) -> QuerySet[Enterprise]:
    """Return the enterprises where a person holds one of the roles; one query a role for the assignments."""
    condition = Q(pk__in=[])
    for role in sorted(roles):
        condition |= Reach.of(user, today, role).enterprises_q()
    return Enterprise.objects.filter(condition)


def people_with(
    role: str, enterprise: Enterprise, today: date, keep: Iterable[int | None] = ()
) -> QuerySet[User]:
    """Return those who hold a role at an enterprise on a day, and those of `keep`, who were named already."""
    there = Assignment.objects.filter(role=role).active(today).reaching(enterprise)
    named = [pk for pk in keep if pk]
    return User.objects.filter(Q(is_active=True, pk__in=there.values("user")) | Q(pk__in=named))


def workshop_areas(user: User, today: date) -> QuerySet[Area]:
    """Return the areas where a person may hold workshops.

    Programme staff in their areas; consultants in theirs and in the districts of their enterprises. Two queries for
    the assignments.
    """
    staff = Reach.of(user, today, Role.PROGRAMME_STAFF)
    consultant = Reach.of(user, today, Role.CONSULTANT)
    condition = Q(pk__in=Enterprise.objects.filter(pk__in=consultant.enterprise_ids).values("area"))
    for path in staff.paths + consultant.paths:
        condition |= Q(path__startswith=path)
    return Area.objects.filter(condition).in_tree_order()


def manages_modules(user: User, programme: Programme, today: date) -> bool:
    """Whether a person keeps the catalogue of modules: programme staff at an area of the programme; one query."""
    return (
        Assignment.objects.filter(user=user, role=Role.PROGRAMME_STAFF, area__programme=programme)
        .active(today)
        .exists()
    )
