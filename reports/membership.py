"""Which records stand behind each part of a figure, by kind and key, and what each gives; for restatements."""

from typing import Any

from django.db import models

from enterprises.models import Enterprise
from hazards.models import ChecklistItem, Hazard, SafetyCheck
from reports.evidence import Pairs, gather
from reports.indicators import INDICATORS, Indicator
from reports.measures import Span
from reports.models import ItemLook
from reports.registry import MEASURES
from reports.restating import Crossed, Figure, Members, Ref, Value
from reports.scope import Scope
from reports.sources import Want
from score_mis.lib.transitions import TABLES
from suggestions.models import Suggestion
from training.models import CounsellingVisit, Enrolment, Participant

KINDS: dict[str, type[models.Model]] = {
    "suggestion": Suggestion,
    "check": SafetyCheck,
    "hazard": Hazard,
    "visit": CounsellingVisit,
    "enrolment": Enrolment,
    "enterprise": Enterprise,
    "participant": Participant,
    "item": ChecklistItem,
    "item_look": ItemLook,
}
"""The kinds of records behind figures."""
KINDS |= {f"{kind}_change": TABLES[model].changes for kind, model in KINDS.items() if model in TABLES}
NAMES = {model: kind for kind, model in KINDS.items()}


def figure_of(
    code: str,
    indicator: str,
    scope: Scope,
    span: Span,
    *,
    dim: str = "",
    key: str | None = None,
    level: str = "",
    step: str = "",
) -> Figure:
    """A figure with its records as they are read now: today's, or inside `as_known` those of then.

    One that is broken down is asked for by key, one of steps by the name of the part ("step-0"), which then is its
    value; KeyError for a part or breakdown that the indicator does not have.
    """
    row = INDICATORS[indicator]
    names = {"dim": dim, "key": key, "level": level}
    wanted = {"value": step} if step else {name: name for name in row.parts()}
    parts = {name: members_of(row, part, scope, span, names) for name, part in wanted.items()}
    kind = {"median": "median", "sum": "sum"}.get(row.kind, "rate" if "numerator" in parts else "count")
    asked = tuple(
        (name, value or "") for name, value in names.items() if value or (name == "key" and value is not None)
    )
    return Figure(code, indicator, kind, parts, asked)


def members_of(
    row: Indicator, name: str, scope: Scope, span: Span, asked: dict[str, Any]
) -> Members | Crossed:
    """The records behind one part of an indicator, as they are read now; pairs as what they are made of."""
    found = gather(row, name, scope, span, **asked).records
    if isinstance(found, Pairs):
        owners = found.enterprises.queryset.order_by().values_list("pk", flat=True)
        return Crossed(
            {Ref("enterprise", str(pk)): None for pk in owners},
            {Ref("item", str(item.pk)): None for item in found.items},
        )
    members: dict[Ref, Value] = {}
    for part in found.parts:
        members |= _listed(row, name, part.queryset.order_by(), span, asked["dim"])
    return members


def _listed(row: Indicator, name: str, found: Any, span: Span, dim: str) -> Members:
    """The records of a query by kind and key, each with its days or its amount."""
    kind = NAMES[found.model]
    if found.model is ItemLook:
        rows = found.values_list("enterprise", "item_code")
        return {Ref(kind, f"{owner}/{code}"): None for owner, code in rows}
    measure = MEASURES.get(Want(row.parts()[name], dim).measure(span))
    found = found.select_related(None)
    if row.kind == "median" and measure is not None and measure.lag is not None:
        pairs = found.annotate(days=measure.lag(span)).values_list("pk", "days")
        return {Ref(kind, str(pk)): days for pk, days in pairs}
    if row.kind == "sum" and measure is not None:
        pairs = found.values_list("pk", measure.amount)
        return {Ref(kind, str(pk)): f"{amount:.2f}" for pk, amount in pairs}
    return {Ref(kind, str(pk)): None for pk in found.values_list("pk", flat=True)}
