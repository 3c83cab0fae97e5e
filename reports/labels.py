"""What the keys of a breakdown are called in the reader's language. The empty key is "unknown"."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _

from enterprises.models import Area, Enterprise, Sector, Sex, Standing
from hazards.models import Category as HazardCategory, Level, PerformedBy
from suggestions.models import Category as SuggestionCategory, ProposerRole
from training.models import Module


def _choices(*enums: Any) -> Callable[[], dict[str, str]]:
    return lambda: {value: str(label) for enum in enums for value, label in enum.choices}


def _modules() -> dict[str, str]:
    return {str(module.number): str(module) for module in Module.objects.all()}


SOURCES: dict[str, Callable[[], dict[Any, str]]] = {
    "sector": lambda: {sector.code: sector.name for sector in Sector.objects.all()},
    "category": _choices(SuggestionCategory, HazardCategory),
    "module": _modules,
    "sex": _choices(Sex),
    "role": _choices(ProposerRole, Standing),
    "performed_by": _choices(PerformedBy),
    "level": _choices(Level),
}


def labels(by: str, keys: list[Any]) -> dict[Any, str]:
    """Return the label of each key of a breakdown; one query where they are records."""
    if by == "month":
        return {
            key: formats.date_format(date.fromisoformat(f"{key}-01"), "YEAR_MONTH_FORMAT") for key in keys
        }
    if by == "sex_role":
        words = {**_choices(Sex)(), **_choices(Standing)()}
        parts = {key: [words.get(part, _("unknown")) for part in key.split("/")] for key in keys}
        return {key: " · ".join(found) for key, found in parts.items()}
    if by == "area":
        known = {area.code: area.name for area in Area.objects.filter(code__in=keys)}
    elif by == "enterprise":
        known = {key: enterprise.name for key, enterprise in Enterprise.objects.in_bulk(keys).items()}
    else:
        known = SOURCES[by]() if by in SOURCES else {}
    return {key: known.get(key) or (str(key) if key else _("unknown")) for key in keys}
