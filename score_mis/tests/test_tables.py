"""Tables of lists: columns, cells, tags, days; nothing that people typed becomes HTML."""

from datetime import date

import pytest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.safestring import SafeString

from score_mis.lib.tables import (
    LONG,
    TONES,
    Column,
    Heading,
    address_of,
    days,
    joined,
    link,
    over,
    table,
    tag,
    tags,
)

EVIL = "<b onclick='x'>&"
ESCAPED = "&lt;b onclick=&#x27;x&#x27;&gt;&amp;"


def test_a_row_is_named_by_its_first_cell_and_cells_by_their_columns():
    html = table(
        [Column("Name"), Column("Number", "num", "num")], [["A", 3], [Heading("B", "ps-2"), 4]], "wide"
    )
    assert '<table class="table stack wide">' in html
    assert '<th scope="col">Name</th><th scope="col" class="num">Number</th>' in html
    assert '<tr><th scope="row">A</th><td class="num" data-label="Number">3</td></tr>' in html
    assert '<tr><th scope="row" class="ps-2">B</th><td class="num" data-label="Number">4</td></tr>' in html


def test_what_people_typed_is_escaped_everywhere():
    pieces = [
        table([Column(EVIL), Column(EVIL)], [[EVIL, EVIL]]),
        link("/?a=1&b=2", EVIL),
        over(EVIL, EVIL),
        joined([EVIL, EVIL], EVIL),
        tag(EVIL, EVIL),
    ]
    for html in pieces:
        assert EVIL not in html
        assert ESCAPED in html
        assert isinstance(html, SafeString)
    assert 'href="/?a=1&amp;b=2"' in pieces[1]


def test_a_row_has_a_cell_for_each_column():
    with pytest.raises(ValueError):
        table([Column("A"), Column("B")], [["only one"]])


def test_nothing_stands_below_where_there_is_nothing():
    assert over("A", "") == over("A", None) == "A"
    assert joined(["A", "", None, False, "B"], " · ") == "A · B"


@pytest.mark.parametrize(("tone", "like"), [(t, t) for t in TONES] + [("", "idle"), ("strange", "idle")])
def test_a_tag_is_the_status_of_the_templates(tone, like):
    template = render_to_string("_status.html", {"label": "Rectified", "tone": like})
    assert "".join(tag("Rectified", tone).split()) == "".join(template.split())


def test_tags_and_days_are_in_the_language_of_the_page_they_were_made_for():
    day = date(2017, 12, 19)
    for language, word, long in (
        ("en", "overdue", "19 December 2017"),
        ("zh-hans", "逾期", "2017年12月19日"),
    ):
        with translation.override(language):
            written, label = days(LONG), tags(translation.gettext, lambda _value: "bad")
            assert written(day) == long
            assert written(day) is written(day)
            assert written(None) == "–"
            assert word in label("overdue")


def test_an_address_is_that_of_the_site(db):
    for name in (
        "suggestions:detail",
        "hazards:hazard_detail",
        "hazards:check_detail",
        "training:visit_detail",
    ):
        assert [address_of(name)(key) for key in (1, 98_765)] == [
            reverse(name, args=[k]) for k in (1, 98_765)
        ]
