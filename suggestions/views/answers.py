"""What became of an idea, for people without an account: by the code of their slip, and nothing else."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from score_mis.lib.attempts import Attempts
from score_mis.lib.codes import as_code
from suggestions.models import Slip
from suggestions.slips import outcome

GUESSES = Attempts("slip", most=20, seconds=600)
"""Codes that exist for nobody; slips of the pen are none, their check character is wrong."""
PRIVATE = {"Cache-Control": "private, no-store", "X-Robots-Tag": "noindex, nofollow"}


@login_not_required
@require_safe
def answer_by_code(request: HttpRequest) -> HttpResponse:
    """Ask for a code, and go to its page."""
    typed = request.GET.get("code", "").strip()
    code = as_code(typed)
    if code:
        return redirect("suggestions:answer", code=code)
    return _page(request, typed=typed, is_wrong=bool(typed), status=404 if typed else 200)


@login_not_required
@require_safe
def answer(request: HttpRequest, code: str) -> HttpResponse:
    """What became of the suggestion with this code."""
    plain = as_code(code)
    if plain and plain != code:
        return redirect("suggestions:answer", code=plain)
    if GUESSES.are_too_many(request):
        response = _page(request, typed="", is_closed=True, status=429)
        response["Retry-After"] = str(GUESSES.seconds)
        return response
    slip = Slip.objects.select_related("suggestion").filter(code=plain).first() if plain else None
    if slip is None:
        if plain:
            GUESSES.add(request)
        return _page(request, typed=code[:60], is_wrong=True, status=404)
    return _page(request, outcome=outcome(slip.suggestion), status=200)


def _page(request: HttpRequest, *, status: int, **context: object) -> HttpResponse:
    response = render(request, "suggestions/answer.html", context, status=status)
    for name, value in PRIVATE.items():
        response[name] = value
    return response
