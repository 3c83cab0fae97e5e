"""The dashboard: cards, trend, league, ageing, coverage, modules, built from tallies for one scope and span."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, lru_cache
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import formats
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext as _

from enterprises.models import Enterprise
from hazards.models import Section
from reports import coverage
from reports.figures import Figure, Page, known_parameters, span_parameters, words
from reports.indicators import INDICATORS, Part
from reports.labels import labels
from reports.measures import Span
from reports.readings import Readings, read_places, trend
from reports.scope import Scope
from reports.sources import Want, source_for
from score_mis.lib import charts, dates, statements
from score_mis.lib.markup import fill
from training.models import Module

TREND = ("suggestions_submitted", "suggestions_adopted", "suggestions_implemented")
HAZARD_TREND = ("hazards_identified", "hazards_rectified")
LEAGUE = ("suggestion_completion_rate", "hazard_completion_rate")
BY_CATEGORY = (("suggestions_submitted", "suggestions_adopted"), HAZARD_TREND)
MOST_ROWS = 50
PLANNED = Want(Part("enrolments_planned", "", held=True), "module")
"""What is planned at the end of the day or period."""


@dataclass
class LeagueRow:
    """One line of the league: a place and its two completion rates."""

    label: str
    url: str
    figures: list[tuple[Figure, SafeString]]


@dataclass
class ModuleRow:
    """One module: how many enterprises started and completed it, and its state in colour and words."""

    module: Module
    started: SafeString
    completed: SafeString
    tone: str
    state: str


@dataclass
class Breakdown:
    """A table of counts by the keys of one breakdown."""

    title: str
    heads: list[SafeString]
    rows: list[tuple[str, list[SafeString]]]


class Dashboard:
    """Everything the dashboard shows; each method is one card.

    `after` is the code its list of enterprises goes on from; `ids` limits what is read to a few indicators.
    """

    def __init__(self, scope: Scope, span: Span, after: str = "", ids: tuple[str, ...] | None = None) -> None:
        self.scope, self.span, self.after = scope, span, after
        self.page = Page(scope, span)
        self.source = source_for(scope, span)
        by = {"category": sum(BY_CATEGORY, ()), "performed_by": ("safety_checks",)}
        self.read = Readings(self.source, span, ids, by={} if ids else by, also=() if ids else (PLANNED,))
        self.readings = self.read.whole

    def figure(self, indicator: str) -> Figure:
        """One indicator with its parts."""
        return self.page.big(indicator, self.readings[indicator])

    def figures(self, *ids: str) -> list[Figure]:
        """Several indicators."""
        return [self.figure(name) for name in ids]

    def headline(self) -> list[Figure]:
        """The two completion rates."""
        return self.figures("suggestion_completion_rate", "hazard_completion_rate")

    def suggestion_notes(self) -> list[Figure]:
        """What stands under the completion of suggestions."""
        return self.figures("implementation_rate", "adoption_rate", "decision_days", "implementation_days")

    def hazard_notes(self) -> list[Figure]:
        """What stands under the completion of hazards."""
        return self.figures("findings_per_100_checks", "verified_closure_rate")

    def counts(self) -> list[Figure]:
        """The plain counts in one line."""
        return self.figures("enterprises", *TREND, "checklist_items", "safety_checks", *HAZARD_TREND)

    def deadlines(self) -> list[Figure]:
        """Whether deadlines were kept."""
        return self.figures("on_time_rate", "repeat_rate", "hazards_sent_back", "suggestions_sent_back")

    def major(self) -> list[Figure]:
        """Major hazards, always apart."""
        return self.figures(*[row.id for row in INDICATORS.values() if row.group == "major"])

    def others(self) -> list[Figure]:
        """What is left."""
        return self.figures(
            "saving_actual",
            "saving_estimated",
            "frontline_share",
            "visits_done_of_planned",
            "reporting_coverage",
            "entry_lag",
        )

    def value(self, indicator: str) -> int:
        """The count of an indicator."""
        return self.readings[indicator]["value"]

    def suggestion_steps(self) -> SafeString:
        """Submitted, adopted, implemented as a funnel."""
        return self._steps(_("Suggestions by stage"), *TREND)

    def hazard_steps(self) -> SafeString:
        """Checks, hazards identified, rectified."""
        return self._steps(_("Checks and hazards"), "safety_checks", *HAZARD_TREND)

    def _steps(self, title: str, *ids: str) -> SafeString:
        rows = [INDICATORS[name] for name in ids]
        return charts.stacked_steps(
            title,
            [
                charts.Step(
                    str(row.value.shown).capitalize(),
                    self.value(row.id),
                    self.page.url(row.id, "value"),
                    {"indicator": row.id},
                )
                for row in rows
            ],
        )

    def still_to_do(self) -> int:
        """Adopted and not implemented."""
        return self.value("suggestions_adopted") - self.value("suggestions_implemented")

    def open_hazards(self) -> int:
        """Identified and not rectified."""
        return self.value("hazards_identified") - self.value("hazards_rectified")

    def ageing(self) -> list[tuple[str, SafeString]]:
        """Overdue hazards by age."""
        row = INDICATORS["hazards_overdue_ageing"]
        by = self.readings[row.id]["by"]
        return [
            (key, self.page.link(row.id, f"step-{index}", by[key]["value"]))
            for index, (key, _part) in enumerate(row.steps)
        ]

    def people(self) -> list[tuple[str, SafeString]]:
        """People trained by sex and worker or manager."""
        by = self.readings["people_trained"]["by"]
        names = labels("sex_role", list(by))
        return [
            (names[k], self.page.link("people_trained", "value", v["value"], key=k)) for k, v in by.items()
        ]

    def trend_charts(self) -> list[tuple[str, SafeString, SafeString]]:
        """Title, lines and table of suggestions and of hazards; always cumulative."""
        programme, last = self.read.programme, self.span.last
        first = max(programme.launched_on if programme else self.span.as_of, _years_before(last))
        months = dates.months(first, last)
        ends = [min(dates.month_end(month), last) for month in months]
        at_end = None if self.span.since else {name: self.value(name) for name in TREND + HAZARD_TREND}
        values = trend(self.source, TREND + HAZARD_TREND, first, last, at_end)
        written = [_written(month, get_language()) for month in months]
        names, ticks = [name for name, _tick in written], [tick for _name, tick in written]
        found = []
        for title, ids in (
            (_("Suggestions, cumulative"), TREND),
            (_("Hazards, cumulative"), HAZARD_TREND),
        ):
            series = [self._series(name, values[name], ends) for name in ids]
            chart = charts.line_chart(title, series, names, ticks=ticks)
            found.append((title, chart, charts.series_table(title, series, names, month_label=_("Month"))))
        return found

    def _series(self, indicator: str, values: list[int], ends: list[date]) -> charts.Series:
        urls = [fill("{}", self.page.url_on(indicator, "value", end)) for end in ends]
        return charts.Series(words(indicator).parts["value"], values, urls, {"indicator": indicator})

    @cached_property
    def league_kind(self) -> str:
        """Big scopes compare their parts; enterprises are compared inside a district, some at once."""
        has_parts = self.scope.has_tallies and self.scope.parts
        return "area" if has_parts and self.scope.size > MOST_ROWS else "enterprise"

    @cached_property
    def listed(self) -> list[Enterprise]:
        """The enterprises of one page of the league, in the order of their codes, and the first of the next page."""
        rows = self.scope.enterprises().filter(code__gt=self.after).order_by("code")
        return list(rows[: MOST_ROWS + 1])

    def league(self) -> list[LeagueRow]:
        """The two completion rates of each enterprise (or part of the area), in the order of their codes."""
        if self.league_kind == "area":
            source, rows = self.source, None
        else:
            shown = self.listed[:MOST_ROWS]
            only = tuple(enterprise.pk for enterprise in shown)
            source = source_for(replace(self.scope, only=only), self.span)
            rows = [(e.pk, replace(self.scope, enterprise=e)) for e in shown]
        return [
            LeagueRow(self._place_name(scope), self._place_url(scope), self._two(scope, readings))
            for _key, scope, readings in read_places(
                source, self.span, self.league_kind, LEAGUE, rows, self.read.programme
            )
        ]

    def _place_name(self, scope: Scope) -> str:
        place = scope.enterprise or scope.area
        return place.name if place else ""

    def next_enterprises(self) -> str:
        """Where the list of enterprises goes on; empty at its end."""
        if self.league_kind == "area" or len(self.listed) <= MOST_ROWS:
            return ""
        query = {
            **self.scope.parameters(),
            **span_parameters(self.span),
            "after": self.listed[MOST_ROWS - 1].code,
        }
        return f"{reverse('reports:dashboard')}?{urlencode(query)}#league"

    def _two(self, scope: Scope, readings: Mapping[str, Any]) -> list[tuple[Figure, SafeString]]:
        page = Page(scope, self.span)
        return [
            (page.big(name, readings[name]), charts.bar(readings[name]["percent"] or 0, 100, colour=2))
            for name in LEAGUE
        ]

    def _place_url(self, scope: Scope) -> str:
        if scope.enterprise is not None:
            return reverse("enterprises:detail", args=[scope.enterprise.pk])
        code = scope.area.code if scope.area else ""
        query = {"area": code, "as_of": self.span.as_of, **known_parameters(self.span)}
        return f"{reverse('reports:dashboard')}?{urlencode(query)}"

    def modules(self) -> list[ModuleRow]:
        """Each module: started, completed, and what is planned."""
        by = self.readings["module_completions"]["by"]
        planned: dict[str, int] = defaultdict(int)
        for group in self.read.sums.of(PLANNED, self.span):
            planned[group.key] += group.n
        return [
            self._module(module, by.get(str(module.number)), planned[str(module.number)])
            for module in statements.records("modules", [], lambda values: Module.objects.all())
        ]

    def _module(self, module: Module, reading: Mapping[str, Any] | None, planned: int) -> ModuleRow:
        reading = reading or {"numerator": 0, "denominator": 0}
        started, completed = reading["denominator"], reading["numerator"]
        key = str(module.number)
        if started and started == completed:
            tone, state = "ok", _("complete")
        elif started:
            tone, state = "warn", _("under way")
        elif planned:
            tone, state = "warn", _("%(n)s planned") % {"n": planned}
        else:
            tone, state = "idle", _("not started")
        return ModuleRow(
            module,
            self.page.link("module_completions", "denominator", started, key=key),
            self.page.link("module_completions", "numerator", completed, key=key),
            tone,
            state,
        )

    def coverage_map(self) -> SafeString | str:
        """Enterprise by section: the share of the section's items looked at up to the day."""
        if self.league_kind == "area":
            return _("Choose a district: items are compared between its enterprises.")
        held = coverage.in_programme(self.scope, self.span.last).filter(code__gt=self.after)
        enterprises = list(held.order_by("code").values_list("pk", "code")[:MOST_ROWS])
        items = defaultdict(set)
        for section, code in self.read.items:
            items[section].add(code)
        sections = list(Section.objects.filter(pk__in=items))
        if not enterprises or not sections:
            return ""
        seen = coverage.codes_looked_at([pk for pk, _code in enterprises], self.span.last)
        shares = [
            [len(items[s.pk] & seen[pk]) / len(items[s.pk]) for s in sections] for pk, _c in enterprises
        ]
        return charts.heat_map(
            _("Item coverage by enterprise and section"),
            [code for _pk, code in enterprises],
            [section.name for section in sections],
            shares,
        )

    def categories(self) -> list[Breakdown]:
        """Suggestions and hazards by category, as of the day; events in a period."""
        tables = (
            (_("Suggestions by category"), BY_CATEGORY[0], "category"),
            (_("Hazards by category"), BY_CATEGORY[1], "category"),
            (_("Checks by who performed them"), ("safety_checks",), "performed_by"),
        )
        return [self._breakdown(title, ids, dim) for title, ids, dim in tables]

    def _breakdown(self, title: str, ids: tuple[str, ...], dim: str) -> Breakdown:
        rows = {k: r for k, r in self.read.by[dim].items() if any(r[name]["value"] for name in ids)}
        names = labels(dim, list(rows))
        return Breakdown(
            title,
            [words(name).parts["value"] for name in ids],
            [
                (names[k], [self.page.link(n, "value", row[n]["value"], by=dim, key=k) for n in ids])
                for k, row in rows.items()
            ],
        )


@lru_cache(maxsize=1000)
def _written(month: date, language: str | None) -> tuple[str, str]:
    """A month in words, and in as few as stand under an axis, in a language, which is that of the moment."""
    long, short = (f"{size}_MONTH_FORMAT" for size in ("YEAR", "SHORT"))
    return formats.date_format(month, long), formats.date_format(month, short)


def _years_before(day: date, years: int = 5) -> date:
    """The first of the same month some years before: a trend has a bounded number of months."""
    return day.replace(day=1, year=day.year - years)
