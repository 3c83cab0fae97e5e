"""Figures on pages: a number that is a link to exactly its records."""

from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext as _

from reports.indicators import INDICATORS, Indicator
from reports.measures import Span
from reports.scope import Scope
from score_mis.lib.markup import escaped, fill, grouped


def span_parameters(span: Span) -> dict[str, str]:
    """A span as query parameters."""
    found = {"as_of": span.as_of.isoformat()}
    if span.since is not None:
        found["since"] = span.since.isoformat()
        if span.last != span.as_of:
            found["until"] = span.last.isoformat()
    return found | known_parameters(span)


def known_parameters(span: Span) -> dict[str, str]:
    """The day on which it was known, as a query parameter."""
    return {} if span.known_on is None else {"known_on": span.known_on.isoformat()}


@dataclass(frozen=True)
class Words:
    """An indicator's words in one language, ready for HTML: its name, and by part the name of what is counted."""

    name: SafeString
    parts: dict[str, SafeString]


@cache
def _words(language: str | None) -> dict[str, Words]:
    """The words of all indicators; looked up once a process and language, which is the one that is active."""
    return {
        row.id: Words(
            fill("{}", row.name), {name: fill("{}", part.shown) for name, part in row.parts().items()}
        )
        for row in INDICATORS.values()
    }


def words(indicator: str) -> Words:
    """The words of an indicator in the reader's language."""
    return _words(get_language())[indicator]


class Page:
    """What all figures of a page share: scope and span, and with them all of an address but the figure's name."""

    def __init__(self, scope: Scope, span: Span) -> None:
        self.scope, self.span = scope, span

    @cached_property
    def _query(self) -> str:
        return urlencode({**self.scope.parameters(), **span_parameters(self.span)})

    @cached_property
    def _scoped(self) -> str:
        """The query of the scope alone, to be followed by a day."""
        return urlencode({**self.scope.parameters(), **known_parameters(self.span), "as_of": ""})

    @cached_property
    def _start(self) -> str:
        return reverse("reports:evidence", args=["i", "p"]).removesuffix("i/p/")

    @cached_property
    def _end(self) -> SafeString:
        """What follows the name of a figure in its address, for HTML."""
        return fill("/?{}", self._query)

    def url(self, indicator: str, part: str, **extra: str) -> str:
        """The address of the records behind a part."""
        more = f"&{urlencode(extra)}" if extra else ""
        return f"{self._start}{indicator}/{part}/?{self._query}{more}"

    def url_on(self, indicator: str, part: str, day: date) -> str:
        """The address of the records behind a part as of another day."""
        return f"{self._start}{indicator}/{part}/?{self._scoped}{day.isoformat()}"

    def link(self, indicator: str, part: str, value: int, shown: Any = None, **extra: str) -> SafeString:
        """A figure as a link that says which indicator and how much it is."""
        return fill(
            '<a data-indicator="{0}" data-part="{1}" data-value="{2}" href="{3}{0}/{1}{4}{5}">{6}</a>',
            indicator,
            part,
            value,
            self._start,
            self._end,
            f"&{urlencode(extra)}" if extra else "",
            grouped(value) if shown is None else shown,
        )

    def big(self, indicator: str, reading: dict[str, Any], **extra: str) -> "Figure":
        """An indicator as a figure with its parts."""
        row = INDICATORS[indicator]
        if "numerator" in reading:
            return self._rate(row, reading, extra)
        if "median" in reading:
            median = reading["median"]
            shown = _("n/a") if median is None else _("%(days)s days") % {"days": grouped(median)}
            over = self.link(row.id, "value", reading["n"], **extra)
            return Figure(row, shown, _sentence(_("over %(n)s"), n=over))
        if "sum" in reading:
            shown = f"{grouped(reading['sum'])} {reading['currency']}"
            over = self.link(row.id, "value", reading["n"], **extra)
            return Figure(row, shown, _sentence(_("%(n)s reporting"), n=over))
        return Figure(row, self.link(row.id, "value", reading["value"], **extra), "")

    def _rate(self, row: Indicator, reading: dict[str, Any], extra: dict[str, str]) -> "Figure":
        percent = reading["percent"]
        if percent is None:
            shown = _("n/a")
        elif row.id == "findings_per_100_checks":
            shown = grouped(round(100 * reading["numerator"] / reading["denominator"], 1))
        else:
            shown = _("%(n)s %%") % {"n": percent}
        named = words(row.id).parts
        parts = _sentence(
            _("%(numerator)s %(numerator_name)s of %(denominator)s %(denominator_name)s"),
            numerator=self.link(row.id, "numerator", reading["numerator"], **extra),
            numerator_name=named["numerator"],
            denominator=self.link(row.id, "denominator", reading["denominator"], **extra),
            denominator_name=named["denominator"],
        )
        return Figure(row, shown, parts, percent)


@cache
def _pattern(text: str) -> str:
    """A translated sentence as a pattern with named places; the sentence itself is escaped."""
    plain = escaped(text).replace("{", "{{").replace("}", "}}")
    return plain.replace("%(", "{").replace(")s", "}")


def _sentence(text: str, **parts: SafeString) -> SafeString:
    """Put links into a translated sentence."""
    filled = _pattern(text).format(**{name: escaped(part) for name, part in parts.items()})
    return SafeString(filled)  # nosec B703 (sentence and parts are escaped)


@dataclass(frozen=True)
class Figure:
    """An indicator as people read it: the big figure and the sentence with its parts."""

    indicator: Indicator
    shown: Any
    parts: Any
    percent: int | None = None

    @property
    def name(self) -> SafeString:
        """The indicator's name in the reader's language."""
        return words(self.indicator.id).name
