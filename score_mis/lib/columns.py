"""Columns of tables that leave the site as files: what a cell may hold, for spreadsheets and CSV alike."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from django.utils import timezone

Value = str | int | bool | Decimal | date | datetime | None
"""What a cell may hold; nothing is None, and a text is always a text."""


class Kind(Enum):
    """What stands in a column, which decides its width and how its numbers look."""

    TEXT = "text"
    LONG = "long text"
    NUMBER = "whole number"
    AMOUNT = "amount with two decimals"
    DAY = "day"
    MOMENT = "day and time"
    SHARE = "share of one, shown as percent"
    DECIMAL = "number with any decimals"
    TENTH = "number with one decimal"
    CODE = "code beside a number"


@dataclass(frozen=True)
class Cell:
    """A value of another kind than its column has, or with an address that it leads to."""

    value: Value
    kind: Kind
    link: str = ""


@dataclass(frozen=True)
class Column:
    """A column: an ASCII name for programs, words for people, what it holds."""

    key: str
    words: Any
    kind: Kind = Kind.TEXT


def local(value: Any) -> Any:
    """The same value with moments in the site's time zone, as spreadsheets know none; other objects as their text."""
    if isinstance(value, datetime):
        return timezone.make_naive(value) if timezone.is_aware(value) else value
    if value is None or isinstance(value, str | int | Decimal | date):
        return value
    return str(value)
