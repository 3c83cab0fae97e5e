"""Tables and charts of a snapshot's figures: of the whole scope, and by what they are broken down by."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any

from django.utils.translation import gettext_lazy as _

from publications.blocks import Block, Card, Cell, Chart, Column, KeyFigures, Series, Table
from publications.numbers import Figure, Number, figure_of
from publications.words import Voice, Words

WIDTHS = {"count": 2, "median": 2, "sum": 3, "rate": 3}
WIDEST = 10
"""How many shares of the page's width the figures of one table may take; more go into a further table."""

DIMS = {
    "enterprise": _("enterprise"),
    "area": _("area"),
    "sector": _("sector"),
    "month": _("month"),
    "category": _("category"),
    "module": _("module"),
    "sex": _("sex"),
    "role": _("role"),
    "level": _("level"),
    "performed_by": _("performed by"),
    "sex_role": _("sex and standing"),
    "step": _("days since the deadline"),
}
NAMES = {
    "count": "count",
    "items": "count",
    "steps": "count",
    "median": "median",
    "sum": "sum",
}


class Figures:
    """The figures of a snapshot, found by indicator, mode and breakdown."""

    def __init__(self, content: Mapping[str, Any], voice: Voice) -> None:
        self.content, self.voice = content, voice
        self.two = content["since"] is not None
        self.found: dict[tuple[str, str, str], dict[str, Mapping[str, Any]]] = {}
        self.again: list[Mapping[str, Any]] = []
        for figure in content["figures"]:
            place = (figure["indicator"], figure["mode"], figure["dim"])
            if figure["key"] in self.found.setdefault(place, {}):
                self.again.append(figure)
            else:
                self.found[place][figure["key"]] = figure

    @cached_property
    def targets(self) -> dict[str, Mapping[str, Any]]:
        """The target of each indicator that has one."""
        return {target["indicator"]: target for target in self.content["targets"]}

    @cached_property
    def parts(self) -> dict[str, tuple[Words, ...]]:
        """What numerator and denominator of each rate are called."""
        return {
            id_: tuple(self.voice.name(given["parts"][part]) for part in ("numerator", "denominator"))
            for id_, given in self.content["indicators"].items()
            if "numerator" in given["parts"]
        }

    def name(self, indicator: str) -> Words:
        """What an indicator is called."""
        known = self.content["indicators"].get(indicator)
        return self.voice.name(known["name"]) if known else self.voice.same(indicator)

    def one(self, indicator: str, mode: str = "state", dim: str = "", key: str = "") -> Figure | None:
        """One figure, if the snapshot has it."""
        given = self.found.get((indicator, mode, dim), {}).get(key)
        return figure_of(given, self.voice, self.parts.get(indicator, ())) if given else None

    def dims(self, ids: Iterable[str], mode: str) -> list[str]:
        """By what these indicators are broken down, in the order of the snapshot.

        Enterprises have a chapter of their own, and months that the trend shows are not shown again.
        """
        wanted = set(ids)
        found = {
            place[2]: None
            for place, given in self.found.items()
            if place[0] in wanted and place[1] == mode and place[2] not in ("", "enterprise")
            if any(figure["code"] not in self.trended for figure in given.values())
        }
        return list(found)

    @cached_property
    def trended(self) -> set[str]:
        """The codes that stand in the tables of months."""
        return {code for month in self.content["trend"] for code in month["codes"].values()}

    def label(self, dim: str, key: str) -> Words:
        """What a key of a breakdown is called."""
        known = self.content["labels"].get(dim, {}).get(key)
        if known:
            return self.voice.name(known)
        if not key:
            return self.voice.say(_("unknown"))
        if dim == "month":
            return self.voice.day(f"{key}-01", "YEAR_MONTH_FORMAT")
        if dim == "enterprise":
            return self.enterprise(key)
        if dim == "sex_role":
            sex, _bar, standing = key.partition("/")
            return self.voice.joined(self.label("sex", sex), self.label("role", standing))
        return self.voice.same(key)

    def enterprise(self, pk: Any) -> Words:
        """The name of an enterprise after its short code."""
        known = self.enterprises.get(str(pk))
        if known is None:
            return self.voice.same(str(pk))
        return tuple(f"{self.voice.same(known['code'])[0]} {name}" for name in self.voice.name(known["name"]))

    @cached_property
    def enterprises(self) -> dict[str, Mapping[str, Any]]:
        """The enterprises by key."""
        return {str(one["pk"]): one for one in self.content["enterprises"]}

    def shape(self, indicator: str) -> str:
        """Which numbers a reading of an indicator has."""
        return NAMES.get(self.content["indicators"][indicator]["kind"], "rate")


def mode_words(figures: Figures, mode: str) -> Words:
    """In words, to which days the figures of a mode belong."""
    content, voice = figures.content, figures.voice
    if mode == "state" or not content["since"]:
        return voice.say(_("As of %(day)s"), day=voice.day(content["as_of"]))
    days = {"since": voice.day(content["since"]), "day": voice.day(content["as_of"])}
    return voice.say(_("From %(since)s to %(day)s"), **days)


def whole_table(figures: Figures, key: str, caption: Words, ids: list[str]) -> list[Block]:
    """The indicators of a chapter for the whole scope, with baseline and target beside them where one is set."""
    voice = figures.voice
    modes = ["state", "period"] if figures.two else ["state"]
    shown = [id_ for id_ in ids if any(figures.one(id_, mode) for mode in modes)]
    if not shown:
        return []
    columns = [Column(voice.say(_("Indicator")), share=4)]
    columns += [Column(mode_words(figures, mode), "figure", 4, "mixed") for mode in modes]
    aimed = any(id_ in figures.targets for id_ in shown)
    if aimed:
        columns += [Column(voice.say(head), share=2) for head in (_("Baseline"), _("Target"), _("Due on"))]

    def row(id_: str) -> tuple[Cell, ...]:
        cells: list[Cell] = [figures.name(id_), *(figures.one(id_, mode) for mode in modes)]
        return tuple(cells + (_aims(figures, id_) if aimed else []))

    return [Table(key, caption, tuple(columns), [row(id_) for id_ in shown])]


def _aims(figures: Figures, indicator: str) -> list[Cell]:
    target = figures.targets.get(indicator)
    voice = figures.voice
    if target is None:
        return [voice.same("–")] * 3
    return [
        voice.same(target["baseline"] or "–"),
        voice.same(target["value"]),
        voice.day(target["due_on"]),
    ]


def breakdowns(figures: Figures, key: str, ids: list[str]) -> Iterator[Block]:
    """What the indicators of a chapter are broken down by, a table a breakdown and mode."""
    for mode in ("state", "period"):
        for dim in figures.dims(ids, mode):
            yield from broken_down(figures, f"{key}-{dim}-{mode}", ids, dim, mode)


def broken_down(
    figures: Figures, key: str, ids: list[str], dim: str, mode: str, *, on_paper: bool = False
) -> Iterator[Block]:
    """The tables of one breakdown: as many as the width of a page asks for."""
    shown = [id_ for id_ in ids if (id_, mode, dim) in figures.found]
    keys = list(dict.fromkeys(found for id_ in shown for found in figures.found[(id_, mode, dim)]))
    keys.sort(key=lambda found: not found)
    voice = figures.voice
    by = voice.say(DIMS.get(dim, dim))
    for number, columns in enumerate(_fitting(figures, shown), 1):
        named = voice.joined(*(figures.name(column.indicator) for column in columns), by=", ")
        when = (
            voice.say(_("In each month")) if (dim, mode) == ("month", "period") else mode_words(figures, mode)
        )
        caption = voice.say(_("%(what)s by %(breakdown)s. %(when)s."), what=named, breakdown=by, when=when)
        head = Column(tuple(word[:1].upper() + word[1:] for word in by), share=3)
        rows: list[tuple[Cell, ...]] = [
            (figures.label(dim, found), *(figures.one(c.indicator, mode, dim, found) for c in columns))
            for found in keys
        ]
        yield Table(f"{key}-{number}", caption, (head, *columns), rows, on_paper=on_paper)


def _fitting(figures: Figures, ids: list[str]) -> Iterator[list[Column]]:
    columns: list[Column] = []
    for id_ in ids:
        column = figure_column(figures, id_)
        if columns and sum(one.share for one in columns) + column.share > WIDEST:
            yield columns
            columns = []
        columns.append(column)
    if columns:
        yield columns


def figure_column(figures: Figures, indicator: str) -> Column:
    """The column of an indicator."""
    shape = figures.shape(indicator)
    return Column(figures.name(indicator), "figure", WIDTHS[shape], shape, indicator)


def trend(figures: Figures, key: str, caption: Words, lines: Mapping[str, str]) -> list[Block]:
    """Month by month, cumulative: a chart, and its table with a code on each number; lines are indicators by name."""
    voice, months = figures.voice, figures.content["trend"]
    if not months:
        return []
    labels = tuple(voice.day(f"{month['month']}-01", "YEAR_MONTH_FORMAT") for month in months)
    series = tuple(
        Series(figures.name(indicator), tuple(month[line] for month in months))
        for line, indicator in lines.items()
    )
    first, last = labels[0], labels[-1]
    alt = voice.say(
        _("Lines from %(first)s to %(last)s; the table below has their numbers."), first=first, last=last
    )
    columns = [Column(voice.say(_("Month")), share=3)]
    columns += [
        Column(one.label, "figure", 2, "count", lines[line]) for line, one in zip(lines, series, strict=True)
    ]
    rows: list[tuple[Cell, ...]] = [
        (label, *(Figure((Number(month[line], "count", month["codes"][line]),)) for line in lines))
        for label, month in zip(labels, months, strict=True)
    ]
    return [
        Chart(f"{key}-chart", "lines", caption, alt, labels, series),
        Table(key, caption, tuple(columns), rows),
    ]


def bars(figures: Figures, key: str, indicator: str, dim: str) -> list[Block]:
    """One indicator over the keys of a breakdown as bars, each with its number and code."""
    found = figures.found.get((indicator, "state", dim), {})
    voice = figures.voice
    if not 1 < len(found) <= LONGEST:
        return []
    shown = [figures.one(indicator, "state", dim, name) for name in found]
    values = tuple(_height(figure) for figure in shown)
    caption = voice.say(
        _("%(what)s by %(breakdown)s. %(when)s."),
        what=figures.name(indicator),
        breakdown=voice.say(DIMS.get(dim, dim)),
        when=mode_words(figures, "state"),
    )
    alt = voice.say(_("Bars; the table has their numbers."))
    series = Series(figures.name(indicator), values, tuple(f for f in shown if f))
    unit = "percent" if figures.shape(indicator) == "rate" else "count"
    labels = tuple(figures.label(dim, name) for name in found)
    return [Chart(key, "bars", caption, alt, labels, (series,), unit)]


LONGEST = 30
"""The most bars of a chart; of more, the table alone says enough."""


def _height(figure: Figure | None) -> int | None:
    value = figure.numbers[0].value if figure else None
    return value if isinstance(value, int) else None


def further_codes(figures: Figures, key: str) -> list[Block]:
    """Figures that a snapshot has twice, so that each of its codes stands in the report."""
    voice = figures.voice
    columns = (
        Column(voice.say(_("Indicator")), share=6),
        Column(voice.say(_("Value")), "figure", 4, "mixed"),
    )
    rows: list[tuple[Cell, ...]] = [
        (
            voice.joined(figures.name(one["indicator"]), figures.label(one["dim"], one["key"])),
            figure_of(one, voice, figures.parts.get(one["indicator"], ())),
        )
        for one in figures.again
    ]
    return [Table(key, voice.say(_("Figures under a further code")), columns, rows)] if rows else []


def key_figures(figures: Figures, ids: Iterable[str]) -> list[Block]:
    """Cards of the indicators that the snapshot has."""
    found = [(id_, figures.one(id_)) for id_ in ids]
    cards = tuple(Card(figures.name(id_), figure) for id_, figure in found if figure)
    return [KeyFigures(cards)] if cards else []
