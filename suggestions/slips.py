"""Slips as they are printed, and what the page behind them tells."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import segno
from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from suggestions.models import Slip, Status, Suggestion


@dataclass(frozen=True)
class Printed:
    """A slip with its address as text and as a picture."""

    slip: Slip
    suggestion: Suggestion
    address: str
    picture: SafeString


def printed(slip: Slip, request: HttpRequest) -> Printed:
    """A slip ready to print; the address is that of the site as the person reaches it."""
    address = request.build_absolute_uri(reverse("suggestions:answer", args=[slip.code]))
    short = request.build_absolute_uri(reverse("suggestions:answer_by_code"))
    return Printed(slip, slip.suggestion, short, qr(address))


def qr(text: str) -> SafeString:
    """A QR code as SVG without any style of its own; medium correction, so that a fold in the paper does no harm."""
    drawn = segno.make(text, error="m", micro=False)
    svg = drawn.svg_inline(omitsize=True, border=4, svgclass="qr", lineclass=None, light="#fff")
    return SafeString(svg)  # nosec B703 (drawn by our own code from an address)


@dataclass(frozen=True)
class Outcome:
    """What a proposer reads: one sentence, how it is marked, the days, and what the team answered."""

    sentence: str
    tone: str
    days: list[tuple[str, date]]
    answer: str


def outcome(suggestion: Suggestion) -> Outcome:
    """What became of a suggestion; nothing that says whose it is, what it is about or where. No query."""
    days: list[tuple[str, Any]] = [
        (_("Handed in"), suggestion.submitted_on),
        (_("Answered on"), suggestion.decided_on),
        (_("To be carried out by"), suggestion.due_on if suggestion.status == Status.ADOPTED else None),
        (_("Carried out"), suggestion.implemented_on),
    ]
    return Outcome(
        sentence=_sentences()[Status(suggestion.status)],
        tone=suggestion.tone,
        days=[(label, day) for label, day in days if day is not None],
        answer="" if suggestion.status == Status.VOID else suggestion.decision_reason,
    )


def _sentences() -> dict[Status, str]:
    carried_out = _("Your suggestion was adopted and has been carried out. Thank you!")
    return {
        Status.SUBMITTED: _("The improvement team has your suggestion and has not decided yet."),
        Status.DEFERRED: _("The improvement team has put off its decision on your suggestion."),
        Status.ADOPTED: _("Your suggestion was adopted. It is still to be carried out."),
        Status.REJECTED: _("Your suggestion was not adopted."),
        Status.WITHDRAWN: _("Your suggestion was taken back before an answer."),
        Status.IMPLEMENTED: carried_out,
        Status.VERIFIED: carried_out,
        Status.CANCELLED: _("Your suggestion was adopted, but it will not be carried out."),
        Status.VOID: _("This suggestion was taken out of the records: it was entered twice, or by mistake."),
    }
