"""Coverage item by item: one enterprise with all items, and one item with all enterprises."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from conftest import TODAY, make_enterprise
from hazards.checking import correct_check
from hazards.tests.factories import make_check, make_finding, make_order, make_rectified, make_version
from reports.tallies import looks

FIRST, LATER = date(2017, 6, 1), date(2017, 12, 12)


@pytest.fixture
def here(world):
    return {"by": world.member, "enterprise": world.enterprise, "version": make_version(world.programme)}


@pytest.fixture
def looked(here):
    """Two items looked at, one of them with an open hazard; four never."""
    make_check(**here, answers={"E-01": "o", "E-02": "n"}, on=FIRST)
    make_check(**here, answers={"E-01": "h"}, findings={"E-01": make_finding()}, on=LATER)
    looks.look_again({here["enterprise"].pk})


def url(world):
    return reverse("reports:item_coverage", args=[world.enterprise.pk])


def codes(answer):
    """The codes on the page, each before its text."""
    text = answer.content.decode()
    return [code for code in ("E-01", "E-02", "E-03", "F-01", "F-02", "F-03") if f"{code} · " in text]


def test_it_counts_by_section(client, world, here, looked):
    client.force_login(world.member)
    answer = client.get(url(world))
    whole, sections = answer.context["whole"], answer.context["sections"]
    assert (whole.total, whole.seen, whole.never, whole.open) == (6, 2, 4, 1)
    assert [(g.section.code, g.seen, g.never, g.open, g.oldest) for g in sections] == [
        ("E", 2, 1, 1, FIRST),
        ("F", 0, 3, 0, None),
    ]


def test_it_shows_what_asks_for_a_look_first(client, world, here, looked):
    client.force_login(world.member)
    section = here["version"].sections.get(code="E").pk
    for query, expected in (
        ({}, ["E-01", "E-03", "F-01", "F-02", "F-03"]),
        ({"state": "all"}, ["E-01", "E-02", "E-03", "F-01", "F-02", "F-03"]),
        ({"state": "never"}, ["E-03", "F-01", "F-02", "F-03"]),
        ({"state": "seen"}, ["E-01", "E-02"]),
        ({"state": "open"}, ["E-01"]),
        ({"state": "all", "section": section}, ["E-01", "E-02", "E-03"]),
        ({"state": "sometimes"}, ["E-01", "E-03", "F-01", "F-02", "F-03"]),
    ):
        answer = client.get(url(world), query)
        assert (answer.context["count"], codes(answer)) == (len(expected), expected), query


def test_an_item_tells_its_last_look_and_its_open_hazard(client, world, here, looked):
    client.force_login(world.member)
    text = client.get(url(world), {"state": "seen"}).content.decode()
    assert "12 Dec 2017" in text
    assert "7 days ago" in text
    assert "open hazard T01-H0001" in text
    hazard = world.enterprise.hazard_set.get()
    make_rectified(
        make_order(hazard, by=world.inspector, on=LATER, deadline=TODAY), by=world.member, on=TODAY
    )
    assert "T01-H0001" not in client.get(url(world), {"state": "seen"}).content.decode()


def test_a_corrected_check_counts_instead_of_the_old_one(client, world, here):
    check = make_check(**here, answers={"E-01": "o", "E-02": "o"}, on=LATER)
    sheet = {"answers": {"E-02": "o", "F-03": "n"}, "findings": {}, "fields": {"performed_by": "self_check"}}
    correct_check(check, by=world.member, today=TODAY, on=FIRST, reason="another hall", **sheet)
    looks.look_again({world.enterprise.pk})
    client.force_login(world.member)
    assert codes(client.get(url(world), {"state": "seen"})) == ["E-02", "F-03"]
    assert [group.oldest for group in client.get(url(world)).context["sections"]] == [FIRST, FIRST]


def test_who_records_checks_begins_one_there(client, world, here, looked):
    for person, may in ((world.member, True), (world.inspector, True), (world.staff, False)):
        client.force_login(person)
        text = client.get(url(world)).content.decode()
        assert ("items=sections&amp;section=E" in text) is may
        assert ("items=longest" in text) is may


def test_the_enterprise_and_the_check_lead_there(client, world, here, looked):
    client.force_login(world.member)
    check = world.enterprise.safetycheck_set.first()
    for page in (world.enterprise.get_absolute_url(), check.get_absolute_url(), reverse("hazards:check_add")):
        assert url(world) in client.get(page).content.decode()


def test_it_costs_the_same_for_any_number_of_looks(client, world, here):
    client.force_login(world.inspector)
    costs = []
    for answers in ({"E-01": "o"}, {"E-02": "h", "F-01": "h", "F-02": "o"}):
        found = {code: make_finding() for code, letter in answers.items() if letter == "h"}
        make_check(**here, answers=answers, findings=found, on=LATER)
        looks.look_again({world.enterprise.pk})
        client.get(url(world))
        with CaptureQueriesContext(connection) as queries:
            client.get(url(world), {"state": "all"})
        costs.append(len(queries))
    assert costs[0] == costs[1] <= 20


def test_it_hides_from_others_and_only_shows(client, world, here):
    for person in (world.outsider, world.administrator):
        client.force_login(person)
        assert client.get(url(world)).status_code == 404
    client.force_login(world.member)
    assert client.post(url(world)).status_code == 405


def test_one_item_at_every_enterprise(client, world, here, looked):
    other = make_enterprise(
        programme=world.programme, area=world.district, sector=world.sector, by=world.staff, code="T02"
    )
    client.force_login(world.inspector)
    page = reverse("reports:item_places", args=["E-01"])
    assert page in client.get(url(world)).content.decode()
    for query, expected in (
        ({}, {world.enterprise.code, other.code}),
        ({"state": "never"}, {other.code}),
        ({"state": "seen"}, {world.enterprise.code}),
        ({"state": "open"}, {world.enterprise.code}),
    ):
        answer = client.get(page, query)
        assert {place.code for place in answer.context["page_obj"]} == expected, query
    assert "7 days ago" in answer.content.decode()
    assert client.get(reverse("reports:item_places", args=["X-99"])).status_code == 404
    client.force_login(world.member)
    assert page not in client.get(url(world)).content.decode()
    assert [place.code for place in client.get(page).context["page_obj"]] == [world.enterprise.code]
