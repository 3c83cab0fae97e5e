"""Counselling visits: plan, log, submit, review."""

from datetime import date
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from score_mis.lib import dates, moves, pdf, photo_files
from score_mis.lib.stateful import Change
from score_mis.lib.totals import listing
from score_mis.lib.workflow import EDIT, may
from training import letter
from training.filters import VisitFilter
from training.forms.visits import LogForm, VisitForm
from training.models import CounsellingVisit, VisitAction, VisitPhoto, VisitStatus
from training.people import PAIR, TICKERS, workplaces
from training.raised import Raised
from training.rows import visit_table
from training.views.pieces import owner_of_new
from training.workflow import CONSULTANT_OR_STAFF

FORM_PAGE = "training/owned_form.html"
LOG_PAGE = "training/visit_log.html"


def _visit(request: HttpRequest, pk: int) -> CounsellingVisit:
    """Return a visit the person sees."""
    seen = CounsellingVisit.objects.visible_to(request.user).for_list()
    return get_object_or_404(seen.select_related("enterprise__area", "enterprise__programme"), pk=pk)


@require_safe
def visit_list(request: HttpRequest) -> HttpResponse:
    """Visits with filters, the last planned day first."""
    today = dates.today()
    seen = CounsellingVisit.objects.visible_to(request.user).for_list()
    narrowed = VisitFilter(request.GET, seen, user=request.user, today=today)
    may_plan = workplaces(request.user, CONSULTANT_OR_STAFF, today).exists()
    context = listing(request, narrowed.qs, kind="visits", filterset=narrowed)
    context["table"] = visit_table(context["page_obj"], today=today)
    return render(request, "training/visit_list.html", {**context, "may_plan": may_plan})


@require_safe
def visit_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One visit: who, when, what was found and agreed, what may be done now, and its history."""
    visit, today = _visit(request, pk), dates.today()
    changes = moves.history(visit, by=request.user, today=today, url_name="training:visit_correct")
    return render(
        request,
        "training/visit_detail.html",
        {
            "visit": visit,
            "facts": _facts(visit),
            "met": _met(visit),
            "photos": visit.photos.select_related("added_by"),
            "photo_url": "training:visit_photo",
            "actions": visit.actions.select_related("done_at_visit__enterprise"),
            "carried": VisitAction.objects.carried_to(visit) if visit.status == VisitStatus.PLANNED else [],
            "ticked": visit.actions_ticked.select_related("visit__enterprise"),
            "raised": Raised.at(visit),
            "returned": _returned(visit, changes),
            "languages": settings.LANGUAGES,
            "day": today,
            "moves": moves.buttons(visit, by=request.user, today=today, url_name="training:visit_move"),
            "changes": changes,
            **_offered(visit, visit.roles_of(request.user, today), today),
        },
    )


def _offered(visit: CounsellingVisit, roles: frozenset[str], today: date) -> dict[str, bool]:
    """What the page offers beside the moves."""
    is_of_pair = bool(roles & PAIR)
    return {
        "may_act": is_of_pair and visit.is_logged,
        "may_raise": is_of_pair and (visit.is_logged or visit.status == VisitStatus.PLANNED),
        "may_tick": bool(roles & TICKERS),
        "may_plan_next": bool(roles & CONSULTANT_OR_STAFF) and _is_next_to_plan(visit, today),
    }


def _returned(visit: CounsellingVisit, changes: list[Change]) -> Change | None:
    """Why the last report came back, while it waits to be mended."""
    reports = [change for change in changes if change.move in ("submit", "return")]
    is_back = visit.status == VisitStatus.DONE and reports and reports[0].move == "return"
    return reports[0] if is_back else None


def _is_next_to_plan(visit: CounsellingVisit, today: date) -> bool:
    """Whether the next visit was agreed for a day to come and none is planned yet; a query where a day was agreed."""
    if visit.next_visit_on is None or visit.next_visit_on < today:
        return False
    planned = CounsellingVisit.objects.filter(enterprise=visit.enterprise_id, status=VisitStatus.PLANNED)
    return not planned.exists()


@require_safe
def visit_letter(request: HttpRequest, pk: int) -> HttpResponse:
    """The letter to the enterprise as PDF, in the enterprise's language or the one that is asked for."""
    visit = _visit(request, pk)
    if not visit.is_logged:
        messages.error(
            request,
            _("There is a letter once the visit was logged; this one is “%(state)s”.")
            % {"state": visit.status_label},
        )
        return redirect(visit)
    asked = request.GET.get("language", "")
    language = asked if asked in dict(settings.LANGUAGES) else ""
    content = letter.letter(visit, by=request.user, today=dates.today(), language=language)
    return pdf.answer(content, letter.file_name(visit))


@require_safe
def visit_photo(request: HttpRequest, key: str) -> FileResponse:
    """A photo of a visit, for those who may see the visit."""
    mine = CounsellingVisit.objects.visible_to(request.user)
    return photo_files.serve(VisitPhoto.objects.filter(visit__in=mine), key)


def _facts(visit: CounsellingVisit) -> list[tuple[str, Any]]:
    names = ("type", "sequence", "module", "due_on", "starts_at", "done_on", "consultant", "inspector")
    label = {name: capfirst(str(CounsellingVisit._meta.get_field(name).verbose_name)) for name in names}
    shown = {name: getattr(visit, name) for name in names} | {"type": visit.get_type_display()}
    unsaid = {name for name in ("module", "starts_at", "done_on") if shown[name] is None}
    return [(label[name], shown[name]) for name in names if name not in unsaid]


def _met(visit: CounsellingVisit) -> list[tuple[str, int]]:
    return [
        (_("Women workers"), visit.women_workers),
        (_("Men workers"), visit.men_workers),
        (_("Women managers"), visit.women_managers),
        (_("Men managers"), visit.men_managers),
        (_("Together"), visit.people_met()),
    ]


@require_http_methods(["GET", "POST"])
def visit_add(request: HttpRequest) -> HttpResponse:
    """Plan a visit."""
    today = dates.today()
    owner = owner_of_new(request, CONSULTANT_OR_STAFF, today=today, title=_("Plan a visit"))
    if isinstance(owner, HttpResponse):
        return owner
    return moves.move_page(
        request,
        CounsellingVisit(enterprise=owner),
        "plan",
        today=today,
        form_class=VisitForm,
        template=FORM_PAGE,
        context={"cancel_url": reverse("training:visit_list")},
    )


@require_http_methods(["GET", "POST"])
def visit_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Edit a planned visit, or the log of one that is done."""
    return visit_move(request, pk, EDIT)


@require_http_methods(["GET", "POST"])
def visit_move(request: HttpRequest, pk: int, move: str) -> HttpResponse:
    """Make one move of a visit."""
    visit, today = _visit(request, pk), dates.today()
    if move == "log":
        return _log(request, visit, today)
    return moves.move_page(request, visit, move, today=today, form_class=VisitForm)


def _log(request: HttpRequest, visit: CounsellingVisit, today: date) -> HttpResponse:
    planned = [
        (_("Planned day"), visit.due_on),
        (_("Consultant"), visit.consultant),
        (_("Inspector"), visit.inspector),
    ]
    context = {"facts": planned, "may_edit": may(visit, EDIT, by=request.user, today=today)}
    return moves.move_page(
        request, visit, "log", today=today, form_class=LogForm, template=LOG_PAGE, context=context
    )


@require_http_methods(["GET", "POST"])
def visit_correct(request: HttpRequest, pk: int, change: int) -> HttpResponse:
    """Correct the day of a past step."""
    return moves.correct_page(request, _visit(request, pk), change, today=dates.today())
