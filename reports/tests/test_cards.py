"""The cards of the dashboard: whatever people wrote is escaped, in every card."""

import re
from xml.etree import ElementTree

import pytest
from django.urls import reverse
from django.utils import translation

from enterprises.models import Area, Enterprise, Sector
from hazards.models import Section
from reports import tallies
from reports.figures import Page, words
from reports.indicators import INDICATORS
from reports.measures import Span
from reports.scope import Scope
from training.models import Module

NASTY = "<script>alert(1)</script>\"'&"


@pytest.fixture
def nasty(world):
    """Everything that has a name and is shown on a dashboard is called something nasty."""
    for model in (Area, Enterprise, Module, Section, Sector):
        model.objects.update(name_en=NASTY, name_zh="")
    tallies.drain()


@pytest.mark.parametrize("who", ["staff", "authority", "consultant", "member"])
@pytest.mark.parametrize("query", ["", "?since=2017-04-01", "?sector=C30"])
def test_names_are_escaped_on_every_card(nasty, world, client, who, query):
    client.force_login(getattr(world, who))
    page = client.get(reverse("reports:dashboard") + query).content.decode()
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page
    main = re.search(r'<div class="row g-3">.*(?=</main>)', page, re.DOTALL)
    ElementTree.fromstring(main[0].replace("&nbsp;", " "))


def test_a_link_says_the_same_as_its_address(world, today):
    page = Page(Scope(), Span(today))
    link = page.link("people_trained", "value", 1234, key='a/"&b')
    assert 'data-indicator="people_trained" data-part="value" data-value="1234"' in link
    href = re.search('href="([^"]+)"', link)[1].replace("&amp;", "&")
    assert href == page.url("people_trained", "value", key='a/"&b')
    assert ">1,234</a>" in link


def test_indicators_have_their_names_in_each_language(db):
    for language in ("en", "zh-hans"):
        with translation.override(language):
            for row in INDICATORS.values():
                assert words(row.id).name == str(row.name)
