"""Papers of hazards as PDF: the order of one, the ledger of many, the sheet for an enterprise's notice board."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import get_language, gettext as _
from django.views.decorators.http import require_safe

from enterprises.models import Enterprise, Programme
from hazards.filters import HazardFilter
from hazards.models import Hazard, SafetyCheck
from hazards.papers import found_paper, ledger_paper, notice_paper, order_paper
from hazards.views.hazards import visible_hazard
from score_mis.lib import dates, pdf

LONGEST = 300
"""Hazards in one ledger with photos: more would keep the site busy. A job makes one of any length, without them."""


def paper(template: str, context: dict[str, Any], name: str) -> HttpResponse:
    """A paper in the reader's language."""
    return pdf.answer(pdf.render(template, context, language=get_language() or "en"), name)


def how(request: HttpRequest) -> dict[str, Any]:
    """Who prints, on which day, in which language."""
    return {"by": request.user, "today": dates.today(), "language": get_language() or "en"}


@require_safe
def order(request: HttpRequest, pk: int) -> HttpResponse:
    """The rectification order of a hazard; there is none before it was ordered."""
    hazard = visible_hazard(request, pk)
    if hazard.assigned_on is None:
        messages.error(request, _("This hazard has no rectification order yet."))
        return redirect(hazard)
    return paper("hazards/order.typ", order_paper(hazard, **how(request)), f"{hazard.reference}-order")


@require_safe
def found(request: HttpRequest, pk: int) -> HttpResponse:
    """The rectification notice of a check, with all that was found; a check without a day has none."""
    checks = SafetyCheck.objects.visible_to(request.user).select_related(
        "enterprise__programme", "inspector", "consultant"
    )
    check = get_object_or_404(checks.filter(checked_on__isnull=False), pk=pk)
    return paper("hazards/found.typ", found_paper(check, **how(request)), f"{check.reference}-notice")


@require_safe
def ledger(request: HttpRequest) -> HttpResponse:
    """The ledger of the hazards that the list shows with the same filters; of too many another one is offered."""
    today = dates.today()
    asked = HazardFilter(request.GET, Hazard.objects.visible_to(request.user), request=request, today=today)
    keys = list(
        asked.qs.order_by().values_list("pk", flat=True)[: LONGEST + 1]
    )  # before they are put in order
    if len(keys) > LONGEST:
        words = _(
            "A ledger with photos holds %(most)s hazards at most. Here is one of any length, without photos; or choose "
            "one enterprise or a shorter time."
        )
        messages.info(request, words % {"most": LONGEST})
        wanted = {name: request.GET[name] for name in ("area", "enterprise") if request.GET.get(name)}
        return redirect(f"{reverse('sheets:add', args=['hazard-ledger'])}?{urlencode(wanted)}")
    rows = Hazard.objects.filter(pk__in=keys).order_by("enterprise__code", "number")
    hazards = list(rows.select_related("enterprise__programme", "verified_by").prefetch_related("photos"))
    programme = hazards[0].enterprise.programme if hazards else Programme.objects.current()
    context = ledger_paper(hazards, programme=programme, asked=asked_of(asked), **how(request))
    return paper("hazards/ledger.typ", context, f"hazard-ledger-{today.isoformat()}")


def asked_of(found: HazardFilter) -> list[str]:
    """The filters in use, in the reader's words."""
    said = []
    for field in found.form:
        value = found.form.cleaned_data.get(field.name)
        if value not in (None, ""):
            choices = dict(getattr(field.field, "choices", ()) if isinstance(value, str) else ())
            said.append(f"{field.label}: {pdf.shown(choices.get(value, value))}")
    return said


@require_safe
def notice(request: HttpRequest, pk: int) -> HttpResponse:
    """The sheet for an enterprise's notice board."""
    seen = Enterprise.objects.visible_to(request.user).select_related("programme")
    enterprise = get_object_or_404(seen, pk=pk)
    context = notice_paper(enterprise, **how(request))
    return paper("hazards/notice.typ", context, f"{enterprise.code}-hazards")
