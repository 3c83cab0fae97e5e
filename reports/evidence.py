"""Evidence: exactly the records behind a figure, for any indicator, part, scope, day and breakdown.

The drill-through law: a figure N on a page leads to a list of N records; a median or a sum leads to its n records and
is computed from them again.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, partial
from typing import Any

from django.db import models
from django.db.models import CharField, Count, F, QuerySet, Sum
from django.db.models.functions import Cast, Coalesce

from enterprises.models import Enterprise
from hazards.models import ChecklistItem
from reports import coverage
from reports.cells import WHOLE, Group
from reports.indicators import Indicator, Part
from reports.measures import Measure, Span
from reports.models import ItemLook
from reports.readings import median_of
from reports.registry import MEASURES
from reports.scope import Scope
from reports.sources import Want
from score_mis.lib import keyset
from score_mis.lib.totals import Total
from score_mis.lib.workflow import Change
from training.models import Enrolment, Participant

ORDERS: dict[type[models.Model], tuple[str, ...]] = {
    Enrolment: ("-planned_on", "-pk"),
    Enterprise: ("code", "pk"),
    Participant: ("-pk",),
    ChecklistItem: ("version_id", "position", "pk"),
    ItemLook: ("enterprise_id", "item_code", "pk"),
}
"""Records in an order that an index keeps; changes by their day, all others as their lists are."""


class Records(keyset.Chain):
    """Records of one or several kinds, one kind after the other, read in pages."""

    def __len__(self) -> int:
        return sum(part.queryset.order_by().count() for part in self.parts)

    def up_to(self, most: int) -> Total:
        """How many there are, counting no more than `most`."""
        found = 0
        for part in self.parts:
            found += part.queryset.order_by()[: most + 1 - found].count()
        return Total(min(found, most), found > most)


class Pairs:
    """All pairs of enterprise and item, enterprise by enterprise, made as they are looked at."""

    def __init__(self, enterprises: QuerySet, items: QuerySet) -> None:
        self.enterprises = keyset.Ordered(enterprises.order_by("code", "pk"))
        self.items = list(items.order_by(*ORDERS[ChecklistItem]))

    def __len__(self) -> int:
        return self.enterprises.queryset.order_by().count() * len(self.items)

    def up_to(self, most: int) -> Total:
        """How many there are; only as many enterprises are counted as are needed."""
        enough = most // max(len(self.items), 1) + 1
        found = self.enterprises.queryset.order_by()[:enough].count() * len(self.items)
        return Total(min(found, most), found > most)

    def read(self, place: keyset.Place | None, backwards: bool, most: int) -> list[tuple[list[Any], Any]]:
        """The rest of the enterprise at the place, then as many enterprises as are needed."""
        items = self.items[::-1] if backwards else self.items
        found: list[tuple[list[Any], Any]] = []
        if place is not None:
            *where, pk = place
            rest = items[[item.pk for item in items].index(pk) + 1 :]
            same = self.enterprises.queryset.filter(pk=where[-1])
            found = self._with([(keyset.written(where), enterprise) for enterprise in same], rest)
        if items and len(found) < most:
            needed = -(-(most - len(found)) // len(items))
            owners = self.enterprises.read(place[:-1] if place else None, backwards, needed)
            found += self._with(owners, items)
        return found[:most]

    def _with(self, owners: Iterable[Any], items: list[ChecklistItem]) -> list[tuple[list[Any], Any]]:
        return [([*where, str(i.pk)], (owner, i)) for where, owner in owners for i in items]

    def parsed(self, raw: list[Any]) -> keyset.Place:
        """The enterprise's place, and the item."""
        known = {str(item.pk): item.pk for item in self.items}
        if not raw or not isinstance(raw[-1], str) or raw[-1] not in known:
            raise keyset.StrangeCursor
        return [*self.enterprises.parsed(raw[:-1]), known[raw[-1]]]

    def signature(self) -> str:
        """That of the enterprises, with items."""
        return f"{self.enterprises.signature()} items"


@dataclass
class Evidence:
    """The records behind a part, and for medians and sums the value computed from them when it is asked for."""

    indicator: Indicator
    part: Part
    records: Records | Pairs
    again: Callable[[], dict[str, Any] | None] = lambda: None

    def __len__(self) -> int:
        return len(self.records)

    @cached_property
    def recomputed(self) -> dict[str, Any] | None:
        """The median or the sum, from all records."""
        return self.again()


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
        return Evidence(
            indicator, part, _listed(coverage.items_in_force(span.last).select_related("section"))
        )
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
    again = partial(_again, indicator, measure, sets, span)
    return Evidence(indicator, part, _listed(*(_for_page(found) for found in sets)), again)


def _listed(*sets: QuerySet) -> Records:
    """Records in an order by which they can be read in pages."""
    return Records([_in_order(found) for found in sets])


def _in_order(found: QuerySet) -> QuerySet:
    if issubclass(found.model, Change):
        return found.order_by("-happened_on", "-pk")
    return found.order_by(*ORDERS.get(found.model, found.model._meta.ordering))


def _covered(name: str, scope: Scope, span: Span) -> Records | Pairs:
    if name == "numerator":
        return _listed(coverage.looks(scope, span.last).select_related("enterprise"))
    return Pairs(coverage.in_programme(scope, span.last), coverage.items_in_force(span.last))


def _reporting(name: str, scope: Scope, span: Span) -> Records:
    found = (
        coverage.reporting(scope, span) if name == "numerator" else coverage.in_programme(scope, span.last)
    )
    return _listed(found.select_related("area"))


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
