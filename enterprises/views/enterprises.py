"""Enterprises: list, page, profile, moves."""

from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch, prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from enterprises.filters import EnterpriseFilter
from enterprises.forms import EnterpriseForm
from enterprises.models import TEAM_LEADER, Area, Assignment, Enterprise, Role, TeamMember
from enterprises.rows import enterprise_table
from enterprises.staff import areas_within, is_staff, staff_reach
from score_mis.lib import dates, moves
from score_mis.lib.totals import listing
from score_mis.lib.workflow import EDIT

TEAM_EDITORS = frozenset({Role.PROGRAMME_STAFF, Role.CONSULTANT, TEAM_LEADER})
PAIR_AND_STAFF = (Role.CONSULTANT, Role.INSPECTOR, Role.PROGRAMME_STAFF)


def enterprise_or_404(request: HttpRequest, pk: int) -> Enterprise:
    """Return an enterprise the person may see."""
    return get_object_or_404(Enterprise.objects.visible_to(request.user).for_list(), pk=pk)


@require_safe
def enterprise_list(request: HttpRequest) -> HttpResponse:
    """Every enterprise the person may see, fifty a page."""
    enterprises = Enterprise.objects.visible_to(request.user)
    filtered = EnterpriseFilter(request.GET, enterprises.for_list(), request=request)
    context = listing(request, filtered.qs, kind="enterprises", filterset=filtered)
    context |= {"table": enterprise_table(context["page_obj"]), "is_staff": is_staff(request.user)}
    return render(request, "enterprises/list.html", context)


@require_safe
def enterprise_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One page that a director can print."""
    enterprise, today = enterprise_or_404(request, pk), dates.today()
    # The page lists modules, which an app above adds to the enterprise: fetched here in one go, named only there.
    prefetch_related_objects([enterprise], "enrolment_set__module")
    roles = enterprise.roles_of(request.user, today)
    members = TeamMember.objects.active(today).order_by("from_on", "pk")
    context = {
        "enterprise": enterprise,
        "areas": Area.objects.filter(pk__in=enterprise.area.ancestor_ids()).in_tree_order(),
        "moves": moves.buttons(
            enterprise, by=request.user, today=today, url_name="enterprises:move", hide=frozenset({EDIT})
        ),
        "teams": enterprise.teams.prefetch_related(Prefetch("members", members, to_attr="members_now")),
        "workforce": enterprise.workforce.all()[:6],
        "plans": enterprise.plans.filter(month__year=today.year),
        "assignments": Assignment.objects.active(today)
        .reaching(enterprise)
        .filter(role__in=PAIR_AND_STAFF)
        .for_list()
        .order_by("role", "user__name"),
        "changes": moves.history(enterprise, by=request.user, today=today, url_name="enterprises:correct"),
        "is_staff": Role.PROGRAMME_STAFF in roles,
        "edits_team": bool(roles & TEAM_EDITORS),
        "today": today,
    }
    return render(request, "enterprises/detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def enterprise_add(request: HttpRequest) -> HttpResponse:
    """Register an enterprise in an area of the acting staff."""
    today = dates.today()
    area = areas_within(staff_reach(request.user, today)).select_related("programme").first()
    if area is None:
        raise PermissionDenied
    record = Enterprise(programme=area.programme, area=area)
    return moves.move_page(
        request,
        record,
        "register",
        today=today,
        form_class=EnterpriseForm,
        template="enterprises/form.html",
        context={"cancel_url": reverse("enterprises:list")},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def enterprise_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the profile."""
    enterprise = enterprise_or_404(request, pk)
    return moves.move_page(
        request,
        enterprise,
        EDIT,
        today=dates.today(),
        form_class=EnterpriseForm,
        template="enterprises/form.html",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def enterprise_move(request: HttpRequest, pk: int, move: str) -> HttpResponse:
    """Make one move."""
    enterprise = enterprise_or_404(request, pk)
    if move == EDIT:
        return redirect("enterprises:edit", pk)
    return moves.move_page(request, enterprise, move, today=dates.today(), form_class=EnterpriseForm)


@require_http_methods(["GET", "HEAD", "POST"])
def enterprise_correct(request: HttpRequest, pk: int, change: int) -> HttpResponse:
    """Mend the day of a past move."""
    return moves.correct_page(request, enterprise_or_404(request, pk), change, today=dates.today())
