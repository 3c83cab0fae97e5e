"""What is planned in a month and what was done of it, on home and on its own page."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from conftest import TODAY, make_enterprise
from enterprises.tests.factories import make_plan
from hazards.tests.factories import make_check, make_draft, make_version, move
from reports import tallies
from reports.plans import Month, with_done

PLANS = reverse("reports:plans")
DECEMBER = date(2017, 12, 1)


@pytest.fixture
def second(world):
    return make_enterprise(
        programme=world.programme, area=world.district, sector=world.sector, by=world.staff, code="T02"
    )


@pytest.fixture
def made(world, second):
    """Two checks of three at the first enterprise, none of one at the second; what does not count is left out."""
    version = make_version(world.programme)
    here = {"by": world.member, "enterprise": world.enterprise, "version": version}
    for day in (DECEMBER, TODAY):
        make_check(**here, on=day)
    make_check(**here, on=date(2017, 11, 30))
    make_draft(**here)
    move(make_check(**here), "void", by=world.staff, reason="twice")
    make_plan(world, month=DECEMBER, checks=3, visits=2)
    make_plan(world, month=DECEMBER, checks=1, visits=0, enterprise=second)
    return here


def rows(answer):
    """Code, checks done, tag of each line."""
    text = answer.content.decode().split("<tbody>")[1].split("</tbody>")[0]
    return [" ".join(line.split()) for line in text.split("<tr>")[1:]]


def test_the_page_shows_done_of_planned(client, world, second, made):
    client.force_login(world.inspector)
    answer = client.get(PLANS)
    first, other = rows(answer)
    assert "T01" in first
    assert "2</a> / 3" in first
    assert "1 to do" in first
    assert "0 / 2" in first
    assert "0 / 1" in other
    assert "none planned" in other
    assert "2 of 4 checks" in answer.content.decode()
    assert f"{reverse('hazards:check_add')}?enterprise={second.pk}" in other


def test_another_month_and_no_month(client, world, made):
    client.force_login(world.member)
    answer = client.get(PLANS, {"month": "2017-11"})
    assert "1</a> · none planned" in rows(answer)[0]
    assert "month=2017-10" in answer.content.decode()
    assert "month=2017-12" in answer.content.decode()
    for strange in ("2017-13", "12", "x" * 7, "0000-01", "9999-12", "\x00"):
        assert client.get(PLANS, {"month": strange}).context["month"].first == DECEMBER


def test_a_month_ends_today_while_it_runs():
    assert Month(DECEMBER, TODAY).last == TODAY
    assert Month(date(2017, 11, 1), TODAY).last == date(2017, 11, 30)
    assert Month(date(2018, 1, 1), TODAY).last == date(2018, 1, 31)


def test_the_page_shows_only_what_the_person_sees(client, world, second, made):
    client.force_login(world.member)
    assert len(rows(client.get(PLANS))) == 1
    client.force_login(world.outsider)
    answer = client.get(PLANS)
    assert "T01" not in answer.content.decode()
    assert answer.context["whole"]["planned"] == 0
    client.force_login(world.staff)
    assert answer.context["table"] is not None
    assert "check_add" not in client.get(PLANS).content.decode()
    assert client.post(PLANS).status_code == 405


def test_the_page_costs_the_same_for_any_length(client, world, made):
    client.force_login(world.inspector)
    costs = []
    for number in range(2):
        client.get(PLANS)
        with CaptureQueriesContext(connection) as queries:
            client.get(PLANS)
        costs.append(len(queries))
        other = {"programme": world.programme, "area": world.district, "sector": world.sector}
        make_plan(
            world, month=DECEMBER, enterprise=make_enterprise(**other, by=world.staff, code=f"N{number}")
        )
    assert costs[0] == costs[1] <= 20


def test_home_tells_the_inspector_where_checks_are_missing(client, world, second, made):
    client.force_login(world.inspector)
    text = client.get("/").content.decode()
    assert "2 done, 4 planned" in " ".join(text.split())
    listed = text.split("Checks to do this month")[1].split("</section>")[0]
    assert "2 of 3 done" in listed
    assert "0 of 1 done" in listed
    make_check(**made)
    listed = client.get("/").content.decode().split("Checks to do this month")[1].split("</section>")[0]
    assert "T01" not in listed
    assert "0 of 1 done" in listed


@pytest.mark.parametrize("who", ["member", "consultant", "authority", "staff"])
def test_home_tells_everybody_what_is_done_of_planned(client, world, second, made, who):
    tallies.drain()
    client.force_login(getattr(world, who))
    text = " ".join(client.get("/").content.decode().split())
    assert "2 done, 3 planned" in text if who in ("member", "consultant") else "2 done, 4 planned" in text


def test_an_enterprise_that_left_the_programme_has_nothing_to_do(client, world, second, made):
    move(second, "drop", by=world.staff, on=TODAY, reason="moved away")
    client.force_login(world.inspector)
    assert "0 of 1 done" not in client.get("/").content.decode()


def test_the_page_of_the_enterprise_shows_each_month(client, world, made, django_assert_num_queries):
    plan = make_plan(world, month=date(2017, 11, 1), checks=20, visits=1)
    with django_assert_num_queries(3):
        november, december = with_done(world.enterprise.plans.order_by("month"), TODAY)
    assert (november, december[1:]) == ((plan, 1, 0), (2, 0))
    assert with_done([], TODAY) == []
    client.force_login(world.member)
    text = client.get(world.enterprise.get_absolute_url()).content.decode()
    assert f"1 / {plan.checks}" in text
    assert "2 / 3" in text
