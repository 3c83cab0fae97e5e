"""One piece of work, done in four ways: how many suggestions of each category were submitted, adopted, implemented."""

import io
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

import openpyxl  # type: ignore[import-untyped]
import python_calamine
from django.db.models import Count, Q

from bench.loading import LAST_DAY, rows
from enterprises.models import Enterprise
from suggestions.models import Category, Suggestion

CATEGORIES = ["", *Category.values]
STAGES = ("submitted", "adopted", "implemented")
SHEET_ROWS = 100_000
"""The most rows that are exported to a spreadsheet; a sheet ends at 1,048,576."""

Funnel = dict[tuple[str, str], int]


def funnel_by_sql() -> Funnel:
    """One aggregate over the records."""
    counts = {
        "submitted": Count("pk", filter=Q(submitted_on__lte=LAST_DAY)),
        "adopted": Count("pk", filter=Q(adopted_on__lte=LAST_DAY)),
        "implemented": Count("pk", filter=Q(implemented_on__lte=LAST_DAY)),
    }
    found = Suggestion.objects.counted().order_by().values_list("category").annotate(**counts)
    return {(row[0], stage): n for row in found for stage, n in zip(STAGES, row[1:], strict=True) if n}


def funnel_by_loop(enterprises: int) -> tuple[Funnel, int]:
    """The naive page: each enterprise's suggestions are fetched and counted in Python; returns how many it took."""
    found: Funnel = Counter()
    taken = list(Enterprise.objects.order_by("pk")[:enterprises])
    for enterprise in taken:
        for suggestion in Suggestion.objects.counted().filter(enterprise=enterprise):
            for stage, day in (
                ("submitted", suggestion.submitted_on),
                ("adopted", suggestion.adopted_on),
                ("implemented", suggestion.implemented_on),
            ):
                if day is not None and day <= LAST_DAY:
                    found[(suggestion.category, stage)] += 1
    return dict(found), len(taken)


def export() -> tuple[bytes, int]:
    """Write suggestions to a spreadsheet as people do who count in one; return the file and how many rows it has."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("suggestions")
    sheet.append(["number", "enterprise", "category", "status", "submitted", "adopted", "implemented"])
    found = rows(
        """SELECT number, enterprise_id, category, status, submitted_on, adopted_on, implemented_on
        FROM suggestions_suggestion WHERE status <> 'void' ORDER BY id LIMIT %s""",
        [SHEET_ROWS],
    )
    for row in found:
        sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue(), len(found)


def pivot(lines: Iterable[Iterable[Any]]) -> Funnel:
    """Count the lines of a spreadsheet."""
    found: Funnel = Counter()
    for _number, _enterprise, category, _status, *days in lines:
        for stage, day in zip(STAGES, days, strict=False):  # empty cells at the end of a line are left out
            if day and (day.date() if isinstance(day, datetime) else day) <= LAST_DAY:
                found[(category or "", stage)] += 1
    return dict(found)


def read_openpyxl(file: bytes) -> Iterator[Iterable[Any]]:
    """The lines of a spreadsheet, read by openpyxl."""
    book = openpyxl.load_workbook(io.BytesIO(file), read_only=True, data_only=True)
    return book.worksheets[0].iter_rows(min_row=2, values_only=True)


def read_calamine(file: bytes) -> Iterator[Iterable[Any]]:
    """The lines of a spreadsheet, read by calamine."""
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(file))
    return iter(book.get_sheet_by_index(0).to_python(skip_empty_area=False)[1:])


def spreadsheet() -> dict[str, float]:
    """Seconds of opening the file and counting, with each reader; both must count the same."""
    file, lines = export()
    found, seconds = [], {}
    for name, reader in (("openpyxl", read_openpyxl), ("calamine", read_calamine)):
        begun = time.perf_counter()
        found.append(pivot(reader(file)))
        seconds[name] = time.perf_counter() - begun
    if found[0] != found[1]:
        raise AssertionError("the two readers of the spreadsheet disagree")
    return seconds | {"lines": lines}


def naive(enterprises: int) -> dict[str, float]:
    """Seconds of the naive page over so many enterprises."""
    begun = time.perf_counter()
    _found, taken = funnel_by_loop(enterprises)
    return {"seconds": time.perf_counter() - begun, "enterprises": taken}
