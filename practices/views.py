"""Pages of good practices: the library, a card, its moves, its sheet of paper."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.formats import date_format, number_format
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from enterprises.models import Programme
from hazards.models import Hazard
from hazards.views.choose import choose_enterprise
from hazards.views.shared import chosen_enterprise, link, visible
from practices import services
from practices.filters import PracticeFilter
from practices.forms import PracticeForm
from practices.models import Practice, PracticePhoto
from practices.paper import card_paper
from practices.workflow import DRAFTERS
from score_mis.lib import dates, moves, pdf, photo_files
from score_mis.lib.photos import Kind, before_after
from score_mis.lib.totals import listing
from score_mis.lib.workflow import EDIT
from suggestions.models import Suggestion
from training.people import workplaces

MOVE_URL = "practices:move"
LINKED = (
    "enterprise__area",
    "enterprise__sector",
    "enterprise__programme",
    "module",
    "suggestion__enterprise",
)
form_view = require_http_methods(["GET", "HEAD", "POST"])


def _get(request: HttpRequest, pk: int) -> Practice:
    """Return a card the person may read, or 404."""
    return get_object_or_404(Practice.objects.visible_to(request.user).select_related(*LINKED), pk=pk)


def _inside(request: HttpRequest, pk: int) -> Practice:
    """Return a card of an enterprise where the person works; others may read it at most: 403."""
    card = _get(request, pk)
    if not Practice.objects.inside(request.user).filter(pk=pk).exists():
        raise PermissionDenied
    return card


@require_safe
def practice_list(request: HttpRequest) -> HttpResponse:
    """The library: published cards of all enterprises; by their state, cards of one's own enterprises too."""
    pictures = Prefetch("photos", PracticePhoto.objects.order_by("pk"))
    cards = Practice.objects.visible_to(request.user).for_list()
    found = PracticeFilter(request.GET, cards, user=request.user, programme=Programme.objects.current())
    context = listing(request, found.qs.prefetch_related(pictures), filterset=found)
    for card in context["page_obj"]:
        _dress(card)
    context["may_add"] = workplaces(request.user, DRAFTERS, dates.today()).exists()
    return render(request, "practices/list.html", context)


def _dress(card: Practice) -> None:
    """Give a card of the list its picture from afterwards, or else from before, and its saving in words."""
    sides = before_after(card.photos.all())
    card.picture = next(iter(sides["after"] or sides["before"]), None)
    card.saving_shown = _saving(card)


def _saving(card: Practice) -> str:
    if card.saving is None:
        return ""
    return f"{number_format(card.saving, 2, force_grouping=True)} {card.currency}"


@require_safe
def practice_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One card. Its consent, history and moves are for those who work with the enterprise."""
    card, by, today = _get(request, pk), request.user, dates.today()
    context: dict[str, Any] = {"practice": card, "facts": _facts(card), **_photos(card), "inside": False}
    if Practice.objects.inside(by).filter(pk=pk).exists():
        buttons = moves.buttons(card, by=by, today=today, url_name=MOVE_URL)
        for button in buttons:
            if button["move"] == EDIT:
                button["url"] = reverse("practices:edit", args=[pk])
        context |= {
            "inside": True,
            "moves": buttons,
            "origin": _origin(card),
            "consent": _consent(card),
            "may_remove": any(button["move"] == EDIT for button in buttons),
            "changes": moves.history(card, by=by, today=today, url_name="practices:correct"),
        }
    return render(request, "practices/detail.html", context)


def _facts(card: Practice) -> list[tuple[str, Any]]:
    """What everybody reads beside the texts."""
    removed = card.hazards.counted().count()
    day = card.published_on and date_format(card.published_on, "DATE_FORMAT")
    facts = [
        (_("Sector"), card.enterprise.sector),
        (_("Area"), card.enterprise.area),
        (_("Category"), card.get_category_display()),
        (_("Module"), card.module),
        (_label("saving"), _saving(card)),
        (_("Hazards removed"), removed or ""),
        (_label("published_on"), day),
    ]
    return [(label, value) for label, value in facts if value]


def _origin(card: Practice) -> list[tuple[str, Any]]:
    """The records a card came from, for those who may open them."""
    hazards = [link(hazard) for hazard in card.hazards.counted().select_related("enterprise").order_by("pk")]
    found = [(_label("suggestion"), link(card.suggestion))] if card.suggestion else []
    return found + [(_("Hazards removed"), hazard) for hazard in hazards]


def _consent(card: Practice) -> list[tuple[str, Any]]:
    names = ("consent_by", "consent_role", "consent_on", "consent_note", "consent_withdrawn_on")
    return [(_label(name), getattr(card, name)) for name in names if getattr(card, name)]


def _label(name: str) -> str:
    field: Any = Practice._meta.get_field(name)
    return capfirst(str(field.verbose_name))


def _photos(card: Practice) -> dict[str, Any]:
    return {
        **before_after(card.photos.all()),
        "before_title": capfirst(str(Kind.BEFORE.label)),
        "after_title": capfirst(str(Kind.AFTER.label)),
    }


@form_view
def practice_add(request: HttpRequest) -> HttpResponse:
    """Draft a card: of a suggestion (`?suggestion=`), of a hazard (`?hazard=`), or a new one of an enterprise."""
    sources: list[Any] = []
    if "suggestion" in request.GET:
        suggestion = visible(
            request, Suggestion.objects.select_related(*LINKED[:4]), request.GET["suggestion"]
        )
        known = services.existing_card(suggestion)
        if known is not None:
            messages.info(request, _("There is a card of this suggestion already."))
            return redirect(known)
        card, sources = services.from_suggestion(suggestion), [suggestion, *services.removed_by(suggestion)]
    elif "hazard" in request.GET:
        hazards = Hazard.objects.select_related(
            "enterprise__area", "enterprise__programme", "fixed_by__enterprise"
        )
        hazard = visible(request, hazards, request.GET["hazard"])
        card = services.from_hazard(hazard)
        sources = [*filter(None, [card.suggestion]), hazard]
    else:
        enterprise = chosen_enterprise(request, DRAFTERS, dates.today())
        if enterprise is None:
            return choose_enterprise(request, DRAFTERS)
        card = Practice(enterprise=enterprise)
    return _form(request, card, "draft", sources)


def _form(request: HttpRequest, card: Practice, move: str, sources: list[Any]) -> HttpResponse:
    return moves.move_page(
        request,
        card,
        move,
        today=dates.today(),
        form_class=partial(PracticeForm, sources=sources),
        template="practices/form.html",
        context={} if card.pk else {"cancel_url": reverse("practices:list")},
    )


@form_view
def practice_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what a card says, before it is reviewed."""
    return _form(request, _inside(request, pk), EDIT, [])


@form_view
def practice_move(request: HttpRequest, pk: int, move: str) -> HttpResponse:
    """Make one move of a card."""
    return _form(request, _inside(request, pk), move, [])


@form_view
def practice_correct(request: HttpRequest, pk: int, change: int) -> HttpResponse:
    """Mend the date of a past step."""
    return moves.correct_page(request, _inside(request, pk), change, today=dates.today())


@require_safe
def practice_card(request: HttpRequest, pk: int) -> HttpResponse:
    """The card on a sheet of paper, in the reader's language and the other one."""
    card, language = _get(request, pk), get_language() or "en"
    context = card_paper(card, today=dates.today(), language=language)
    return pdf.answer(pdf.render("practices/card.typ", context, language=language), card.reference)


def _seen_photos(request: HttpRequest) -> Any:
    return PracticePhoto.objects.filter(practice__in=Practice.objects.visible_to(request.user))


@require_safe
def practice_photo(request: HttpRequest, key: str) -> FileResponse:
    """A photo of a card, for whoever may read it."""
    return photo_files.serve(_seen_photos(request), key)


@require_POST
def photo_remove(request: HttpRequest, key: str) -> HttpResponse:
    """Take a photo off a card that may be edited, for example one that shows a face."""
    photo = photo_files.find(_seen_photos(request).select_related("practice"), key)
    if photo is None:
        raise Http404
    card = _inside(request, photo.practice_id)
    try:
        moves.row_or_refuse(card, EDIT, request.user, dates.today())
    except moves.TransitionError as error:
        messages.error(request, str(error))
    else:
        services.remove_photo(photo)
        messages.success(request, _("The photo was taken off the card."))
    return redirect(card)
