"""Registering people and giving them roles."""

from datetime import date, timedelta

import pytest

from accounts.models import User
from conftest import START, TODAY, assign, make_enterprise, make_user
from enterprises.models import Assignment, Role

PERSON = {
    "username": "newcomer",
    "name": "Ms New",
    "email": "new@example.org",
    "language": "en",
    "is_active": "on",
    "password": "kiln-and-furnace-7",
}
LIST, ADD = "/people/", "/people/add/"


@pytest.fixture
def local(world):
    """Programme staff of one district."""
    user = make_user("local")
    assign(user, Role.PROGRAMME_STAFF, world.district)
    return user


def listed(client, user, query=""):
    client.force_login(user)
    response = client.get(LIST + query)
    assert f'data-count="{response.context["count"]}"' in response.content.decode()
    return {person.username for person in response.context["page_obj"]}


def role(world, **kwargs):
    return {
        "role": "consultant",
        "enterprise": world.enterprise.pk,
        "area": "",
        "from_on": "2017-12-01",
        "until_on": "",
    } | kwargs


def test_staff_see_everybody_but_administrators(client, world):
    assert listed(client, world.staff) == set(world.cast()) - {"administrator"}


def test_staff_of_a_district_see_its_people_and_those_without_a_role(client, world, local):
    make_user("newcomer")
    seen = {"member", "leader", "consultant", "inspector", "local", "newcomer"}
    assert listed(client, local) == seen


def test_filters_narrow_the_list(client, world):
    User.objects.filter(username="member").update(is_active=False)
    assert listed(client, world.staff, "?q=consul") == {"consultant"}
    assert listed(client, world.staff, "?role=inspector") == {"inspector", "outsider"}
    assert listed(client, world.staff, "?is_active=False") == {"member"}


@pytest.mark.parametrize(
    "name", ["member", "leader", "consultant", "inspector", "authority", "administrator", "outsider"]
)
def test_nobody_else_manages_people(client, world, name):
    client.force_login(world.cast()[name])
    assignment = world.consultant.assignments.get()
    for url in (
        LIST,
        ADD,
        f"/people/{world.member.pk}/",
        f"/people/{world.member.pk}/edit/",
        f"/people/{world.member.pk}/assignments/add/",
        f"/people/assignments/{assignment.pk}/end/",
    ):
        assert client.get(url).status_code == 403, url
        assert client.post(url, PERSON).status_code == (
            405 if url.endswith(f"/{world.member.pk}/") or url == LIST else 403
        )


def test_administrators_are_hidden(client, world):
    client.force_login(world.staff)
    pk = world.administrator.pk
    for url in (f"/people/{pk}/", f"/people/{pk}/edit/", f"/people/{pk}/assignments/add/"):
        assert client.get(url).status_code == 404
        if not url.endswith(f"/{pk}/"):
            assert client.post(url, PERSON).status_code == 404
    world.administrator.refresh_from_db()
    assert world.administrator.username == "administrator"


def test_who_may_enter_the_administration_is_hidden_too(client, world):
    User.objects.filter(username="member").update(is_staff=True)
    assert "member" not in listed(client, world.staff)


def test_a_person_is_registered_and_then_given_a_role(client, world):
    client.force_login(world.staff)
    assert client.get(ADD).status_code == 200
    response = client.post(ADD, PERSON)
    person = User.objects.get(username="newcomer")
    assert response.url == f"/people/{person.pk}/assignments/add/"
    assert person.check_password("kiln-and-furnace-7")
    assert not person.is_superuser
    assert not person.is_staff
    client.post(response.url, role(world))
    assert person.assignments.get().enterprise == world.enterprise


def test_no_form_makes_an_administrator(client, world):
    client.force_login(world.staff)
    client.post(ADD, PERSON | {"is_superuser": "on", "is_staff": "on"})
    person = User.objects.get(username="newcomer")
    assert (person.is_superuser, person.is_staff) == (False, False)


def test_bad_input_stays_on_the_page(client, world):
    client.force_login(world.staff)
    text = client.post(ADD, PERSON | {"username": "member", "password": "12345"}).content.decode()
    assert "A user with that username already exists." in text
    assert "This password is too short" in text
    assert "Ms New" in text


def test_a_person_is_edited_and_closed(client, world):
    client.force_login(world.staff)
    values = PERSON | {"username": "member", "password": "", "is_active": ""}
    assert client.post(f"/people/{world.member.pk}/edit/", values).url == f"/people/{world.member.pk}/"
    world.member.refresh_from_db()
    assert (world.member.name, world.member.is_active) == ("Ms New", False)
    assert world.member.check_password("a-long-secret")


def test_staff_do_not_close_their_own_account(client, world):
    client.force_login(world.staff)
    assert "Nobody closes the own account." in client.get(f"/people/{world.staff.pk}/edit/").content.decode()
    values = PERSON | {"username": "staff", "is_active": ""}
    client.post(f"/people/{world.staff.pk}/edit/", values)
    world.staff.refresh_from_db()
    assert (world.staff.name, world.staff.is_active) == ("Ms New", True)
    assert client.get(LIST).status_code == 200  # a new password of one's own does not sign out


def test_staff_of_a_district_do_not_touch_an_account_that_reaches_further(client, world, local):
    assign(world.staff, Role.CONSULTANT, world.enterprise)
    client.force_login(local)
    assert client.get(f"/people/{world.staff.pk}/").status_code == 200
    assert client.get(f"/people/{world.staff.pk}/edit/").status_code == 403
    assert client.post(f"/people/{world.staff.pk}/edit/", PERSON).status_code == 403
    assert client.get(f"/people/{world.outsider.pk}/").status_code == 404
    world.staff.refresh_from_db()
    assert world.staff.check_password("a-long-secret")


def test_a_role_that_begins_later_counts_as_reaching_further(client, world, local):
    assign(world.member, Role.AUTHORITY, world.province, from_on=TODAY + timedelta(days=9))
    client.force_login(local)
    assert client.get(f"/people/{world.member.pk}/edit/").status_code == 403


def test_the_page_shows_every_role_also_past_ones(client, world):
    assign(world.consultant, Role.CONSULTANT, world.other_district, until_on=date(2017, 5, 1))
    client.force_login(world.staff)
    text = client.get(f"/people/{world.consultant.pk}/").content.decode()
    assert "Test enterprise T01" in text
    assert "Tongzhou" in text
    assert text.count("/end/") == 1


def test_nobody_gives_the_own_person_a_role_or_ends_the_own(client, world):
    client.force_login(world.staff)
    url = f"/people/{world.staff.pk}/assignments/add/"
    assert client.get(url).status_code == 403
    assert client.post(url, role(world, role="inspector")).status_code == 403
    own = world.staff.assignments.get()
    assert client.post(f"/people/assignments/{own.pk}/end/", {"until_on": "2017-12-19"}).status_code == 403
    assert list(world.staff.assignments.all()) == [own]


def test_staff_give_roles_only_within_their_own_reach(client, world, local):
    client.force_login(local)
    url = f"/people/{world.consultant.pk}/assignments/add/"
    form = client.get(url).context["form"]
    assert list(form.fields["area"].queryset) == [world.district]
    assert list(form.fields["enterprise"].queryset) == [world.enterprise]
    wide = role(world, role="programme_staff", enterprise="", area=world.province.pk)
    assert client.post(url, wide).status_code == 200
    assert world.consultant.assignments.count() == 1


def test_nobody_becomes_administrator_by_a_role(client, world):
    client.force_login(world.staff)
    url = f"/people/{world.consultant.pk}/assignments/add/"
    assert client.post(url, role(world, role="administrator")).status_code == 200
    assert world.consultant.assignments.count() == 1


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ({"enterprise": ""}, "Choose an area or an enterprise, exactly one of them."),
        ({"until_on": "2017-11-01"}, "The last day lies before the first."),
        ({}, "This person holds this role there already in that time."),
        ({"role": ""}, "This field is required."),
    ],
)
def test_an_impossible_role_is_refused(client, world, values, text):
    client.force_login(world.staff)
    url = f"/people/{world.consultant.pk}/assignments/add/"
    response = client.post(url, role(world, **values))
    assert text in response.content.decode()
    assert world.consultant.assignments.count() == 1


def test_an_area_and_an_enterprise_together_are_refused(client, world):
    client.force_login(world.staff)
    url = f"/people/{world.consultant.pk}/assignments/add/"
    response = client.post(url, role(world, area=world.district.pk))
    assert "Choose an area or an enterprise, exactly one of them." in response.content.decode()


def test_an_eit_member_belongs_to_one_enterprise(client, world):
    client.force_login(world.staff)
    url = f"/people/{world.consultant.pk}/assignments/add/"
    response = client.post(url, role(world, role="eit_member", enterprise="", area=world.district.pk))
    assert "An EIT member belongs to one enterprise." in response.content.decode()


def test_the_address_may_name_the_enterprise(client, world):
    client.force_login(world.staff)
    url = f"/people/{world.member.pk}/assignments/add/?enterprise={world.enterprise.pk}&role=consultant"
    assert f'value="{world.enterprise.pk}" selected' in client.get(url).content.decode()


def test_an_assignment_ends_and_stays(client, world):
    assignment = world.consultant.assignments.get()
    client.force_login(world.staff)
    url = f"/people/assignments/{assignment.pk}/end/"
    assert client.get(url).status_code == 200
    response = client.post(url, {"until_on": "2017-12-18"}, follow=True)
    assert "Consultant · Test enterprise T01: edited" in response.content.decode()
    assert "– → 18 December 2017" in response.content.decode()
    assignment.refresh_from_db()
    assert assignment.until_on == date(2017, 12, 18)
    assert assignment.history.latest("history_id").history_user == world.staff
    client.force_login(world.consultant)
    assert client.get(world.enterprise.get_absolute_url()).status_code == 404


def test_it_does_not_end_before_it_began_or_without_a_day(client, world):
    assignment = world.consultant.assignments.get()
    client.force_login(world.staff)
    url = f"/people/assignments/{assignment.pk}/end/"
    early = (START - timedelta(days=1)).isoformat()
    assert "The last day lies before the first." in client.post(url, {"until_on": early}).content.decode()
    assert "This field is required." in client.post(url, {"until_on": "", "x": "1"}).content.decode()
    assignment.refresh_from_db()
    assert assignment.until_on is None


def test_what_is_over_is_not_opened_again(client, world):
    over = assign(world.consultant, Role.CONSULTANT, world.other_district, until_on=date(2017, 5, 1))
    client.force_login(world.staff)
    response = client.post(f"/people/assignments/{over.pk}/end/", {"until_on": "2018-12-31"})
    assert response.url == f"/people/{world.consultant.pk}/"
    over.refresh_from_db()
    assert over.until_on == date(2017, 5, 1)


def test_staff_of_a_district_do_not_end_roles_elsewhere(client, world, local):
    elsewhere = assign(world.consultant, Role.CONSULTANT, world.other_district)
    client.force_login(local)
    assert (
        client.post(f"/people/assignments/{elsewhere.pk}/end/", {"until_on": "2017-12-18"}).status_code == 403
    )
    outside = world.outsider.assignments.get()
    assert (
        client.post(f"/people/assignments/{outside.pk}/end/", {"until_on": "2017-12-18"}).status_code == 404
    )
    assert Assignment.objects.filter(until_on__isnull=False).count() == 0


def test_queries_do_not_grow_with_people(client, world, django_assert_max_num_queries):
    for number in range(30):
        assign(make_user(f"person{number}"), Role.INSPECTOR, world.district)
    make_enterprise(
        programme=world.programme, area=world.district, sector=world.sector, by=world.staff, code="T02"
    )
    client.force_login(world.staff)
    with django_assert_max_num_queries(14):
        client.get(LIST)
