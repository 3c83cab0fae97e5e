"""What a report is made of. The PDF, the DOCX and the XLSX walk the same blocks; none of them counts or formats."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from publications.numbers import Figure
from publications.words import Words


@dataclass(frozen=True, slots=True)
class Amount:
    """A number that is no figure of an indicator, such as workers or days overdue."""

    value: int | None


@dataclass(frozen=True, slots=True)
class Day:
    """A day, and how it is written."""

    iso: str | None
    words: Words


Cell = Words | Figure | Amount | Day | None


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its head, what it holds (text, figure, amount, day), and its share of the page's width.

    `shape` says which numbers a figure of it has (count, rate, median, sum, or mixed), `indicator` whose they are.
    """

    head: Words
    kind: str = "text"
    share: int = 2
    shape: str = "count"
    indicator: str = ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A text; `tone` is "" or "note"."""

    words: Words
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading within a chapter."""

    words: Words


@dataclass(frozen=True, slots=True)
class Card:
    """A key figure with its name."""

    label: Words
    figure: Figure


@dataclass(frozen=True, slots=True)
class KeyFigures:
    """Key figures beside one another."""

    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class Definitions:
    """Terms, each with what it means."""

    entries: tuple[tuple[Words, Words], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a caption; `key` names it in the workbook. `asked` makes its rows, as often as they are asked.

    One that is `on_paper` only shows what another table of the workbook has already.
    """

    key: str
    caption: Words
    columns: tuple[Column, ...]
    asked: Callable[[], Iterator[tuple[Cell, ...]]] | Sequence[tuple[Cell, ...]]
    on_paper: bool = False

    def rows(self) -> Iterator[tuple[Cell, ...]]:
        """Its rows."""
        return iter(self.asked() if callable(self.asked) else self.asked)


@dataclass(frozen=True, slots=True)
class Series:
    """One line of a chart, or its bars."""

    label: Words
    values: tuple[int | None, ...]
    figures: tuple[Figure, ...] = ()


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture of a table: kind lines (over months) or bars; `alt` says in words what it shows."""

    key: str
    kind: str
    caption: Words
    alt: Words
    labels: tuple[Words, ...]
    series: tuple[Series, ...]
    unit: str = "count"


@dataclass(frozen=True, slots=True)
class Profiles:
    """Records one by one, each with facts and figures; the workbook has them as one table.

    The first two facts are code and name.
    """

    key: str
    caption: Words
    facts: tuple[Column, ...]
    figures: tuple[Column, ...]
    asked: Callable[[], Iterator[tuple[tuple[Cell, ...], tuple[Figure | None, ...]]]]


def title_of(facts: Sequence[Cell]) -> Words:
    """What a profile is headed by: its code, and its name."""
    code, names = facts[0], facts[1]
    if not isinstance(code, tuple) or not isinstance(names, tuple):
        raise TypeError("The first two facts are words.")
    return tuple(f"{code[0]}  {name}" for name in names)


Block = Paragraph | Heading | KeyFigures | Definitions | Table | Chart | Profiles


@dataclass(frozen=True, slots=True)
class Chapter:
    """One chapter."""

    key: str
    title: Words
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """A report: what stands on its cover, and its chapters, made when they are asked for."""

    code: str
    language: str
    cover: dict[str, Any]
    chapters: Callable[[], Iterator[Chapter]]
    address: str
    words: dict[str, Words] = field(default_factory=dict)

    def evidence(self, code: str) -> str:
        """The address of the records behind a code."""
        return f"{self.address}{code}/"
