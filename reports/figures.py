"""Figures on pages: a number that is a link to exactly its records."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import formats
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from reports.indicators import INDICATORS
from reports.measures import Span
from reports.scope import Scope


def number(value: Any) -> str:
    """A number with thousands set off, as the reader's language writes it."""
    return formats.number_format(value, use_l10n=True, force_grouping=True)


def span_parameters(span: Span) -> dict[str, str]:
    """A span as query parameters."""
    found = {"as_of": span.as_of.isoformat()}
    if span.since is not None:
        found["since"] = span.since.isoformat()
        if span.last != span.as_of:
            found["until"] = span.last.isoformat()
    return found


@dataclass(frozen=True)
class Page:
    """What all figures of a page share: scope and span."""

    scope: Scope
    span: Span

    def url(self, indicator: str, part: str, **extra: str) -> str:
        """The address of the records behind a part."""
        query = {**self.scope.parameters(), **span_parameters(self.span), **extra}
        return f"{reverse('reports:evidence', args=[indicator, part])}?{urlencode(query)}"

    def link(self, indicator: str, part: str, value: int, shown: Any = None, **extra: str) -> SafeString:
        """A figure as a link that says which indicator and how much it is."""
        return format_html(
            '<a data-indicator="{}" data-part="{}" data-value="{}" href="{}">{}</a>',
            indicator,
            part,
            value,
            self.url(indicator, part, **extra),
            number(value) if shown is None else shown,
        )

    def big(self, indicator: str, reading: dict[str, Any], **extra: str) -> "Figure":
        """An indicator as a figure with its parts."""
        row = INDICATORS[indicator]
        if "numerator" in reading:
            return self._rate(row, reading, extra)
        if "median" in reading:
            shown = (
                _("n/a")
                if reading["median"] is None
                else _("%(days)s days") % {"days": number(reading["median"])}
            )
            return Figure(
                row, shown, _sentence(_("over %(n)s"), n=self.link(row.id, "value", reading["n"], **extra))
            )
        if "sum" in reading:
            shown = f"{number(reading['sum'])} {reading['currency']}"
            return Figure(
                row,
                shown,
                _sentence(_("%(n)s reporting"), n=self.link(row.id, "value", reading["n"], **extra)),
            )
        return Figure(row, self.link(row.id, "value", reading["value"], **extra), "")

    def _rate(self, row: Any, reading: dict[str, Any], extra: dict[str, str]) -> "Figure":
        percent = reading["percent"]
        if row.id == "findings_per_100_checks":
            shown = (
                _("n/a")
                if percent is None
                else number(round(100 * reading["numerator"] / reading["denominator"], 1))
            )
        else:
            shown = _("n/a") if percent is None else _("%(n)s %%") % {"n": percent}
        parts = _sentence(
            _("%(numerator)s %(numerator_name)s of %(denominator)s %(denominator_name)s"),
            numerator=self.link(row.id, "numerator", reading["numerator"], **extra),
            numerator_name=row.numerator.shown,
            denominator=self.link(row.id, "denominator", reading["denominator"], **extra),
            denominator_name=row.denominator.shown,
        )
        return Figure(row, shown, parts, percent)


def _sentence(text: str, **parts: Any) -> SafeString:
    """Put links into a translated sentence; the sentence itself is escaped."""
    return format_html(text.replace("{", "").replace("}", "").replace("%(", "{").replace(")s", "}"), **parts)


@dataclass(frozen=True)
class Figure:
    """An indicator as people read it: the big figure and the sentence with its parts."""

    indicator: Any
    shown: Any
    parts: Any
    percent: int | None = None
