"""HTML written in Python: patterns with places, filled with values that are escaped unless they are HTML already.

The same as Django's `format_html`, five times as fast: a page of figures fills more than a thousand patterns. Only
patterns of our own code become HTML as they are; whatever comes from elsewhere is a value.
"""

import html
from collections.abc import Iterable
from functools import cache
from typing import Any

from django.utils.formats import get_format, number_format
from django.utils.safestring import SafeString
from django.utils.translation import get_language

NOTHING = SafeString("")


def escaped(value: Any) -> str:
    """A value as it may stand in HTML; what says that it is HTML already stays as it is."""
    if isinstance(value, int):
        return str(value)
    text = value if hasattr(value, "__html__") else str(value)
    return text.__html__() if hasattr(text, "__html__") else html.escape(text)


def fill(pattern: str, *values: Any) -> SafeString:
    """A pattern with its places filled."""
    return SafeString(pattern.format(*map(escaped, values)))  # nosec B703 (every value is escaped)


def fill_each(pattern: str, rows: Iterable[tuple[Any, ...]]) -> SafeString:
    """A pattern filled once for each row, one after the other."""
    return SafeString("".join([pattern.format(*map(escaped, row)) for row in rows]))  # nosec B703


def joined(pieces: Iterable[Any], between: str = "") -> SafeString:
    """Pieces one after the other."""
    return SafeString(between.join(map(escaped, pieces)))  # nosec B703


def grouped(value: Any) -> str:
    """A number with thousands set off, as the reader's language writes it."""
    if isinstance(value, int):
        separator = _thousands(get_language() or "")
        if separator is not None:
            return f"{value:,}".replace(",", separator)
    return number_format(value, use_l10n=True, force_grouping=True)


@cache
def _thousands(language: str) -> str | None:
    """What a language writes between thousands; None where it groups digits in another way."""
    is_plain = get_format("NUMBER_GROUPING", language, use_l10n=True) == 3
    return get_format("THOUSAND_SEPARATOR", language, use_l10n=True) if is_plain else None
