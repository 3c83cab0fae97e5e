"""Figures on pages of other apps are the registry's, and open exactly their records."""

import re
from datetime import date, timedelta

import pytest
from django.urls import reverse

from suggestions.tests.factories import make_suggestion, step

BOARD = reverse("suggestions:board")
HANDED_IN = date(2017, 6, 1)


@pytest.fixture
def answered(world):
    """Answers after 0, 7 and 8 days; one suggestion waits, one is void, one was withdrawn."""
    for days, move in ((0, "adopt"), (7, "reject"), (8, "adopt")):
        suggestion = make_suggestion(world, title=f"After {days}", on=HANDED_IN)
        step(world, suggestion, move, on=HANDED_IN + timedelta(days))
    make_suggestion(world, title="Waits", on=HANDED_IN)
    make_suggestion(world, "void", title="Void", on=HANDED_IN)
    make_suggestion(world, "withdrawn", title="Back", on=HANDED_IN)


def figures(page):
    """Indicator and part with the number that is shown, and where it leads."""
    found = re.findall(r'data-indicator="(\w+)" data-part="(\w+)" data-value="(\d+)" href="([^"]+)"', page)
    return {(name, part): (int(value), href.replace("&amp;", "&")) for name, part, value, href in found}


def test_the_board_shows_days_to_an_answer_and_the_share_within_a_week(client, world, answered):
    client.force_login(world.leader)
    page = client.get(BOARD).content.decode()
    shown = figures(page)
    assert {key: value for key, (value, _href) in shown.items()} == {
        ("decision_days", "value"): 3,
        ("answered_in_time", "numerator"): 2,
        ("answered_in_time", "denominator"): 3,
    }
    assert "7 days</strong>" in page
    assert "67 %" in page


@pytest.mark.parametrize("part", ["member", "authority", "staff"])
def test_each_opens_exactly_its_records(client, world, answered, part):
    client.force_login(getattr(world, part))
    for value, href in figures(client.get(BOARD).content.decode()).values():
        assert client.get(href).context["count"] == value


def test_nothing_answered_is_not_zero_per_cent(client, world):
    make_suggestion(world)
    client.force_login(world.leader)
    assert client.get(BOARD).content.decode().count("<strong>n/a</strong>") == 2


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_in_both_languages(client, world, answered, language):
    world.leader.language = language
    world.leader.save()
    client.force_login(world.leader)
    assert len(figures(client.get(BOARD).content.decode())) == 3
