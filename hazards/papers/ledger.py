"""The ledger of hazards, with the columns that the law asks for."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _, gettext_lazy

from enterprises.models import Programme
from enterprises.papers import head
from hazards.models import Hazard
from hazards.papers.shared import (
    columns,
    counted,
    due,
    funds,
    level,
    line,
    lines,
    plan,
    thumbnail,
)
from score_mis.lib.pdf import shown
from score_mis.lib.photo_files import Thumbnails
from score_mis.lib.photos import Kind

SIDE = 240
"""The long side of its pictures, in pixels."""


COLUMNS = (
    (gettext_lazy("Number, found on"), 1.8),
    (gettext_lazy("Place, found by"), 1.6),
    (gettext_lazy("What is wrong"), 2.3),
    (gettext_lazy("Level, category"), 1.1),
    (gettext_lazy("Measures, interim control"), 2.4),
    (gettext_lazy("Responsible, funds"), 1.5),
    (gettext_lazy("Deadline"), 2.1),
    (gettext_lazy("Rectified"), 1.9),
    (gettext_lazy("Re-check and result"), 1.8),
    (gettext_lazy("Before"), 1.4),
    (gettext_lazy("After"), 1.4),
)
"""Columns of the statutory ledger, those that belong together in one, with their share of the width."""


def ledger_paper(
    hazards: Sequence[Hazard],
    *,
    programme: Programme,
    asked: Iterable[str],
    by: Any,
    today: date,
    language: str,
) -> dict[str, Any]:
    """The ledger of some hazards, whose photos were fetched along; `asked` says which they are."""
    pictures = Thumbnails(SIDE)
    with translation.override(language):
        count = counted(len(hazards))
        context = head(
            programme, gettext_lazy("Hazard ledger"), number="", by=by, today=today, language=language
        )
        context["scope"] = [" · ".join([count, _("as of %(day)s") % {"day": shown(today)}, *asked])]
        context["columns"] = columns(COLUMNS, language)
        context["rows"] = [_row(hazard, pictures, today) for hazard in hazards]
        context["tail"] = _("End of the ledger: %(count)s.") % {"count": count}
    return context


def _row(hazard: Hazard, pictures: Thumbnails, today: date) -> list[Any]:
    return [
        [
            line(hazard.reference, strong=True, whole=True),
            *lines(hazard.enterprise.name),
            line(hazard.identified_on, whole=True),
        ],
        lines(hazard.place, hazard.found_by),
        lines(hazard.description),
        level(hazard, hazard.get_category_display()),
        plan(hazard),
        lines(hazard.responsible, funds(hazard)),
        due(hazard, today),
        lines(hazard.rectified_on, hazard.evidence, hazard.no_photo_reason),
        lines(hazard.get_status_display(), hazard.verified_on, hazard.verified_by, hazard.verification_note),
        thumbnail(hazard, Kind.BEFORE, pictures),
        thumbnail(hazard, Kind.AFTER, pictures),
    ]
