"""The report as a workbook: a sheet a table, every figure with its code, what each column means, and the records."""

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from publications.blocks import Amount, Chart, Column as Told, Day, Profiles, Report, Table
from publications.documents.figures import evidence_rows, figure_cells, figure_columns
from publications.numbers import Figure
from publications.words import LANGUAGES, Voice, Words, typed
from score_mis.lib.columns import Cell, Column, Kind, Value
from score_mis.lib.spreadsheets import Book

KINDS = {"text": Kind.TEXT, "amount": Kind.NUMBER, "day": Kind.DAY}
DAY = re.compile(r"\d{4}-\d\d-\d\d")
MONEY = re.compile(r"-?\d{1,12}\.\d\d")
LINKED = 4000
"""Codes of so many cells lead to their evidence; spreadsheets take a limited number of links."""
BEATS = 500

Beat = Callable[[int, int, Any], None]
Rows = Callable[[str], Iterator[Mapping[str, Any]]]
Row = Sequence[Value | Cell]


def write(report: Report, content: Mapping[str, Any], rows: Rows, path: Path, beat: Beat) -> None:
    """Write the workbook of a report."""
    title = " · ".join(dict.fromkeys(report.cover["title"]))
    with (
        translation.override(LANGUAGES[report.language][0]),
        Book(path, title=title, author=report.cover["programme"][0]) as book,
    ):
        Workbook(report, content, book, beat).write(rows)


class Workbook:
    """Writes the sheets of a report one after another."""

    def __init__(self, report: Report, content: Mapping[str, Any], book: Book, beat: Beat) -> None:
        self.report, self.content, self.book, self.beat = report, content, book, beat
        self.voice = Voice(report.language)
        self.meant: list[tuple[str, str, str]] = []
        self.written = 0

    def write(self, rows: Rows) -> None:
        """All sheets."""
        self.cover()
        charts: dict[str, Chart] = {}
        for chapter in self.report.chapters():
            for block in chapter.blocks:
                if isinstance(block, Chart) and block.kind == "lines":
                    charts[block.key.removesuffix("-chart")] = block
                elif isinstance(block, Table) and not block.on_paper:
                    self.table(block, charts.pop(block.key, None))
                elif isinstance(block, Profiles):
                    self.profiles(block)
        self.figures()
        self.records(rows)
        self.dictionary()

    def cover(self) -> None:
        """What the cover of the printed report says."""
        cover = self.report.cover
        said = [
            *(("", title) for title in dict.fromkeys(cover["title"])),
            *(("", name) for name in dict.fromkeys(cover["programme"])),
            *(("", name) for name in dict.fromkeys(cover["authority"])),
            *(("", words) for words in cover["generated"]),
            *((_one(label), _one(value)) for label, value in cover["lines"]),
            (_one(cover["verify"]), cover["address"]),
            (_one(self.voice.say(_("Evidence of a code"))), self.report.evidence("E1")),
        ]
        columns = [
            Column("name", _one(self.report.words["snapshot"]), Kind.LONG),
            Column("value", self.report.code, Kind.LONG),
        ]
        self.sheet(_one(self.voice.say(_("Report"))), columns, said)

    def table(self, table: Table, chart: Chart | None) -> None:
        """A table, and beside it its chart."""
        columns = [column for told in table.columns for column in self.columns(told)]
        caption = _one(table.caption)
        self.explained(caption, columns, table.columns)
        cells = (
            [cell for told, given in zip(table.columns, row, strict=True) for cell in self.cells(told, given)]
            for row in table.rows()
        )
        sheet, number = self.sheet(caption, columns, cells, [caption])
        if chart is not None:
            first = len(self.columns(table.columns[0]))
            lines = range(first, len(columns), 2)
            sheet.lines(caption, 0, list(lines), number)

    def profiles(self, block: Profiles) -> None:
        """Records one by one, as one table."""
        told = (*block.facts, *block.figures)
        columns = [column for one in told for column in self.columns(one)]
        caption = _one(block.caption)
        self.explained(caption, columns, told)
        cells = (
            [
                cell
                for one, given in zip(told, (*facts, *figures), strict=True)
                for cell in self.cells(one, given)
            ]
            for facts, figures in block.asked()
        )
        self.sheet(caption, columns, cells, [caption])

    def figures(self) -> None:
        """Every figure of the snapshot."""
        caption = _one(self.report.words["figures"])
        columns, rows = evidence_rows(self.content, self.voice)
        self.meant += [(caption, str(column.words), str(column.words)) for column in columns]
        self.sheet(caption, columns, rows, [caption])

    def records(self, rows: Rows) -> None:
        """The records that were counted, a sheet a kind."""
        counted = counting(self.content)
        names = {
            str(one["pk"]): f"{one['code']} {_one(self.voice.name(one['name']))}"
            for one in self.content["enterprises"]
        }
        for kind in dict.fromkeys(one["kind"] for one in self.content["rows"]):
            given = iter(rows(kind))
            first = next(given, None)
            if first is None:
                continue
            known = self.content.get("kinds", {}).get(kind)
            title = _one(self.voice.name(known)) if known else kind
            fields = [name for name in first if name not in ("in", "keys", "enterprise", "kind")]
            columns = [Column(name, name) for name in ("enterprise", *fields, "figures")]
            self.meant += [
                (title, name, _one(self.voice.say(_("Field of the frozen record")))) for name in fields
            ]
            self.meant.append(
                (title, "figures", _one(self.voice.say(_("Figures of the whole scope that count it"))))
            )
            self.sheet(title, columns, _records(first, given, fields, names, counted), [title])

    def dictionary(self) -> None:
        """What each column and each indicator means."""
        voice = self.voice
        heads = (_("Sheet or indicator"), _("Column"), _("Meaning"))
        columns = [Column(str(n), _one(voice.say(head)), Kind.LONG) for n, head in enumerate(heads)]
        indicators = (
            (id_, _one(voice.name(one["name"])), "\n".join(dict.fromkeys(voice.name(one["definition"]))))
            for id_, one in self.content["indicators"].items()
        )
        self.sheet(_one(self.report.words["dictionary"]), columns, [*indicators, *self.meant])

    def columns(self, told: Told) -> list[Column]:
        """The columns that one of a report takes: texts one a language, figures one a number and one a code."""
        if told.kind == "figure":
            return figure_columns(self.content, self.voice, told)
        if told.kind == "text":
            return [Column("text", head) for head in told.head]
        return [Column(told.kind, _one(told.head), KINDS[told.kind])]

    def cells(self, told: Told, given: Any) -> list[Value | Cell]:
        """What stands in them."""
        match given:
            case Figure() | None if told.kind == "figure":
                return figure_cells(given, told, self.linked)
            case Amount():
                return [given.value]
            case Day():
                return [date.fromisoformat(given.iso) if given.iso else None]
            case _:
                return list(given)

    def linked(self, code: str) -> str:
        """The address of a code, as long as links are left."""
        self.written += 1
        return self.report.evidence(code) if self.written <= LINKED else ""

    def sheet(
        self, name: str, columns: Sequence[Column], rows: Iterable[Row], above: Iterable[str] = ()
    ) -> Any:
        """Write a sheet; return it and how many rows it has."""
        sheet = self.book.sheet(name, columns, above)
        number = 0
        for number, row in enumerate(rows, 1):
            sheet.append(row)
            if number % BEATS == 0:
                self.beat(number, 0, name)
        self.beat(number, 0, name)
        return sheet, number

    def explained(self, caption: str, columns: Sequence[Column], told: Iterable[Told]) -> None:
        """Keep for the dictionary what the columns of a sheet mean."""
        indicators = self.content["indicators"]
        for one in told:
            known = indicators.get(one.indicator)
            meant = "\n".join(self.voice.name(known["definition"])) if known else _one(one.head)
            self.meant.append((caption, _one(one.head), meant))
        code = _one(self.voice.say(_("Evidence code of the number on its left")))
        if any(column.kind is Kind.CODE for column in columns):
            self.meant.append((caption, _one(self.voice.say(_("Code"))), code))


def _records(
    first: Mapping[str, Any],
    given: Iterator[Mapping[str, Any]],
    fields: Sequence[str],
    names: Mapping[str, str],
    counted: Mapping[str, list[str]],
) -> Iterator[Row]:
    for row in _chained(first, given):
        codes = dict.fromkeys(code for number in row["in"] for code in counted.get(number, ()))
        owner = names.get(str(row["enterprise"]), "")
        yield [owner, *(_field(row.get(name)) for name in fields), f"[{', '.join(codes)}]"]


def _chained(first: Mapping[str, Any], given: Iterator[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    yield first
    yield from given


def _field(value: Any) -> Value | Cell:
    """A field of a frozen record: days and money are written as texts there."""
    if isinstance(value, str):
        if DAY.fullmatch(value):
            return Cell(_day(value), Kind.DAY)
        return Cell(Decimal(value), Kind.AMOUNT) if MONEY.fullmatch(value) else typed(value)
    if value is None or isinstance(value, int):
        return value
    return json.dumps(value, ensure_ascii=False)


def _day(value: str) -> Value:
    try:
        return date.fromisoformat(value)
    except ValueError:
        return value


def counting(content: Mapping[str, Any]) -> dict[str, list[str]]:
    """The codes of whole-scope figures that count each set of records."""
    found: dict[str, list[str]] = defaultdict(list)
    for figure in content["figures"]:
        if figure["dim"]:
            continue
        for letter, where in figure["sets"].items():
            for number in _sets(where):
                found[str(number)].append(f"{figure['code']}{letter}")
    return found


def _sets(where: Any) -> Iterator[int]:
    """The sets of a part; of pairs, both."""
    if isinstance(where, Mapping):
        for inner in where.values():
            yield from _sets(inner)
    elif isinstance(where, list):
        yield from where
    else:
        yield where


def _one(words: Words) -> str:
    """Words of both languages in one cell."""
    return " · ".join(dict.fromkeys(words))
