"""The sheet for an enterprise's notice board: the law asks for telling the staff."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _, gettext_lazy

from enterprises.models import Enterprise
from enterprises.papers import head, names
from hazards.models import Hazard, HazardStatus, Level
from hazards.models.hazard import OPEN
from hazards.papers.shared import columns, due, level, line, lines
from score_mis.lib.pdf import OTHER, pair, shown

SINCE = timedelta(days=30)
"""How long a rectified hazard stays on the notice board."""


OPEN_COLUMNS = (
    (gettext_lazy("Number"), 0),
    (gettext_lazy("What is wrong, and where"), 3.4),
    (gettext_lazy("Level"), 1.1),
    (gettext_lazy("What is done about it"), 3.4),
    (gettext_lazy("Responsible"), 1.6),
    (gettext_lazy("Deadline"), 3.4),
)
DONE_COLUMNS = (
    (gettext_lazy("Number"), 0),
    (gettext_lazy("What was wrong, and where"), 3.4),
    (gettext_lazy("What was done"), 3.4),
    (gettext_lazy("Rectified on"), 2.3),
    (gettext_lazy("Re-check"), 2.3),
)


def notice_paper(enterprise: Enterprise, *, by: Any, today: date, language: str) -> dict[str, Any]:
    """What everybody at an enterprise must be able to read: open hazards, and those rectified lately; 2 queries."""
    own = Hazard.objects.filter(enterprise=enterprise).select_related("enterprise")
    waiting = own.filter(status__in=OPEN).order_by("-level", "deadline", "pk")
    lately = own.filter(rectified_on__gte=today - SINCE, status__in=("rectified", "verified"))
    with translation.override(language):
        context = head(
            enterprise.programme, gettext_lazy("Hazards at this site"), number=enterprise.code, by=by,
            today=today, language=language,
        )  # fmt: skip
        context["enterprise"] = names(enterprise)
        context["as_of"] = _said(gettext_lazy("As of %(day)s"), {"day": today}, language)
        context["parts"] = [
            _part(
                gettext_lazy("Open hazards"),
                [_open_row(row, today) for row in waiting],
                OPEN_COLUMNS,
                language,
            ),
            _part(
                gettext_lazy("Rectified in the last 30 days"),
                [_done_row(row) for row in lately.order_by("-rectified_on", "-pk")],
                DONE_COLUMNS,
                language,
            ),
        ]
        context["how"] = pair(
            gettext_lazy(
                "You see a danger? Keep away, warn the others, and tell the improvement team at once."
            ),
            language,
        )
    return context


def _part(title: Any, rows: list, given: Iterable[tuple[Any, float]], language: str) -> dict[str, Any]:
    return {
        "title": [f"{words} ({len(rows)})" for words in pair(title, language)],
        "empty": pair(gettext_lazy("None."), language),
        "columns": columns(given, language),
        "rows": rows,
    }


def _said(words: Any, values: Mapping[str, Any], language: str) -> list[str]:
    """A sentence with values, in both languages."""
    said = []
    for code in (language, OTHER[language]):
        with translation.override(code):
            said.append(str(words) % {name: shown(value) for name, value in values.items()})
    return said


def _open_row(hazard: Hazard, today: date) -> list[list[dict[str, Any]]]:
    plan = lines(hazard.measures, hazard.interim_control) or [line(_("not ordered yet"))]
    return [
        [line(hazard.reference, whole=True)],
        [line(hazard.description, strong=hazard.level == Level.MAJOR), line(hazard.place)],
        level(hazard),
        plan,
        lines(hazard.responsible),
        due(hazard, today),
    ]


def _done_row(hazard: Hazard) -> list[list[dict[str, Any]]]:
    is_verified = hazard.status == HazardStatus.VERIFIED
    return [
        [line(hazard.reference, whole=True)],
        lines(hazard.description, hazard.place),
        lines(hazard.evidence),
        lines(hazard.rectified_on),
        lines(_("put right"), hazard.verified_on) if is_verified else lines(_("waits for the re-check")),
    ]
