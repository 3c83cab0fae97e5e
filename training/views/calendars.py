"""Visits on a calendar: the page, and what calendar programs fetch from an address only the person knows."""

from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from enterprises.models import Reach
from score_mis.lib import dates, ical
from training import feed, services
from training.models import CalendarAddress, CounsellingVisit
from training.month import Month
from training.people import PAIR

PRIVATE = {"Cache-Control": "private, no-cache", "X-Robots-Tag": "noindex"}


@require_safe
def visit_calendar(request: HttpRequest) -> HttpResponse:
    """A month of visits: those the person takes part in, or all the person sees."""
    today = dates.today()
    is_of_pair = bool(Reach.of(request.user, today).roles & PAIR)
    whose = "own" if is_of_pair and request.GET.get("whose") != "all" else "all"
    visits = CounsellingVisit.objects.visible_to(request.user)
    if whose == "own":
        visits = visits.joined_by(request.user)
    month = Month.of(visits, dates.month_asked(request.GET.get("month", ""), today), today=today)
    address = CalendarAddress.objects.filter(user=request.user).first()
    return render(
        request,
        "training/visit_calendar.html",
        {
            "month": month,
            "whose": whose,
            "is_of_pair": is_of_pair,
            "before": month.before and _address(month.before.isoformat()[:7], whose),
            "now": _address("", whose),
            "after": month.after and _address(month.after.isoformat()[:7], whose),
            "own": _address(month.first.isoformat()[:7], "own"),
            "all": _address(month.first.isoformat()[:7], "all"),
            "address": address and request.build_absolute_uri(address.get_absolute_url()),
        },
    )


def _address(month: str, whose: str) -> str:
    query = {name: value for name, value in (("month", month), ("whose", whose)) if value not in ("", "own")}
    return f"{reverse('training:visit_calendar')}{'?' if query else ''}{urlencode(query)}"


@require_POST
def calendar_address(request: HttpRequest) -> HttpResponse:
    """Make, change or withdraw the address at which the person's calendar program finds the planned visits."""
    if request.POST.get("wish") == "withdraw":
        services.withdraw_calendar_address(by=request.user)
        messages.success(request, _("The address was withdrawn; it opens nothing any more."))
    elif Reach.of(request.user, dates.today()).roles & PAIR:
        services.make_calendar_address(by=request.user)
        messages.success(request, _("Your calendar address is ready. Give it to nobody else."))
    else:
        raise PermissionDenied
    return redirect(f"{reverse('training:visit_calendar')}#subscribe")


@login_not_required
@require_safe
def visit_feed(request: HttpRequest, token: str) -> HttpResponse:
    """The planned visits of whom the address belongs to; the address is the key, nobody signs in."""
    found = CalendarAddress.objects.select_related("user")
    address = get_object_or_404(found, token=token, user__is_active=True)
    host = request.get_host().partition(":")[0]
    content = feed.planned_visits(address.user, host=host, absolute=request.build_absolute_uri)
    return HttpResponse(content, content_type=ical.CONTENT_TYPE, headers=PRIVATE)
