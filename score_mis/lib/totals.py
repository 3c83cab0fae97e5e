"""How many records a list has, without counting millions of rows for every page.

A list that shows all its rows is counted already. Else an app above may know the number: it gives a provider (the
tallies), which answers where the filters ask for something that is tallied. What no tally answers is counted: fully
where few enterprises are in reach, else up to `MOST`, and then the page says "10,000+".
"""

from collections.abc import Callable, Mapping
from dataclasses import astuple, dataclass
from datetime import datetime
from typing import Any, Protocol

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from score_mis.lib.filterform import fields_of
from score_mis.lib.keyset import Page, Source, page_of

MOST = 10_000
"""Rows that are counted one by one; more are told as "10,000+"."""


@dataclass(frozen=True)
class Total:
    """A number of records. `is_least`: there are more. `counted_at`: a tally's number, while newer changes wait."""

    number: int
    is_least: bool = False
    counted_at: datetime | None = None

    def __str__(self) -> str:
        shown = formats.number_format(self.number, decimal_pos=0, use_l10n=True, force_grouping=True)
        return f"{shown}+" if self.is_least else shown

    def __bool__(self) -> bool:
        return self.number > 0

    @property
    def attribute(self) -> SafeString:
        """For the list's element: `data-count` where the number is that of the list now, else `data-about`."""
        name = "data-about" if self.is_least or self.counted_at else "data-count"
        return format_html('{}="{}"', name, self.number)

    @property
    def note(self) -> str:
        """What must be said beside a number that may be a little behind."""
        if self.counted_at is None:
            return ""
        moment = formats.date_format(timezone.localtime(self.counted_at), "DATETIME_FORMAT")
        return _("counted at %(moment)s, newer changes wait") % {"moment": moment}


@dataclass(frozen=True)
class Tallied:
    """What a provider knows: the tallies' number, and when they were computed if changes have waited since."""

    number: int
    behind_since: datetime | None = None


class Provider(Protocol):
    """Who knows numbers without counting records."""

    def tallied(self, request: HttpRequest, kind: str, asked: Mapping[str, Any]) -> Tallied | None:
        """The number of a kind of record in the person's reach that the filters leave; None where no tally says it."""

    def is_small(self, request: HttpRequest, asked: Mapping[str, Any]) -> bool:
        """Whether the filters leave the records of few enterprises, about a district's."""

    def kept(self, request: HttpRequest, words: str, count: Callable[[], Any]) -> Any:
        """What `count` finds among the records a person sees, kept until the next of them is written.

        `words` say what was asked; equal words must ask for the same. Only for records that are written with marks.
        """


class _CountAll:
    """Without tallies every list is small."""

    def tallied(self, request: HttpRequest, kind: str, asked: Mapping[str, Any]) -> Tallied | None:
        return None

    def is_small(self, request: HttpRequest, asked: Mapping[str, Any]) -> bool:
        return True

    def kept(self, request: HttpRequest, words: str, count: Callable[[], Any]) -> Any:
        return count()


_provider: Provider = _CountAll()


def register(provider: Provider) -> None:
    """Let an app above answer; the last one registered does."""
    global _provider
    _provider = provider


def kept(request: HttpRequest, words: str, count: Callable[[], Any]) -> Any:
    """Ask the provider to keep what was counted; see `Provider.kept`."""
    return _provider.kept(request, words, count)


def up_to(rows: QuerySet, most: int) -> Total:
    """Count rows, but no more than `most`."""
    found = rows.order_by()[: most + 1].count()
    return Total(min(found, most), found > most)


def total_of(
    request: HttpRequest,
    rows: QuerySet,
    *,
    kind: str = "",
    asked: Mapping[str, Any] | None = None,
    beside: QuerySet | None = None,
) -> Total:
    """How many rows a list has; a `kind` is one that the provider knows.

    `beside` are the few of them that the tallies do not count, such as drafts.
    """
    asked = asked or {}
    words = f"{kind} {sorted((name, str(getattr(value, 'pk', value))) for name, value in asked.items())}"
    known = _provider.tallied(request, kind, asked) if kind else None
    if known is not None and (known.behind_since is None or known.number > MOST):
        more = kept(request, f"beside {words}", beside.order_by().count) if beside is not None else 0
        return Total(known.number + more, counted_at=known.behind_since)
    if not kind:
        return up_to(rows, MOST)

    def count() -> tuple[int, bool]:
        if _provider.is_small(request, asked):
            return rows.order_by().count(), False
        return astuple(up_to(rows, MOST))[:2]

    return Total(*kept(request, f"{MOST} of {words}", count))


def asked_of(filterset: Any) -> dict[str, Any]:
    """The filters in use with their values; what was not understood is not in use."""
    cleaned = getattr(filterset.form, "cleaned_data", {})
    return {name: value for name, value in cleaned.items() if value not in (None, "", False)}


def listing(
    request: HttpRequest,
    rows: QuerySet,
    *,
    kind: str = "",
    filterset: Any = None,
    source: Source | None = None,
    beside: QuerySet | None = None,
) -> dict[str, Any]:
    """What every list's template needs: a page of the rows, and their total (`count` is its number).

    The pages are in the order of the rows, or come from `source`, which has the same rows in an order of its own.
    """
    page = page_of(request, source or rows)
    asked = asked_of(filterset) if filterset is not None else {}
    total = shown_or_counted(page, lambda: total_of(request, rows, kind=kind, asked=asked, beside=beside))
    found = {"page_obj": page, "total": total, "count": total.number}
    return found | with_filter(filterset) if filterset is not None else found


def with_filter(filterset: Any) -> dict[str, Any]:
    """What `_filters.html` needs."""
    return {"filter": filterset, "filter_fields": fields_of(filterset.form)}


def shown_or_counted(page: Page, count: Any) -> Total:
    """Do not count what is all on the page."""
    return Total(len(page)) if page.is_all else count()
