"""What every page's frame shows: programme, today, navigation, the person's roles."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language, gettext as _

from enterprises.models import Programme, Reach, Role
from reports import totals
from score_mis.lib import dates


def shell(request: HttpRequest) -> dict[str, Any]:
    """Return what base.html needs; put together once a request, person and language, however many templates ask."""
    user = getattr(request, "user", None)
    kept = request.__dict__.setdefault("shells", {})
    key = (getattr(user, "pk", None), get_language())
    if key not in kept:
        kept[key] = _shell(request)
    return kept[key]


def _shell(request: HttpRequest) -> dict[str, Any]:
    """A few small queries for a signed-in person, one otherwise."""
    programme = Programme.objects.current()
    today = dates.today(programme.time_zone if programme else None)
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"programme": programme, "today": today, "navigation": [], "role_labels": []}
    reach = Reach.of(user, today)
    labels = dict(Role.choices)
    names = [str(labels[role]) for role in Role.values if role in reach.roles]
    if user.is_superuser:
        names.append(str(labels[Role.ADMINISTRATOR]))
    return {
        "programme": programme,
        "today": today,
        "navigation": (places := _navigation(request, reach, today)),
        "navigation_key": repr([(place["url"], place["active"], place["badge"]) for place in places]),
        "role_labels": names,
    }


def _navigation(request: HttpRequest, reach: Reach, today: Any) -> list[dict[str, Any]]:
    """The places of the site; the bottom bar of a phone has five of them."""
    overdue = totals.overdue(request, reach, today) if reach.roles else 0
    places = [
        ("reports:home", _("Home"), "home", True, None),
        ("reports:dashboard", _("Dashboard"), "chart-bar", True, None),
        ("enterprises:list", _("Enterprises"), "building-office-2", False, None),
        ("training:visit_list", _("Visits"), "calendar-days", False, None),
        ("suggestions:list", _("Suggestions"), "light-bulb", True, None),
        ("hazards:check_list", _("Safety checks"), "clipboard-document-check", True, None),
        ("hazards:hazard_list", _("Hazards"), "exclamation-triangle", True, overdue or None),
        ("training:module_list", _("Modules"), "academic-cap", False, None),
        ("training:workshop_list", _("Workshops"), "user-group", False, None),
        ("hazards:checklist_list", _("Checklists"), "list-bullet", False, None),
    ]
    if Role.PROGRAMME_STAFF in reach.roles:
        places.append(("enterprises:person_list", _("People"), "users", False, None))
    if Role.PROGRAMME_STAFF in reach.roles or request.user.is_superuser:
        places.append(("reports:operations", _("Operations"), "cog-6-tooth", False, None))
    if not reach.roles:
        places = [place for place in places if place[0] in ("reports:home", "reports:operations")]
    match = request.resolver_match
    here = f"{match.app_name}:{match.url_name}" if match else ""
    return [
        {
            "url": reverse(name),
            "label": label,
            "icon": icon,
            "phone": phone,
            "badge": badge,
            "active": name == here
            or (match is not None and request.path.startswith(reverse(name)) and name != "reports:home"),
        }
        for name, label, icon, phone, badge in places
    ]
