"""Enrolments of enterprises in modules."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from score_mis.lib import dates, moves
from score_mis.lib.keys import as_key
from score_mis.lib.totals import listing
from score_mis.lib.workflow import EDIT
from training.filters import EnrolmentFilter
from training.forms.enrolments import EnrolmentForm
from training.models import CounsellingVisit, Enrolment, Module
from training.people import workplaces
from training.rows import enrolment_table
from training.views.pieces import owner_of_new
from training.workflow import CONSULTANT_OR_STAFF

FORM_PAGE = "training/owned_form.html"
DAYS = ("planned_start_on", "started_on", "trained_on", "counselled_on", "completed_on", "dropped_on")


def _enrolment(request: HttpRequest, pk: int) -> Enrolment:
    """Return an enrolment the person sees."""
    return get_object_or_404(
        Enrolment.objects.visible_to(request.user).select_related("enterprise__area", "module"), pk=pk
    )


@require_safe
def enrolment_list(request: HttpRequest) -> HttpResponse:
    """Enrolments with filters, those entered last first."""
    seen = Enrolment.objects.visible_to(request.user).for_list()
    may_plan = workplaces(request.user, CONSULTANT_OR_STAFF, dates.today()).exists()
    narrowed = EnrolmentFilter(request.GET, seen.order_by("-planned_on", "-pk"), user=request.user)
    context = listing(request, narrowed.qs, kind="enrolments", filterset=narrowed)
    context |= {"table": enrolment_table(context["page_obj"]), "may_plan": may_plan}
    return render(request, "training/enrolment_list.html", context)


@require_safe
def enrolment_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One enrolment: days, people, visits of the module, what may be done, history."""
    enrolment, today = _enrolment(request, pk), dates.today()
    visits = CounsellingVisit.objects.for_list().filter(
        enterprise=enrolment.enterprise_id, module=enrolment.module_id
    )
    facts = [
        (capfirst(Enrolment._meta.get_field(name).verbose_name), getattr(enrolment, name)) for name in DAYS
    ]
    return render(
        request,
        "training/enrolment_detail.html",
        {
            "enrolment": enrolment,
            "facts": facts,
            "visits": visits.exclude(status="void").order_by("due_on", "pk"),
            "moves": moves.buttons(
                enrolment, by=request.user, today=today, url_name="training:enrolment_move"
            ),
            "changes": moves.history(
                enrolment, by=request.user, today=today, url_name="training:enrolment_correct"
            ),
        },
    )


@require_http_methods(["GET", "POST"])
def enrolment_add(request: HttpRequest) -> HttpResponse:
    """Plan a module for an enterprise."""
    today = dates.today()
    owner = owner_of_new(request, CONSULTANT_OR_STAFF, today=today, title=_("Plan a module"))
    if isinstance(owner, HttpResponse):
        return owner
    module = Module.objects.filter(pk=as_key(request.GET.get("module"))).first()
    record = Enrolment(enterprise=owner, module=module)
    return moves.move_page(
        request, record, "plan", today=today, form_class=EnrolmentForm, template=FORM_PAGE,
        context={"title": _("Plan a module"), "cancel_url": reverse("training:enrolment_list")},
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def enrolment_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Edit the plan and the people of an enrolment."""
    return enrolment_move(request, pk, EDIT)


@require_http_methods(["GET", "POST"])
def enrolment_move(request: HttpRequest, pk: int, move: str) -> HttpResponse:
    """Make one move of an enrolment."""
    form_class = EnrolmentForm if move == EDIT else moves.MoveForm
    return moves.move_page(request, _enrolment(request, pk), move, today=dates.today(), form_class=form_class)


@require_http_methods(["GET", "POST"])
def enrolment_correct(request: HttpRequest, pk: int, change: int) -> HttpResponse:
    """Correct the day of a past step."""
    return moves.correct_page(request, _enrolment(request, pk), change, today=dates.today())
