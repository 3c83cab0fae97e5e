"""Pages of safety checks, except the answering page."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from hazards.filters import CheckFilter
from hazards.forms import DiscardForm, ReviewForm, StartForm
from hazards.models import Answer, CheckStatus, Hazard, SafetyCheck
from hazards.rows import check_table
from hazards.sheet import Sheet
from hazards.views.choose import choose_enterprise
from hazards.views.shared import CHECK_TONES, chosen_enterprise, link, other_language
from hazards.workflow import CHECK, FIELD, may_record
from score_mis.lib import dates, moves
from score_mis.lib.totals import listing
from score_mis.lib.workflow import EDIT, NEW

OWN_KIND = frozenset({EDIT, "submit", "discard", "supersede"})
ANSWER_TONES = {Answer.OK: "ok", Answer.HAZARD: "bad", Answer.NOT_APPLICABLE: "idle"}


def visible_check(request: HttpRequest, pk: int) -> SafetyCheck:
    """A check the person may see, or 404."""
    checks = SafetyCheck.objects.visible_to(request.user).select_related(
        "enterprise__area", "version__checklist", "inspector", "consultant", "replaces__enterprise"
    )
    return get_object_or_404(checks, pk=pk)


@require_safe
def check_list(request: HttpRequest) -> HttpResponse:
    """Checks: drafts, then the newest first."""
    checks = SafetyCheck.objects.visible_to(request.user)
    found = CheckFilter(request.GET, checks, request=request)
    rows = found.qs.for_list().order_by(F("checked_on").desc(nulls_first=True), "-pk")
    context = listing(request, rows, kind="checks", filterset=found, beside=found.drafts())
    checks = context["page_obj"]
    context["table"] = check_table(checks, numbers=hazard_numbers(checks))
    return render(request, "hazards/check_list.html", {**context, "may_add": may_add(request)})


def hazard_numbers(checks: Iterable[SafetyCheck]) -> dict[int, int]:
    """How many hazards that count were found in each check; one query."""
    found = Hazard.objects.counted().filter(check_event__in=[check.pk for check in checks])
    return dict(found.order_by().values_list("check_event").annotate(Count("pk")))


def may_add(request: HttpRequest) -> bool:
    """Whether the person records checks or hazards anywhere."""
    held = request.user.assignments.active(dates.today())
    return held.filter(role__in=FIELD).exists()


@require_http_methods(["GET", "HEAD", "POST"])
def check_add(request: HttpRequest) -> HttpResponse:
    """Begin a check: a draft with the chosen items, then its answering page."""
    today = dates.today()
    enterprise = chosen_enterprise(request, FIELD, today)
    if enterprise is None:
        return choose_enterprise(request, FIELD)
    row = CHECK.row("start", NEW)
    check = SafetyCheck(enterprise=enterprise)
    data = (request.POST,) if request.method == "POST" else ()
    form = StartForm(*data, record=check, row=row, by=request.user, today=today)
    form.begin_with(request.GET)
    if request.method == "POST" and form.is_valid():
        saved = form.save()
        if saved is not None:
            return redirect("hazards:check_record", saved.pk)
    context = {"form": form, "record": check, "row": row, "submit_label": _("Begin")}
    return render(request, "hazards/check_add.html", context)


@require_safe
def check_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """What was checked, what was seen, what was found and what happened since."""
    today = dates.today()
    check = visible_check(request, pk)
    roles = check.roles_of(request.user, today)
    hide = frozenset({"submit"}) | (frozenset() if may_record(check.performed_by, roles) else OWN_KIND)
    sheet = Sheet.of_draft(check)
    for entry in sheet.entries:
        entry.tone = ANSWER_TONES.get(entry.answer, "idle")
    context = {
        "record": check,
        "facts": facts(check),
        "sheet": sheet,
        "other_language": other_language(),
        "tone": CHECK_TONES.get(check.status, "idle"),
        "hazards": check.hazards.for_list().order_by("pk"),
        "may_report": check.status == CheckStatus.SUBMITTED and bool(roles & FIELD),
        "replaced_by": SafetyCheck.objects.filter(replaces=check).select_related("enterprise").first(),
        "moves": moves.buttons(check, by=request.user, today=today, url_name="hazards:check_move", hide=hide),
        "changes": moves.history(check, by=request.user, today=today, url_name="hazards:check_correct"),
    }
    return render(request, "hazards/check_detail.html", context)


def facts(check: SafetyCheck) -> list[tuple[str, Any]]:
    """What is known about a check besides its answers."""
    names = (
        "checked_on",
        "performed_by",
        "inspector",
        "consultant",
        "people",
        "site_area",
        "version",
        "note",
    )
    shown = {"performed_by": check.get_performed_by_display(), "version": link(check.version)}
    return [
        (capfirst(check._meta.get_field(name).verbose_name), shown.get(name, getattr(check, name)))
        for name in names
        if getattr(check, name) or (name == "checked_on" and check.status != CheckStatus.DRAFT)
    ]


@require_http_methods(["GET", "HEAD", "POST"])
def check_move(request: HttpRequest, pk: int, move: str) -> HttpResponse:
    """Make a move; those that need the sheet have pages of their own."""
    today = dates.today()
    check = visible_check(request, pk)
    if move in OWN_KIND and not may_record(check.performed_by, check.roles_of(request.user, today)):
        raise PermissionDenied
    if move == EDIT:
        return redirect("hazards:check_record", check.pk)
    if move == "supersede":
        return redirect("hazards:check_correct_version", check.pk)
    if move == "submit" and check.status == CheckStatus.DRAFT:
        return _review(request, check)
    form_class = DiscardForm if move == "discard" else moves.MoveForm
    return moves.move_page(request, check, move, today=today, form_class=form_class)


def _review(request: HttpRequest, check: SafetyCheck) -> HttpResponse:
    """What is about to be submitted; an unfinished sheet goes back to the answering page."""
    sheet = Sheet.of_draft(check)
    if request.method != "POST" and not sheet.is_complete(check.started_on):
        messages.error(request, _("Finish the answers first."))
        return redirect("hazards:check_record", check.pk)
    return moves.move_page(
        request,
        check,
        "submit",
        today=dates.today(),
        form_class=ReviewForm,
        template="hazards/check_review.html",
        context={"sheet": sheet, "facts": facts(check)},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def check_correct(request: HttpRequest, pk: int, change: int) -> HttpResponse:
    """Correct the date of a past step."""
    return moves.correct_page(request, visible_check(request, pk), change, today=dates.today())
