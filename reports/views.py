"""Home, dashboard, the records behind a figure, definitions, operations."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from enterprises.models import Reach, Role
from reports import tallies
from reports.dashboard import Dashboard
from reports.evidence import gather
from reports.figures import Page
from reports.indicators import GROUPS, INDICATORS
from reports.labels import labels
from reports.models import Recount
from reports.questions import QuestionForm
from reports.readings import BREAKDOWNS
from reports.rows import evidence_rows
from reports.sources import Want
from reports.totals import recomputed, total_of_evidence
from reports.worklists import home_for
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
        question = _question(request, data={})
        context["board"] = Dashboard(question.scope, question.span)
        context["fresh"] = tallies.freshness()
    return render(request, "reports/home.html", context)


def _question(request: HttpRequest, data: Any = None) -> QuestionForm:
    """Read what the address asks for; people without any role have no figures."""
    today = dates.today()
    if not Reach.of(request.user, today).roles:
        raise PermissionDenied
    form = QuestionForm(request.GET if data is None else data, user=request.user, today=today)
    form.is_valid()
    return form


@require_safe
@replica.page(tallies.version)
def dashboard(request: HttpRequest) -> HttpResponse:
    """Completion rates and everything around them, from tallies."""
    form = _question(request)
    if form.errors:
        return render(request, "reports/dashboard.html", {"form": form, "board": None}, status=400)
    context = {
        "form": form,
        "board": Dashboard(form.scope, form.span),
        "fresh": tallies.freshness(),
        "scope": form.scope,
        "span": form.span,
    }
    return render(request, "reports/dashboard.html", context)


@require_safe
@replica.page(tallies.version)
def evidence(request: HttpRequest, indicator: str, part: str) -> HttpResponse:
    """Exactly the records behind one figure."""
    row = INDICATORS.get(indicator)
    if row is None or part not in row.parts():
        raise Http404
    form = _question(request)
    by, key, level = (request.GET.get(name) for name in ("by", "key", "level"))
    if "\x00" in f"{key}{level}":
        raise Http404  # PostgreSQL knows no such text
    if form.errors or (by and by not in BREAKDOWNS):
        return render(request, "reports/evidence.html", {"form": form, "row": row, "found": None}, status=400)
    try:
        found = gather(row, part, form.scope, form.span, dim=by or "", key=key, level=level or "")
    except KeyError as error:
        raise Http404 from error
    page, fresh = page_of(request, found.records), tallies.freshness()
    asked = {"key": key, "level": level or ""}
    want = Want(row.parts()[part], by or (row.by if key is not None else ""))
    total = shown_or_counted(
        page, lambda: total_of_evidence(found, want, form.scope, form.span, fresh, **asked)
    )
    named = labels(by or row.by, [key])[key] if key is not None and (by or row.by) else ""
    context = {
        "form": form,
        "row": row,
        "part": row.parts()[part],
        "found": found,
        "total": total,
        "count": total.number,
        "recomputed": recomputed(found, total, form.scope),
        "page_obj": page,
        "rows": evidence_rows(page),
        "fresh": fresh,
        "scope": form.scope,
        "span": form.span,
        "breakdown": named,
        "siblings": _siblings(Page(form.scope, form.span), row, part),
    }
    return render(request, "reports/evidence.html", context)


def _siblings(page: Page, row: Any, part: str) -> list[tuple[Any, str]]:
    """The other parts of the same indicator."""
    return [(other.shown, page.url(row.id, name)) for name, other in row.parts().items() if name != part]


@require_safe
def definitions(request: HttpRequest) -> HttpResponse:
    """What each indicator means."""
    groups = [(title, [r for r in INDICATORS.values() if r.group == key]) for key, title in GROUPS.items()]
    return render(request, "reports/definitions.html", {"groups": groups})


@require_safe
def operations(request: HttpRequest) -> HttpResponse:
    """Whether the tallies are up to date; for administrators and programme staff."""
    roles = Reach.of(request.user).roles
    if not request.user.is_superuser and Role.PROGRAMME_STAFF not in roles:
        raise PermissionDenied
    context = {"fresh": tallies.freshness(), "runs": Recount.objects.all()[:20]}
    return render(request, "reports/operations.html", context)
