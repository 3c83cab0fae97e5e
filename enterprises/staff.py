"""What programme staff may see and change: places within their own reach, and people who reach no further."""

from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import Exists, OuterRef, Q

from accounts.models import User
from enterprises.models import Area, Assignment, Enterprise, Reach, Role


def staff_reach(user: User, today: date | None = None) -> Reach:
    """Where a person works as programme staff; PermissionDenied for everybody else; one query."""
    reach = Reach.of(user, today, role=Role.PROGRAMME_STAFF)
    if not reach.roles:
        raise PermissionDenied
    return reach


def refuse_without_role(user: User) -> None:
    """Pages of the whole programme are for people with any role in it; PermissionDenied for others; one query."""
    if not Reach.of(user).roles:
        raise PermissionDenied


def is_staff(user: User) -> bool:
    """Whether a person works as programme staff anywhere today; one query."""
    return bool(Reach.of(user, role=Role.PROGRAMME_STAFF).roles)


def areas_within(reach: Reach) -> models.QuerySet[Area]:
    """The areas covered by assignments at areas, in the order of the tree."""
    return Area.objects.filter(Reach(paths=reach.paths).areas_q()).in_tree_order()


def enterprises_within(reach: Reach) -> models.QuerySet[Enterprise]:
    """The enterprises covered."""
    return Enterprise.objects.filter(reach.enterprises_q())


def people_within(reach: Reach, today: date) -> models.QuerySet[User]:
    """People with a role inside the reach at any time, and people who have none anywhere. Never administrators."""
    inside = Assignment.objects.filter(reach.placed_q())
    anywhere = Assignment.objects.not_ended(today).filter(user=OuterRef("pk"))
    return User.objects.filter(Q(pk__in=inside.values("user")) | ~Exists(anywhere)).exclude(
        Q(is_superuser=True) | Q(is_staff=True)
    )


def manages(reach: Reach, person: User, today: date) -> bool:
    """Whether all roles a person holds or will hold lie inside the reach: nobody takes over a wider account."""
    inside = Assignment.objects.filter(reach.placed_q())
    outside = Assignment.objects.filter(user=person).not_ended(today).exclude(pk__in=inside.values("pk"))
    return not outside.exists()
