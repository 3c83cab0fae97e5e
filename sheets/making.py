"""Making the file of a sheet: the question asked again, one moment of the database, rows written as they are read."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from django.utils import translation
from django.utils.text import capfirst
from django.utils.translation import gettext as _, gettext_lazy, override

from score_mis.lib import dates, filejobs, replica
from score_mis.lib.columns import Column
from score_mis.lib.csvfiles import CsvFile
from score_mis.lib.filejobs import Beat, CannotMake
from score_mis.lib.spreadsheets import Book
from sheets.asked import Asked
from sheets.models import SheetFile
from sheets.papers import amounts, write_pdf
from sheets.registry import SHEETS
from sheets.sheet import Row, Sheet

BOTH = "both"
TASK = "sheets.tasks.make"
OFTEN = 500
"""Rows between two signs of life."""


def languages_of(language: str) -> list[str]:
    """The languages of a file, in their order."""
    return ["en", "zh-hans"] if language == BOTH else [language]


def make(pk: int) -> bool:
    """Make a file that waits; for the job."""
    return filejobs.make(SheetFile, pk, write)


def write(job: SheetFile, path: Path, beat: Beat) -> None:
    """Write a sheet as its person may see it now. Raises CannotMake where they may not ask for it any more."""
    languages = languages_of(job.language)
    with replica.snapshot():
        with override(job.asked_by.language):
            sheet, asked = _question(job)
        WRITERS[job.format](sheet, asked, languages, path, beat)


def _question(job: SheetFile) -> tuple[Sheet, Asked]:
    """The sheet and what it is asked of, asked again."""
    sheet, asked = SHEETS.get(job.sheet), Asked.of(job.asked_by, job.asked, dates.today())
    if sheet is None or not sheet.is_for(asked.roles):
        raise CannotMake(_("This sheet is not for your role."))
    return sheet, asked


def _told(rows: Iterable[Row], total: int, beat: Beat, before: int = 0) -> Iterator[Row]:
    """The same rows, while progress is told."""
    number = 0
    for number, row in enumerate(rows, start=1):
        if number % OFTEN == 0:
            beat(before + number, total, gettext_lazy("Writing rows"))
        yield row
    beat(before + number, total, gettext_lazy("Finishing the file"))


def _heads(sheet: Sheet) -> tuple[Column, ...]:
    return tuple(Column(one.key, capfirst(str(one.words)), one.kind) for one in sheet.columns)


def write_csv(sheet: Sheet, asked: Asked, languages: list[str], path: Path, beat: Beat) -> None:
    """Write a sheet as CSV, in one language."""
    with translation.override(languages[0]), CsvFile(path, _heads(sheet)) as file:
        for row in _told(sheet.rows(asked), sheet.count(asked), beat):
            file.append(row)


def write_xlsx(sheet: Sheet, asked: Asked, languages: list[str], path: Path, beat: Beat) -> None:
    """Write a sheet as a workbook, with a sheet a language."""
    total = sheet.count(asked)
    with translation.override(languages[0]):
        title = str(sheet.name)
    with Book(path, title=title) as book:
        for place, language in enumerate(languages):
            with translation.override(language):
                lines = [str(sheet.name), *asked.lines(), *amounts(sheet, asked), *_generated(asked)]
                page = book.sheet(str(sheet.name), _heads(sheet), lines)
                before = total * place
                for row in _told(sheet.rows(asked), total * len(languages), beat, before):
                    page.append(row)
                if page.is_empty:
                    page.append([_("Nothing to list.")])


def _generated(asked: Asked) -> list[str]:
    is_generated = asked.programme is not None and asked.programme.is_generated
    return [_("Generated records; only the totals are published.")] if is_generated else []


Writer = Callable[[Sheet, Asked, list[str], Path, Beat], Any]
WRITERS: dict[str, Writer] = {"pdf": write_pdf, "xlsx": write_xlsx, "csv": write_csv}
