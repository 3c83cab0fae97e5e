"""Visits, actions, calendar and letter with what no browser of ours sends: refused beside the field, or kept."""

from datetime import date, time, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from training import services
from training.models import CounsellingVisit, VisitAction
from training.tests.factories import make_action, make_visit
from training.tests.test_visit_add import plan
from training.tests.test_visit_log import ROW, log, url

DAY = date(2017, 12, 18)
ODD = "=1+1 \u202egnp.exe 🔥👷🏽 <script>alert(1)</script> #panic() $x$ `y` \\z \"q\" 'q'"
HUGE = "挡板 " * 30_000


@pytest.fixture
def visit(world):
    return make_visit(world, sequence=2, on=DAY)


@pytest.fixture
def consultant(client, world):
    client.force_login(world.consultant)
    return client


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        *(("due_on", day) for day in ("0001-01-01", "1949-12-31", "2100-01-01", "9999-12-31", "x", "")),
        *(("happened_on", day) for day in ("0001-01-01", "2017-12-20", "2017-02-30", "\x00")),
        *(("starts_at", hour) for hour in ("25:00", "x", "\x00")),
        *(("sequence", number) for number in ("0", "-1", "99999", "9" * 5000, "1.5", "²")),
        *(("consultant", key) for key in ("0", "9" * 5000, "\x00", "")),
        ("type", "party"),
    ],
)
def test_what_no_visit_can_have_is_refused_beside_its_field(consultant, world, field, typed):
    response = consultant.post(reverse("training:visit_add"), plan(world, **{field: typed}))
    assert response.status_code == 200
    assert field in response.context["form"].errors
    assert not CounsellingVisit.objects.exists()


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"women_workers": "-1"}, "women_workers"),
        ({"women_workers": "40000"}, "women_workers"),
        ({"women_workers": "9" * 5000}, "women_workers"),
        ({"topics": "Guards\x00"}, "topics"),
        ({"next_visit_on": "2017-12-01"}, "next_visit_on"),
        ({"next_visit_on": "9999-12-31"}, "next_visit_on"),
        ({"happened_on": "2017-12-20"}, "happened_on"),
        ({"happened_on": "0001-01-01"}, "happened_on"),
        ({"actions-TOTAL_FORMS": "1000000"}, "__all__"),
        ({"actions-TOTAL_FORMS": "x"}, "__all__"),
        ({"actions-TOTAL_FORMS": "\x00"}, "__all__"),
        ({"actions-0-text": "\x00"}, "__all__"),
        ({"actions-0-text": "x" * 501}, "__all__"),
        ({"actions-0-owner": "x" * 121}, "__all__"),
        ({"actions-0-due_on": "0001-01-01"}, "__all__"),
        ({"actions-0-due_on": "9999-12-31"}, "__all__"),
        ({"actions-0-due_on": ""}, "__all__"),
    ],
)
def test_what_no_log_can_have_is_refused_and_nothing_is_half_saved(consultant, visit, values, field):
    response = consultant.post(url(visit), log(ROW) | values)
    assert response.status_code == 200
    assert field in response.context["form"].errors
    visit.refresh_from_db()
    assert visit.status == "planned"
    assert not VisitAction.objects.exists()


@pytest.mark.parametrize("rows", ["1000000", "x", "-5", "\x00", "9" * 5000])
def test_more_rows_than_there_can_be_are_not_made(consultant, visit, rows):
    response = consultant.post(url(visit), log(ROW, more="1") | {"actions-TOTAL_FORMS": rows})
    assert response.status_code == 200
    assert len(response.context["form"].actions.forms) <= 30


def test_odd_text_is_kept_as_it_is_and_shown_as_text_everywhere(consultant, world, visit):
    made = log(ROW | {"text": ODD, "owner": ODD[:120]}, topics=ODD, observations=HUGE)
    assert consultant.post(url(visit), made).status_code == 302
    visit.refresh_from_db()
    action = visit.actions.get()
    assert (action.text, visit.topics, visit.observations) == (ODD, ODD, HUGE.strip())
    for address in (visit.get_absolute_url(), reverse("training:action_edit", args=[action.pk]), "/"):
        page = consultant.get(address).content.decode()
        assert "<script>alert" not in page
    for language in ("en", "zh-hans"):
        paper = consultant.get(reverse("training:visit_letter", args=[visit.pk]), {"language": language})
        assert paper.content.startswith(b"%PDF")


def test_an_odd_name_of_an_enterprise_stays_in_its_line_of_a_calendar(world):
    world.enterprise.name_en = world.enterprise.name_zh = "A\r\nEND:VCALENDAR\r\nBEGIN:VEVENT;" + ODD
    world.enterprise.save()
    make_visit(world, on=date(2099, 12, 31), starts_at=time(23, 59))
    make_visit(world, on=date(1950, 1, 1), sequence=2, starts_at=time(0, 0), planned_on=date(2017, 6, 1))
    address = services.make_calendar_address(by=world.consultant)
    lines = Client().get(address.get_absolute_url()).content.decode().split("\r\n")
    assert lines.count("BEGIN:VEVENT") == lines.count("END:VEVENT") == 2
    assert lines.count("END:VCALENDAR") == 1
    assert [line for line in lines if line.startswith("DTSTART")] == [
        "DTSTART:19491231T160000Z",
        "DTSTART:20991231T155900Z",
    ]


@pytest.mark.parametrize(
    ("zone", "hour", "told"),
    [
        ("Asia/Shanghai", time(9), "20170705T010000Z"),
        ("Asia/Shanghai", time(0, 30), "20170704T163000Z"),  # the day before, in London
        ("America/New_York", time(22), "20170706T020000Z"),
        ("Asia/Kathmandu", time(9), "20170705T031500Z"),
        ("Europe/Berlin", time(9), "20170705T070000Z"),
    ],
)
def test_the_hour_of_a_visit_is_that_of_the_programmes_zone(world, zone, hour, told):
    type(world.programme).objects.update(time_zone=zone)
    make_visit(world, on=date(2017, 7, 5), starts_at=hour)
    address = services.make_calendar_address(by=world.consultant)
    assert f"DTSTART:{told}" in Client().get(address.get_absolute_url()).content.decode().split("\r\n")


def test_old_secret_addresses_die_and_so_do_those_of_others(world, client):
    first = services.make_calendar_address(by=world.consultant).get_absolute_url()
    make_visit(world)
    second = services.make_calendar_address(by=world.consultant).get_absolute_url()
    third = services.make_calendar_address(by=world.inspector).get_absolute_url()
    assert len({first, second, third}) == 3
    assert [client.get(address).status_code for address in (first, second, third)] == [404, 200, 200]
    services.withdraw_calendar_address(by=world.consultant)
    assert [client.get(address).status_code for address in (first, second, third)] == [404, 404, 200]
    for guess in (second[:-5] + ".ics", second.upper(), third[:-5] + "x.ics", "/visits/calendar/%00.ics"):
        assert client.get(guess).status_code == 404


@pytest.mark.parametrize(
    "month",
    [
        "",
        "x",
        "0001-01",
        "9999-12",
        "2017-13",
        "2017-W01",
        "1950-01",
        "2099-12",
        "\x00",
        "２０１７-12",
        "9" * 5000,
    ],
)
def test_any_month_in_an_address_is_a_page(consultant, visit, month):
    for address in (reverse("training:visit_calendar"), reverse("reports:plans")):
        assert consultant.get(address, {"month": month}).status_code == 200


@pytest.mark.parametrize(
    "back",
    [
        "//elsewhere.example/",
        "https://elsewhere.example",
        "javascript:alert(1)",
        "\x00",
        "/\\elsewhere.example",
    ],
)
def test_a_tick_leads_nowhere_else(consultant, world, back):
    action = make_action(make_visit(world, "done"))
    response = consultant.post(reverse("training:action_tick", args=[action.pk]), {"next": back})
    assert response.url == action.visit.get_absolute_url()


def test_an_action_may_be_due_on_the_last_day_there_is(consultant, world, today):
    """Worklists, digests and the calendar go on with it."""
    action = make_action(make_visit(world, "done"), due_on=date.max)
    assert consultant.get("/").status_code == 200
    services.tick_action(action, by=world.member, on=today + timedelta(0))
    assert consultant.get(action.visit.get_absolute_url()).status_code == 200
