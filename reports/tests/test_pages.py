"""A page made from tallies is sent again only when something on it may have changed."""

from datetime import timedelta

import pytest
from django.utils import timezone

from conftest import assign
from enterprises.models import Mark, Programme, Role
from reports import tallies
from reports.models import TallyState
from score_mis.lib.workflow import EDIT, perform
from suggestions.tests.factories import make_suggestion
from training.tests.factories import make_module

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


@pytest.mark.parametrize("role", [Role.AUTHORITY, Role.PROGRAMME_STAFF])
def test_another_role_is_another_page(reader, world, role):
    assign(world.authority, role, world.district if role == Role.AUTHORITY else world.province)
    assert reader().status_code == 200


def test_a_role_in_place_of_another_is_another_page(reader, world):
    world.authority.assignments.update(role=Role.PROGRAMME_STAFF)
    assert reader().status_code == 200


@pytest.mark.parametrize("change", [{"name": "Renamed"}, {"is_superuser": True}])
def test_another_name_or_right_is_another_page(reader, world, change):
    type(world.authority).objects.filter(pk=world.authority.pk).update(**change)
    page = reader()
    assert page.status_code == 200
    assert change.get("name", "Operations") in page.content.decode()


def test_a_page_with_forms_of_another_secret_is_another_page(reader, client):
    client.cookies["csrftoken"] = "a" * 32
    assert reader().status_code == 200
    assert reader().status_code == 200


def test_another_generation_is_another_page(reader):
    TallyState.objects.update(generation=2)
    assert reader().status_code == 200


@pytest.mark.parametrize("name", ["province", "district", "sector", "programme"])
def test_another_name_of_a_place_is_another_page(reader, world, name):
    place = getattr(world, name)
    place.name_en = "Renamed"
    place.save()
    page = reader()
    assert page.status_code == 200
    assert "Renamed" in page.content.decode()


def test_another_name_of_a_module_is_another_page(client, world, steady):
    module = make_module(world)
    client.force_login(world.authority)
    etag = client.get(DASHBOARD)["ETag"]
    module.name_en = "Renamed"
    module.save()
    assert "Renamed" in client.get(DASHBOARD, headers={"If-None-Match": etag}).content.decode()


def test_another_name_of_an_enterprise_is_another_page(reader, world, today):
    fields = {"name_en": "Renamed"}
    perform(world.enterprise, EDIT, by=world.staff, today=today, fields=fields)
    tallies.drain()
    assert "Renamed" in reader().content.decode()


def test_knowing_that_nothing_changed_costs_one_query(reader, django_assert_num_queries):
    with django_assert_num_queries(3):  # the session, the person, and what the page depends on
        assert reader().status_code == 304


def test_what_is_counted_live_is_new_with_every_mark(client, world, steady):
    client.force_login(world.consultant)
    tags = [""]
    for _turn in range(3):
        page = client.get(DASHBOARD, headers={"If-None-Match": tags[-1]})
        assert page.status_code == 200
        again = client.get(DASHBOARD, headers={"If-None-Match": page["ETag"]})
        assert again.status_code == 304
        tags.append(page["ETag"])
        make_suggestion(world)


def test_a_page_of_tallies_only_says_once_that_marks_wait(reader, client, world):
    make_suggestion(world)
    page = reader()
    make_suggestion(world)
    assert client.get(DASHBOARD, headers={"If-None-Match": page["ETag"]}).status_code == 304


def test_of_too_many_marks_nothing_is_known(client, world, steady, monkeypatch):
    monkeypatch.setattr("reports.standing.MOST", 0)
    monkeypatch.setattr("reports.pages.MOST", 0)
    make_suggestion(world)
    client.force_login(world.consultant)
    page = client.get(DASHBOARD)
    assert client.get(DASHBOARD, headers={"If-None-Match": page["ETag"]}).status_code == 200


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
