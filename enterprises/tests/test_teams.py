"""Teams, members and workforce counts."""

from datetime import date, timedelta

import pytest

from conftest import START, assign, make_enterprise, make_user
from enterprises.models import TEAM_LEADER, Role, Team, TeamMember, WorkforceCount
from enterprises.tests.factories import make_member, make_workforce

EDITORS = {"staff", "consultant", "leader"}
TEAM = {"name_en": "Night shift", "name_zh": "夜班", "department": "Furnace", "formed_on": "2017-06-01"}
MEMBER = {"name": "Ms Li", "position": "member", "standing": "worker", "sex": "", "from_on": "2017-06-01"}
COUNT = {"counted_on": "2017-12-01", "total": "120", "women": "50", "casual": ""}


@pytest.fixture
def urls(world):
    """Every page that writes here, with what it takes."""
    member, count = make_member(world), make_workforce(world)
    return {
        f"/enterprises/{world.enterprise.pk}/teams/add/": TEAM,
        f"/enterprises/teams/{world.team.pk}/edit/": TEAM,
        f"/enterprises/teams/{world.team.pk}/members/add/": MEMBER,
        f"/enterprises/members/{member.pk}/edit/": MEMBER,
        f"/enterprises/{world.enterprise.pk}/workforce/add/": COUNT,
        f"/enterprises/workforce/{count.pk}/edit/": COUNT | {"counted_on": "2017-11-01"},
    }


@pytest.mark.parametrize("name", ["member", "leader", "consultant", "inspector", "authority", "staff"])
def test_staff_consultant_and_leader_write_and_nobody_else(client, world, urls, name):
    client.force_login(world.cast()[name])
    for url, values in urls.items():
        assert client.get(url).status_code == (200 if name in EDITORS else 403), url
        assert client.post(url, values).status_code == (302 if name in EDITORS else 403), url


@pytest.mark.parametrize("name", ["outsider", "administrator"])
def test_it_hides_from_others(client, world, urls, name):
    client.force_login(world.cast()[name])
    for url, values in [*urls.items(), (f"/enterprises/teams/{world.team.pk}/", {})]:
        assert client.get(url).status_code == 404, url
        if values:
            assert client.post(url, values).status_code == 404, url


def test_it_refuses_the_wrong_method(client, world, urls):
    client.force_login(world.staff)
    for url in urls:
        assert client.delete(url).status_code == 405
    assert client.post(f"/enterprises/teams/{world.team.pk}/").status_code == 405


def test_a_team_is_saved_for_its_enterprise_and_says_by_whom(client, world):
    client.force_login(world.leader)
    response = client.post(f"/enterprises/{world.enterprise.pk}/teams/add/", TEAM)
    team = Team.objects.get(name_en="Night shift")
    assert response.url == world.enterprise.get_absolute_url()
    assert (team.enterprise, team.formed_on) == (world.enterprise, date(2017, 6, 1))
    assert team.history.get().history_user == world.leader


def test_bad_input_stays_on_the_page(client, world):
    client.force_login(world.leader)
    bad = TEAM | {"formed_on": "2018-06-01", "dissolved_on": "2017-01-01"}
    text = client.post(f"/enterprises/{world.enterprise.pk}/teams/add/", bad).content.decode()
    assert "The day lies in the future." in text
    assert "Furnace" in text
    text = client.post(
        f"/enterprises/{world.enterprise.pk}/teams/add/", TEAM | {"dissolved_on": "2017-01-01"}
    ).content.decode()
    assert "The team was dissolved before it was formed." in text
    assert Team.objects.count() == 1


def test_the_page_shows_past_members_and_the_history(client, world):
    make_member(world, name="Gone", until_on=date(2017, 8, 1))
    client.force_login(world.leader)
    client.post(f"/enterprises/teams/{world.team.pk}/edit/", TEAM)
    text = client.get(f"/enterprises/teams/{world.team.pk}/").content.decode()
    assert "Gone" in text
    assert "EIT → Night shift" in text
    assert "edited" in text


def test_a_record_without_history_has_its_page(client, world):
    Team.history.all().delete()
    client.force_login(world.member)
    assert "Nothing has happened yet." in client.get(f"/enterprises/teams/{world.team.pk}/").content.decode()


def test_only_accounts_of_the_enterprise_are_offered(client, world):
    client.force_login(world.leader)
    form = client.get(f"/enterprises/teams/{world.team.pk}/members/add/").context["form"]
    assert set(form.fields["user"].queryset) == {world.member, world.leader}
    response = client.post(
        f"/enterprises/teams/{world.team.pk}/members/add/", MEMBER | {"user": world.consultant.pk}
    )
    assert response.status_code == 200
    assert not TeamMember.objects.filter(user=world.consultant).exists()


def test_nobody_joins_before_the_team_or_leaves_before_joining(client, world):
    client.force_login(world.leader)
    url = f"/enterprises/teams/{world.team.pk}/members/add/"
    text = client.post(url, MEMBER | {"from_on": "2017-01-01"}).content.decode()
    assert "The team was formed only on 2017-04-01." in text
    text = client.post(url, MEMBER | {"until_on": "2017-05-01"}).content.decode()
    assert "The last day lies before the first." in text


def test_a_leader_of_another_enterprise_is_a_stranger(client, world, urls):
    other = make_enterprise(
        programme=world.programme, area=world.district, sector=world.sector, by=world.staff, code="T02"
    )
    stranger = make_user("stranger")
    assign(stranger, Role.EIT_MEMBER, other)
    team = Team.objects.create(enterprise=other, name_en="Other team", formed_on=START)
    TeamMember.objects.create(
        team=team, user=stranger, name="S", position="leader", standing="worker", from_on=START
    )
    client.force_login(stranger)
    assert {client.get(url).status_code for url in urls} == {404}


def test_the_leader_of_a_dissolved_team_leads_no_more(world, today):
    assert TEAM_LEADER in world.enterprise.roles_of(world.leader, today)
    Team.objects.filter(pk=world.team.pk).update(dissolved_on=today - timedelta(days=1))
    assert TEAM_LEADER not in world.enterprise.roles_of(world.leader, today)


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ({"women": "121"}, "There cannot be more women than workers."),
        ({"casual": "121"}, "There cannot be more casual workers than workers."),
        ({"counted_on": "2018-01-01"}, "The day lies in the future."),
        ({"total": "-1"}, "Ensure this value is greater than or equal to 0."),
        ({"counted_on": "2017-04-01"}, "There is a count for this day already."),
    ],
)
def test_an_impossible_count_is_refused(client, world, values, text):
    make_workforce(world)
    client.force_login(world.leader)
    response = client.post(f"/enterprises/{world.enterprise.pk}/workforce/add/", COUNT | values)
    assert text in response.content.decode().replace("&#x27;", "'")
    assert WorkforceCount.objects.count() == 1


def test_a_count_is_mended_with_its_history(client, world):
    count = make_workforce(world)
    client.force_login(world.consultant)
    client.post(f"/enterprises/workforce/{count.pk}/edit/", COUNT | {"total": "130"})
    count.refresh_from_db()
    assert count.total == 130
    assert count.history.latest("history_id").history_user == world.consultant
