"""The frame of every page and the worklists: put together once, counted no further than needed."""

from django.utils import translation

from enterprises.models import Reach, Role
from reports import worklists
from reports.context_processors import shell
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
