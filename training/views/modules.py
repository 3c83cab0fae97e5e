"""Modules: the catalogue, and how far the enterprises are in each."""

from collections import Counter, defaultdict
from collections.abc import Mapping

from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from enterprises.models import Programme
from score_mis.lib import charts, dates, records
from score_mis.lib.charts import Step
from score_mis.lib.keyset import page_of
from score_mis.lib.totals import kept
from training.forms.catalogue import ModuleForm
from training.models import Enrolment, EnrolmentStatus, Module
from training.people import manages_modules, workplaces
from training.workflow import CONSULTANT_OR_STAFF

STEPS = [status for status in EnrolmentStatus if status != EnrolmentStatus.VOID]


def _enrolled(request: HttpRequest) -> Mapping[int, Counter]:
    """The enrolments a person sees by module and state; one query, where they changed since they were counted."""
    counts: Mapping[int, Counter] = defaultdict(Counter)
    for module, status, number in kept(
        request, "enrolments by module and state", lambda: _counted(request.user)
    ):
        counts[module][status] = number
    return counts


def _counted(user: User) -> list[tuple[int, str, int]]:
    seen = Enrolment.objects.visible_to(user).exclude(status=EnrolmentStatus.VOID).order_by()
    return list(seen.values_list("module", "status").annotate(Count("pk")))


def _progress(module: Module, counts: Counter) -> SafeString:
    """Draw how many enterprises are at each step; every number is a link to them."""
    address = reverse("training:enrolment_list")
    return charts.stacked_steps(
        _("Enterprises by step"),
        [
            Step(capfirst(status.label), counts[status], f"{address}?module={module.pk}&status={status}")
            for status in STEPS
        ],
    )


@require_safe
def module_list(request: HttpRequest) -> HttpResponse:
    """The catalogue, with the numbers of enrolments the reader sees."""
    counts = _enrolled(request)
    modules = list(Module.objects.visible_to(request.user))
    for module in modules:
        module.enrolled = sum(counts[module.pk].values())
        module.completed = counts[module.pk][EnrolmentStatus.COMPLETED]
    programme = Programme.objects.current()
    may_add = programme is not None and manages_modules(request.user, programme, dates.today())
    return render(
        request,
        "training/module_list.html",
        {"modules": modules, "count": len(modules), "may_add": may_add},
    )


@require_safe
def module_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One module: what it is, who is enrolled, and how far they are."""
    module = get_object_or_404(Module.objects.visible_to(request.user).select_related("programme"), pk=pk)
    today = dates.today()
    seen = (
        Enrolment.objects.visible_to(request.user).filter(module=module).exclude(status=EnrolmentStatus.VOID)
    )
    steps = _enrolled(request)[module.pk]
    return render(
        request,
        "training/module_detail.html",
        {
            "module": module,
            "page_obj": page_of(request, seen.for_list().order_by("-planned_on", "-pk")),
            "count": sum(steps.values()),
            "progress": _progress(module, steps),
            "changes": records.history(module),
            "may_edit": manages_modules(request.user, module.programme, today),
            "may_plan": workplaces(request.user, CONSULTANT_OR_STAFF, today).exists(),
        },
    )


@require_http_methods(["GET", "POST"])
def module_add(request: HttpRequest) -> HttpResponse:
    """Add a module to the catalogue of the programme."""
    programme = get_object_or_404(Programme.objects.order_by("pk")[:1])
    if not manages_modules(request.user, programme, dates.today()):
        raise PermissionDenied
    form = ModuleForm(request.POST or None, instance=Module(programme=programme), by=request.user)
    return records.record_page(
        request, form, title=_("Add a module"), done_url=reverse("training:module_list")
    )


@require_http_methods(["GET", "POST"])
def module_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Edit a module."""
    module = get_object_or_404(Module.objects.visible_to(request.user).select_related("programme"), pk=pk)
    if not manages_modules(request.user, module.programme, dates.today()):
        raise PermissionDenied
    title = _("Edit module %(module)s") % {"module": module}
    form = ModuleForm(request.POST or None, instance=module, by=request.user)
    return records.record_page(request, form, title=title, done_url=module.get_absolute_url())
