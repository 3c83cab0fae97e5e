"""Where the marks of a chart lie: shares of the picture from 0 to 1, and every word and number as text."""

from collections.abc import Sequence
from math import ceil, log10
from typing import Any

from publications.blocks import Chart, Series
from publications.numbers import shown

TICKS = 4
LABELS = 6
LONG = 36
APART = 0.085
"""How far apart the names at the ends of lines stand at least."""


def drawn(chart: Chart) -> dict[str, Any]:
    """A chart for the template."""
    return _bars(chart) if chart.kind == "bars" else _lines(chart)


def _bars(chart: Chart) -> dict[str, Any]:
    bars = chart.series[0]
    most = 100 if chart.unit == "percent" else max((value or 0 for value in bars.values), default=0)
    return {
        "kind": "bars",
        "bars": [
            {
                "label": _label(words),
                "share": (value or 0) / most if most else 0,
                "number": [figure.numbers[0].text, figure.numbers[0].code],
            }
            for words, value, figure in zip(chart.labels, bars.values, bars.figures, strict=True)
        ],
    }


def _lines(chart: Chart) -> dict[str, Any]:
    highest = scale(max((value or 0 for line in chart.series for value in line.values), default=0))
    last = max(len(chart.labels) - 1, 1)
    step = ceil(len(chart.labels) / LABELS)
    named = [
        words[0] if (len(chart.labels) - 1 - place) % step == 0 else ""
        for place, words in enumerate(chart.labels)
    ]
    ends = apart([(line.values[-1] or 0) / highest if line.values else 0 for line in chart.series])
    return {
        "kind": "lines",
        "ticks": [[n / TICKS, shown(highest * n // TICKS, "count")] for n in range(TICKS + 1)],
        "labels": [[place / last, name] for place, name in enumerate(named)],
        "series": [_line(line, highest, last, end) for line, end in zip(chart.series, ends, strict=True)],
    }


def _line(line: Series, highest: int, last: int, end: float) -> dict[str, Any]:
    points = [[place / last, value / highest] for place, value in enumerate(line.values) if value is not None]
    return {"label": _label(line.label), "points": points, "end": end}


def _label(words: Sequence[str]) -> str:
    whole = " ".join(dict.fromkeys(words))
    return whole if len(whole) <= LONG else words[0]


def scale(most: int) -> int:
    """The end of an axis: a round number of four equal steps that is not below the highest value."""
    if most <= TICKS:
        return TICKS
    size = 10 ** max(int(log10(most / TICKS)), 0)
    return next(TICKS * size * step for step in (1, 2, 3, 4, 5, 8, 10, 20) if TICKS * size * step >= most)


def apart(ends: list[float]) -> list[float]:
    """Places of names beside the ends of lines, moved up so that none covers another."""
    found = dict(enumerate(ends))
    lowest = -1.0
    for place in sorted(found, key=lambda number: found[number]):
        found[place] = max(found[place], lowest)
        lowest = found[place] + APART
    over = max(found.values(), default=0) - 1
    return [found[place] - max(over, 0) if over > 0 else found[place] for place in range(len(ends))]
