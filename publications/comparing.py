"""Whether what the tallies say is what the frozen records say: every figure, part by part, before anything is kept."""

from collections import Counter
from decimal import Decimal
from typing import Any

from publications.asking import Asked
from publications.membership import PAIRS, Gatherer
from reports.cells import WHOLE, Group
from reports.readings import median_of


def counted(gatherer: Gatherer, where: Any, dim: str, key: str) -> int:
    """How many records a part of a figure has."""
    dim = "" if dim in ("month", "step") else dim
    if isinstance(where, dict):
        enterprises, items = where[PAIRS]
        narrowed = (enterprises, dim, key if dim else "")
        return gatherer.counts[narrowed] * gatherer.counts[(items, "", "")]
    return gatherer.counts[(where, dim, key if dim else "")]


def again(gatherer: Gatherer, asked: Asked, sets: dict[str, Any]) -> dict[str, Any]:
    """A figure's reading made from the frozen records alone, in the same shape."""
    if "numerator" in asked.reading:
        a, b = (counted(gatherer, sets[letter], asked.dim, asked.key) for letter in "ab")
        return {**asked.reading, "numerator": a, "denominator": b}
    n = counted(gatherer, sets[""], asked.dim, asked.key)
    if "median" in asked.reading:
        return {"median": _median(_values(gatherer, asked, sets[""])), "n": n}
    if "sum" in asked.reading:
        values = _values(gatherer, asked, sets[""])
        total = sum((Decimal(value) * times for value, times in values.items()), Decimal(0))
        return {**asked.reading, "sum": f"{total:.2f}", "n": n}
    return {"value": n}


def _values(gatherer: Gatherer, asked: Asked, number: int) -> Counter[str]:
    return gatherer.values.get((number, asked.dim, asked.key if asked.dim else ""), Counter())


def _median(values: Counter[str]) -> str | None:
    found, _n = median_of(Group(WHOLE, "", "", days, "", times, None) for days, times in values.items())
    return None if found is None else f"{found:g}"
