"""Choosing the enterprise for a new record."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from enterprises.choosing import EnterpriseChoice
from hazards.views.shared import enterprises_with_role
from score_mis.lib import dates


def choose_enterprise(request: HttpRequest, roles: frozenset[str]) -> HttpResponse:
    """Ask at which of the person's enterprises the record belongs; the choice goes into the address."""
    found = enterprises_with_role(request.user, roles, dates.today()).order_by("area__path", "code")
    form = EnterpriseChoice.of(request, found)
    address = form.address(request)
    if address:
        return redirect(address)
    return render(request, "hazards/choose_enterprise.html", {"form": form})
