"""The page of a month's plan: checks and visits done of planned, enterprise by enterprise."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from enterprises.models import Reach
from hazards.workflow import FIELD
from reports import plans, tallies
from score_mis.lib import dates, replica
from score_mis.lib.totals import listing


@require_safe
@replica.page(tallies.version)
def month_plan(request: HttpRequest) -> HttpResponse:
    """What is planned in a month (`?month=2017-12`) in each enterprise the person sees, and what was done of it."""
    today = dates.today()
    roles = Reach.of(request.user, today).roles
    if not roles:
        raise PermissionDenied
    month = plans.Month(dates.month_asked(request.GET.get("month", ""), today), today)
    context = listing(request, plans.planned_places(request.user, month))
    rows = plans.done_in(context["page_obj"], month)
    is_now = month.first == dates.month_start(today)
    context |= {
        "month": month,
        "whole": plans.checks_of(request.user, month),
        "table": plans.plan_table(rows, month=month, may_check=is_now and bool(roles & FIELD)),
    }
    return render(request, "reports/plans.html", context)
