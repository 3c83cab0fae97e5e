"""The answering page of a check, for drafts and for the correction of a submitted one."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hazards.checking import submit_check
from hazards.forms import CorrectVersionForm
from hazards.models import CheckStatus, SafetyCheck
from hazards.sheet import Sheet, delete_photos
from hazards.views.checks import visible_check
from hazards.views.shared import other_language
from hazards.workflow import CHECK, may_record
from score_mis.lib import dates, moves, workflow
from score_mis.lib.workflow import EDIT, TransitionError


def recordable(request: HttpRequest, pk: int, move: str) -> SafetyCheck:
    """A check the person may record; 404, 403 or TransitionError otherwise."""
    today = dates.today()
    check = visible_check(request, pk)
    if not may_record(check.performed_by, check.roles_of(request.user, today)):
        raise PermissionDenied
    moves.row_or_refuse(check, move, request.user, today)
    return check


@require_http_methods(["GET", "HEAD", "POST"])
def check_record(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer the items of a draft: save it, or go on to its review."""
    try:
        check = recordable(request, pk, EDIT)
    except TransitionError as error:
        messages.error(request, str(error))
        return redirect("hazards:check_detail", pk)
    sheet = Sheet.of_draft(check)
    problems: list[dict[str, str]] = []
    if request.method == "POST":
        sheet.bind(request.POST, request.FILES)
        problems = save_draft(request, check, sheet)
        if not problems and request.POST.get("action") in ("review", "submit"):
            if not sheet.is_complete(check.started_on):
                problems = sheet.problems()
            elif request.POST["action"] == "review" or not sheet.is_clean:
                if request.POST["action"] == "submit":
                    messages.info(request, _("The answers are saved. Look them over, then submit the check."))
                return redirect("hazards:check_move", check.pk, "submit")
            else:
                problems = hand_in(request, check, sheet)
                if not problems:
                    messages.success(request, _("The check is submitted."))
                    return redirect("hazards:check_detail", check.pk)
        elif not problems:
            messages.success(request, _("The draft is saved."))
            return redirect("hazards:check_record", check.pk)
    context = {"record": check, "sheet": sheet, "problems": problems, "base": version_of(check)}
    context["note"] = request.POST.get("note", check.note)
    context["other_language"] = other_language()
    return render(request, "hazards/check_record.html", context)


def hand_in(request: HttpRequest, check: SafetyCheck, sheet: Sheet) -> list[dict[str, str]]:
    """Submit a clean sheet as of the day its draft was begun; return what was wrong."""
    try:
        submit_check(
            check,
            by=request.user,
            today=dates.today(),
            on=check.started_on,
            answers=sheet.answers(),
            findings={},
        )
    except TransitionError as error:
        return [{"id": "sheet", "text": str(error)}]
    except ValidationError as error:
        return [{"id": "sheet", "text": text} for text in error.messages]
    delete_photos(sheet.unused_photos())
    return []


def version_of(check: SafetyCheck) -> int:
    """A number that grows with each saving of a draft."""
    return check.changes.order_by("-pk").values_list("pk", flat=True)[0]


def save_draft(request: HttpRequest, check: SafetyCheck, sheet: Sheet) -> list[dict[str, str]]:
    """Save what was typed, complete or not; return what was wrong with it (a bad photo, a newer draft)."""
    if request.POST.get("base") not in (None, str(version_of(check))) and sheet.draft() != check.answers:
        text = _("Somebody saved this draft meanwhile. What you typed is below: look at it and save again.")
        return [{"id": "sheet", "text": text}]
    fields: dict[str, Any] = {"answers": sheet.draft()}
    if "note" in request.POST:
        fields["note"] = request.POST["note"].replace("\x00", "").strip()  # PostgreSQL keeps none
    try:
        workflow.perform(check, EDIT, by=request.user, today=dates.today(), fields=fields)
    except TransitionError as error:
        return [{"id": "sheet", "text": str(error)}]
    except ValidationError as error:
        return [{"id": "sheet", "text": text} for text in error.messages]
    sheet.settle()
    return sheet.problems() if sheet.errors() else []


@require_http_methods(["GET", "HEAD", "POST"])
def check_correct_version(request: HttpRequest, pk: int) -> HttpResponse:
    """Replace a submitted check by a corrected one, with a reason."""
    try:
        check = recordable(request, pk, "supersede")
    except TransitionError as error:
        messages.error(request, str(error))
        return redirect("hazards:check_detail", pk)
    sheet = Sheet.of_submitted(check)
    row = CHECK.row("submit", CheckStatus.DRAFT)
    data = (request.POST,) if request.method == "POST" else ()
    form = CorrectVersionForm(*data, record=check, row=row, by=request.user, today=dates.today())
    problems: list[dict[str, str]] = []
    if request.method == "POST":
        sheet.bind(request.POST, request.FILES)
        typed_well = form.is_valid()
        day = form.cleaned_data.get("happened_on") or check.checked_on
        if not sheet.is_complete(day):
            problems = sheet.problems()
        elif typed_well:
            saved = form.replace(sheet)
            if saved is not None:
                delete_photos(sheet.unused_photos())
                messages.success(request, _("The check was replaced by the corrected one."))
                return redirect(saved)
    context = {"record": check, "form": form, "sheet": sheet, "problems": problems, "correcting": True}
    context["other_language"] = other_language()
    return render(request, "hazards/check_correct_version.html", context)
