"""What every page's frame shows: programme, today, navigation, the person's roles."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any, NamedTuple

from django.conf import settings
from django.http import HttpRequest
from django.urls import get_script_prefix, get_urlconf, reverse
from django.utils.translation import get_language, gettext as _

from enterprises.models import Reach, Role
from reports import totals
from reports.standing import standing_of


class Place(NamedTuple):
    """A place of the site. A phone's bottom bar has five of them; `needs` are roles of which one must be held."""

    name: str
    url: str
    label: str
    icon: str
    phone: bool
    needs: frozenset[str]


STAFF = frozenset({Role.PROGRAMME_STAFF})
OPERATORS = frozenset({Role.PROGRAMME_STAFF, Role.ADMINISTRATOR})
WITHOUT_ROLE = ("reports:home", "reports:operations")


def shell(request: HttpRequest) -> dict[str, Any]:
    """Return what base.html needs; put together once a request, person and language, however many templates ask."""
    user = getattr(request, "user", None)
    kept = request.__dict__.setdefault("shells", {})
    key = (getattr(user, "pk", None), get_language())
    if key not in kept:
        kept[key] = _shell(request)
    return kept[key]


def _shell(request: HttpRequest) -> dict[str, Any]:
    """One query; one more for a person with single enterprises when something changed.

    `frame_key` is everything that the remembered part of base.html depends on beside the language.
    """
    standing = standing_of(request)
    today, programme = standing.today, standing.programme
    found = {"programme": programme, "today": today, "navigation": [], "role_labels": []}
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return found | {"frame_key": (programme, get_script_prefix())}
    reach = standing.reach(today)
    held = reach.roles | ({Role.ADMINISTRATOR} if user.is_superuser else set())
    places = _navigation(request, reach, held, totals.overdue(request, reach, today) if reach.roles else 0)
    shown = tuple((place["url"], place["active"], place["badge"]) for place in places)
    return found | {
        "navigation": places,
        "frame_key": (programme, get_script_prefix(), shown),
        "role_labels": _role_labels(get_language(), frozenset(held)),
    }


@lru_cache(maxsize=256)
def _role_labels(language: str | None, held: Iterable[str]) -> tuple[str, ...]:
    """The names of roles in a language, which is that of the moment."""
    labels = dict(Role.choices)
    return tuple(str(labels[role]) for role in Role.values if role in held)


def _navigation(
    request: HttpRequest, reach: Reach, held: Iterable[str], overdue: int
) -> list[dict[str, Any]]:
    """The places of the site for somebody who holds some roles, and which of them is open."""
    match = request.resolver_match
    here = f"{match.app_name}:{match.url_name}" if match else ""
    urlconf = get_urlconf() or settings.ROOT_URLCONF
    return [
        {
            "url": place.url,
            "label": place.label,
            "icon": place.icon,
            "phone": place.phone,
            "badge": (overdue or None) if place.name == "hazards:hazard_list" else None,
            "active": place.name == here
            or (match is not None and place.name != "reports:home" and request.path.startswith(place.url)),
        }
        for place in _places(get_language(), urlconf, get_script_prefix())
        if (reach.roles or place.name in WITHOUT_ROLE)
        and (not place.needs or not place.needs.isdisjoint(held))
    ]


@lru_cache(maxsize=64)
def _places(language: str | None, urlconf: str, prefix: str) -> tuple[Place, ...]:
    """All places in a language, which is that of the moment; addresses are found once a process."""
    everybody: frozenset[str] = frozenset()
    found: list[tuple[str, str, str, bool, frozenset[str]]] = [
        ("reports:home", _("Home"), "home", True, everybody),
        ("reports:dashboard", _("Dashboard"), "chart-bar", True, everybody),
        ("enterprises:list", _("Enterprises"), "building-office-2", False, everybody),
        ("training:visit_list", _("Visits"), "calendar-days", False, everybody),
        ("suggestions:list", _("Suggestions"), "light-bulb", True, everybody),
        ("hazards:check_list", _("Safety checks"), "clipboard-document-check", True, everybody),
        ("hazards:hazard_list", _("Hazards"), "exclamation-triangle", True, everybody),
        ("publications:list", _("Reports"), "document-chart-bar", False, everybody),
        ("training:module_list", _("Modules"), "academic-cap", False, everybody),
        ("training:workshop_list", _("Workshops"), "user-group", False, everybody),
        ("hazards:checklist_list", _("Checklists"), "list-bullet", False, everybody),
        ("enterprises:person_list", _("People"), "users", False, STAFF),
        ("reports:operations", _("Operations"), "cog-6-tooth", False, OPERATORS),
    ]
    return tuple(
        Place(name, reverse(name), label, icon, phone, needs) for name, label, icon, phone, needs in found
    )
