"""Figures of a snapshot as documents show them. One function formats a number, for every document and language."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from publications.words import Voice, Words

ABSENT = _("n/a")
PER_HUNDRED = frozenset({"findings_per_100_checks"})
"""Rates that are no shares: so many of the numerator on a hundred of the denominator, to one place."""


class Number(NamedTuple):
    """One number before its evidence code. `unit` is count, percent, hundred, days or money; None is no value."""

    value: int | str | None
    unit: str
    code: str

    @property
    def text(self) -> str:
        """As every document writes it, in every language."""
        return shown(self.value, self.unit)


@dataclass(frozen=True, slots=True)
class Figure:
    """A reading in a document: its numbers, the whole before its parts, and what is said beside them."""

    numbers: tuple[Number, ...]
    note: Words = ()
    parts: tuple[Words, ...] = ()

    @property
    def shape(self) -> str:
        """What stands in it: rate, count, median or sum."""
        if len(self.numbers) == 3:
            return "rate"
        return {"days": "median", "money": "sum"}.get(self.numbers[0].unit, "count")


def shown(value: int | str | None, unit: str) -> str:
    """A number as documents write it: "1,258", "97 %", "12.5", "1,234.50"; nothing is "n/a" in all languages."""
    if value is None:
        return "n/a"
    if unit == "percent":
        return f"{value}\u00a0%"
    if unit == "money":
        return f"{Decimal(value):,.2f}"
    if unit == "count":
        return f"{int(value):,}"
    return f"{Decimal(value):,}"


def numbers_of(figure: Mapping[str, Any]) -> tuple[Number, ...]:
    """The numbers of a figure of a snapshot, each with the code that stands behind it."""
    code, reading = figure["code"], figure["reading"]
    if "numerator" in reading:
        over, under = reading["numerator"], reading["denominator"]
        whole = Number(reading["percent"], "percent", code)
        if figure["indicator"] in PER_HUNDRED:
            whole = Number(per_hundred(over, under), "hundred", code)
        return (whole, Number(over, "count", f"{code}a"), Number(under, "count", f"{code}b"))
    if "median" in reading:
        return (Number(reading["median"], "days", code),)
    if "sum" in reading:
        return (Number(reading["sum"], "money", code),)
    return (Number(reading["value"], "count", code),)


def per_hundred(numerator: int, denominator: int) -> str | None:
    """So many on a hundred, to one place, halves up."""
    if not denominator:
        return None
    found = Decimal(100 * numerator) / Decimal(denominator)
    return str(found.quantize(Decimal("0.1"), ROUND_HALF_UP))


def figure_of(given: Mapping[str, Any], voice: Voice, parts: tuple[Words, ...] = ()) -> Figure:
    """A figure of a snapshot for a document; `parts` are the names of numerator and denominator."""
    reading = given["reading"]
    if "n" not in reading:
        return Figure(numbers_of(given), (), parts)
    note = voice.say(_("n = %(n)s"), n=shown(reading["n"], "count"))
    if "sum" in reading:
        note = voice.joined(voice.same(reading["currency"]), note)
    return Figure(numbers_of(given), note)


def every(content: Mapping[str, Any]) -> Iterator[Number]:
    """Each number of a snapshot that has a code: of its figures, and of its months."""
    for figure in content["figures"]:
        yield from numbers_of(figure)
    for month in content["trend"]:
        for name, code in month["codes"].items():
            yield Number(month[name], "count", code)


def expected(content: Mapping[str, Any]) -> dict[str, str]:
    """What stands before each code in a document that is as it was issued."""
    return {number.code: plain(number.text) for number in every(content)}


def plain(text: str) -> str:
    """A number as it is compared: spaces of any kind are one plain space."""
    return " ".join(text.split())
