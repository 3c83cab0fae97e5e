"""Paper: piles of slips that are typed in together, and slips to print for the proposers."""

from collections.abc import Sequence
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _, ngettext
from django.views.decorators.http import require_safe

from enterprises.models import Enterprise
from score_mis.lib import dates
from suggestions.forms import ENTERING, enterprises_to_add_for
from suggestions.models import Pile, Suggestion
from suggestions.pile import MOST, PileForm, SlipRows, words
from suggestions.rows import suggestion_table
from suggestions.services import slips_for
from suggestions.slips import printed
from suggestions.views.shared import form_view, picked


@form_view
def pile_add(request: HttpRequest) -> HttpResponse:
    """Type in a pile of paper slips, a row each; `?enterprise=` says for what the page was opened."""
    today, typed = dates.today(), request.POST if request.method == "POST" else None
    possible = enterprises_to_add_for(request.user, today).order_by("code")
    if not possible.exists():
        raise PermissionDenied
    chosen = picked(Enterprise.objects.visible_to(request.user), request.GET.get("enterprise"))
    form, rows = PileForm(typed, possible=possible, chosen=chosen, today=today), SlipRows(typed)
    if typed is not None and ("more" in typed or typed.get("pasted", "").strip()):
        form, rows = form.again(rows) or (form, rows)
        if "more" not in typed and not form.is_bound:
            messages.info(request, _("The pasted rows stand below now. Look at them, then save."))
    elif typed is not None and form.is_valid() & rows.is_valid():
        pile = form.save(rows, by=request.user, today=today)
        if pile is not None:
            n = len(pile.keys)
            messages.success(
                request, ngettext("Saved: %(n)s suggestion.", "Saved: %(n)s suggestions.", n) % {"n": n}
            )
            return redirect(pile)
    context = {"form": form, "formset": rows, "words": words(), "most": MOST, "spare": rows.empty_form}
    return render(request, "suggestions/pile_add.html", context)


def _own_pile(request: HttpRequest, token: UUID) -> Pile:
    """A pile that the person typed in, or 404."""
    return get_object_or_404(Pile.objects.select_related("enterprise"), token=token, by=request.user)


def _seen(request: HttpRequest, pile: Pile) -> list[Suggestion]:
    """The suggestions of a pile that the person may still see."""
    return list(pile.suggestions().filter(pk__in=Suggestion.objects.visible_to(request.user).values("pk")))


@require_safe
def pile_detail(request: HttpRequest, token: UUID) -> HttpResponse:
    """What was saved, with its numbers; whoever typed it in checks it against the paper."""
    pile = _own_pile(request, token)
    found = _seen(request, pile)
    table = suggestion_table(found, today=dates.today(), many_enterprises=False)
    return render(request, "suggestions/pile.html", {"pile": pile, "table": table, "count": len(found)})


@require_safe
def pile_slips(request: HttpRequest, token: UUID) -> HttpResponse:
    """The slips of a pile, to print and hand out."""
    return _slips(request, _seen(request, _own_pile(request, token)))


@require_safe
def suggestion_slip(request: HttpRequest, pk: int) -> HttpResponse:
    """The slip of one suggestion, to print and hand out."""
    mine = Suggestion.objects.visible_to(request.user).select_related("enterprise")
    return _slips(request, [get_object_or_404(mine, pk=pk)])


def _slips(request: HttpRequest, suggestions: Sequence[Suggestion]) -> HttpResponse:
    today = dates.today()
    enterprises = {suggestion.enterprise for suggestion in suggestions}
    if not all(ENTERING & enterprise.roles_of(request.user, today) for enterprise in enterprises):
        raise PermissionDenied
    context = {"slips": [printed(slip, request) for slip in slips_for(suggestions)]}
    return render(request, "suggestions/slips.html", context)
