"""Pages of suggestions: list, board, record, moves, photos, and what is like a title that is being typed."""

from functools import partial
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import capfirst
from django.views.decorators.http import require_safe

from enterprises.choosing import EnterpriseChoice
from enterprises.models import Enterprise
from score_mis.lib import dates, moves, photo_files
from score_mis.lib.photos import Kind, before_after
from score_mis.lib.totals import listing
from score_mis.lib.workflow import EDIT
from suggestions import board
from suggestions.facts import facts
from suggestions.filters import SuggestionFilter
from suggestions.forms import ENTERING, NewSuggestionForm, SuggestionForm, enterprises_to_add_for
from suggestions.models import Suggestion, SuggestionPhoto
from suggestions.rows import suggestion_table
from suggestions.similar import similar
from suggestions.views.shared import form_view, picked, to_enter_for
from training.models import CounsellingVisit

MOVE_URL = "suggestions:move"
WITH_PHOTOS = ("implement", "verify", "send_back")
"""Moves that show what it looked like."""
ANSWERS = ("adopt", "defer", "reject")


def _get(request: HttpRequest, pk: int) -> Suggestion:
    """Return a suggestion the person may see, or 404."""
    mine = Suggestion.objects.visible_to(request.user)
    linked = ("enterprise__area", "enterprise__programme", "module", "team", "visit__enterprise")
    return get_object_or_404(mine.select_related(*linked), pk=pk)


@require_safe
def suggestion_list(request: HttpRequest) -> HttpResponse:
    """All suggestions the person may see, narrowed by filters."""
    today = dates.today()
    queryset = Suggestion.objects.visible_to(request.user).for_list()
    found = SuggestionFilter(request.GET, queryset, user=request.user, today=today)
    context = listing(request, found.qs, kind="suggestions", filterset=found)
    many = "enterprise" in found.filters
    context["table"] = suggestion_table(context["page_obj"], today=today, many_enterprises=many)
    context["add_url"] = _add_url(request)
    context["pile_url"] = reverse("suggestions:pile_add") if context["add_url"] else ""
    return render(request, "suggestions/list.html", context)


@require_safe
def suggestion_board(request: HttpRequest) -> HttpResponse:
    """One enterprise's suggestions as columns, with what the person may do on each card."""
    mine = Enterprise.objects.visible_to(request.user).order_by("code")
    form = EnterpriseChoice.of(request, mine)
    address = form.address(request)
    if address:
        return redirect(address)
    enterprise = picked(mine, request.GET.get("enterprise")) or mine.first()
    if enterprise is not None:
        form.initial[form.name] = enterprise.pk
    context: dict[str, Any] = {"enterprise": enterprise, "form": form}
    if enterprise is not None:
        context |= board.columns(enterprise, by=request.user, today=dates.today())
        context["add_url"] = _add_url(request, enterprise)
    return render(request, "suggestions/board.html", context)


@require_safe
def suggestion_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One suggestion: facts, answer, photos, history, and what may be done now."""
    suggestion, by, today = _get(request, pk), request.user, dates.today()
    roles = suggestion.roles_of(by, today)
    buttons = moves.buttons(suggestion, by=by, today=today, url_name=MOVE_URL, roles=roles)
    for button in buttons:
        if button["move"] == EDIT:
            button["url"] = reverse("suggestions:edit", args=[pk])
    context = {
        "suggestion": suggestion,
        "facts": facts(suggestion, suggestion.enterprise.programme.currency),
        "late": suggestion.is_overdue(today),
        "days_open": suggestion.days_open(today),
        "moves": buttons,
        **_photos(suggestion),
        "slip_url": reverse("suggestions:slip", args=[pk]) if roles & ENTERING else "",
        "may_share": bool(roles & ENTERING) and suggestion.implemented_on is not None,
        "changes": moves.history(
            suggestion,
            by=by,
            today=today,
            url_name="suggestions:correct",
            hide=frozenset({"proposer"} if suggestion.is_anonymous else ()),
        ),
    }
    return render(request, "suggestions/detail.html", context)


@form_view
def suggestion_add(request: HttpRequest) -> HttpResponse:
    """Enter a new suggestion; `?enterprise=` or `?visit=` say for what the page was opened."""
    today = dates.today()
    possible = enterprises_to_add_for(request.user, today)
    visit = picked(CounsellingVisit.objects.visible_to(request.user), request.GET.get("visit"))
    chosen = (
        visit.enterprise
        if visit
        else picked(Enterprise.objects.visible_to(request.user), request.GET.get("enterprise"))
    )
    stand_in = chosen or possible.first()
    if stand_in is None:
        raise PermissionDenied
    record = Suggestion(enterprise=stand_in, visit=visit, module=visit and visit.module)
    form_class = partial(NewSuggestionForm, possible=possible, chosen=chosen)
    cancel = {"cancel_url": reverse("suggestions:list")}
    return moves.move_page(
        request,
        record,
        "submit",
        today=today,
        form_class=form_class,
        template="suggestions/add.html",
        context=cancel,
    )


@require_safe
def suggestion_similar(request: HttpRequest) -> JsonResponse:
    """The suggestions of an enterprise that are like a title, for the page where one is typed."""
    possible = enterprises_to_add_for(request.user, dates.today())
    enterprise = to_enter_for(request, request.GET.get("enterprise")) or possible.first()
    if enterprise is None:
        raise PermissionDenied
    found = [
        {
            "key": suggestion.pk,
            "url": suggestion.get_absolute_url(),
            "reference": suggestion.reference,
            "title": suggestion.title,
            "status": suggestion.status_label,
        }
        for suggestion, _likeness in similar(enterprise, request.GET.get("title", ""))
    ]
    return JsonResponse({"similar": found}, headers={"Cache-Control": "private, no-store"})


@form_view
def suggestion_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what was proposed, before it is decided."""
    return suggestion_move(request, pk, EDIT)


@form_view
def suggestion_move(request: HttpRequest, pk: int, move: str) -> HttpResponse:
    """Make one move. Who answers has before them what was proposed, and the other answers; photos stand beside the form
    where they are looked at or added to.
    """
    record, today = _get(request, pk), dates.today()
    template = "suggestions/move.html"
    context: dict[str, Any] = {}
    if move in WITH_PHOTOS + ANSWERS:
        context |= _photos(record)
    if move in ANSWERS:
        possible = moves.buttons(record, by=request.user, today=today, url_name=MOVE_URL)
        template = "suggestions/decide.html"
        context["facts"] = facts(record, record.enterprise.programme.currency)
        context["others"] = [row for row in possible if row["move"] in ANSWERS and row["move"] != move]
    return moves.move_page(
        request, record, move, today=today, form_class=SuggestionForm, template=template, context=context
    )


@form_view
def suggestion_correct(request: HttpRequest, pk: int, change: int) -> HttpResponse:
    """Mend the date of a past step."""
    return moves.correct_page(request, _get(request, pk), change, today=dates.today())


@require_safe
def suggestion_photo(request: HttpRequest, key: str) -> FileResponse:
    """The photo itself, for whoever may see its suggestion."""
    mine = Suggestion.objects.visible_to(request.user)
    return photo_files.serve(SuggestionPhoto.objects.filter(suggestion__in=mine), key)


def _photos(suggestion: Suggestion) -> dict[str, Any]:
    """Its photos from before and from afterwards; one query."""
    return {
        **before_after(suggestion.photos.select_related("added_by")),
        "before_title": capfirst(str(Kind.BEFORE.label)),
        "after_title": capfirst(str(Kind.AFTER.label)),
        "photo_url": "suggestions:photo",
    }


def _add_url(request: HttpRequest, enterprise: Enterprise | None = None) -> str:
    """Return where the person may add a suggestion, empty where they may not."""
    possible = enterprises_to_add_for(request.user, dates.today())
    if enterprise is not None:
        found = possible.filter(pk=enterprise.pk).exists()
        return f"{reverse('suggestions:add')}?enterprise={enterprise.pk}" if found else ""
    return reverse("suggestions:add") if possible.exists() else ""
