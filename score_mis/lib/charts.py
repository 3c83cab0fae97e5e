"""Charts drawn on the server as SVG strings: no script, no inline style, colours from `app.css`.

Plain data in, safe HTML out; this module knows no record and no indicator, and holds no text of its own, so
every word is already in the reader's language when it arrives. Marks are links where an address is given, so
the keyboard reaches them; every mark has a tooltip. Numbers are counts or shares and never negative. A chart is
a picture of its table: the page shows the table too (`series_table` writes the one for lines).
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from math import floor, log10
from typing import NamedTuple

from django.utils.formats import number_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

NOTHING = SafeString("")
COLOURS = 4
WIDTH, HEIGHT = 560, 260
TOP, BOTTOM = 14, 26
LETTER = 7.2
MOST_LABELS = 12
CELL_WIDTH, CELL_HEIGHT = 30, 22


class Series(NamedTuple):
    """One line: a value a month (None leaves a gap) and, where given, an address a month."""

    label: str
    values: Sequence[float | None]
    urls: Sequence[str] = ()


class Step(NamedTuple):
    """One row of a funnel; `data` becomes data-* attributes of the number's link."""

    label: str
    value: float
    url: str = ""
    data: Mapping[str, object] = {}


class _Frame(NamedTuple):
    """Where values and months lie on the picture."""

    left: float
    right: float
    top_value: float
    months: int

    def x(self, month: int) -> float:
        if self.months < 2:
            return (self.left + self.right) / 2
        return self.left + (self.right - self.left) * month / (self.months - 1)

    def y(self, value: float) -> float:
        return HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * value / self.top_value


def line_chart(
    title: str, series: Sequence[Series], months: Sequence[str], *, ticks: Sequence[str] = ()
) -> SafeString:
    """Lines over months with a legend, the last value of each line written at its end.

    `months` are the full names for tooltips, `ticks` the short ones under the axis. Linked marks stand on the
    labelled months and on the last, so that the size stays bounded however long the period is.
    """
    highest = max((value for line in series for value in line.values if value is not None), default=0)
    scale = _scale(highest)
    right = WIDTH - 14 - LETTER * max(len(_number(highest)), 2)
    frame = _Frame(12 + LETTER * len(_number(scale[-1])), right, scale[-1], len(months))
    shown = _labelled(len(months))
    linked = any(line.urls for line in series)
    return format_html(
        '<figure class="chart"><svg viewBox="0 0 {} {}" role="{}" aria-label="{}">{}{}{}{}</svg>{}</figure>',
        WIDTH,
        HEIGHT,
        "group" if linked else "img",
        title,
        _value_axis(frame, scale),
        _month_axis(frame, ticks or months, shown),
        format_html_join(
            "", "{}", ((_line(frame, line, i, months, shown),) for i, line in enumerate(series))
        ),
        _end_labels(frame, series),
        _legend(series),
    )


def series_table(
    title: str, series: Sequence[Series], months: Sequence[str], *, month_label: str
) -> SafeString:
    """The table of a line chart: a row a month, a column a line, linked as the marks are."""
    head = format_html_join("", '<th scope="col" class="num">{}</th>', ((line.label,) for line in series))
    rows = format_html_join(
        "",
        '<tr><th scope="row">{}</th>{}</tr>',
        (
            (
                month,
                format_html_join(
                    "", '<td class="num">{}</td>', ((_linked(line, number),) for line in series)
                ),
            )
            for number, month in enumerate(months)
        ),
    )
    return format_html(
        '<table class="table"><caption class="visually-hidden">{}</caption>'
        '<thead><tr><th scope="col">{}</th>{}</tr></thead><tbody>{}</tbody></table>',
        title,
        month_label,
        head,
        rows,
    )


def bar(value: float, maximum: float, *, label: str = "", colour: int = 1) -> SafeString:
    """One bar as wide as its place, for tables; without a label it is decoration beside a written number."""
    share = min(value / maximum, 1) if maximum > 0 else 0
    width = max(share * 100, 1) if share > 0 else 0
    meaning = format_html('role="img" aria-label="{}"', label) if label else SafeString('aria-hidden="true"')
    tip = format_html("<title>{}</title>", label) if label else NOTHING
    filled = format_html(
        '<rect class="f{}" width="{}%" height="12" rx="6"/>', colour % COLOURS, _short(width)
    )
    return format_html(
        '<svg class="bar" width="100%" height="12" {}>{}<rect class="track" width="100%" height="12" rx="6"/>{}</svg>',
        meaning,
        tip,
        filled if width else NOTHING,
    )


def stacked_steps(title: str, steps: Sequence[Step]) -> SafeString:
    """A funnel: one bar a step on a common scale, each with its number, which is a link where one is given."""
    most = max((step.value for step in steps), default=0)
    rows = (
        (step.label, bar(step.value, most, colour=number), _step_number(step))
        for number, step in enumerate(steps)
    )
    return format_html(
        '<ol class="steps" aria-label="{}">{}</ol>',
        title,
        format_html_join("", "<li><span>{}</span>{}{}</li>", rows),
    )


def heat_map(
    title: str,
    rows: Sequence[str],
    columns: Sequence[str],
    shares: Sequence[Sequence[float | None]],
    *,
    urls: Sequence[Sequence[str]] = (),
) -> SafeString:
    """Shares from 0 to 1 as squares in five depths, rows down and columns across; None is an empty frame."""
    left = min(10 + LETTER * max((_width(row) for row in rows), default=0), 190)
    top = min(12 + LETTER * 0.75 * max((_width(column) for column in columns), default=0), 130)
    width = left + CELL_WIDTH * len(columns) + top * 0.7
    heads = (
        (_short(left + CELL_WIDTH * (number + 0.5)), _short(top - 6), column)
        for number, column in enumerate(columns)
    )
    lines = (
        (
            _short(top + CELL_HEIGHT * number),
            _short(left - 8),
            row,
            _cells(row, columns, shares[number], urls[number] if urls else (), left),
        )
        for number, row in enumerate(rows)
    )
    return format_html(
        '<figure class="chart heat"><svg viewBox="0 0 {} {}" role="{}" aria-label="{}">{}{}</svg></figure>',
        _short(width),
        _short(top + CELL_HEIGHT * len(rows) + 4),
        "group" if urls else "img",
        title,
        format_html_join("", '<text transform="translate({} {}) rotate(-40)">{}</text>', heads),
        format_html_join(
            "", '<g transform="translate(0 {})"><text x="{}" y="15" text-anchor="end">{}</text>{}</g>', lines
        ),
    )


def _line(frame: _Frame, line: Series, number: int, months: Sequence[str], shown: set[int]) -> SafeString:
    points = [
        (month, frame.x(month), frame.y(value), value)
        for month, value in enumerate(line.values)
        if value is not None
    ]
    colour = number % COLOURS
    strokes = format_html_join(
        "", '<polyline class="s{}" points="{}"/>', ((colour, path) for path in _unbroken(points))
    )
    dots = (
        _dot(colour, x, y, f"{line.label} · {months[month]} · {_number(value)}", _address(line, month))
        for month, x, y, value in points
        if month in shown
    )
    return format_html("<g>{}{}</g>", strokes, format_html_join("", "{}", ((dot,) for dot in dots)))


def _unbroken(points: Sequence[tuple[int, float, float, float]]) -> list[str]:
    """The points as polyline paths, a new one after each missing month."""
    runs: list[list[str]] = []
    last = -2
    for month, x, y, _value in points:
        if month != last + 1:
            runs.append([])
        runs[-1].append(f"{_short(x)},{_short(y)}")
        last = month
    return [" ".join(run) for run in runs]


def _dot(colour: int, x: float, y: float, text: str, url: str) -> SafeString:
    circle = format_html(
        '<circle class="f{}" cx="{}" cy="{}" r="3.5"><title>{}</title></circle>',
        colour,
        _short(x),
        _short(y),
        text,
    )
    return format_html('<a href="{}" aria-label="{}">{}</a>', url, text, circle) if url else circle


def _value_axis(frame: _Frame, scale: Sequence[float]) -> SafeString:
    return format_html_join(
        "",
        '<path class="grid" d="M{0} {1}H{2}"/><text x="{3}" y="{4}" text-anchor="end">{5}</text>',
        (
            (
                _short(frame.left),
                _short(frame.y(value)),
                _short(frame.right),
                _short(frame.left - 8),
                _short(frame.y(value) + 4),
                _number(value),
            )
            for value in scale
        ),
    )


def _month_axis(frame: _Frame, ticks: Sequence[str], shown: set[int]) -> SafeString:
    chosen = sorted(shown)
    return format_html_join(
        "",
        '<text{} x="{}" y="{}" text-anchor="middle">{}</text>',
        (
            (
                SafeString(' class="minor"') if (len(chosen) - 1 - place) % 2 else NOTHING,
                _short(frame.x(month)),
                HEIGHT - 6,
                ticks[month],
            )
            for place, month in enumerate(chosen)
        ),
    )


def _end_labels(frame: _Frame, series: Sequence[Series]) -> SafeString:
    """The last value of each line, pushed apart where lines end close together."""
    ends = sorted(
        (frame.y(line.values[-1]), _number(line.values[-1]))
        for line in series
        if line.values and line.values[-1] is not None
    )
    places = [y for y, _text in ends]
    for upper, lower in pairwise(range(len(places))):
        places[lower] = max(places[lower], places[upper] + 14)
    return format_html_join(
        "",
        '<text x="{}" y="{}">{}</text>',
        (
            (_short(frame.right + 9), _short(place + 4), text)
            for place, (_y, text) in zip(places, ends, strict=True)
        ),
    )


def _legend(series: Sequence[Series]) -> SafeString:
    keys = ((number % COLOURS, number % COLOURS, line.label) for number, line in enumerate(series))
    return format_html(
        '<figcaption><ul class="legend">{}</ul></figcaption>',
        format_html_join(
            "",
            '<li><svg width="26" height="10" aria-hidden="true"><path class="s{}" d="M0 5h26"/>'
            '<circle class="f{}" cx="13" cy="5" r="3.5"/></svg>{}</li>',
            keys,
        ),
    )


def _cells(
    row: str, columns: Sequence[str], shares: Sequence[float | None], urls: Sequence[str], left: float
) -> SafeString:
    return format_html_join(
        "",
        "{}",
        (
            (_cell(row, column, shares[number], urls[number] if urls else "", left + CELL_WIDTH * number),)
            for number, column in enumerate(columns)
        ),
    )


def _cell(row: str, column: str, share: float | None, url: str, x: float) -> SafeString:
    text = f"{row} · {column} · {_percent(share)}"
    square = format_html(
        '<rect class="h{}" x="{}" width="{}" height="{}" rx="3"><title>{}</title></rect>',
        _depth(share),
        _short(x),
        CELL_WIDTH - 2,
        CELL_HEIGHT - 2,
        text,
    )
    return format_html('<a href="{}" aria-label="{}">{}</a>', url, text, square) if url else square


def _step_number(step: Step) -> SafeString:
    if not step.url:
        return format_html('<span class="num">{}</span>', _number(step.value))
    data = format_html_join("", ' data-{}="{}"', step.data.items())
    return format_html('<a class="num" href="{}"{}>{}</a>', step.url, data, _number(step.value))


def _linked(line: Series, month: int) -> SafeString:
    value = line.values[month] if month < len(line.values) else None
    if value is None:
        return SafeString("–")
    url = _address(line, month)
    return (
        format_html('<a href="{}">{}</a>', url, _number(value)) if url else format_html("{}", _number(value))
    )


def _address(line: Series, month: int) -> str:
    return line.urls[month] if month < len(line.urls) else ""


def _labelled(count: int) -> set[int]:
    """The months that get a label and a mark: at most twelve, evenly back from the last."""
    step = -(-count // MOST_LABELS) or 1
    return set(range(count - 1, -1, -step))


def _scale(highest: float) -> list[float]:
    """Round values from 0 to at least `highest` in at most five steps; 0 to 1 where there is nothing."""
    if highest <= 0:
        return [0, 1]
    rough = highest / 4
    power = 10 ** floor(log10(rough))
    step = next(nice * power for nice in (1, 2, 2.5, 5, 10) if nice * power >= rough)
    if highest >= 2:
        step = max(round(step), 1)
    count = int(-(-highest // step))
    return [step * number for number in range(count + 1)]


def _depth(share: float | None) -> str:
    """Which of the five depths: nothing and everything keep depths of their own."""
    if share is None:
        return "x"
    if share <= 0 or share >= 1:
        return "0" if share <= 0 else "4"
    return str(1 + min(int(share * 3), 2))


def _percent(share: float | None) -> str:
    """A whole percentage that says 0 or 100 only where it is exactly so."""
    if share is None:
        return "–"
    whole = floor(share * 100 + 0.5)
    if 0 < share < 1:
        whole = min(max(whole, 1), 99)
    return f"{whole} %"


def _number(value: float | None) -> str:
    """A count as people read it: 1,258."""
    if value is None:
        return "–"
    whole = int(value) == value
    return number_format(int(value) if whole else round(value, 1), force_grouping=True)


def _width(text: str) -> float:
    """Rough width of a text in letters; a Chinese character takes two thirds more."""
    return sum(1.7 if ord(letter) > 0x2E80 else 1 for letter in text)


def _short(number: float) -> str:
    """A coordinate to one decimal without a needless zero."""
    return f"{number:.1f}".removesuffix(".0")
