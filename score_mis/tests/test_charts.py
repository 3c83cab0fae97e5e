"""The charts: right places, safe text, links on marks, nothing inline, and small."""

import gzip
import re
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from django.utils import translation
from django.utils.safestring import SafeString

from score_mis.lib import charts
from score_mis.lib.charts import Series, Step

MONTHS = [f"{month} 2017" for month in ("April", "May", "June", "July", "August", "September")]
TICKS = ["Apr", "May", "Jun", "Jul", "Aug", "Sep"]
SUBMITTED = Series(
    "Submitted",
    [38, 150, 306, 471, 641, 831],
    [f"/suggestions/?as_of=2017-{month:02}-30&area=110111" for month in range(4, 10)],
)
ADOPTED = Series("Adopted", [9, 70, 185, 310, 450, 600])


def tree(html: str) -> ElementTree.Element:
    """The HTML as a tree; it fails where the markup is not well formed."""
    return ElementTree.fromstring(f"<div>{html}</div>")


def coordinates(html: str) -> list[list[tuple[float, float]]]:
    return [
        [tuple(float(part) for part in point.split(",")) for point in line.get("points", "").split()]
        for line in tree(html).iter("polyline")
    ]


def every_chart() -> dict[str, SafeString]:
    return {
        "line": charts.line_chart("Suggestions", [SUBMITTED, ADOPTED], MONTHS, ticks=TICKS),
        "table": charts.series_table("Suggestions", [SUBMITTED, ADOPTED], MONTHS, month_label="Month"),
        "bar": charts.bar(917, 944, label="97 %"),
        "steps": charts.stacked_steps("Funnel", [Step("Submitted", 1258, "/all"), Step("Adopted", 944)]),
        "heat": charts.heat_map("Coverage", ["A", "B"], ["Fire", "电气"], [[1, 0.5], [0, None]]),
    }


@pytest.mark.parametrize("name", ["line", "table", "bar", "steps", "heat"])
def test_it_is_safe_well_formed_and_has_nothing_inline(name):
    html = every_chart()[name]
    assert isinstance(html, SafeString)
    elements = list(tree(html).iter())
    assert elements
    for element in elements:
        assert element.tag not in {"script", "style"}
        assert not [key for key in element.attrib if key == "style" or key.startswith("on")]


def test_text_from_people_is_escaped():
    nasty = '<script>alert("x")</script>'
    html = [
        charts.line_chart(nasty, [Series(nasty, [1], ['/?a=1&b="'], {"indicator": nasty})], [nasty]),
        charts.series_table(nasty, [Series(nasty, [1])], [nasty], month_label=nasty),
        charts.bar(1, 2, label=nasty),
        charts.stacked_steps(nasty, [Step(nasty, 1, nasty, {"indicator": nasty})]),
        charts.heat_map(nasty, [nasty], [nasty], [[0.5]], urls=[[nasty]]),
    ]
    for piece in html:
        assert "<script" not in piece
        tree(piece)


def test_lines_rise_with_their_values_and_share_one_scale():
    submitted, adopted = coordinates(charts.line_chart("Suggestions", [SUBMITTED, ADOPTED], MONTHS))
    heights = [y for _x, y in submitted]
    assert heights == sorted(heights, reverse=True)
    assert all(lower > upper for (_, upper), (_, lower) in zip(submitted, adopted, strict=True))
    gaps = {round(right[0] - left[0]) for left, right in pairwise(submitted)}
    assert max(gaps) - min(gaps) <= 1


def test_marks_are_links_with_tooltips_where_an_address_is_given():
    svg = tree(charts.line_chart("Suggestions", [SUBMITTED, ADOPTED], MONTHS)).find(".//svg")
    links = svg.findall(".//a")
    assert {link.get("href") for link in links} == set(SUBMITTED.urls)
    assert "Submitted · September 2017 · 831" in [link.findtext("title") for link in links]
    assert "Adopted · September 2017 · 600" in [title.text for title in svg.iter("title")]


def test_a_picture_with_links_is_a_group_and_one_without_is_an_image():
    assert 'role="group" aria-label="S"' in charts.line_chart("S", [SUBMITTED], MONTHS)
    assert 'role="img" aria-label="S"' in charts.line_chart("S", [ADOPTED], MONTHS)


def test_links_carry_what_they_count():
    line = Series("Adopted", [944], ["/adopted/"], {"indicator": "suggestions_adopted"})
    wanted = 'data-indicator="suggestions_adopted" data-value="944"'
    assert wanted in charts.line_chart("S", [line], ["December 2017"])
    assert wanted in charts.series_table("S", [line], ["December 2017"], month_label="Month")
    assert wanted in charts.stacked_steps("S", [Step("Adopted", 944, "/adopted/", line.data)])


def test_a_missing_month_breaks_the_line_and_is_not_zero():
    line = Series("Visits", [1, 2, None, 4, 5, None])
    assert [len(run) for run in coordinates(charts.line_chart("Visits", [line], MONTHS))] == [2, 2]
    table = tree(charts.series_table("Visits", [line], MONTHS, month_label="Month"))
    assert [cell.text for cell in table.iter("td")] == ["1", "2", "–", "4", "5", "–"]


def test_values_at_the_ends_of_lines_do_not_cover_each_other():
    close = [Series("a", [1, 944]), Series("b", [1, 930]), Series("c", [1, 917])]
    svg = tree(charts.line_chart("Close", close, MONTHS[:2])).find(".//svg")
    ends = [float(text.get("y")) for text in svg.iter("text") if text.text in {"944", "930", "917"}]
    assert all(lower - upper >= charts.LINE_GAP - 0.1 for upper, lower in pairwise(ends))


@pytest.mark.parametrize(("months", "marks"), [(1, 1), (9, 9), (12, 12), (13, 7), (60, 12)])
def test_a_long_period_shows_at_most_twelve_marks_a_line(months, marks):
    names = [str(number) for number in range(months)]
    svg = tree(charts.line_chart("Long", [Series("a", list(range(months)))], names)).find(".//svg")
    titles = [title.text for title in svg.iter("title")]
    assert len(titles) == marks
    assert f"a · {months - 1} · {months - 1}" in titles


@pytest.mark.parametrize("values", [[], [0, 0, 0], [None, None], [0]])
def test_nothing_to_show_is_still_a_chart(values):
    months = MONTHS[: len(values)]
    tree(charts.line_chart("Empty", [Series("a", values)], months))
    tree(charts.series_table("Empty", [Series("a", values)], months, month_label="Month"))


def test_no_series_steps_or_rows_are_no_error():
    tree(charts.line_chart("Empty", [], []))
    tree(charts.stacked_steps("Empty", []))
    tree(charts.stacked_steps("Empty", [Step("Submitted", 0)]))
    tree(charts.heat_map("Empty", [], [], []))


@pytest.mark.parametrize(
    ("highest", "scale"),
    [
        (0, [0, 1]),
        (1, [0, 1]),
        (3, [0, 1, 2, 3]),
        (8, [0, 2, 4, 6, 8]),
        (9, [0, 3, 6, 9]),
        (296, [0, 100, 200, 300]),
        (1258, [0, 400, 800, 1200, 1600]),
        (2322, [0, 1000, 2000, 3000]),
        (1_000_000, [0, 300_000, 600_000, 900_000, 1_200_000]),
    ],
)
def test_the_scale_is_round_and_reaches_the_highest(highest, scale):
    assert charts._scale(highest) == scale


@pytest.mark.parametrize(
    ("value", "maximum", "width"),
    [
        (0, 0, None),
        (0, 10, None),
        (917, 944, "97.1%"),
        (10, 10, "100%"),
        (12, 10, "100%"),
        (1, 100_000, "1%"),
    ],
)
def test_a_bar_is_as_long_as_its_share_and_never_invisible(value, maximum, width):
    rects = list(tree(charts.bar(value, maximum)).iter("rect"))
    assert [rect.get("width") for rect in rects[1:]] == ([width] if width else [])


def test_a_bar_is_named_or_hidden_from_readers():
    assert 'role="img" aria-label="97 %"' in charts.bar(917, 944, label="97 %")
    assert 'aria-hidden="true"' in charts.bar(917, 944)


def test_steps_share_the_scale_of_the_largest():
    steps = [Step("Submitted", 1258, "/s"), Step("Adopted", 944), Step("Implemented", 917)]
    widths = [rect.get("width") for rect in tree(charts.stacked_steps("Funnel", steps)).iter("rect")]
    assert widths[1::2] == ["100%", "75%", "72.9%"]


@pytest.mark.parametrize(
    ("share", "depth", "text"),
    [
        (None, "x", "–"),
        (0, "0", "0 %"),
        (0.001, "1", "1 %"),
        (0.33, "1", "33 %"),
        (0.5, "2", "50 %"),
        (0.67, "3", "67 %"),
        (0.999, "3", "99 %"),
        (1, "4", "100 %"),
    ],
)
def test_a_square_says_nothing_and_everything_only_when_it_is_so(share, depth, text):
    cell = tree(charts.heat_map("Coverage", ["Glass"], ["Fire"], [[share]])).find(".//svg/g/rect")
    assert cell.get("class") == f"h{depth}"
    assert cell.findtext("title") == f"Glass · Fire · {text}"


def test_squares_become_links_where_addresses_are_given():
    html = charts.heat_map("Coverage", ["Glass"], ["Fire"], [[0.5]], urls=[["/items/?section=fire"]])
    link = tree(html).find(".//a")
    assert link.get("href") == "/items/?section=fire"
    assert link.findtext("title") == "Glass · Fire · 50 %"
    assert 'role="group"' in html
    assert 'tabindex="0"' not in html


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_numbers_are_grouped_in_both_languages(language):
    with translation.override(language):
        assert ">1,258<" in charts.line_chart("S", [Series("a", [1258])], ["12"])


def test_charts_are_light():
    three = [SUBMITTED, SUBMITTED._replace(label="Adopted"), SUBMITTED._replace(label="Implemented")]
    pieces = every_chart() | {"three": charts.line_chart("Suggestions", three, MONTHS, ticks=TICKS)}
    assert {name: len(html.encode()) for name, html in pieces.items() if len(html.encode()) >= 6000} == {}


def test_a_heat_map_with_a_link_on_every_square_is_light_on_the_line():
    sections = [f"Section {number}" for number in range(17)]
    enterprises = [f"Enterprise {number}" for number in range(10)]
    urls = [[f"/items/?enterprise={row}&section={column}" for column in range(17)] for row in range(10)]
    html = charts.heat_map("Coverage", enterprises, sections, [[0.5] * 17] * 10, urls=urls)
    assert len(gzip.compress(html.encode())) < 6000


def test_coordinates_are_short():
    assert not re.search(r"\d\.\d\d", charts.line_chart("S", [SUBMITTED, ADOPTED], MONTHS))
