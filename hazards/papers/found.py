"""The rectification notice of a whole check: all that was found, on one paper with one signature."""

from datetime import date
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _, gettext_lazy

from enterprises.papers import head, room_to_sign
from hazards.models import Hazard, SafetyCheck
from hazards.papers.order import NOTE, TITLE
from hazards.papers.shared import (
    columns,
    counted,
    due,
    fact,
    funds,
    level,
    line,
    lines,
    plan,
    thumbnail,
)
from score_mis.lib.pdf import pair
from score_mis.lib.photo_files import Thumbnails
from score_mis.lib.photos import Kind

SIDE = 400
"""The long side of its pictures, in pixels."""

COLUMNS = (
    (gettext_lazy("Number"), 0),
    (gettext_lazy("What is wrong, and where"), 3.0),
    (gettext_lazy("Level"), 0.9),
    (gettext_lazy("Measures, interim control"), 2.8),
    (gettext_lazy("Responsible"), 1.5),
    (gettext_lazy("Deadline"), 2.5),
    (gettext_lazy("Before"), 1.7),
)


def found_paper(check: SafetyCheck, *, by: Any, today: date, language: str) -> dict[str, Any]:
    """The notice of a check. Cells that nobody has filled stay empty, to be written by hand; 2 queries."""
    hazards = (
        check.hazards.counted().select_related("item", "enterprise__programme").prefetch_related("photos")
    )
    rows, pictures = list(hazards.order_by("number")), Thumbnails(SIDE)
    with translation.override(language):
        programme = check.enterprise.programme
        context = head(programme, TITLE, number=check.reference, by=by, today=today, language=language)
        context["facts"] = _facts(check, language)
        context["count"] = _("Found in this check: %(count)s.") % {"count": counted(len(rows))}
        context["columns"] = columns(COLUMNS, language)
        context["rows"] = [_row(hazard, pictures, today) for hazard in rows]
        signing = (
            (gettext_lazy("Issued by"), check.inspector or check.consultant),
            (gettext_lazy("Received by (enterprise)"), ""),
        )
        context |= room_to_sign(signing, language)
        context["note"] = pair(NOTE, language)
    return context


def _facts(check: SafetyCheck, language: str) -> list[dict]:
    enterprise = check.enterprise
    rows = [
        fact(gettext_lazy("number"), check.reference, language, strong=True),
        fact(gettext_lazy("enterprise"), enterprise.name, language, other=enterprise.other_name, strong=True),
        fact(gettext_lazy("checked on"), check.checked_on, language),
        fact(gettext_lazy("performed by"), check.get_performed_by_display(), language),
    ]
    for label, value in (
        (gettext_lazy("people who checked"), check.people),
        (gettext_lazy("area of the site"), check.site_area),
    ):
        if value:
            rows.append(fact(label, value, language))
    return rows


def _row(hazard: Hazard, pictures: Thumbnails, today: date) -> list[Any]:
    standard = " · ".join(filter(None, (hazard.item.code, hazard.item.reference))) if hazard.item else ""
    return [
        [line(hazard.reference, strong=True, whole=True)],
        [line(hazard.description, strong=True), *lines(hazard.place, standard)],
        level(hazard),
        plan(hazard),
        lines(hazard.responsible, funds(hazard)),
        due(hazard, today),
        thumbnail(hazard, Kind.BEFORE, pictures),
    ]
