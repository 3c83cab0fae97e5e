"""What calendar programs fetch: a person's planned visits, at an address that only the person knows."""

from datetime import date, time

import pytest
from django.test import Client
from django.urls import reverse

from enterprises.models import Assignment
from score_mis.lib import workflow
from training import services
from training.models import CalendarAddress
from training.tests.factories import make_visit

PAGE = reverse("training:visit_calendar")
BUTTON = reverse("training:calendar_address")


def lines(address):
    """What somebody without a session is told."""
    response = Client().get(address.get_absolute_url())
    assert response.status_code == 200
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert not response.cookies
    return response.content.decode().replace("\r\n ", "").split("\r\n")


def values(told, name):
    return [line.split(":", 1)[1] for line in told if line.split(":")[0].split(";")[0] == name]


@pytest.fixture
def address(world):
    return services.make_calendar_address(by=world.consultant)


def test_planned_visits_are_told_and_nothing_else(world, address):
    visit = make_visit(world, on=date(2017, 12, 21), sequence=2)
    for number, status in enumerate(("done", "submitted", "reviewed", "cancelled", "void"), 3):
        make_visit(world, status, sequence=number)
    told = lines(address)
    assert values(told, "UID") == [f"visit-{visit.pk}@testserver"]
    assert values(told, "SUMMARY") == [f"{world.enterprise} · Follow-up 2"]
    assert values(told, "DTSTART") == ["20171221"]
    assert values(told, "DESCRIPTION") == [r"With Consultant\, Inspector"]
    assert values(told, "URL") == [f"http://testserver{visit.get_absolute_url()}"]


def test_generated_records_say_so(world, address):
    type(world.programme).objects.filter(pk=world.programme.pk).update(is_generated=True)
    make_visit(world)
    assert "Generated records" in values(lines(address), "DESCRIPTION")[0]


def test_the_hour_is_told_in_the_zone_of_the_programme(world, address):
    make_visit(world, on=date(2017, 12, 21), starts_at=time(9, 0))
    assert values(lines(address), "DTSTART") == ["20171221T010000Z"]


def test_only_visits_the_person_takes_part_in(world, address):
    make_visit(world, consultant=world.staff, inspector=None)
    assert values(lines(address), "UID") == []
    joined = services.make_calendar_address(by=world.inspector)
    visit = make_visit(world, sequence=2)
    assert values(lines(joined), "UID") == values(lines(address), "UID") == [f"visit-{visit.pk}@testserver"]


def test_visits_where_the_person_has_no_role_any_more_are_gone(world, address, today):
    make_visit(world)
    assert len(values(lines(address), "UID")) == 1
    Assignment.objects.filter(user=world.consultant).update(until_on=date(2017, 12, 18))
    assert values(lines(address), "UID") == []


def test_a_changed_visit_says_so(world, address, today):
    visit = make_visit(world, on=date(2017, 12, 21))
    visit.changes.update(entered_at="2017-06-01T00:00:00Z")
    assert values(lines(address), "DTSTAMP") == ["20170601T000000Z"]
    workflow.perform(
        visit,
        "reschedule",
        by=world.consultant,
        today=today,
        reason="Holiday",
        fields={"due_on": date(2017, 12, 22)},
    )
    told = lines(address)
    assert values(told, "DTSTART") == ["20171222"]
    assert values(told, "DTSTAMP")[0] > "20171218"


def test_it_speaks_the_language_of_the_person(world, address):
    type(world.consultant).objects.filter(pk=world.consultant.pk).update(language="zh-hans")
    make_visit(world, starts_at=time(9, 0))
    assert values(lines(address), "X-WR-CALNAME") == ["入企辅导"]
    assert values(lines(address), "SUMMARY")[0].startswith(world.enterprise.name_zh)


def test_who_left_is_told_nothing(world, address):
    type(world.consultant).objects.filter(pk=world.consultant.pk).update(is_active=False)
    assert Client().get(address.get_absolute_url()).status_code == 404


def test_the_address_opens_nothing_else(world, address):
    guest = Client()
    guest.get(address.get_absolute_url())
    assert guest.get(PAGE).status_code == 302
    assert guest.post(address.get_absolute_url()).status_code == 405
    assert "no-cache" in guest.get(address.get_absolute_url())["Cache-Control"]
    assert guest.get(address.get_absolute_url())["X-Robots-Tag"] == "noindex"


def test_the_person_makes_changes_and_withdraws_it(client, world):
    client.force_login(world.consultant)
    assert "Make an address" in client.get(PAGE).content.decode()
    assert client.post(BUTTON, {"wish": "make"}).url == f"{PAGE}#subscribe"
    first = CalendarAddress.objects.get(user=world.consultant)
    assert len(first.token) == 43
    assert f"http://testserver{first.get_absolute_url()}" in client.get(PAGE).content.decode()
    client.post(BUTTON, {"wish": "make"})
    second = CalendarAddress.objects.get(user=world.consultant)
    assert Client().get(first.get_absolute_url()).status_code == 404
    assert Client().get(second.get_absolute_url()).status_code == 200
    client.post(BUTTON, {"wish": "withdraw"})
    assert Client().get(second.get_absolute_url()).status_code == 404
    assert not CalendarAddress.objects.exists()


@pytest.mark.parametrize("part", ["member", "leader", "authority", "staff", "administrator"])
def test_who_goes_on_no_visits_needs_none(client, world, part):
    client.force_login(world.cast()[part])
    assert "own calendar" not in client.get(PAGE).content.decode()
    assert client.post(BUTTON, {"wish": "make"}).status_code == 403


def test_it_can_be_withdrawn_without_the_role(client, world, address):
    Assignment.objects.filter(user=world.consultant).update(until_on=date(2017, 12, 18))
    client.force_login(world.consultant)
    page = client.get(PAGE).content.decode()
    assert "Withdraw the address" in page
    assert "Make another address" not in page
    assert client.post(BUTTON, {"wish": "withdraw"}).status_code == 302
    assert not CalendarAddress.objects.exists()


def test_nobody_sees_the_address_of_another(client, world, address):
    for user in (world.inspector, world.staff, world.administrator):
        client.force_login(user)
        assert address.token not in client.get(PAGE).content.decode()
    for page in ("changelist", "change"):
        args = [address.pk] if page == "change" else []
        response = client.get(reverse(f"admin:training_calendaraddress_{page}", args=args))
        assert response.status_code == 200
        assert address.token not in response.content.decode()


def test_the_number_of_queries_does_not_grow(world, address, django_assert_max_num_queries):
    for number in range(1, 9):
        make_visit(world, sequence=number)
    with django_assert_max_num_queries(5):
        Client().get(address.get_absolute_url())
