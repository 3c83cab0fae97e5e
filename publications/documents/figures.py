"""Figures in a workbook: each number is a number, and the cell on its right has its code."""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from publications.blocks import Column as Told
from publications.numbers import Figure, Number, numbers_of
from publications.words import Voice, Words
from score_mis.lib.columns import Cell, Column, Kind, Value

KINDS = {
    "count": Kind.NUMBER,
    "percent": Kind.SHARE,
    "hundred": Kind.TENTH,
    "days": Kind.DECIMAL,
    "money": Kind.AMOUNT,
}
NUMBERS = {"count": 1, "median": 1, "sum": 1, "rate": 3, "mixed": 3}
NOTED = ("median", "sum", "mixed")
"""Shapes beside which there is something to be said: over how many, in which currency."""


def figure_columns(content: Mapping[str, Any], voice: Voice, told: Told) -> list[Column]:
    """The columns of an indicator: each number and its code."""
    known = content["indicators"].get(told.indicator, {}).get("parts", {})
    parts = [voice.name(known[part]) if part in known else voice.say(word) for part, word in PARTS.items()]
    heads = [_one(told.head), *(f"{_one(told.head)}: {_one(part)}" for part in parts)]
    code = _one(voice.say(_("Code")))
    found = []
    for head in heads[: NUMBERS[told.shape]]:
        found += [
            Column("number", head, Kind.DECIMAL if told.shape == "median" else Kind.AMOUNT),
            Column("code", code, Kind.CODE),
        ]
    return [*found, Column("note", _one(voice.say(_("Note"))))] if told.shape in NOTED else found


PARTS = {"numerator": _("numerator"), "denominator": _("denominator")}


def figure_cells(figure: Figure | None, told: Told, link: Callable[[str], str]) -> list[Value | Cell]:
    """What stands in them."""
    found: list[Value | Cell] = []
    for number in figure.numbers if figure else ():
        found += number_cells(number, link(number.code))
    found += [None] * (2 * NUMBERS[told.shape] - len(found))
    if told.shape in NOTED:
        found.append(" ".join(dict.fromkeys(figure.note)) if figure else None)
    return found


def number_cells(number: Number, link: str = "") -> list[Value | Cell]:
    """A number as a number, and its code."""
    kind = KINDS[number.unit]
    return [Cell(value_of(number), kind), Cell(number.code, Kind.CODE, link)]


def value_of(number: Number) -> Value:
    """A number for a spreadsheet: percent as a share of one; without a value, the word for it."""
    if number.value is None:
        return number.text
    if number.unit == "percent":
        return Decimal(number.value) / 100
    return number.value if isinstance(number.value, int) else Decimal(number.value)


def evidence_rows(
    content: Mapping[str, Any], voice: Voice
) -> tuple[list[Column], Iterator[list[Value | Cell]]]:
    """Every figure on a line: what it is, then its numbers, each before its code."""
    heads: tuple[tuple[Any, Kind], ...] = (
        (_("Indicator"), Kind.TEXT),
        (_("Name"), Kind.LONG),
        (_("Mode"), Kind.TEXT),
        (_("Breakdown"), Kind.TEXT),
        (_("Key"), Kind.TEXT),
        (_("Value"), Kind.AMOUNT),
        (_("Code"), Kind.CODE),
        (_("Numerator"), Kind.NUMBER),
        (_("Code"), Kind.CODE),
        (_("Denominator"), Kind.NUMBER),
        (_("Code"), Kind.CODE),
        (_("n"), Kind.NUMBER),
        (_("Currency"), Kind.TEXT),
    )
    columns = [Column(str(n), _one(voice.say(head)), kind) for n, (head, kind) in enumerate(heads)]
    names = {id_: _one(voice.name(one["name"])) for id_, one in content["indicators"].items()}
    return columns, (_evidence(figure, names) for figure in content["figures"])


def _evidence(figure: Mapping[str, Any], names: Mapping[str, str]) -> list[Value | Cell]:
    reading = figure["reading"]
    numbers = [cell for number in numbers_of(figure) for cell in number_cells(number)]
    return [
        figure["indicator"],
        names.get(figure["indicator"], figure["indicator"]),
        figure["mode"],
        figure["dim"],
        figure["key"],
        *numbers,
        *([None] * (6 - len(numbers))),
        reading.get("n"),
        reading.get("currency"),
    ]


def _one(words: Words) -> str:
    return " · ".join(dict.fromkeys(words))
