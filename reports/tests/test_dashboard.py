"""The dashboard in a browser's eyes: every figure leads to a list with exactly that many records."""

import random
import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from conftest import assign, make_enterprise
from reports import dashboard, tallies
from reports.tests.histories import History
from score_mis.lib import dates
from suggestions.models import Suggestion
from training.tests.factories import make_enrolment, make_module

FIGURE = re.compile(
    r'<a data-indicator="([a-z_]+)"(?: data-part="[a-z0-9-]+")? data-value="(-?\d+)" href="([^"]+)"'
)
COUNT = re.compile(r'data-count="(\d+)"')


def figures_of(page) -> list[tuple[str, int, str]]:
    """Indicator, value and address of every figure on a page."""
    found = FIGURE.findall(page.content.decode())
    return [(name, int(value), url.replace("&amp;", "&")) for name, value, url in found]


@pytest.fixture
def history(world, today):
    found = History(world, random.Random(3), [world.enterprise], today)
    found.write(10)
    tallies.drain()
    return found


@pytest.mark.parametrize(
    ("who", "query"),
    [
        ("consultant", "?as_of=2017-05-10"),
        ("authority", "?since=2017-04-20&as_of=2017-05-20"),
    ],
)
def test_every_figure_leads_to_that_many_records(world, history, client, who, query):
    client.force_login(getattr(world, who))
    page = client.get(reverse("reports:dashboard") + query)
    figures = sorted(set(figures_of(page)))
    assert len({name for name, _value, _url in figures}) > 20
    for name, value, url in figures:
        found = COUNT.search(client.get(url).content.decode())
        assert found, (name, url)
        assert int(found[1]) == value, (name, url)


def test_it_never_counts_records_of_a_day_after_the_cut_off(world, history, client):
    client.force_login(world.staff)
    page = client.get(reverse("reports:dashboard") + "?as_of=2017-03-31")
    assert {
        value for name, value, _url in figures_of(page) if name.startswith(("sugg", "haz", "safety"))
    } == {0}
    assert "n/a" in page.content.decode()


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("as_of=2018-01-01", "The day lies in the future."),
        ("as_of=yesterday", "Enter a valid date."),
        ("as_of=0001-01-01", "The day lies too far back."),
        ("since=2017-09-01&as_of=2017-08-01", "The period begins after it ends."),
        ("area=999999", "There is no area 999999 here."),
        ("sector=Z9", "There is no sector Z9."),
        ("enterprise=x", "There is no enterprise x here."),
    ],
)
def test_it_says_what_is_wrong_with_an_address(world, client, query, sentence):
    client.force_login(world.staff)
    page = client.get(reverse("reports:dashboard") + "?" + query)
    assert page.status_code == 400
    assert sentence in page.content.decode()


def test_it_shows_nothing_of_enterprises_that_are_not_mine(world, history, client):
    client.force_login(world.outsider)
    page = client.get(reverse("reports:dashboard"))
    assert {value for _name, value, _url in figures_of(page)} - {
        0,
        4,
    } == set()  # 4 checklist items are everybody's
    other = client.get(reverse("reports:dashboard") + f"?enterprise={world.enterprise.pk}")
    assert other.status_code == 400


def test_people_without_a_role_are_refused(world, client):
    client.force_login(world.administrator)
    assert client.get(reverse("reports:dashboard")).status_code == 403
    assert client.get(reverse("reports:evidence", args=["safety_checks", "value"])).status_code == 403


@pytest.mark.parametrize(
    "place", [("nothing", "value"), ("safety_checks", "numerator"), ("hazards_overdue_ageing", "step-9")]
)
def test_evidence_that_does_not_exist_is_not_found(world, client, place):
    client.force_login(world.staff)
    assert client.get(reverse("reports:evidence", args=place)).status_code == 404


def test_it_reads_tallies_and_never_counts_records(world, history, client, django_assert_max_num_queries):
    client.force_login(world.staff)
    with django_assert_max_num_queries(30) as queries:
        client.get(reverse("reports:dashboard"))
    counted = [q["sql"] for q in queries if "suggestions_suggestion" in q["sql"] and "COUNT(" in q["sql"]]
    assert counted == []


def test_it_refuses_to_be_posted_to(world, client):
    client.force_login(world.staff)
    assert client.post(reverse("reports:dashboard")).status_code == 405


def test_home_shows_each_role_its_own_work(world, history, client):
    undecided = Suggestion(enterprise=world.enterprise)
    history.do(undecided, "submit", "consultant", history.today, fields={"title": "Waits"})
    seen = {}
    for who in ("member", "leader", "consultant", "inspector", "authority", "staff", "administrator"):
        client.force_login(getattr(world, who))
        page = client.get(reverse("reports:home"))
        assert page.status_code == 200
        seen[who] = page.content.decode()
    assert "Suggestions to decide" in seen["leader"]
    assert (">Decide<" in seen["leader"], ">Decide<" in seen["member"]) == (True, False)
    assert "Hazards to verify" in seen["inspector"]
    assert "Next visits" in seen["consultant"]
    assert "Completion rate, hazards" in seen["authority"]
    assert "Visits to review" in seen["staff"]
    assert "You have no role" in seen["administrator"]


def test_operations_are_for_staff_and_administrators(world, client):
    for who, code in (("staff", 200), ("administrator", 200), ("inspector", 403), ("member", 403)):
        client.force_login(getattr(world, who))
        assert client.get(reverse("reports:operations")).status_code == code


def test_a_page_that_waits_for_marks_says_so(world, history, client):
    history.suggestion()
    client.force_login(world.staff)
    page = client.get(reverse("reports:dashboard")).content.decode()
    assert "changes wait to be counted" in page
    assert dates.today().year == 2017


@pytest.mark.parametrize("who", ["consultant", "authority", "staff"])
def test_what_is_planned_is_added_up_over_enterprises_and_months(world, client, who):
    module = make_module(world, 5)
    other = make_enterprise(
        programme=world.programme, area=world.district, sector=world.sector, by=world.staff, code="T77"
    )
    assign(world.consultant, "consultant", other)
    make_enrolment(world, module=module, on=date(2017, 6, 1))
    make_enrolment(world, module=module, enterprise=other, on=date(2017, 12, 4))
    tallies.drain()
    client.force_login(getattr(world, who))
    assert "2 planned" in client.get(reverse("reports:dashboard")).content.decode()


@pytest.mark.parametrize("query", ["", "?since=2017-04-20&as_of=2017-05-20", "?sector=C30"])
def test_a_list_of_enterprises_is_counted_by_few_queries(world, history, client, query):
    client.force_login(world.consultant)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(reverse("reports:dashboard") + query).status_code == 200
    assert len(queries) <= 90


@pytest.mark.parametrize("sector", ["", "&sector=C30"])
def test_a_big_scope_compares_its_parts_also_within_a_sector(client, world, history, monkeypatch, sector):
    monkeypatch.setattr(dashboard, "MOST_ROWS", 0)
    client.force_login(world.staff)
    page = client.get(f"/dashboard/?area={world.province.code}&as_of=2017-12-19{sector}")
    league = re.search(r"<table[^>]*>(?:(?!</table>).)*Fangshan.*?</table>", page.content.decode(), re.DOTALL)
    assert league is not None
    shown = FIGURE.findall(league.group())
    assert any(int(value) for _name, value, _url in shown)
    for _name, value, url in shown:
        url = url.replace("&amp;", "&")
        assert f"area={world.district.code}" in url or f"area={world.other_district.code}" in url
        assert COUNT.findall(client.get(url).content.decode()) == [value]
