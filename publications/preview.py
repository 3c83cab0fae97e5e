"""How figures of a report look on pages: before the freeze from the tallies, afterwards from what was frozen."""

from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language, gettext as _, gettext_lazy

from publications.models import Report, Snapshot
from publications.restatement import as_content
from publications.scopes import scope_of, spans_of
from publications.snapshots import FrozenFigure, content, figure, rows_of
from reports.figures import Page
from reports.indicators import GROUPS, INDICATORS
from reports.labels import labels
from reports.readings import Readings
from reports.restating import Difference
from reports.sources import TallySource
from score_mis.lib.markup import grouped


@dataclass(frozen=True)
class Line:
    """One figure of a list: its name, what it is, its parts, its code, and where its records are."""

    name: Any
    shown: Any
    parts: Any = ""
    code: str = ""
    url: str = ""


Group = tuple[Any, list[Line]]


def groups(report: Report) -> list[Group]:
    """What the tallies say now of every indicator, on the cut-off day; each figure is a link to its records."""
    scope, span = scope_of(report), spans_of(report)["state"]
    readings = Readings(TallySource(scope), span).whole
    page = Page(scope, span)
    found = []
    for group, title in GROUPS.items():
        rows = [row for row in INDICATORS.values() if row.group == group]
        found.append((title, [line for row in rows for line in _lines(page, row, readings[row.id])]))
    return found


def _lines(page: Page, row: Any, reading: dict[str, Any]) -> list[Line]:
    if "by" not in reading:
        figure = page.big(row.id, reading)
        return [Line(row.name, figure.shown, figure.parts)]
    named = labels(row.by, list(reading["by"])) if row.by else {}
    return [Line(f"{row.name} · {named.get(key, key)}", *_plain(one)) for key, one in reading["by"].items()]


def _plain(reading: dict[str, Any]) -> tuple[Any, Any]:
    """A reading as text without links: the figure, and its parts."""
    if "numerator" in reading:
        percent = reading["percent"]
        shown = _("n/a") if percent is None else _("%(n)s %%") % {"n": percent}
        return shown, f"{grouped(reading['numerator'])} / {grouped(reading['denominator'])}"
    if "median" in reading:
        median = reading["median"]
        shown = _("n/a") if median is None else _("%(days)s days") % {"days": median}
        return shown, f"n = {grouped(reading['n'])}"
    if "sum" in reading:
        return f"{reading['sum']} {reading['currency']}", f"n = {grouped(reading['n'])}"
    return grouped(reading["value"]), ""


def frozen_groups(snapshot: Snapshot, said: dict[str, Any]) -> list[Group]:
    """The frozen figures of the whole scope on the cut-off day, each with its code."""
    language = get_language() or "en"
    found: dict[str, list[Line]] = {}  # in the order of the figures; canonical JSON has none of names
    for one in said["figures"]:
        if one["mode"] != "state" or (one["dim"] and one["dim"] not in ("step", "sex_role")):
            continue
        indicator = said["indicators"][one["indicator"]]
        name = indicator["name"][language]
        if one["dim"]:
            name = f"{name} · {said['labels'][one['dim']][one['key']][language]}"
        url = reverse("publications:evidence", args=[snapshot.code, one["code"]])
        found.setdefault(indicator["group"], []).append(Line(name, *_plain(one["reading"]), one["code"], url))
    return [(said["groups"][group][language], lines) for group, lines in found.items()]


@dataclass
class FrozenShown:
    """A frozen figure as its page shows it."""

    one: FrozenFigure
    language: str

    @property
    def name(self) -> str:
        """The indicator, and the part where the code names one."""
        names = [self._indicator["name"][self.language]]
        part = {"a": "numerator", "b": "denominator"}.get(self.one.letter)
        return " · ".join([*names, *([self._indicator["parts"][part][self.language]] if part else [])])

    @property
    def definition(self) -> str:
        """What the indicator means, in the words of the day of the freeze."""
        return self._indicator["definition"][self.language]

    @property
    def row(self) -> str:
        """The row of the breakdown, where the figure is one."""
        figure = self.one.figure
        if figure["dim"] == "enterprise":
            return self.enterprises().get(int(figure["key"]), figure["key"])
        if not figure["dim"]:
            return ""
        return self.one.content["labels"][figure["dim"]][figure["key"]][self.language]

    @property
    def figure(self) -> tuple[Any, Any]:
        """The reading as text: the figure, and its parts."""
        return _plain(self.one.figure["reading"])

    @property
    def parts(self) -> list[tuple[str, int, str]]:
        """The parts of a rate: words, number, address of the records."""
        if self.one.value is not None:
            return []
        reading, code = self.one.figure["reading"], self.one.figure["code"]
        numbers = {"a": ("numerator", reading["numerator"]), "b": ("denominator", reading["denominator"])}
        return [
            (
                self._indicator["parts"][name][self.language],
                n,
                reverse("publications:evidence", args=[self.one.snapshot.code, f"{code}{letter}"]),
            )
            for letter, (name, n) in numbers.items()
        ]

    def page(self, start: int, size: int) -> list[dict[str, Any]]:
        """Some of the records; none for a rate as a whole, whose parts have theirs."""
        return [] if self.one.value is None else list(islice(rows_of(self.one, start), size))

    def enterprises(self) -> dict[int, str]:
        """The names of the enterprises, as they were called at the freeze."""
        return {one["pk"]: one["name"][self.language] for one in self.one.content["enterprises"]}

    @cached_property
    def _indicator(self) -> dict[str, Any]:
        return self.one.content["indicators"][self.one.figure["indicator"]]


@dataclass(frozen=True)
class Restated:
    """A figure that would be another today: its name, code, what was published, what it would be, and why."""

    name: str
    code: str
    url: str
    published: tuple[Any, Any]
    now: tuple[Any, Any]
    records: int
    because: list[dict[str, Any]]


def restated(snapshot: Snapshot, found: list[Difference], language: str) -> list[Restated]:
    """Differences as a page tells them."""
    said = content(snapshot)
    told = []
    for one in as_content(snapshot, found)["figures"]:
        shown = FrozenShown(figure(snapshot, one["code"], said), language)  # type: ignore[arg-type]
        url = reverse("publications:evidence", args=[snapshot.code, one["code"]])
        because = [
            {**each, "what": WHAT[each["what"]], "causes": [cause[language] for cause in each["causes"]]}
            for each in one["because"]
        ]
        name = " · ".join(filter(None, (shown.name, shown.row)))
        now = {**said["figures"][int(one["code"][1:]) - 1]["reading"], **one["now"]}
        told.append(Restated(name, one["code"], url, shown.figure, _plain(now), one["records"], because))
    return told


WHAT = {
    "gone": gettext_lazy("no longer counted"),
    "added": gettext_lazy("counted now"),
    "changed": gettext_lazy("counted otherwise"),
}
