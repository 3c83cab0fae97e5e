"""A page made from tallies is sent again only when something on it may have changed."""

from datetime import timedelta

import pytest
from django.utils import timezone

from enterprises.models import Mark, Programme
from reports import tallies
from reports.models import TallyState
from suggestions.tests.factories import make_suggestion

DASHBOARD = "/dashboard/"


@pytest.fixture
def steady(monkeypatch):
    """A clock that stands, so that no minute ends within a test."""
    moment = timezone.now().replace(second=10)
    monkeypatch.setattr("django.utils.timezone.now", lambda: moment)
    return moment


@pytest.fixture
def reader(client, world, steady):
    """The authority, who has seen the dashboard; returns a function that asks again."""
    make_suggestion(world)
    tallies.drain()
    client.force_login(world.authority)
    etag = client.get(DASHBOARD)["ETag"]
    return lambda path=DASHBOARD: client.get(path, headers={"If-None-Match": etag})


def test_nothing_is_sent_while_nothing_changed(reader):
    again = reader()
    assert again.status_code == 304
    assert again.content == b""
    assert "private" in again["Cache-Control"]


def test_new_figures_are_sent(reader, world):
    make_suggestion(world)
    assert reader().status_code == 200, "changes wait: the page says so"
    tallies.drain()
    page = reader()
    assert page.status_code == 200
    assert 'data-indicator="suggestions_submitted" data-part="value" data-value="2"' in page.content.decode()


def test_marks_that_wait_too_long_are_warned_of(reader, world, monkeypatch, steady):
    make_suggestion(world)
    assert "Older than five minutes" not in reader().content.decode()
    Mark.objects.update(created_at=steady - timedelta(minutes=6))
    assert "Older than five minutes" in reader().content.decode()


@pytest.mark.parametrize("path", [f"{DASHBOARD}?as_of=2017-05-01", f"{DASHBOARD}?sector=C30"])
def test_another_address_is_another_page(reader, path):
    assert reader(path).status_code == 200


def test_another_language_is_another_page(reader, client, world):
    client.cookies["django_language"] = "zh-hans"
    page = reader()
    assert page.status_code == 200
    assert 'lang="zh-Hans"' in page.content.decode()


def test_another_day_is_another_page(reader, settings, today):
    settings.PROGRAMME_TODAY = today + timedelta(days=1)
    assert reader().status_code == 200


def test_another_programme_name_is_another_page(reader):
    Programme.objects.update(name_en="Renamed")
    assert "Renamed" in reader().content.decode()


def test_another_person_gets_their_own_page(reader, client, world):
    client.force_login(world.staff)
    assert reader().status_code == 200


def test_somebody_who_lost_the_role_gets_nothing(reader, world):
    world.authority.assignments.update(until_on="2017-12-01")
    assert reader().status_code == 403


def test_another_release_is_another_page(reader, monkeypatch):
    monkeypatch.setattr("reports.pages.release", lambda: "next")
    assert reader().status_code == 200


def test_a_message_that_waits_is_shown(reader, monkeypatch):
    monkeypatch.setattr("reports.pages.get_messages", lambda request: ["Saved."])
    page = reader()
    assert page.status_code == 200
    assert "ETag" not in page


def test_a_question_that_cannot_be_answered_is_not_kept(client, world):
    client.force_login(world.staff)
    for _ in range(2):
        page = client.get(f"{DASHBOARD}?as_of=never")
        assert page.status_code == 400
        assert "Enter a valid date." in page.content.decode()


def test_what_is_kept_for_one_is_not_shown_to_another(client, world):
    make_suggestion(world)
    tallies.drain()
    for who, n in ((world.authority, 1), (world.outsider, 0), (world.authority, 1)):
        client.force_login(who)
        page = client.get(DASHBOARD).content.decode()
        assert f'data-indicator="suggestions_submitted" data-part="value" data-value="{n}"' in page


def test_reading_a_page_writes_nothing(client, world):
    client.force_login(world.staff)
    assert client.get(DASHBOARD).status_code == 200
    assert not TallyState.objects.exists()
