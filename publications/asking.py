"""Which figures a report has, and what the tallies say of each: one list, in the order in which codes are given.

A figure is a reading of one indicator, of the whole scope or of one row of a breakdown, on the cut-off day or in the
period. Documents, the snapshot's canonical content, evidence and verification all go through this list.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from enterprises.models import Enterprise
from reports.indicators import GROUPS, INDICATORS, Indicator
from reports.measures import Span
from reports.readings import Readings, applicable, read_places, trend
from reports.scope import Scope
from reports.sources import TallySource
from score_mis.lib import dates

DIMS = ("level", "category", "module", "sex", "role", "performed_by")
"""Breakdowns of the whole scope."""
BY_ENTERPRISE = (
    "suggestions_submitted",
    "suggestion_completion_rate",
    "saving_actual",
    "safety_checks",
    "item_coverage",
    "hazard_completion_rate",
    "hazards_overdue",
    "visits_done_of_planned",
)
"""What is told of each enterprise; rates bring their parts along."""
TREND = {
    "submitted": "suggestions_submitted",
    "adopted": "suggestions_adopted",
    "implemented": "suggestions_implemented",
    "identified": "hazards_identified",
    "rectified": "hazards_rectified",
}
"""Counts at the ends of months: the name in the snapshot, and the indicator (whose measure has the same name)."""
MONTHS = 12
"""The trend shows the last twelve months."""


FAMILIES = {group: group for group in GROUPS} | {"major": "hazards"}
"""Groups of indicators that share the rows of a breakdown: categories of suggestions are not those of hazards."""


@dataclass(frozen=True)
class Asked:
    """One figure: what was asked, and the reading. `span` is that of its records."""

    indicator: Indicator
    mode: str
    span: Span
    dim: str
    key: str
    reading: dict[str, Any]

    def parts(self) -> dict[str, str]:
        """The indicator's parts by the letter that is added to the figure's code."""
        if self.dim == "step":
            steps = [key for key, _part in self.indicator.steps]
            return {"": f"step-{steps.index(self.key)}"}
        if "numerator" in self.reading:
            return {"a": "numerator", "b": "denominator"}
        return {"": "value"}


def figures(scope: Scope, spans: dict[str, Span]) -> list[Asked]:
    """Every figure of a report, with its reading from the tallies (or from the records, where tallies have none)."""
    found: list[Asked] = []
    for mode, span in spans.items():
        dims = {dim: [row.id for row in applicable(dim)] for dim in DIMS}
        readings = Readings(TallySource(scope), span, by=dims)
        for row in INDICATORS.values():
            found += _asked(row, mode, span, "", "", readings.whole[row.id])
        for dim in DIMS:
            for key, values in readings.by[dim].items():
                own = {
                    FAMILIES[INDICATORS[name].group]
                    for name, reading in values.items()
                    if any(_numbers(reading))
                }
                for name, reading in values.items():
                    if FAMILIES[INDICATORS[name].group] in own and INDICATORS[name].by != dim:
                        found += _asked(INDICATORS[name], mode, span, dim, str(key), reading)
    state = spans["state"]
    found += _by_enterprise(scope, state)
    return found + list(_trend(scope, state))


def _asked(row: Indicator, mode: str, span: Span, dim: str, key: str, reading: dict[str, Any]) -> list[Asked]:
    """A reading as figures; one that is always broken down is a figure a key."""
    if "by" in reading:
        own = "step" if row.kind == "steps" else row.by
        if dim and own == "step":
            return []
        return [Asked(row, mode, span, own, str(k), plain(r)) for k, r in reading["by"].items()]
    return [Asked(row, mode, span, dim, key, plain(reading))]


def _numbers(reading: dict[str, Any]) -> Iterator[int]:
    """The counts in a reading."""
    for one in reading["by"].values() if "by" in reading else [reading]:
        yield from (one[name] for name in ("value", "denominator", "n") if name in one)


def _by_enterprise(scope: Scope, span: Span) -> list[Asked]:
    """The figures of each enterprise of a scope of several."""
    if scope.enterprise is not None:
        return []
    found = []
    for pk, _scope, readings in read_places(TallySource(scope), span, "enterprise", BY_ENTERPRISE):
        for name in BY_ENTERPRISE:
            found += _asked(INDICATORS[name], "state", span, "enterprise", str(pk), readings[name])
    return found


def _trend(scope: Scope, span: Span) -> Iterator[Asked]:
    """Counts at the end of each of the last months, the last one on the cut-off day."""
    if not Enterprise.objects.filter(scope.q()).exists():
        return
    months = dates.months(date(span.as_of.year - 1, span.as_of.month, 1), span.as_of)[-MONTHS:]
    source = TallySource(scope)
    found = trend(source, tuple(TREND.values()), months[0], span.as_of)
    for place, month in enumerate(months):
        day = min(dates.month_end(month), span.as_of)
        for name in TREND.values():
            reading = {"value": found[name][place]}
            yield Asked(INDICATORS[name], "state", Span(day), "month", f"{month:%Y-%m}", reading)


def plain(reading: dict[str, Any]) -> dict[str, Any]:
    """A reading as canonical JSON holds it: medians and money are texts."""
    found = dict(reading)
    if "median" in found and found["median"] is not None:
        found["median"] = str(Decimal(str(found["median"])).normalize().quantize(Decimal("0.1")))
        found["median"] = found["median"].removesuffix(".0")
    return found
