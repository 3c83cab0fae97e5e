"""What a recount found, in the reader's words. Recounts keep it as data: who reads it speaks some language."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _, gettext_lazy

from enterprises.models import Area, Enterprise, Sector
from reports.indicators import INDICATORS
from reports.labels import SOURCES, labels

WHOLE = {
    row.value.measure: (row.name,)
    for row in reversed(INDICATORS.values())
    if row.value is not None and not row.value.level
}
PARTS = {
    part.measure: (row.name, part.shown)
    for row in reversed(INDICATORS.values())
    for part in row.parts().values()
    if not part.level
}
NAMES = PARTS | WHOLE
"""What people call a measure: an indicator, or part of one. A few have their technical name only."""
DIMS = {
    "sector": gettext_lazy("sector"),
    "category": gettext_lazy("category"),
    "module": gettext_lazy("module"),
    "sex": gettext_lazy("sex"),
    "role": gettext_lazy("role"),
    "sex_role": gettext_lazy("sex, role"),
    "performed_by": gettext_lazy("performed by"),
}
"""Breakdowns that people see; the others have their technical name only."""


class Wording:
    """Words for some differences: the names in them are read once, with a query a kind."""

    def __init__(self, found: Iterable[dict[str, Any] | str]) -> None:
        some = [one for one in found if isinstance(one, dict)]
        self.areas = Area.objects.in_bulk({one["area"] for one in some if "area" in one})
        self.enterprises = Enterprise.objects.in_bulk(
            {one["enterprise"] for one in some if "enterprise" in one}
        )
        self.keys: dict[str, dict[str, str]] = {}
        for dim in {one["dim"] for one in some if one.get("dim")}:
            keys = [one["key"] for one in some if one.get("dim") == dim]
            self.keys[dim] = _labels(dim, keys)

    def line(self, one: dict[str, Any] | str) -> str:
        """One difference as a line; one that was kept as a sentence stays as it is."""
        if isinstance(one, str):
            return one
        kept, now = (_shown(one[side]) for side in ("kept", "now"))
        return _("%(what)s: tally %(kept)s, records %(now)s") % {
            "what": " · ".join(self._what(one)),
            "kept": kept,
            "now": now,
        }

    def _what(self, one: dict[str, Any]) -> list[str]:
        """Place, day, and what was counted there."""
        if "enterprise" in one:
            found = self.enterprises.get(one["enterprise"])
            item = _("first look at %(item)s") % {"item": one["item"]} if "item" in one else _("first record")
            return [found.name if found else f"#{one['enterprise']}", item]
        area = self.areas.get(one["area"])
        day = date.fromisoformat(one.get("day") or one["month"])
        parts = [
            area.name if area else f"#{one['area']}",
            date_format(day, "DATE_FORMAT" if "day" in one else "YEAR_MONTH_FORMAT"),
            ": ".join(str(name) for name in NAMES.get(one["measure"], (one["measure"],))),
        ]
        if one["dim"]:
            parts.append(f"{DIMS.get(one['dim'], one['dim'])} {self.keys[one['dim']][one['key']]}")
        if one["level"]:
            parts.append(_labels("level", [one["level"]])[one["level"]])
        return parts


def _labels(dim: str, keys: list[str]) -> dict[str, str]:
    """What the keys of a breakdown are called, those that people never see by themselves."""
    if dim == "sector":
        names = {str(sector.pk): sector.name for sector in Sector.objects.all()}
        return {key: names.get(key, key) for key in keys}
    if dim in SOURCES or dim == "sex_role":
        return labels(dim, keys)
    return {key: key for key in keys}


def _shown(value: Any) -> str:
    """A number, days, or nothing."""
    if isinstance(value, list):
        return " – ".join(date_format(date.fromisoformat(day), "SHORT_DATE_FORMAT") for day in value)
    return _("none") if value is None else str(value)


def worded(found: list[dict[str, Any]]) -> list[str]:
    """A line for each difference, in the language in force; at most five queries."""
    words = Wording(found)
    return [words.line(one) for one in found]
