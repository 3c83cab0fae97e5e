"""The monthly plan of an enterprise."""

from datetime import date

import pytest

from enterprises.models import MonthlyPlan
from enterprises.tests.factories import make_plan


def url(world):
    return f"/enterprises/{world.enterprise.pk}/plan/"


def test_it_shows_twelve_months(client, world):
    make_plan(world)
    client.force_login(world.staff)
    forms = client.get(url(world)).context["forms"]
    assert [form.instance.month for form in forms] == [date(2017, month, 1) for month in range(1, 13)]
    assert forms[10].instance.checks == 20


def test_it_saves_the_months_that_changed(client, world):
    make_plan(world)
    client.force_login(world.staff)
    values = {"2017-11-checks": "25", "2017-11-visits": "1", "2017-12-checks": "30"}
    assert client.post(url(world), values).url == world.enterprise.get_absolute_url()
    plans = list(MonthlyPlan.objects.values_list("month", "checks", "visits"))
    assert plans == [(date(2017, 11, 1), 25, 1), (date(2017, 12, 1), 30, 0)]
    assert MonthlyPlan.objects.get(month=date(2017, 11, 1)).history.count() == 2


def test_another_year_is_planned_apart(client, world):
    client.force_login(world.staff)
    client.post(url(world) + "?year=2018", {"2018-01-checks": "5"})
    assert MonthlyPlan.objects.get().month == date(2018, 1, 1)


@pytest.mark.parametrize("year", ["", "x", "99999", "-1", "²"])
def test_an_impossible_year_is_this_year(client, world, year):
    client.force_login(world.staff)
    assert client.get(f"{url(world)}?year={year}").context["year"] == 2017


def test_bad_input_stays_on_the_page_and_nothing_is_saved(client, world):
    client.force_login(world.staff)
    values = {"2017-10-checks": "12", "2017-11-checks": "-5"}
    response = client.post(url(world), values)
    assert "Ensure this value is greater than or equal to 0." in response.content.decode()
    assert 'value="-5"' in response.content.decode()
    assert MonthlyPlan.objects.count() == 0


@pytest.mark.parametrize("name", ["member", "leader", "consultant", "inspector", "authority"])
def test_only_staff_plan(client, world, name):
    client.force_login(world.cast()[name])
    assert client.get(url(world)).status_code == 403
    assert client.post(url(world), {"2017-11-checks": "1"}).status_code == 403


@pytest.mark.parametrize("name", ["outsider", "administrator"])
def test_it_hides_from_others(client, world, name):
    client.force_login(world.cast()[name])
    assert client.get(url(world)).status_code == 404
