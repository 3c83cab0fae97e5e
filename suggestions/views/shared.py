"""What pages of suggestions have in common."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods

from enterprises.models import Enterprise
from score_mis.lib import dates
from score_mis.lib.keys import as_key
from suggestions.forms import ENTERING

form_view = require_http_methods(["GET", "HEAD", "POST"])


def picked(queryset: QuerySet[Any], pk: str | None) -> Any:
    """Return the record an address names, None where it names none, 404 where the person may not see it."""
    if not pk:
        return None
    return get_object_or_404(queryset, pk=as_key(pk))


def to_enter_for(request: HttpRequest, pk: str | None) -> Enterprise | None:
    """Return the enterprise an address names if the person may enter suggestions there; 404 and 403 as everywhere."""
    enterprise = picked(Enterprise.objects.visible_to(request.user), pk)
    if enterprise is not None and not ENTERING & enterprise.roles_of(request.user, dates.today()):
        raise PermissionDenied
    return enterprise
