"""Workbooks (XLSX) of any length in constant memory: typed cells, a head that stays in sight, text that is only text.

A text longer than a cell may hold goes on in the rows below it, and a table longer than a sheet on a further sheet;
`Book.said` has a sentence for each, which the last sheet of the book shows. Nothing is cut.
"""

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import xlsxwriter
from django.utils.translation import gettext as _
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from score_mis.lib.columns import Cell, Column, Kind, Value, local

LONGEST = 32_767
"""UTF-16 units in one cell."""
MOST_ROWS = 1_048_576
EXACT = 10**15
"""Numbers from here on are rounded by spreadsheets, and are written as texts."""
FIRST_DAY = date(1900, 3, 1)
"""Spreadsheets disagree on the days before."""
MOST_NAMED = 31
UNFIT = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
MOST_SAID = 200
"""Sentences of the last sheet; how many more there are is said."""

WIDTHS = {Kind.TEXT: 18, Kind.LONG: 48, Kind.NUMBER: 11, Kind.AMOUNT: 15, Kind.DAY: 12, Kind.MOMENT: 18} | {
    Kind.SHARE: 9,
    Kind.DECIMAL: 9,
    Kind.TENTH: 9,
    Kind.CODE: 8,
}
FORMATS = {
    Kind.NUMBER: "#,##0",
    Kind.AMOUNT: "#,##0.00",
    Kind.DAY: "yyyy-mm-dd",
    Kind.MOMENT: "yyyy-mm-dd hh:mm",
    Kind.SHARE: "0\\ %",
    Kind.TENTH: "#,##0.0",
}


ESCAPED = re.compile("_(?=x[0-9a-fA-F]{4}_)")
UNWRITABLE = re.compile("[\\x00-\\x08\\x0b-\\x1f\\ufffe\\uffff]")


class _Whole(Worksheet):
    """Writes characters that XML has not as `_x0007_`, and a text that looks like that so that it stays what it is."""

    @staticmethod
    def _escape_control_characters(data: str | int | float) -> str:
        return UNWRITABLE.sub(lambda found: f"_x{ord(found[0]):04X}_", ESCAPED.sub("_x005F_", str(data)))


class Book:
    """A workbook that is written sheet by sheet, row by row. Use as a context; beside `path` it keeps what it needs."""

    def __init__(self, path: Path, *, title: str = "", author: str = "") -> None:
        self._aside = path.with_name(f"{path.name}.aside")
        self._aside.mkdir(exist_ok=True)
        options = {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "tmpdir": str(self._aside),
        }
        self._book = xlsxwriter.Workbook(str(path), options)
        self._book.use_zip64()
        self._book.set_properties({"title": title[:255], "author": author[:255]})
        self._head = self._format(bold=True, bg_color="#F0F0F0", bottom=1)
        self._plain = self._book.add_format()
        self._goes_on = self._format(italic=True, bg_color="#FFF6DD")
        self._formats = {kind: self._format(**_look(kind)) for kind in Kind}
        self._names: set[str] = set()
        self.said: list[str] = []
        self._unsaid = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self._say()
            self._book.close()
        for file in self._aside.iterdir():
            file.unlink()
        self._aside.rmdir()

    def sheet(self, name: str, columns: Sequence[Column], lines: Iterable[str] = ()) -> "Sheet":
        """Begin a sheet; the one before is finished by that. `lines` stand above the head."""
        return Sheet(self, name, columns, list(lines))

    def say(self, sentence: str) -> None:
        """Keep a sentence for the last sheet."""
        if len(self.said) < MOST_SAID:
            self.said.append(sentence)
        else:
            self._unsaid += 1

    def _say(self) -> None:
        if not self.said:
            return
        sheet = self._book.add_worksheet(self._named(_("Notes")), _Whole)
        sheet.set_column(0, 0, 100, self._formats[Kind.LONG])
        more = [_("%(count)s more of this kind.") % {"count": self._unsaid}] if self._unsaid else []
        for number, sentence in enumerate([*self.said, *more]):
            sheet.write_string(number, 0, sentence)

    def _format(self, **look: Any) -> Any:
        return self._book.add_format({"valign": "top", "text_wrap": True, **look})

    def _named(self, name: str) -> str:
        """A name for a sheet that programs take: short, without their signs, not taken yet in any case of letters."""
        plain = UNFIT.sub(" ", name).strip(" '") or "Sheet"
        for number in itertools.count(1):
            tail = f" {number}" if number > 1 else ""
            found = next(pieces(plain, MOST_NAMED - len(tail))).strip(" '") + tail
            if found.lower() not in self._names:
                break
        self._names.add(found.lower())
        return found


class Sheet:
    """A sheet of a book, with its head in sight."""

    def __init__(self, book: Book, name: str, columns: Sequence[Column], lines: list[str]) -> None:
        self.book = book
        self.name = name
        self.columns = columns
        self.above = lines
        self.is_empty = True
        self._begin()

    def append(self, row: Sequence[Value | Cell]) -> None:
        """Write a row; texts that are too long go on in the rows below."""
        self.is_empty = False
        long = {
            number: list(pieces(value, LONGEST))
            for number, value in enumerate(row)
            if isinstance(value, str) and len(value) * 2 > LONGEST and units(value) > LONGEST
        }
        depth = max((len(parts) for parts in long.values()), default=1)
        if self._row + depth > MOST_ROWS:
            self._begin()
        for number, value in enumerate(row):
            if isinstance(value, Cell):
                self._append_cell(number, value)
                continue
            text = long[number][0] if number in long else value
            _write(self._sheet, self._row, number, text, self.book._formats[self.columns[number].kind])
        for number in long:
            cell = xl_rowcol_to_cell(self._row, number)
            self.book.say(
                _("Sheet “%(sheet)s”, cell %(cell)s: too long for one cell; it goes on in the rows below it.")
                % {"sheet": self._sheet.get_name(), "cell": cell}
            )
        for below in range(1, depth):
            for number, parts in sorted(long.items()):
                if below < len(parts):
                    self._sheet.write_string(self._row + below, number, parts[below], self.book._goes_on)
        self._row += depth

    def _append_cell(self, number: int, cell: Cell) -> None:
        look = self.book._formats[cell.kind]
        if cell.link:
            self._sheet.write_url(self._row, number, cell.link, look, str(cell.value))
        else:
            _write(self._sheet, self._row, number, cell.value, look)

    def lines(self, title: str, over: int, columns: Sequence[int], rows: int) -> None:
        """Draw these columns over another one as lines, beside the table; `rows` of it are drawn."""
        chart = self.book._book.add_chart({"type": "line"})
        name, first, last = self._sheet.get_name(), self._head + 1, self._head + rows
        for column in columns:
            chart.add_series(
                {
                    "name": [name, self._head, column],
                    "categories": [name, first, over, last, over],
                    "values": [name, first, column, last, column],
                    "marker": {"type": "automatic"},
                }
            )
        chart.set_title({"name": title, "name_font": {"size": 11}})
        chart.set_size({"width": 720, "height": 360})
        self._sheet.insert_chart(self._head + 1, len(self.columns) + 1, chart, {"description": title})

    def _begin(self) -> None:
        """Begin a sheet, the first or one on which the table goes on."""
        self._sheet = self.book._book.add_worksheet(self.book._named(self.name), _Whole)
        for number, column in enumerate(self.columns):
            self._sheet.set_column(number, number, WIDTHS[column.kind])
        for number, line in enumerate(self.above):
            self._sheet.write_string(number, 0, line[:LONGEST], self.book._plain)
        head = self._head = len(self.above)
        for number, column in enumerate(self.columns):
            self._sheet.write_string(head, number, str(column.words), self.book._head)
        self._sheet.freeze_panes(head + 1, 0)
        self._sheet.repeat_rows(head)
        self._sheet.set_landscape()
        self._sheet.fit_to_pages(1, 0)
        self._row = head + 1


def _look(kind: Kind) -> dict[str, Any]:
    if kind is Kind.CODE:
        return {"font_color": "#595959", "font_size": 8, "text_wrap": False}
    return {"num_format": FORMATS[kind]} if kind in FORMATS else {}


def _write(sheet: Any, row: int, number: int, value: Value, look: Any) -> None:
    """Write a cell by what its value is: texts as texts, whatever they begin with."""
    plain = local(value)
    if plain is None or plain == "":
        sheet.write_blank(row, number, None, look)
    elif isinstance(plain, bool):
        sheet.write_boolean(row, number, plain, look)
    elif isinstance(plain, int | Decimal) and -EXACT < plain < EXACT:
        sheet.write_number(row, number, plain, look)
    elif isinstance(plain, date) and _day(plain) >= FIRST_DAY:
        sheet.write_datetime(row, number, plain, look)
    else:
        sheet.write_string(row, number, str(plain), look)


def _day(value: date) -> date:
    return value.date() if isinstance(value, datetime) else value


def units(text: str) -> int:
    """The length of a text as spreadsheets count it: rare characters are two."""
    return len(text) + sum(letter > "\uffff" for letter in text)


def pieces(text: str, most: int) -> Iterator[str]:
    """A text in pieces of at most `most` UTF-16 units; no character is divided."""
    start = length = 0
    for place, letter in enumerate(text):
        width = 2 if letter > "\uffff" else 1
        if length + width > most:
            yield text[start:place]
            start, length = place, 0
        length += width
    yield text[start:]
