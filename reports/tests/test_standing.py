"""What a page depends on is one moment, asked in one statement, and the same as asked one by one."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser

from conftest import assign
from enterprises.models import Mark, Programme, Reach, Role
from reports import standing, tallies
from reports.standing import Shown, StandingMiddleware, ask, standing_of
from suggestions.tests.factories import make_suggestion


def test_it_is_what_the_models_say(world, today):
    make_suggestion(world)
    for _turn in range(2):
        for person in world.cast().values():
            found = ask(person.pk)
            assert found.reach(today) == Reach.of(person, today)
            assert found.fresh == tallies.freshness()
            assert found.programme == Shown(
                world.programme.pk, "Test programme", "测试项目", False, "Asia/Shanghai"
            )
        tallies.drain()


def test_it_is_one_question_a_request_and_person(world, rf, today, django_assert_num_queries):
    request = rf.get("/")
    request.user = world.staff
    StandingMiddleware(lambda request: None)(request)
    with django_assert_num_queries(1):
        assert standing_of(request) is standing_of(request)
        assert Reach.of(world.staff, today).roles == {Role.PROGRAMME_STAFF}
        assert Reach.of(world.staff, today, Role.AUTHORITY) == Reach()
    with django_assert_num_queries(1):  # the standing knows of today
        assert Reach.of(world.staff, today - timedelta(days=400)) == Reach()
    with django_assert_num_queries(1):
        assert Reach.of(world.outsider, today).roles == {Role.INSPECTOR}
    request.user = world.member
    with django_assert_num_queries(1):
        assert standing_of(request).reach(today).roles == {Role.EIT_MEMBER}
        assert Reach.of(world.staff, today).roles == {Role.PROGRAMME_STAFF}
    request.user = AnonymousUser()
    assert standing_of(request).reach(today) == Reach()


def test_an_empty_site_has_a_standing(db, today):
    found = ask(None)
    assert found.programme is None
    assert (found.held, found.today) == ((), today)
    assert (found.fresh["version"], found.fresh["waiting"], found.fresh["stale"]) == (0, 0, False)


def test_marks_are_counted_to_a_bound(world, monkeypatch):
    make_suggestion(world)
    monkeypatch.setattr(standing, "MOST", 2)
    Mark.objects.all().delete()
    for n in range(1, 6):
        Mark.objects.create(area=world.district)
        assert ask(None).fresh["waiting"] == min(n, 3)


@pytest.mark.parametrize(
    ("zone", "moment", "day"),
    [
        ("Asia/Shanghai", datetime(2026, 3, 31, 17, tzinfo=UTC), date(2026, 4, 1)),
        ("Pacific/Kiritimati", datetime(2026, 3, 31, 11, tzinfo=UTC), date(2026, 4, 1)),
        ("Pacific/Midway", datetime(2026, 4, 1, 10, tzinfo=UTC), date(2026, 3, 31)),
    ],
)
def test_a_role_is_held_by_the_programmes_day(world, settings, monkeypatch, zone, moment, day):
    settings.PROGRAMME_TODAY = None
    monkeypatch.setattr("django.utils.timezone.now", lambda: moment)
    Programme.objects.update(time_zone=zone)
    world.outsider.assignments.update(until_on=day - timedelta(days=1))
    assign(world.outsider, Role.CONSULTANT, world.enterprise, from_on=day, until_on=day)
    assign(world.outsider, Role.AUTHORITY, world.district, from_on=day + timedelta(days=1))
    found = ask(world.outsider.pk)
    assert found.today == day
    assert found.reach(found.today).roles == {Role.CONSULTANT}
