"""CSV files that every spreadsheet program opens: UTF-8 with its mark, lines that end with CR LF.

A text that a spreadsheet would calculate gets an apostrophe in front, and so does one that has such apostrophes
already: `read` takes one away again, and what was written is what is read. Numbers stay numbers.
"""

import csv
import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from score_mis.lib.columns import Column, Value, local

CALCULATED = re.compile("'*[=+\\-@\t\r＝＋－＠]")
GUARDED = re.compile("'+[=+\\-@\t\r＝＋－＠]")


class CsvFile:
    """A CSV file that is written row by row. Use as a context."""

    def __init__(self, path: Path, columns: Iterable[Column]) -> None:
        self._file = path.open("w", encoding="utf-8-sig", newline="")
        self._writer = csv.writer(self._file, lineterminator="\r\n")
        self.append([str(column.words) for column in columns])

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def append(self, row: Iterable[Value]) -> None:
        """Write a row."""
        self._writer.writerow([cell(value) for value in row])


def cell(value: Value) -> str | int | float:
    """A value as it stands in the file."""
    plain = local(value)
    if isinstance(plain, datetime):
        return plain.isoformat(" ", "seconds")
    if isinstance(plain, date):
        return plain.isoformat()
    if isinstance(plain, str) and CALCULATED.match(plain):
        return f"'{plain}"
    return "" if plain is None else plain


def read(path: Path) -> Iterator[list[str]]:
    """The rows of such a file as texts, each as it was before it was written."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.reader(file):
            yield [text[1:] if GUARDED.match(text) else text for text in row]
