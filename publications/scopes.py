"""From what a report says to what is asked of the indicators: its scope, its span, and both languages of a word."""

from collections.abc import Callable
from typing import Any

from django.utils import translation

from enterprises.models import Enterprise
from publications.models import Scoped
from reports.measures import Span
from reports.scope import Scope
from score_mis.lib.names import Bilingual

CODES = ("en", "zh-hans")
"""The languages in which a snapshot keeps every word."""


def scope_of(report: Scoped) -> Scope:
    """Whose records a report counts. A cohort is a list of enterprises, which is counted live."""
    place: dict[str, Any] = {"area": report.area, "sector": report.sector, "enterprise": report.enterprise}
    if report.cohort is None:
        return Scope(**place)
    found = Enterprise.objects.filter(Scope(**place).q(), cohort=report.cohort).order_by("pk")
    return Scope(only=tuple(found.values_list("pk", flat=True)))


def spans_of(report: Scoped) -> dict[str, Span]:
    """The spans by mode: what stands on the cut-off day, and what happened in the period where there is one."""
    spans = {"state": Span(report.as_of)}
    if report.since is not None:
        spans["period"] = Span(report.as_of, report.since, report.as_of)
    return spans


def in_both(say: Callable[[], Any]) -> dict[str, Any]:
    """What a function says in each language."""
    found = {}
    for code in CODES:
        with translation.override(code):
            found[code] = say()
    return found


def words(text: Any) -> dict[str, str]:
    """A translatable text in each language."""
    return in_both(lambda: str(text))


def names(record: Bilingual) -> dict[str, str]:
    """A record's name in each language."""
    return in_both(lambda: record.name)
