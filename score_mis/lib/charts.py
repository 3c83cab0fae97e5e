"""Charts drawn on the server as SVG strings: no script, no inline style, colours from `app.css`.

Plain data in, safe HTML out; this module knows no record and no indicator, and holds no text of its own, so
every word is already in the reader's language when it arrives. Marks are links where an address is given, so
the keyboard reaches them; every mark has a tooltip. Numbers are counts or shares and never negative. A chart is
a picture of its table: the page shows the table too (`series_table` writes the one for lines).
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from math import ceil, floor, log10
from typing import NamedTuple

from django.utils.safestring import SafeString

from score_mis.lib.markup import NOTHING, escaped, fill, fill_each, grouped, joined

COLOURS = 4
WIDTH, HEIGHT, TOP, BOTTOM = 560, 260, 14, 26
LETTER, AXIS_LETTER = 7.2, 9.5
LINE_GAP = 17
QUOTED = '"{1}"'
_TIPPED = '<title>{2}</title><circle cx="{3}" cy="{4}" r="3.5"/>'
MOST_LABELS = 12
CELL_WIDTH, CELL_HEIGHT = 30, 22
_SIZE = f'width="{CELL_WIDTH - 2}" height="{CELL_HEIGHT - 2}"'
_SQUARE = f'<rect class="h{{}}" x="{{}}" {_SIZE}><title>{{}} · {{}} · {{}}</title></rect>'
_LINKED_SQUARE = (
    f'<a href="{{5}}"><title>{{2}} · {{3}} · {{4}}</title><rect class="h{{0}}" x="{{1}}" {_SIZE}/></a>'
)
HEAT_KEY = (("x", "–"), ("0", "0 %"), ("1", "1–33 %"), ("2", "34–66 %"), ("3", "67–99 %"), ("4", "100 %"))


class Series(NamedTuple):
    """One line: a value a month (None leaves a gap) and, where given, an address a month.

    `data` becomes data-* attributes of every link, with the link's own number as data-value.
    """

    label: str
    values: Sequence[float | None]
    urls: Sequence[str] = ()
    data: Mapping[str, object] = {}

    def at(self, month: int) -> float | None:
        return self.values[month] if month < len(self.values) else None

    def url_at(self, month: int) -> str:
        return self.urls[month] if month < len(self.urls) else ""


class Step(NamedTuple):
    """One row of a funnel; `data` becomes data-* attributes of its link, with its number as data-value."""

    label: str
    value: float
    url: str = ""
    data: Mapping[str, object] = {}


class _Frame(NamedTuple):
    """Where months and values lie on the picture."""

    left: float
    right: float
    highest: float
    months: int

    def x(self, month: int) -> float:
        if self.months < 2:
            return (self.left + self.right) / 2
        return self.left + (self.right - self.left) * month / (self.months - 1)

    def y(self, value: float) -> float:
        return HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * value / self.highest


def line_chart(
    title: str, series: Sequence[Series], months: Sequence[str], *, ticks: Sequence[str] = ()
) -> SafeString:
    """Lines over months with a legend, the last value of each line written at its end.

    `months` are the full names for tooltips, `ticks` the short ones under the axis. Marks stand on the labelled
    months, the last among them, so that the size stays bounded however long the period is.
    """
    highest = max((value for line in series for value in line.values if value is not None), default=0)
    scale = _scale(highest)
    frame = _Frame(
        left=10 + AXIS_LETTER * len(_number(scale[-1])),
        right=WIDTH - 10 - AXIS_LETTER * len(_number(highest)),
        highest=scale[-1],
        months=len(months),
    )
    shown = _labelled(len(months))
    role = "group" if any(line.urls for line in series) else "img"
    return fill(
        '<figure class="chart"><svg viewBox="0 0 {} {}" role="{}" aria-label="{}">{}{}{}{}</svg>{}</figure>',
        *(WIDTH, HEIGHT, role, title),
        _value_axis(frame, scale),
        _month_axis(frame, ticks or months, shown),
        joined(_line(frame, line, number, months, shown) for number, line in enumerate(series)),
        _end_labels(frame, series),
        _legend(series),
    )


def series_table(
    title: str, series: Sequence[Series], months: Sequence[str], *, month_label: str
) -> SafeString:
    """The table of a line chart: a row a month, a column a line, linked as the marks are."""
    heads = ((line.label,) for line in series)
    columns = [_cells(line, len(months)) for line in series]
    rows = ((name, joined(column[month] for column in columns)) for month, name in enumerate(months))
    return fill(
        '<table class="table"><caption class="visually-hidden">{}</caption>'
        '<thead><tr><th scope="col">{}</th>{}</tr></thead><tbody>{}</tbody></table>',
        *(title, month_label),
        fill_each('<th scope="col" class="num">{}</th>', heads),
        fill_each('<tr><th scope="row">{}</th>{}</tr>', rows),
    )


def bar(value: float, maximum: float, *, label: str = "", colour: int = 1) -> SafeString:
    """One bar as wide as its place, for tables; without a label it is decoration beside a written number."""
    share = min(value / maximum, 1) if maximum > 0 else 0
    filled = fill(
        '<rect class="f{}" width="{}%" height="12" rx="6"/>', colour % COLOURS, _short(max(share * 100, 1))
    )
    return fill(
        '<svg class="bar" width="100%" height="12" {}><rect class="track" width="100%" height="12" rx="6"/>{}</svg>',
        fill('role="img" aria-label="{}"', label) if label else SafeString('aria-hidden="true"'),
        filled if share > 0 else NOTHING,
    )


def stacked_steps(title: str, steps: Sequence[Step]) -> SafeString:
    """A funnel: one bar a step on a common scale, each with its number, which is a link where one is given."""
    most = max((step.value for step in steps), default=0)
    rows = (
        (step.label, bar(step.value, most, colour=place), _number_or_link(step.value, step.url, step.data))
        for place, step in enumerate(steps)
    )
    return fill(
        '<ol class="steps" aria-label="{}">{}</ol>',
        title,
        fill_each('<li><span>{}</span>{}<span class="num">{}</span></li>', rows),
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
    left = min(10 + LETTER * max(map(_letters, rows), default=0), 190)
    top = min(12 + LETTER * 0.75 * max(map(_letters, columns), default=0), 130)
    width = _short(left + CELL_WIDTH * len(columns) + top * 0.7)
    heads = (
        (_short(left + CELL_WIDTH * (number + 0.5)), _short(top - 6), column)
        for number, column in enumerate(columns)
    )
    names = [SafeString(escaped(column)) for column in columns]  # nosec B703 (escaped)
    lines = (
        (
            *(_short(top + CELL_HEIGHT * number), _short(left - 8), row),
            _heat_row(row, names, shares[number], urls[number] if urls else (), left),
        )
        for number, row in enumerate(rows)
    )
    return fill(
        '<figure class="chart heat"{}><svg width="{}" viewBox="0 0 {} {}" role="{}" aria-label="{}">'
        "{}{}</svg>{}</figure>",
        NOTHING if urls else SafeString(' tabindex="0"'),
        *(width, width, _short(top + CELL_HEIGHT * len(rows) + 4)),
        *("group" if urls else "img", title),
        fill_each('<text transform="translate({} {}) rotate(-40)">{}</text>', heads),
        fill_each(
            '<g transform="translate(0 {})"><text x="{}" y="15" text-anchor="end">{}</text>{}</g>', lines
        ),
        _heat_legend(),
    )


def _line(
    frame: _Frame, line: Series, number: int, months: Sequence[str], shown: Sequence[int]
) -> SafeString:
    points = {
        month: (_short(frame.x(month)), _short(frame.y(value)))
        for month, value in enumerate(line.values)
        if value is not None
    }
    colour = number % COLOURS
    pattern = _linked(line.data, _TIPPED)
    strokes = ((colour, " ".join(f"{x},{y}" for x, y in run)) for run in _unbroken(points))
    return fill(
        '<g class="f{}">{}{}</g>',
        colour,
        fill_each('<polyline class="s{}" points="{}"/>', strokes),
        joined(
            _dot(line, pattern, month, months[month], *points[month]) for month in shown if month in points
        ),
    )


def _unbroken(points: Mapping[int, tuple[str, str]]) -> list[list[tuple[str, str]]]:
    """The points in runs, a new one after each missing month."""
    runs: list[list[tuple[str, str]]] = []
    for month, point in points.items():
        if month - 1 in points:
            runs[-1].append(point)
        else:
            runs.append([point])
    return runs


def _dot(line: Series, pattern: str, month: int, name: str, x: str, y: str) -> SafeString:
    value, url = line.at(month), line.url_at(month)
    tip = _tip(line.label, name, _number(value))
    if not url:
        return fill('<circle cx="{}" cy="{}" r="3.5"><title>{}</title></circle>', x, y, tip)
    return fill(pattern, url, value, tip, x, y)


def _value_axis(frame: _Frame, scale: Sequence[float]) -> SafeString:
    left, right = _short(frame.left), _short(frame.right)
    lines = ((left, _short(frame.y(value)), right) for value in scale)
    labels = ((_short(frame.left - 8), _short(frame.y(value) + 4), _number(value)) for value in scale)
    return fill(
        "{}{}",
        fill_each('<path class="grid" d="M{} {}H{}"/>', lines),
        fill_each('<text x="{}" y="{}" text-anchor="end">{}</text>', labels),
    )


def _month_axis(frame: _Frame, ticks: Sequence[str], shown: Sequence[int]) -> SafeString:
    """Labels under the axis; a narrow page leaves out every second one, never the last."""
    minor = SafeString(' class="minor"')
    labels = (
        (minor if place % 2 else NOTHING, _short(frame.x(month)), HEIGHT - 6, ticks[month])
        for place, month in enumerate(shown)
    )
    return fill_each('<text{} x="{}" y="{}" text-anchor="middle">{}</text>', labels)


def _end_labels(frame: _Frame, series: Sequence[Series]) -> SafeString:
    """The last value of each line, pushed apart where lines end close together."""
    last = [line.values[-1] for line in series if line.values]
    values = sorted((value for value in last if value is not None), reverse=True)
    places = [frame.y(value) for value in values]
    for upper, lower in pairwise(range(len(places))):
        places[lower] = max(places[lower], places[upper] + LINE_GAP)
    x = _short(frame.right + 9)
    labels = ((x, _short(y + 4), _number(value)) for y, value in zip(places, values, strict=True))
    return fill_each('<text x="{}" y="{}">{}</text>', labels)


def _legend(series: Sequence[Series]) -> SafeString:
    keys = ((number % COLOURS, number % COLOURS, line.label) for number, line in enumerate(series))
    items = fill_each(
        '<li><svg width="26" height="10" aria-hidden="true"><path class="s{}" d="M0 5h26"/>'
        '<circle class="f{}" cx="13" cy="5" r="3.5"/></svg> {}</li>',
        keys,
    )
    return fill('<figcaption><ul class="legend">{}</ul></figcaption>', items) if series else NOTHING


def _heat_legend() -> SafeString:
    items = fill_each(
        '<li><svg width="18" height="14" aria-hidden="true"><rect class="h{}" width="18" height="14"/></svg> {}</li>',
        HEAT_KEY,
    )
    return fill('<figcaption><ul class="legend">{}</ul></figcaption>', items)


def _heat_row(
    row: str, columns: Sequence[str], shares: Sequence[float | None], urls: Sequence[str], left: float
) -> SafeString:
    """The squares of a row; `columns` are escaped already."""
    name = SafeString(escaped(row))  # nosec B703 (escaped)
    pattern = _LINKED_SQUARE if urls else _SQUARE
    return fill_each(
        pattern,
        (
            (
                *(_depth(share), _short(left + CELL_WIDTH * number), name, column, _percent(share)),
                *urls[number : number + 1],
            )
            for number, (column, share) in enumerate(zip(columns, shares, strict=True))
        ),
    )


def _cells(line: Series, months: int) -> list[SafeString]:
    """The cells of a line's column."""
    pattern = f'<td class="num">{_linked(line.data)}</td>'
    found = []
    for month in range(months):
        value, url = line.at(month), line.url_at(month)
        is_linked = value is not None and url
        found.append(
            fill(pattern, url, value, _number(value))
            if is_linked
            else fill('<td class="num">{}</td>', _number(value))
        )
    return found


def _number_or_link(value: float | None, url: str, data: Mapping[str, object]) -> SafeString:
    if value is None or not url:
        return fill("{}", _number(value))
    return fill(_linked(data), url, value, _number(value))


def _linked(data: Mapping[str, object], inside: str = "{2}") -> str:
    """The pattern of a link with data-* attributes: 0 is its address, 1 its own number."""
    own = fill_each(' data-{}="{}"', data.items()).replace("{", "{{").replace("}", "}}")
    return f'<a href="{{0}}"{own}{" data-value=" + QUOTED if data else ""}>{inside}</a>'


def _tip(*parts: str) -> str:
    return " · ".join(parts)


def _labelled(count: int) -> list[int]:
    """The months that get a label and a mark: at most twelve, evenly back from the last, last one first."""
    return list(range(count - 1, -1, -max(ceil(count / MOST_LABELS), 1)))


def _scale(highest: float) -> list[float]:
    """Round values from 0 to at least `highest` in at most four steps; 0 and 1 where there is nothing."""
    if highest <= 4:
        return [float(number) for number in range(max(ceil(highest), 1) + 1)]
    rough = highest / 4
    power = 10 ** floor(log10(rough))
    step = next(nice * power for nice in (1, 2, 3, 4, 5, 10) if nice * power >= rough)
    return [step * number for number in range(ceil(highest / step) + 1)]


def _depth(share: float | None) -> str:
    """Which of the five depths: nothing and everything keep depths of their own."""
    if share is None:
        return "x"
    if share <= 0:
        return "0"
    return "4" if share >= 1 else str(1 + int(share * 3))


def _percent(share: float | None) -> str:
    """A whole percentage, halves up, that says 0 or 100 only where it is exactly so."""
    if share is None:
        return "–"
    whole = floor(share * 100 + 0.5)
    return f"{min(max(whole, 1), 99) if 0 < share < 1 else whole} %"


def _number(value: float | None) -> str:
    """A count as people read it: 1,258."""
    if value is None:
        return "–"
    return grouped(int(value) if int(value) == value else round(value, 1))


def _letters(text: str) -> float:
    """The rough width of a text in letters; a Chinese character takes the place of 1.7."""
    return sum(1.7 if letter > "\u2e80" else 1 for letter in text)


def _short(number: float) -> str:
    """A coordinate to one decimal without a needless zero."""
    return f"{number:.1f}".removesuffix(".0")
