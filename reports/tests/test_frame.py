"""The frame of every page and the worklists: put together once, counted no further than needed."""

import re
from datetime import timedelta

import pytest
from django.template.loader import get_template
from django.test import Client
from django.utils import translation

from enterprises.models import Programme, Reach, Role
from hazards.tests.factories import make_hazard, make_order
from reports import tallies, worklists
from reports.context_processors import shell
from score_mis.lib.remembered import Kept, RememberNode
from suggestions.tests.factories import make_suggestion


def test_the_frame_is_put_together_once_a_request(world, rf, django_assert_num_queries):
    request = rf.get("/")
    request.user, request.resolver_match = world.staff, None
    first = shell(request)
    with django_assert_num_queries(0):
        assert shell(request) is first
    with translation.override("zh-hans"):
        assert shell(request)["role_labels"] != first["role_labels"]
    request.user = world.member
    assert shell(request)["role_labels"] != first["role_labels"]


def forget():
    """Let the frame be made anew."""
    for node in get_template("base.html").template.nodelist.get_nodes_by_type(RememberNode):
        node.kept = Kept()


def page(client, path="/definitions/"):
    """A page without the secrets of its forms, which are new each time."""
    response = client.get(path)
    assert response.status_code == 200
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", response.content.decode())


def test_a_remembered_frame_is_that_of_the_person_page_and_language(world):
    clients = {}
    for name, person in world.cast().items():
        clients[name] = Client()
        clients[name].force_login(person)
    asked = [
        (name, language, path)
        for name in clients
        for language in ("en", "zh-hans")
        for path in ("/", "/definitions/", "/modules/", "/hazards/?status=open", "/modules/?page=2")
    ]
    fresh, kept = {}, {}
    for found, forgets in ((fresh, True), (kept, False), (kept, False)):
        for name, language, path in asked:
            if forgets:
                forget()
            clients[name].cookies["django_language"] = language
            if name != "administrator" or path in ("/", "/definitions/"):
                found[name, language, path] = page(clients[name], path)
        assert found == fresh
    assert len(set(fresh.values())) == len(fresh)


def test_forms_of_a_remembered_frame_carry_each_readers_own_secret(world):
    forget()
    for person in (world.member, world.leader, world.member):
        browser = Client(enforce_csrf_checks=True)
        browser.force_login(person)
        text = browser.get("/definitions/").content.decode()
        assert str(person) in text
        tokens = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', text)
        assert len(tokens) == 2
        for token in tokens:
            data = {"csrfmiddlewaretoken": token, "language": "en", "next": "/definitions/"}
            assert browser.post("/language/", data).status_code == 302


def test_a_changed_programme_shows_at_once(client, world):
    client.force_login(world.member)
    assert "Test programme" in page(client)
    Programme.objects.update(name_en="Renamed", is_generated=True)
    text = page(client)
    assert "Renamed" in text
    assert "Generated records" in text


def test_a_changed_role_shows_at_once(client, world):
    client.force_login(world.authority)
    assert "/people/" not in page(client)
    world.authority.assignments.update(role=Role.PROGRAMME_STAFF)
    text = page(client)
    assert "/people/" in text
    assert "Programme staff" in text


def badge(client):
    """The number of overdue hazards beside their place."""
    found = re.search(r'<span class="count">(\d+)', page(client))
    return int(found.group(1)) if found else 0


@pytest.mark.parametrize("name", ["member", "inspector", "authority"])
def test_the_badge_counts_overdue_hazards_of_now(client, world, settings, today, name):
    client.force_login(getattr(world, name))
    assert badge(client) == 0
    for n in (1, 2):
        hazard = make_hazard(by=world.member, enterprise=world.enterprise)
        assert badge(client) == n - 1
        make_order(hazard, by=world.inspector)
        if name != "member":  # one enterprise is counted live, an area by its tallies
            assert badge(client) == n - 1
            tallies.drain()
        assert badge(client) == n
    settings.PROGRAMME_TODAY = today - timedelta(days=14)
    assert badge(client) == 0


def test_another_persons_badge_is_another_number(client, world):
    make_order(make_hazard(by=world.member, enterprise=world.enterprise), by=world.inspector)
    tallies.drain()
    for person, n in ((world.inspector, 1), (world.outsider, 0), (world.member, 1), (world.inspector, 1)):
        client.force_login(person)
        assert badge(client) == n


def test_the_frame_costs_one_query(client, world, django_assert_num_queries):
    for person in (world.staff, world.member):
        client.force_login(person)
        page(client)
        with django_assert_num_queries(3):  # the session, the person, and what the frame depends on
            page(client)


def test_what_a_person_may_see_is_asked_once_a_request(world, today, client, django_assert_num_queries):
    with django_assert_num_queries(2):
        assert Reach.of(world.staff, today) == Reach.of(world.staff, today)
    world.staff.known = {}
    with django_assert_num_queries(2):
        for role in ("", Role.PROGRAMME_STAFF, ""):
            assert Reach.of(world.staff, today, role).roles
    client.force_login(world.staff)
    request = client.get("/").wsgi_request
    with django_assert_num_queries(0):
        assert Reach.of(request.user, today).roles


def test_worklists_count_to_a_bound(world, today, monkeypatch):
    monkeypatch.setattr(worklists, "COUNTED", 6)
    for _number in range(3):
        make_suggestion(world)
    waiting = worklists.Desk(world.leader, today).to_decide()
    assert (str(waiting.count), waiting.has_more) == ("3", False)
    for _number in range(4):
        make_suggestion(world)
    waiting = worklists.Desk(world.leader, today).to_decide()
    assert (str(waiting.count), waiting.has_more, len(waiting.lines)) == ("6+", True, 5)
