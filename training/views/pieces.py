"""What several pages share: choosing the enterprise of a new record."""

from datetime import date

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from enterprises.choosing import EnterpriseChoice
from enterprises.models import Enterprise
from score_mis.lib.keys import as_key
from training.people import workplaces


def owner_of_new(
    request: HttpRequest, roles: frozenset[str], *, today: date, title: str
) -> Enterprise | HttpResponse:
    """Return the enterprise a new record is for, or the page that asks for it.

    The address names it, or the person works with one only. Raises PermissionDenied for who may add nowhere or not
    there, Http404 for an enterprise that is not seen.
    """
    possible = workplaces(request.user, roles, today)
    named = request.GET.get("enterprise") or request.POST.get("enterprise", "")
    if named:
        enterprise = get_object_or_404(Enterprise.objects.visible_to(request.user), pk=as_key(named))
        if not possible.filter(pk=enterprise.pk).exists():
            raise PermissionDenied
        return enterprise
    first = list(possible[:2])
    if not first:
        raise PermissionDenied
    if len(first) == 1:
        return first[0]
    form = EnterpriseChoice.of(request, possible)
    address = form.address(request)
    if address:
        return redirect(address)
    kept = {name: value for name, value in request.GET.items() if name not in ("enterprise", "code")}
    return render(
        request, "training/choose_enterprise.html", {"form": form, "title": title, "kept": kept.items()}
    )
