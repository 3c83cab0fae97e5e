"""Home: a person's worklists, at most three things to begin, and the checks of the month."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from enterprises.models import Role
from reports.plans import Month, checks_of
from reports.worklists import Desk, Worklist
from score_mis.lib import dates

LISTS: dict[str, tuple[str, ...]] = {
    Role.EIT_MEMBER: ("to_decide", "to_implement", "to_rectify", "check_drafts", "actions"),
    Role.CONSULTANT: ("visits", "visit_drafts", "actions", "checks_to_do", "to_verify", "check_drafts"),
    Role.INSPECTOR: ("to_verify", "checks_to_do", "overdue", "to_order", "visits", "check_drafts"),
    Role.PROGRAMME_STAFF: ("to_review", "overdue"),
    Role.AUTHORITY: ("overdue",),
}
"""The lists of each role, by the names of the desk's methods, in the order of home."""


More = Callable[[Desk], Worklist | None]
_more: list[More] = []


def register(build: More) -> None:
    """Let an app above add a list of its own: asked for everybody, it answers None where there is nothing to show."""
    if build not in _more:
        _more.append(build)


@dataclass
class Home:
    """What one person's home page shows."""

    actions: list[tuple[str, str]] = field(default_factory=list)
    lists: list[Worklist] = field(default_factory=list)
    month: dict[str, Any] | None = None
    shows_rates: bool = False


def home_for(user: Any, roles: frozenset[str], today: date) -> Home:
    """Put together what a person with these roles needs; lists of several roles are not repeated."""
    desk, home = Desk(user, today), Home()
    add_check = (_("Record a safety check"), reverse("hazards:check_add"))
    add_hazard = (_("Report a hazard"), reverse("hazards:hazard_add"))
    if Role.EIT_MEMBER in roles:
        home.actions += [
            (_("Add suggestion"), reverse("suggestions:add")),
            (_("Today's check"), add_check[1]),
        ]
    if Role.CONSULTANT in roles:
        home.actions += [
            (_("Plan a visit"), reverse("training:visit_add")),
            (_("Add suggestion"), reverse("suggestions:add")),
            add_check,
        ]
    if Role.INSPECTOR in roles:
        home.actions += [add_check, add_hazard, (_("Visits"), reverse("training:visit_list"))]
    if Role.PROGRAMME_STAFF in roles:
        home.actions += [
            (_("Register an enterprise"), reverse("enterprises:add")),
            (_("People"), reverse("enterprises:person_list")),
            (_("Dashboard"), reverse("reports:dashboard")),
        ]
    if Role.AUTHORITY in roles:
        home.actions += [
            (_("Dashboard"), reverse("reports:dashboard")),
            (_("Hazards"), reverse("hazards:hazard_list")),
        ]
    home.actions = list(dict.fromkeys(home.actions))[:3]
    home.lists = lists_of(desk, roles)
    if roles:
        home.month = checks_of(user, Month(dates.month_start(today), today))
    home.shows_rates = bool(roles & {Role.AUTHORITY, Role.PROGRAMME_STAFF})
    return home


def lists_of(
    desk: Desk, roles: frozenset[str], without: Collection[tuple[str, str]] = frozenset()
) -> list[Worklist]:
    """The lists of somebody with these roles, but for those of `without`; those of apps above come last."""
    own = [
        getattr(desk, name)() for pair in names_of_lists(roles) if pair not in without for name in pair[1:]
    ]
    return own + [found for build in _more if (found := build(desk)) is not None]


def names_of_lists(roles: frozenset[str]) -> list[tuple[str, str]]:
    """The lists of somebody with these roles, each with the first role that has it."""
    found: dict[str, str] = {}
    for role, names in LISTS.items():
        for name in names if role in roles else ():
            found.setdefault(name, role)
    return [(role, name) for name, role in found.items()]
