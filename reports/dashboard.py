"""The dashboard: cards, trend, league, ageing, coverage, modules, built from tallies for one scope and span."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import formats
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from enterprises.models import Enterprise, Programme
from hazards.models import Section
from reports import coverage
from reports.figures import Figure, Page, span_parameters
from reports.indicators import INDICATORS, Part
from reports.labels import labels
from reports.measures import Span
from reports.readings import places, read_all, read_by, trend
from reports.scope import Scope
from reports.sources import TallySource, Want
from score_mis.lib import charts, dates
from training.models import Module

TREND = ("suggestions_submitted", "suggestions_adopted", "suggestions_implemented")
HAZARD_TREND = ("hazards_identified", "hazards_rectified")
LEAGUE = ("suggestion_completion_rate", "hazard_completion_rate")
MOST_ROWS = 50


@dataclass
class LeagueRow:
    """One line of the league: a place and its two completion rates."""

    label: str
    url: str
    figures: list[tuple[Figure, SafeString]]


class Dashboard:
    """Everything the dashboard shows; each method is one card.

    `after` is the code its list of enterprises goes on from; `ids` limits what is read to a few indicators.
    """

    def __init__(self, scope: Scope, span: Span, after: str = "", ids: tuple[str, ...] | None = None) -> None:
        self.scope, self.span, self.after = scope, span, after
        self.page = Page(scope, span)
        self.source = TallySource(scope)
        self.readings = read_all(self.source, span, ids)

    def figure(self, indicator: str) -> Figure:
        """One indicator with its parts."""
        return self.page.big(indicator, self.readings[indicator])

    def figures(self, *ids: str) -> list[Figure]:
        """Several indicators."""
        return [self.figure(name) for name in ids]

    def headline(self) -> list[Figure]:
        """The two completion rates."""
        return self.figures("suggestion_completion_rate", "hazard_completion_rate")

    def completion(self) -> Figure:
        """Completion of suggestions."""
        return self.figure("suggestion_completion_rate")

    def rectification(self) -> Figure:
        """Completion of hazards."""
        return self.figure("hazard_completion_rate")

    def item_coverage(self) -> Figure:
        """Item coverage."""
        return self.figure("item_coverage")

    def overdue(self) -> Figure:
        """Hazards overdue."""
        return self.figure("hazards_overdue")

    def overdue_count(self) -> int:
        """How many hazards are overdue."""
        return self.value("hazards_overdue")

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

    def trend_charts(self) -> dict[str, SafeString]:
        """Cumulative lines of suggestions and hazards with the table underneath; always cumulative."""
        programme = Programme.objects.current()
        first = max(programme.launched_on if programme else self.span.as_of, _years_before(self.span.last))
        months = dates.months(first, self.span.last)
        ends = [min(dates.month_end(month), self.span.last) for month in months]
        values = trend(self.source, TREND + HAZARD_TREND, first, self.span.last)
        names = [formats.date_format(month, "YEAR_MONTH_FORMAT") for month in months]
        ticks = [formats.date_format(month, "SHORT_MONTH_FORMAT") for month in months]
        found = {}
        for key, title, ids in (
            ("suggestions", _("Suggestions, cumulative"), TREND),
            ("hazards", _("Hazards, cumulative"), HAZARD_TREND),
        ):
            series = [self._series(name, values[name], ends) for name in ids]
            found[key] = charts.line_chart(title, series, names, ticks=ticks)
            found[f"{key}_table"] = charts.series_table(title, series, names, month_label=_("Month"))
        return found

    def _series(self, indicator: str, values: list[int], ends: list[date]) -> charts.Series:
        urls = [Page(self.scope, Span(end)).url(indicator, "value") for end in ends]
        return charts.Series(str(INDICATORS[indicator].value.shown), values, urls, {"indicator": indicator})

    @cached_property
    def league_kind(self) -> str:
        """Big scopes compare their parts; enterprises are compared inside a district, some at once."""
        area = self.scope.area
        few = self.scope.enterprises().order_by().values("pk")[: MOST_ROWS + 1]
        has_parts = self.scope.is_whole_area and area.children.exists()
        return "area" if has_parts and len(few) > MOST_ROWS else "enterprise"

    @cached_property
    def listed(self) -> list[Enterprise]:
        """The enterprises of one page of the league, in the order of their codes, and the first of the next page."""
        rows = self.scope.enterprises().filter(code__gt=self.after).order_by("code")
        return list(rows[: MOST_ROWS + 1])

    def league(self) -> list[LeagueRow]:
        """The two completion rates of each enterprise (or part of the area), in the order of their codes."""
        if self.league_kind == "area":
            rows = read_by(self.source, self.span, "area", LEAGUE)
            scopes = dict(places(self.scope, "area"))
        else:
            shown = self.listed[:MOST_ROWS]
            only = replace(self.scope, only=tuple(enterprise.pk for enterprise in shown))
            rows = read_by(TallySource(only), self.span, "enterprise", LEAGUE)
            scopes = {e.pk: replace(self.scope, enterprise=e) for e in shown}
        names = labels(self.league_kind, list(rows))
        return [
            LeagueRow(names[key], self._place_url(self.league_kind, key), self._two(scopes[key], readings))
            for key, readings in rows.items()
        ]

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

    def _place_url(self, by: str, key: Any) -> str:
        if by == "enterprise":
            return reverse("enterprises:detail", args=[key])
        return f"{reverse('reports:dashboard')}?area={key}&as_of={self.span.as_of}"

    def modules(self) -> list[dict[str, Any]]:
        """Each module: started, completed, and what is planned."""
        by = self.readings["module_completions"]["by"]
        want = Want(Part("enrolments_planned", ""), "module")
        day = Span(self.span.last)
        planned = {group.key: group.n for group in self.source.read([want], day)}
        return [
            self._module(module, by.get(str(module.number)), planned.get(str(module.number), 0))
            for module in Module.objects.all()
        ]

    def _module(self, module: Module, reading: Mapping[str, Any] | None, planned: int) -> dict[str, Any]:
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
        return {
            "module": module,
            "started": self.page.link("module_completions", "denominator", started, key=key),
            "completed": self.page.link("module_completions", "numerator", completed, key=key),
            "tone": tone,
            "state": state,
        }

    def coverage_map(self) -> SafeString | str:
        """Enterprise by section: the share of the section's items looked at up to the day."""
        if self.league_kind == "area":
            return _("Choose a district: items are compared between its enterprises.")
        held = coverage.in_programme(self.scope, self.span.last).filter(code__gt=self.after)
        enterprises = list(held.order_by("code")[:MOST_ROWS])
        sections = list(Section.objects.filter(items__in=coverage.items_in_force(self.span.last)).distinct())
        if not enterprises or not sections:
            return ""
        items = defaultdict(set)
        for section, code in coverage.items_in_force(self.span.last).values_list("section", "code"):
            items[section].add(code)
        seen = defaultdict(set)
        shown = replace(self.scope, only=tuple(enterprise.pk for enterprise in enterprises))
        for owner, code in coverage.looks(shown, self.span.last).values_list("enterprise", "item_code"):
            seen[owner].add(code)
        shares = [[len(items[s.pk] & seen[e.pk]) / len(items[s.pk]) for s in sections] for e in enterprises]
        return charts.heat_map(
            _("Item coverage by enterprise and section"),
            [enterprise.code for enterprise in enterprises],
            [section.name for section in sections],
            shares,
        )

    def categories(self) -> list[dict[str, Any]]:
        """Suggestions and hazards by category, as of the day; events in a period."""
        found = []
        for title, ids, dim in (
            (_("Suggestions by category"), ("suggestions_submitted", "suggestions_adopted"), "category"),
            (_("Hazards by category"), ("hazards_identified", "hazards_rectified"), "category"),
            (_("Checks by who performed them"), ("safety_checks",), "performed_by"),
        ):
            rows = read_by(self.source, self.span, dim, ids)
            rows = {key: row for key, row in rows.items() if any(row[name]["value"] for name in ids)}
            names = labels(dim, list(rows))
            found.append(
                {
                    "title": title,
                    "heads": [INDICATORS[name].value.shown for name in ids],
                    "rows": [
                        (names[k], [self.page.link(n, "value", row[n]["value"], by=dim, key=k) for n in ids])
                        for k, row in rows.items()
                    ],
                }
            )
        return found


def _years_before(day: date, years: int = 5) -> date:
    """The first of the same month some years before: a trend has a bounded number of months."""
    return day.replace(day=1, year=day.year - years)
