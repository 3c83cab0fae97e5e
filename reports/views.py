"""Home, dashboard, the records behind a figure, definitions."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from enterprises.models import Reach
from reports import cards, pages, tallies
from reports.answers import Question, ask, dashboard_inside, is_slow
from reports.dashboard import LEAGUE, Dashboard
from reports.evidence import gather
from reports.figures import Page
from reports.home import home_for
from reports.indicators import GROUPS, INDICATORS, Indicator
from reports.known import showing
from reports.labels import labels
from reports.measures import Span
from reports.questions import QuestionForm, question_of
from reports.readings import BREAKDOWNS
from reports.rows import evidence_rows
from reports.scope import Scope
from reports.sources import Want
from reports.totals import FEW, fresh_of, recomputed, total_of_evidence
from score_mis.lib import dates, replica
from score_mis.lib.keyset import page_of
from score_mis.lib.totals import shown_or_counted


@require_safe
@replica.page(tallies.version)
def home(request: HttpRequest) -> HttpResponse:
    """The worklist of the signed-in person; an administrator without a role is told where to go."""
    today = dates.today()
    reach = Reach.of(request.user, today)
    found = home_for(request.user, reach.roles, today)
    context: dict[str, Any] = {"home": found, "has_role": bool(reach.roles)}
    if found.shows_rates:
        question = question_of(request, data={})
        board, fresh = Dashboard(question.scope, question.span, ids=LEAGUE), fresh_of(request)
        context["rates"] = [cards.rate(figure, fresh) for figure in board.headline()]
    return render(request, "reports/home.html", context)


def _reach(request: HttpRequest) -> Reach:
    """What the person may see today; people without any role have no figures."""
    reach = Reach.of(request.user, dates.today())
    if not reach.roles:
        raise PermissionDenied
    return reach


@require_safe
@pages.unless_sent
def dashboard(request: HttpRequest) -> HttpResponse:
    """Completion rates and everything around them, from tallies; what these do not hold is counted by a job."""
    response = _dashboard(request)
    question = getattr(response, "question", None)
    if question is not None:
        ask(question)
    return response


@showing.page
def _dashboard(request: HttpRequest) -> HttpResponse:
    fresh, reach = fresh_of(request), _reach(request)
    words = pages.words_of(request)
    return pages.respond(request, words, lambda: _counted(request, reach, words, fresh))


def _counted(request: HttpRequest, reach: Reach, words: str, fresh: dict[str, Any]) -> HttpResponse:
    """The page of figures; one that must be asked of a job carries the question, for after the snapshot."""
    inside = pages.known("dashboard", words)
    if inside is None:
        form = question_of(request)
        showing.refuse_too_many(form, showing.MOST)
        if not form.errors and is_slow(form.scope, form.span):
            return _asked(request, form, Question.of(request, reach), fresh)
        inside = pages.keep("dashboard", words, dashboard_inside(request, form, fresh))
    return render(request, "reports/dashboard.html", {"inside": inside}, status=inside["status"])


def _asked(
    request: HttpRequest, form: QuestionForm, question: Question, fresh: dict[str, Any]
) -> HttpResponse:
    """The answer as a job gave it; without one, the page that says so and looks again every five seconds."""
    answer = question.answer()
    ready = answer is not None and answer.inside is not None
    inside = answer.shown() if ready else dashboard_inside(request, form, fresh, waits=True)
    response = render(request, "reports/dashboard.html", {"inside": inside, "answer": answer})
    response.question = question
    if not ready:
        response["Refresh"] = "5"
    return response


@require_safe
@showing.page
def evidence(request: HttpRequest, indicator: str, part: str) -> HttpResponse:
    """Exactly the records behind one figure."""
    row = INDICATORS.get(indicator)
    if row is None or part not in row.parts():
        raise Http404
    _reach(request)
    form = question_of(request)
    showing.refuse_too_many(form, FEW)
    by, key, level = (request.GET.get(name) for name in ("by", "key", "level"))
    if "\x00" in f"{key}{level}":
        raise Http404  # PostgreSQL knows no such text
    if form.errors or (by and by not in BREAKDOWNS):
        return render(request, "reports/evidence.html", {"form": form, "row": row, "found": None}, status=400)
    asked = {"dim": by or "", "key": key, "level": level or ""}
    try:
        with showing.reading(form) as scope:
            context = _listed(request, row, part, scope, form.span, asked)
    except KeyError as error:
        raise Http404 from error
    if form.span.known_on:
        context["today"] = showing.other_list(row, part, form, asked)
    return render(request, "reports/evidence.html", context | {"form": form, "scope": form.scope})


def _listed(
    request: HttpRequest, row: Indicator, name: str, scope: Scope, span: Span, asked: dict[str, Any]
) -> dict[str, Any]:
    """What the list of a figure shows, read to the end: the records may be known only for this moment."""
    part, by, key = row.parts()[name], asked["dim"] or row.by, asked["key"]
    found = gather(row, name, scope, span, **asked)
    page, fresh = page_of(request, found.records), tallies.freshness()
    want = Want(part, asked["dim"] or (row.by if key is not None else ""))
    total = shown_or_counted(
        page,
        lambda: total_of_evidence(found, want, scope, span, fresh, key=key, level=asked["level"]),
    )
    return {
        "row": row,
        "part": part,
        "found": found,
        "total": total,
        "count": total.number,
        "recomputed": recomputed(found, total, scope),
        "page_obj": page,
        "rows": evidence_rows(page),
        "fresh": fresh,
        "span": span,
        "breakdown": labels(by, [key])[key] if key is not None and by else "",
        "siblings": _siblings(Page(scope, span), row, name),
    }


def _siblings(page: Page, row: Any, part: str) -> list[tuple[Any, str]]:
    """The other parts of the same indicator."""
    return [(other.shown, page.url(row.id, name)) for name, other in row.parts().items() if name != part]


@require_safe
def definitions(request: HttpRequest) -> HttpResponse:
    """What each indicator means."""
    groups = [(title, [r for r in INDICATORS.values() if r.group == key]) for key, title in GROUPS.items()]
    return render(request, "reports/definitions.html", {"groups": groups})
