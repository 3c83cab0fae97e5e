"""Coverage: the readings that count different things (pairs, enterprises) and so have no sum of days."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from enterprises.models import Enterprise, EnterpriseChange
from hazards.models import ChecklistItem
from reports.measures import Span, held_state
from reports.models import ItemLook
from reports.registry import IN_PROGRAMME, REPORTED
from reports.scope import Scope
from score_mis.lib import statements


def in_programme(scope: Scope, day: date) -> QuerySet:
    """The enterprises of a scope that are enrolled or active on a day."""
    return scope.enterprises().filter(held_state(EnterpriseChange, "enterprise", IN_PROGRAMME, day))


def items_in_force(day: date) -> QuerySet:
    """The items of the checklist versions in force on a day."""
    return ChecklistItem.objects.in_force(day)


def codes_in_force(day: date) -> list[tuple[int, str]]:
    """Section and code of the items in force on a day."""
    return statements.rows("items in force", [day], _codes)


def _codes(values: Iterator[Any]) -> QuerySet:
    return items_in_force(next(values)).order_by().values_list("section", "code")


def looks(scope: Scope, day: date) -> QuerySet:
    """Pairs of enterprise and item looked at up to a day: items in force, enterprises in the programme."""
    return ItemLook.objects.filter(
        first_on__lte=day,
        enterprise__in=in_programme(scope, day).order_by().values("pk"),
        item_code__in=items_in_force(day).order_by().values("code"),
    )


def codes_looked_at(enterprises: list[int], day: date) -> dict[int, set[str]]:
    """The codes of all items that some enterprises looked at up to a day, in force or not."""
    found: dict[int, set[str]] = defaultdict(set)
    rows = ItemLook.objects.filter(enterprise__in=enterprises, first_on__lte=day).order_by()
    for owner, code in rows.values_list("enterprise", "item_code"):
        found[owner].add(code)
    return found


def reporting(scope: Scope, span: Span) -> QuerySet:
    """Enterprises in the programme with any record in the span."""
    seen = Q()
    for rows, day in REPORTED:
        limits = {f"{day}__lte": span.last} | ({f"{day}__gte": span.since} if span.since else {})
        seen |= Q(Exists(rows().filter(enterprise=OuterRef("pk"), **limits)))
    return Enterprise.objects.filter(pk__in=in_programme(scope, span.last).values("pk")).filter(seen)
