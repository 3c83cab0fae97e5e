"""The page of an enterprise."""

import pytest

from enterprises.models import EnterpriseChange
from enterprises.tests.factories import make_member, make_plan, make_workforce


def page(client, world, user):
    client.force_login(user)
    return client.get(world.enterprise.get_absolute_url())


def test_it_works(client, world):
    make_workforce(world, total=1234)
    make_plan(world)
    text = page(client, world, world.staff).content.decode()
    for part in (
        "Test enterprise T01",
        "测试企业T01",
        "China",
        "Beijing",
        "Fangshan",
        "1,234",
        "leader",
        "Inspector",
    ):
        assert part in text


@pytest.mark.parametrize("name", ["member", "leader", "consultant", "inspector", "authority", "staff"])
def test_everybody_with_a_role_here_sees_it(client, world, name):
    assert page(client, world, world.cast()[name]).status_code == 200


@pytest.mark.parametrize("name", ["outsider", "administrator"])
def test_it_hides_from_others(client, world, name):
    assert page(client, world, world.cast()[name]).status_code == 404


def test_it_refuses_the_wrong_method(client, world):
    client.force_login(world.staff)
    assert client.post(world.enterprise.get_absolute_url()).status_code == 405


def test_it_offers_each_person_only_what_they_may_do(client, world):
    links = {
        "edit/": {"staff"},
        "move/complete/": {"staff"},
        "plan/": {"staff"},
        "teams/add/": {"staff", "consultant", "leader"},
        "workforce/add/": {"staff", "consultant", "leader"},
        "correct/": {"staff"},
    }
    for name in ("member", "leader", "consultant", "inspector", "authority", "staff"):
        text = page(client, world, world.cast()[name]).content.decode()
        for link, names in links.items():
            offered = f"{world.enterprise.get_absolute_url()}{link}" in text
            assert offered is (name in names), (name, link)


def test_it_names_who_works_here_today(client, world):
    response = page(client, world, world.member)
    people = {assignment.user for assignment in response.context["assignments"]}
    assert people == {world.consultant, world.inspector, world.staff}


def test_it_shows_the_members_of_today(client, world, today):
    make_member(world, name="Gone Long Ago", until_on=today.replace(day=1))
    make_member(world, name="Still Here")
    text = page(client, world, world.member).content.decode()
    assert "Still Here" in text
    assert "Gone Long Ago" not in text


def test_it_shows_the_history(client, world):
    response = page(client, world, world.authority)
    moves = [change.move for change in response.context["changes"]]
    assert moves == ["activate", "enrol", "register"]
    assert EnterpriseChange.objects.count() == 3


def test_queries_do_not_grow_with_teams_and_members(client, world, django_assert_max_num_queries):
    for number in range(20):
        make_member(world, name=f"Member {number}")
    client.force_login(world.staff)
    with django_assert_max_num_queries(32):
        client.get(world.enterprise.get_absolute_url())
