"""The programme: itself, milestones, cohorts, targets."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from enterprises.forms import INDICATORS, CohortForm, MilestoneForm, ProgrammeForm, TargetForm
from enterprises.models import Cohort, Milestone, Programme, Target
from enterprises.staff import is_staff, refuse_without_role, staff_reach
from score_mis.lib.keys import as_key
from score_mis.lib.records import history, record_page
from score_mis.lib.totals import listing


def _programme_or_404() -> Programme:
    programme = Programme.objects.current()
    if programme is None:
        raise Http404
    return programme


@require_safe
def programme_detail(request: HttpRequest) -> HttpResponse:
    """The programme, its milestones and what belongs to it."""
    refuse_without_role(request.user)
    programme = _programme_or_404()
    context = {
        "record": programme,
        "milestones": programme.milestones.all(),
        "is_staff": is_staff(request.user),
        "changes": history(programme),
    }
    return render(request, "enterprises/programme.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def programme_edit(request: HttpRequest) -> HttpResponse:
    """Change names and authority."""
    staff_reach(request.user)
    form = ProgrammeForm(request.POST or None, instance=_programme_or_404())
    return record_page(
        request, form, title=_("Edit the programme"), done_url=reverse("enterprises:programme")
    )


@require_http_methods(["GET", "HEAD", "POST"])
def milestone_add(request: HttpRequest) -> HttpResponse:
    """Add a milestone."""
    staff_reach(request.user)
    form = MilestoneForm(request.POST or None, instance=Milestone(programme=_programme_or_404()))
    return record_page(request, form, title=_("Add a milestone"), done_url=reverse("enterprises:programme"))


@require_http_methods(["GET", "HEAD", "POST"])
def milestone_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a milestone."""
    staff_reach(request.user)
    form = MilestoneForm(request.POST or None, instance=get_object_or_404(Milestone, pk=pk))
    return record_page(
        request, form, title=_("Edit the milestone"), done_url=reverse("enterprises:programme")
    )


@require_safe
def cohort_list(request: HttpRequest) -> HttpResponse:
    """Enterprises that started together."""
    refuse_without_role(request.user)
    context = listing(request, Cohort.objects.all())
    return render(request, "enterprises/cohort_list.html", {**context, "is_staff": is_staff(request.user)})


@require_http_methods(["GET", "HEAD", "POST"])
def cohort_add(request: HttpRequest) -> HttpResponse:
    """Add a cohort."""
    staff_reach(request.user)
    form = CohortForm(request.POST or None, instance=Cohort(programme=_programme_or_404()))
    return record_page(request, form, title=_("Add a cohort"), done_url=reverse("enterprises:cohort_list"))


@require_http_methods(["GET", "HEAD", "POST"])
def cohort_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a cohort."""
    staff_reach(request.user)
    cohort = get_object_or_404(Cohort, pk=pk)
    return record_page(
        request,
        CohortForm(request.POST or None, instance=cohort),
        title=_("Edit the cohort"),
        done_url=reverse("enterprises:cohort_list"),
        template="enterprises/record_form.html",
        context={"changes": history(cohort)},
    )


@require_safe
def target_list(request: HttpRequest) -> HttpResponse:
    """Targets of the programme and of the person's places."""
    refuse_without_role(request.user)
    targets = Target.objects.visible_to(request.user).for_list()
    context = listing(request, targets)
    for target in context["page_obj"]:
        target.indicator_name = INDICATORS.get(target.indicator, target.indicator)
    return render(request, "enterprises/target_list.html", {**context, "is_staff": is_staff(request.user)})


@require_http_methods(["GET", "HEAD", "POST"])
def target_add(request: HttpRequest) -> HttpResponse:
    """Set a target."""
    reach = staff_reach(request.user)
    form = TargetForm(
        request.POST or None,
        instance=Target(programme=_programme_or_404()),
        initial={"enterprise": as_key(request.GET.get("enterprise"))},
        reach=reach,
    )
    return record_page(request, form, title=_("Set a target"), done_url=reverse("enterprises:target_list"))


@require_http_methods(["GET", "HEAD", "POST"])
def target_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a target within reach."""
    target = get_object_or_404(Target.objects.visible_to(request.user), pk=pk)
    reach = staff_reach(request.user)
    is_placed = target.area_id or target.enterprise_id
    if is_placed and not Target.objects.filter(reach.placed_q(), pk=pk).exists():
        raise PermissionDenied
    return record_page(
        request,
        TargetForm(request.POST or None, instance=target, reach=reach),
        title=_("Edit the target"),
        done_url=reverse("enterprises:target_list"),
        template="enterprises/record_form.html",
        context={"changes": history(target)},
    )
