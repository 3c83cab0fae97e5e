"""Planning a visit."""

from datetime import date

import pytest
from django.urls import reverse

from conftest import assign, make_enterprise, make_user
from training.models import CounsellingVisit
from training.tests.factories import make_visit

URL = reverse("training:visit_add")


@pytest.fixture
def other(world):
    return make_enterprise(
        programme=world.programme, area=world.other_district, sector=world.sector, by=world.staff, code="T02"
    )


def plan(world, **values):
    return {
        "type": "intake",
        "sequence": 1,
        "due_on": "2017-12-28",
        "starts_at": "09:00",
        "consultant": world.consultant.pk,
        "inspector": world.inspector.pk,
        "happened_on": "2017-12-19",
    } | values


def test_a_consultant_plans_a_visit(client, world, today):
    client.force_login(world.consultant)
    response = client.post(URL, plan(world))
    visit = CounsellingVisit.objects.get()
    assert response.url == visit.get_absolute_url()
    assert (visit.enterprise, visit.due_on, visit.planned_on) == (world.enterprise, date(2017, 12, 28), today)
    assert (visit.consultant, visit.inspector, visit.status) == (world.consultant, world.inspector, "planned")


def test_the_only_enterprise_is_not_asked_for(client, world):
    client.force_login(world.consultant)
    response = client.get(URL)
    assert "enterprise" not in response.context["form"].fields
    assert str(world.enterprise) in response.content.decode()


def test_where_there_are_several_it_asks_first(client, world, other):
    client.force_login(world.staff)
    response = client.get(URL, {"type": "final"})
    assert list(response.context["form"].fields) == ["enterprise"]
    assert '<input type="hidden" name="type" value="final">' in response.content.decode()
    response = client.get(URL, {"enterprise": other.pk})
    assert response.context["record"].enterprise == other


def test_the_address_may_name_the_enterprise_when_the_form_is_sent(client, world, other):
    client.force_login(world.staff)
    client.post(f"{URL}?enterprise={world.enterprise.pk}", plan(world))
    assert CounsellingVisit.objects.get().enterprise == world.enterprise


def test_it_hides_foreign_enterprises(client, world, other):
    client.force_login(world.consultant)
    assert client.get(URL, {"enterprise": other.pk}).status_code == 404
    assert client.get(URL, {"enterprise": "x"}).status_code == 404


@pytest.mark.parametrize("part", ["member", "leader", "inspector", "authority", "outsider", "administrator"])
def test_it_refuses_other_roles(client, world, part):
    client.force_login(world.cast()[part])
    assert client.get(URL).status_code == 403
    assert client.post(URL, plan(world)).status_code == 403
    assert not CounsellingVisit.objects.exists()


def test_it_refuses_a_role_that_reaches_elsewhere(client, world, other):
    assign(world.inspector, "consultant", other)
    client.force_login(world.inspector)
    assert client.get(URL, {"enterprise": world.enterprise.pk}).status_code == 403


def test_only_people_with_the_role_there_may_be_named(client, world):
    past = make_user("past")
    assign(past, "consultant", world.enterprise, until_on=date(2017, 12, 18))
    area_wide = make_user("wide")
    assign(area_wide, "consultant", world.province)
    client.force_login(world.consultant)
    offered = client.get(URL).context["form"].fields
    assert set(offered["consultant"].queryset) == {world.consultant, area_wide}
    assert set(offered["inspector"].queryset) == {world.inspector}
    response = client.post(URL, plan(world, consultant=past.pk, inspector=world.outsider.pk))
    assert set(response.context["form"].errors) == {"consultant", "inspector"}
    assert not CounsellingVisit.objects.exists()


def test_it_proposes_the_next_number_and_oneself(client, world):
    make_visit(world, "done", sequence=3)
    make_visit(world, "cancelled", sequence=9)
    client.force_login(world.consultant)
    initial = client.get(URL).context["form"].initial
    assert (initial["sequence"], initial["type"]) == (4, "follow_up")
    assert initial["consultant"] == world.consultant.pk


def test_it_proposes_the_only_consultant_and_an_intake_first(client, world):
    client.force_login(world.staff)
    initial = client.get(URL).context["form"].initial
    assert (initial["sequence"], initial["type"]) == (1, "intake")
    assert initial["consultant"] == world.consultant.pk


def test_bad_input_stays_on_the_page(client, world):
    client.force_login(world.consultant)
    response = client.post(URL, plan(world, due_on="", starts_at="25:99", sequence=77))
    page = response.content.decode()
    assert set(response.context["form"].errors) == {"due_on", "starts_at"}
    assert 'value="77"' in page
    assert 'value="25:99"' in page
    assert "There is a problem" in page
    assert not CounsellingVisit.objects.exists()


def test_a_visit_is_planned_before_it_takes_place(client, world):
    client.force_login(world.consultant)
    response = client.post(URL, plan(world, due_on="2017-12-01"))
    assert "happened_on" in response.context["form"].errors
    assert client.post(URL, plan(world, due_on="2017-12-01", happened_on="2017-11-20")).status_code == 302


def test_consultant_and_inspector_are_two_people(client, world):
    assign(world.consultant, "inspector", world.enterprise)
    client.force_login(world.consultant)
    response = client.post(URL, plan(world, inspector=world.consultant.pk))
    assert "Consultant and inspector are two people." in response.content.decode()
