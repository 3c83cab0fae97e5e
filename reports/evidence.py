"""Evidence: exactly the records behind a figure, for any indicator, part, scope, day and breakdown.

The drill-through law: a figure N on a page leads to a list of N records; a median or a sum leads to its n records and
is computed from them again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import CharField, Count, F, QuerySet, Sum
from django.db.models.functions import Cast, Coalesce

from enterprises.models import Enterprise
from reports import coverage
from reports.indicators import Indicator, Part
from reports.measures import Measure, Span
from reports.readings import WHOLE, Group, Want, median_of
from reports.registry import MEASURES
from reports.scope import Scope
from score_mis.lib.workflow import Change


class Pairs(Sequence):
    """All pairs of enterprise and item, enterprise by enterprise, without making them before they are looked at."""

    def __init__(self, enterprises: QuerySet, items: QuerySet) -> None:
        self.enterprises = list(enterprises.order_by("code"))
        self.items = list(items)

    def __len__(self) -> int:
        return len(self.enterprises) * len(self.items)

    def __getitem__(self, place: Any) -> Any:
        if isinstance(place, slice):
            return [self[index] for index in range(*place.indices(len(self)))]
        return (self.enterprises[place // len(self.items)], self.items[place % len(self.items)])


class Chain(Sequence):
    """Several querysets as one sequence, read in slices."""

    def __init__(self, sets: list[QuerySet]) -> None:
        self.sets = sets
        self.sizes = [found.count() for found in sets]

    def __len__(self) -> int:
        return sum(self.sizes)

    def __getitem__(self, place: Any) -> Any:
        if not isinstance(place, slice):
            return self[place : place + 1][0]
        start, stop, _step = place.indices(len(self))
        rows: list[Any] = []
        for found, size in zip(self.sets, self.sizes, strict=True):
            if start < size and stop > 0:
                rows += list(found[max(start, 0) : min(stop, size)])
            start, stop = start - size, stop - size
        return rows


@dataclass
class Evidence:
    """The records behind a part, and for medians and sums the value computed from them."""

    indicator: Indicator
    part: Part
    records: Any
    recomputed: dict[str, Any] | None = None

    def __len__(self) -> int:
        return len(self.records)


def enterprise_path(model: type[models.Model]) -> str:
    """The path from a record to its enterprise; empty where the record is one."""
    if issubclass(model, Change):
        owner = model.record_field
        return owner if owner == "enterprise" else f"{owner}__enterprise"
    return "" if model is Enterprise else "enterprise"


def gather(
    indicator: Indicator,
    name: str,
    scope: Scope,
    span: Span,
    *,
    dim: str = "",
    key: str | None = None,
    level: str = "",
) -> Evidence:
    """Return the records behind one part of an indicator; raises KeyError for a part that it does not have."""
    part = indicator.parts()[name]
    if indicator.kind == "items":
        return Evidence(indicator, part, coverage.items_in_force(span.last).select_related("section"))
    if indicator.kind == "coverage":
        return Evidence(indicator, part, _covered(name, scope, span))
    if indicator.kind == "reporting":
        return Evidence(indicator, part, _reporting(name, scope, span))
    want = Want(part, dim)
    measure = MEASURES[want.measure(span)]
    cohort = part.cohort if want.is_cohort(span) else ""
    asked = Span(span.last) if part.held else span
    sets = [
        _narrowed(
            found, measure, scope, dim or (indicator.by if key is not None else ""), key, part.level or level
        )
        for found in measure.records(asked, cohort)
    ]
    return Evidence(
        indicator, part, Chain([_for_page(found) for found in sets]), _again(indicator, measure, sets, span)
    )


def _covered(name: str, scope: Scope, span: Span) -> Sequence[Any]:
    if name == "numerator":
        return Chain([coverage.looks(scope, span.last).select_related("enterprise")])
    return Pairs(coverage.in_programme(scope, span.last), coverage.items_in_force(span.last))


def _reporting(name: str, scope: Scope, span: Span) -> Sequence[Any]:
    found = (
        coverage.reporting(scope, span) if name == "numerator" else coverage.in_programme(scope, span.last)
    )
    return Chain([found.select_related("area")])


def _narrowed(
    found: QuerySet, measure: Measure, scope: Scope, dim: str, key: str | None, level: str
) -> QuerySet:
    """Limit records to a scope, a row of a breakdown and a level."""
    found = found.filter(scope.q(enterprise_path(found.model)))
    if level and measure.level:
        found = found.filter(**{measure.level: level})
    if dim and key is not None:
        path = measure.dims[dim]
        found = found.annotate(row_key=Coalesce(Cast(F(path), CharField()), models.Value(""))).filter(
            row_key=key
        )
    return found


def _for_page(found: QuerySet) -> QuerySet:
    """Fetch along what a row shows."""
    owner = getattr(found.model, "record_field", "")
    if owner:
        return found.select_related(owner, *([] if owner == "enterprise" else [f"{owner}__enterprise"]))
    if found.model is Enterprise:
        return found.select_related("area")
    fields = {field.name for field in found.model._meta.get_fields()}
    return found.select_related(*(fields & {"enterprise", "module", "workshop"}))


def _again(indicator: Indicator, measure: Measure, sets: list[QuerySet], span: Span) -> dict[str, Any] | None:
    """Compute a median or a sum again from the records."""
    if indicator.kind == "median" and measure.lag is not None:
        groups = []
        for found in sets:
            rows = found.order_by().annotate(days=measure.lag(span)).values_list("days")
            groups += [Group(WHOLE, "", "", str(days), "", n, None) for days, n in rows.annotate(Count("pk"))]
        median, n = median_of(groups)
        return {"median": median, "n": n}
    if indicator.kind == "sum":
        total = sum(
            (found.aggregate(total=Sum(measure.amount))["total"] or Decimal(0) for found in sets), Decimal(0)
        )
        return {"sum": f"{total:.2f}", "n": sum(found.count() for found in sets)}
    return None
