"""Teams and members, workforce counts, the monthly plan of an enterprise."""

from datetime import date

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from enterprises.forms import MemberForm, PlanForm, TeamForm, WorkforceForm
from enterprises.models import Enterprise, MonthlyPlan, Role, Team, TeamMember, WorkforceCount
from enterprises.views.enterprises import TEAM_EDITORS, enterprise_or_404
from score_mis.lib import dates
from score_mis.lib.keys import as_key
from score_mis.lib.records import history, record_page


def _allow(request: HttpRequest, enterprise: Enterprise, roles: frozenset[str] = TEAM_EDITORS) -> None:
    """Refuse people without one of the roles at the enterprise."""
    if not roles & enterprise.roles_of(request.user, dates.today()):
        raise PermissionDenied


def _team_or_404(request: HttpRequest, pk: int) -> Team:
    teams = Team.objects.visible_to(request.user).select_related("enterprise__area")
    return get_object_or_404(teams, pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
def team_add(request: HttpRequest, enterprise: int) -> HttpResponse:
    """Add a team."""
    place, today = enterprise_or_404(request, enterprise), dates.today()
    _allow(request, place)
    form = TeamForm(
        request.POST or None, instance=Team(enterprise=place), initial={"formed_on": today}, today=today
    )
    return record_page(
        request, form, title=_("Add a team"), lead=place.name, done_url=place.get_absolute_url()
    )


@require_safe
def team_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """A team with everybody who is or was in it."""
    team, today = _team_or_404(request, pk), dates.today()
    context = {
        "team": team,
        "members": team.members.order_by("until_on", "from_on", "pk"),
        "edits_team": bool(TEAM_EDITORS & team.enterprise.roles_of(request.user, today)),
        "changes": history(team),
        "today": today,
    }
    return render(request, "enterprises/team.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def team_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a team."""
    team = _team_or_404(request, pk)
    _allow(request, team.enterprise)
    form = TeamForm(request.POST or None, instance=team, today=dates.today())
    return record_page(
        request, form, title=_("Edit the team"), lead=team.enterprise.name, done_url=team.get_absolute_url()
    )


@require_http_methods(["GET", "HEAD", "POST"])
def member_add(request: HttpRequest, team: int) -> HttpResponse:
    """Add a person to a team."""
    group = _team_or_404(request, team)
    _allow(request, group.enterprise)
    form = MemberForm(
        request.POST or None,
        instance=TeamMember(team=group),
        initial={"from_on": max(dates.today(), group.formed_on)},
    )
    return record_page(
        request, form, title=_("Add a member"), lead=str(group), done_url=group.get_absolute_url()
    )


@require_http_methods(["GET", "HEAD", "POST"])
def member_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a member's data, or give the last day in the team."""
    members = TeamMember.objects.visible_to(request.user).select_related("team__enterprise__area")
    member = get_object_or_404(members, pk=pk)
    _allow(request, member.team.enterprise)
    form = MemberForm(request.POST or None, instance=member)
    return record_page(
        request,
        form,
        title=_("Edit the member"),
        lead=str(member.team),
        done_url=member.team.get_absolute_url(),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def workforce_add(request: HttpRequest, enterprise: int) -> HttpResponse:
    """Enter how many people work there."""
    place, today = enterprise_or_404(request, enterprise), dates.today()
    _allow(request, place)
    form = WorkforceForm(
        request.POST or None,
        instance=WorkforceCount(enterprise=place),
        initial={"counted_on": today},
        today=today,
    )
    return record_page(
        request, form, title=_("Enter the workforce"), lead=place.name, done_url=place.get_absolute_url()
    )


@require_http_methods(["GET", "HEAD", "POST"])
def workforce_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Mend a count."""
    counts = WorkforceCount.objects.filter(enterprise__in=Enterprise.objects.visible_to(request.user))
    count = get_object_or_404(counts.select_related("enterprise__area"), pk=pk)
    _allow(request, count.enterprise)
    form = WorkforceForm(request.POST or None, instance=count, today=dates.today())
    return record_page(
        request,
        form,
        title=_("Correct the workforce"),
        lead=count.enterprise.name,
        done_url=count.enterprise.get_absolute_url(),
        template="enterprises/record_form.html",
        context={"changes": history(count)},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def plan_edit(request: HttpRequest, enterprise: int) -> HttpResponse:
    """Plan the checks and visits of a year, month by month."""
    place, today = enterprise_or_404(request, enterprise), dates.today()
    _allow(request, place, frozenset({Role.PROGRAMME_STAFF}))
    year = _year(request, today)
    forms = [
        PlanForm(request.POST or None, instance=plan, prefix=f"{plan.month:%Y-%m}")
        for plan in _plans(place, year)
    ]
    valid = [form.is_valid() for form in forms]
    if request.method == "POST" and all(valid):
        with transaction.atomic():
            for form in forms:
                if form.has_changed() and form.is_wanted:
                    form.save()
        messages.success(request, _("Saved."))
        return redirect(place)
    context = {"enterprise": place, "forms": forms, "year": year, "cancel_url": place.get_absolute_url()}
    return render(request, "enterprises/plan.html", context)


def _year(request: HttpRequest, today: date) -> int:
    """Return the year asked for, or this year."""
    asked = as_key(request.GET.get("year"))
    return asked if asked and 1990 <= asked <= 2100 else today.year


def _plans(enterprise: Enterprise, year: int) -> list[MonthlyPlan]:
    """Return the twelve plans of a year, saved or new."""
    saved = {plan.month: plan for plan in enterprise.plans.filter(month__year=year)}
    months = [date(year, month, 1) for month in range(1, 13)]
    return [saved.get(month) or MonthlyPlan(enterprise=enterprise, month=month) for month in months]
