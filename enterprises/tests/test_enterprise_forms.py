"""Registering, editing and moving an enterprise."""

from datetime import date

import pytest

from conftest import START, assign, make_user
from enterprises.models import Enterprise, Mark, Role, Status
from enterprises.tests.factories import make_sector
from score_mis.lib import workflow

ADD = "/enterprises/add/"


def profile(world, **kwargs):
    return {
        "code": "T09",
        "name_en": "New enterprise",
        "name_zh": "新企业",
        "uscc": "",
        "area": world.district.pk,
        "sector": world.sector.pk,
        "cohort": "",
        "ownership": "private",
        "language": "zh-hans",
        "address": "",
        "contact": "",
        "phone": "",
        "products": "",
        "notes": "",
        "happened_on": "2017-12-01",
    } | kwargs


def edit_url(world):
    return f"/enterprises/{world.enterprise.pk}/edit/"


def move_url(world, move):
    return f"/enterprises/{world.enterprise.pk}/move/{move}/"


def test_staff_register_an_enterprise(client, world):
    client.force_login(world.staff)
    assert client.get(ADD).status_code == 200
    response = client.post(ADD, profile(world))
    enterprise = Enterprise.objects.get(code="T09")
    assert response.url == enterprise.get_absolute_url()
    assert (enterprise.status, enterprise.registered_on) == (Status.CANDIDATE, date(2017, 12, 1))
    assert enterprise.programme == world.programme


@pytest.mark.parametrize(
    "name", ["member", "leader", "consultant", "inspector", "authority", "administrator", "outsider"]
)
def test_nobody_else_registers(client, world, name):
    client.force_login(world.cast()[name])
    assert client.get(ADD).status_code == 403
    assert client.post(ADD, profile(world)).status_code == 403
    assert Enterprise.objects.count() == 1


def test_bad_input_stays_on_the_page(client, world):
    client.force_login(world.staff)
    bad = {"name_en": "", "name_zh": "", "uscc": "123"}
    response = client.post(ADD, profile(world, products="Glass bricks", **bad))
    text = response.content.decode()
    assert response.status_code == 200
    assert "This is not a valid unified social credit code" in text
    assert "Glass bricks" in text
    assert Enterprise.objects.count() == 1


def test_a_day_to_come_is_refused(client, world):
    client.force_login(world.staff)
    response = client.post(ADD, profile(world, happened_on="2018-01-01"))
    assert "The day lies in the future." in response.content.decode()


def test_a_taken_code_is_a_message(client, world):
    client.force_login(world.staff)
    response = client.post(ADD, profile(world, code="T01"))
    assert "Another enterprise has this short code." in response.content.decode()


def test_staff_of_a_district_register_only_there(client, world):
    local = make_user("local")
    assign(local, Role.PROGRAMME_STAFF, world.district)
    client.force_login(local)
    form = client.get(ADD).context["form"]
    assert list(form.fields["area"].queryset) == [world.district]
    assert form.initial["area"] == world.district
    assert client.post(ADD, profile(world, area=world.other_district.pk)).status_code == 200
    assert not Enterprise.objects.filter(code="T09").exists()


def test_staff_of_one_enterprise_register_none(client, world):
    local = make_user("local")
    assign(local, Role.PROGRAMME_STAFF, world.enterprise)
    client.force_login(local)
    assert client.get(ADD).status_code == 403


def test_staff_edit_the_profile(client, world):
    client.force_login(world.staff)
    assert 'value="Test enterprise T01"' in client.get(edit_url(world)).content.decode()
    response = client.post(edit_url(world), profile(world, code="T01", name_en="Renamed"))
    assert response.url == world.enterprise.get_absolute_url()
    world.enterprise.refresh_from_db()
    assert world.enterprise.name_en == "Renamed"
    change = world.enterprise.changes.last()
    assert (change.move, change.by) == ("edit", world.staff)
    assert change.details["name_en"] == ["Test enterprise T01", "Renamed"]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("member", 403),
        ("leader", 403),
        ("consultant", 403),
        ("inspector", 403),
        ("authority", 403),
        ("administrator", 404),
        ("outsider", 404),
    ],
)
def test_nobody_else_edits_or_moves(client, world, name, code):
    client.force_login(world.cast()[name])
    for url in (edit_url(world), move_url(world, "complete"), move_url(world, "drop")):
        assert client.get(url).status_code == code
        assert client.post(url, profile(world)).status_code == code
    world.enterprise.refresh_from_db()
    assert world.enterprise.status == Status.ACTIVE


def whole_areas() -> set[int]:
    """The areas that are marked on all days."""
    return set(Mark.objects.filter(kind="", day=None).values_list("area", flat=True))


def test_another_area_marks_what_lies_around_one_of_the_two(client, world):
    Mark.objects.all().delete()
    client.force_login(world.staff)
    client.post(edit_url(world), profile(world, code="T01", area=world.other_district.pk))
    assert whole_areas() == {world.district.pk, world.other_district.pk}


def test_another_area_and_sector_mark_everything_around_both(client, world):
    Mark.objects.all().delete()
    client.force_login(world.staff)
    moved = profile(world, code="T01", area=world.other_district.pk, sector=make_sector().pk)
    client.post(edit_url(world), moved)
    assert whole_areas() == {*world.district.ancestor_ids(), *world.other_district.ancestor_ids()}


def test_another_sector_marks_the_areas_around(client, world):
    Mark.objects.all().delete()
    client.force_login(world.staff)
    client.post(edit_url(world), profile(world, code="T01", sector=make_sector().pk))
    assert whole_areas() == set(world.district.ancestor_ids())


def test_staff_of_a_district_cannot_push_an_enterprise_out_of_it(client, world):
    local = make_user("local")
    assign(local, Role.PROGRAMME_STAFF, world.district)
    client.force_login(local)
    client.post(edit_url(world), profile(world, code="T01", area=world.other_district.pk))
    world.enterprise.refresh_from_db()
    assert world.enterprise.area == world.district


def test_the_move_page_does_not_edit_behind_the_form(client, world):
    client.force_login(world.staff)
    assert client.get(move_url(world, "edit")).url == edit_url(world)


def test_a_move_is_made_with_its_day(client, world):
    client.force_login(world.staff)
    assert client.get(move_url(world, "complete")).status_code == 200
    client.post(move_url(world, "complete"), {"happened_on": "2017-12-18"})
    world.enterprise.refresh_from_db()
    assert (world.enterprise.status, world.enterprise.completed_on) == (Status.COMPLETED, date(2017, 12, 18))


def test_dropping_out_needs_a_reason(client, world):
    client.force_login(world.staff)
    response = client.post(move_url(world, "drop"), {"happened_on": "2017-12-18", "reason": " "})
    assert response.status_code == 200
    world.enterprise.refresh_from_db()
    assert world.enterprise.status == Status.ACTIVE


def test_the_wrong_moment_is_a_message(client, world):
    client.force_login(world.staff)
    response = client.get(move_url(world, "enrol"), follow=True)
    assert "This step is not possible" in response.content.decode()


def test_a_wrong_day_is_corrected(client, world, today):
    workflow.perform(world.enterprise, "complete", by=world.staff, today=today, on=date(2017, 12, 10))
    change = world.enterprise.changes.get(move="complete")
    url = f"/enterprises/{world.enterprise.pk}/correct/{change.pk}/"
    client.force_login(world.staff)
    assert client.get(url).status_code == 200
    client.post(url, {"happened_on": "2017-12-12", "reason": "Typing error"})
    world.enterprise.refresh_from_db()
    assert world.enterprise.completed_on == date(2017, 12, 12)
    client.force_login(world.leader)
    assert client.get(url).status_code == 403
    client.force_login(world.outsider)
    assert client.get(url).status_code == 404


def test_the_cast_started_in_april(world):
    assert world.enterprise.active_on == START
