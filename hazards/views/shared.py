"""What the pages of checks and hazards share."""

from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from enterprises.models import Assignment, Enterprise
from enterprises.models.people import Reach
from score_mis.lib.keys import as_key

CHECK_TONES = {"draft": "warn", "submitted": "ok"}
HAZARD_TONES = {"identified": "warn", "assigned": "warn", "verified": "ok"}


def enterprises_with_role(user: Any, roles: frozenset[str], today: date) -> QuerySet[Enterprise]:
    """Enterprises at which a person holds one of the roles today; one small query for the assignments."""
    rows = list(
        Assignment.objects.filter(user=user, role__in=roles)
        .active(today)
        .values_list("area__path", "enterprise_id")
    )
    reach = Reach(
        paths=tuple({path for path, _pk in rows if path}),
        enterprise_ids=tuple({pk for _path, pk in rows if pk}),
    )
    return Enterprise.objects.filter(reach.enterprises_q()).select_related("area")


def chosen_enterprise(request: HttpRequest, roles: frozenset[str], today: date) -> Enterprise | None:
    """The enterprise to add a record to: the one the address names, or the only one; None when there is a choice.

    404 for one the person does not see, 403 where the person holds none of the roles.
    """
    possible = enterprises_with_role(request.user, roles, today)
    if "enterprise" in request.GET:
        seen = visible(request, Enterprise.objects.all(), request.GET["enterprise"])
        enterprise = possible.filter(pk=seen.pk).first()
        if enterprise is None:
            raise PermissionDenied
        return enterprise
    found = list(possible[:2])
    if not found:
        raise PermissionDenied
    return found[0] if len(found) == 1 else None


def visible(request: HttpRequest, queryset: Any, pk: str) -> Any:
    """The record with a primary key from the address, if the person may see it; 404 otherwise."""
    return get_object_or_404(queryset.visible_to(request.user), pk=as_key(pk))


def other_language() -> str:
    """The language of the second text of bilingual records, for `lang` attributes."""
    return "en" if (get_language() or "").startswith("zh") else "zh-Hans"


def link(record: Model | None) -> SafeString | str:
    """A record's name as a link to its page."""
    if record is None:
        return ""
    return format_html('<a href="{}">{}</a>', record.get_absolute_url(), record)
