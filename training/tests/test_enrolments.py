"""Enrolments: list, page, plan, moves, people."""

from datetime import date

import pytest
from django.urls import reverse

from conftest import assign, make_enterprise, make_user
from enterprises.models import Mark
from training.models import Enrolment
from training.tests.factories import make_enrolment, make_module, make_visit

LIST = reverse("training:enrolment_list")
ADD = reverse("training:enrolment_add")


def move_url(enrolment, move):
    return reverse("training:enrolment_move", args=[enrolment.pk, move])


def edit_url(enrolment):
    return reverse("training:enrolment_edit", args=[enrolment.pk])


def test_the_list_is_filtered_and_leaves_void_ones_out(client, world):
    one, two = make_module(world, 1), make_module(world, 2)
    make_enrolment(world, "void", module=one)
    done = make_enrolment(world, "completed", module=one)
    planned = make_enrolment(world, module=two)
    client.force_login(world.member)
    for filters, found in [
        ({}, [planned, done]),
        ({"module": two.pk}, [planned]),
        ({"status": "completed"}, [done]),
        ({"completed_until": "2017-06-30"}, [done]),
        ({"started_until": "2017-05-30"}, []),
    ]:
        response = client.get(LIST, filters)
        assert list(response.context["page_obj"]) == found, filters
        assert f'data-count="{len(found)}"' in response.content.decode()
    client.force_login(world.outsider)
    assert client.get(LIST).context["count"] == 0
    assert client.post(LIST).status_code == 405


def test_the_number_of_queries_of_the_list_does_not_grow(client, world, django_assert_max_num_queries):
    for number in range(1, 9):
        make_enrolment(world, module=make_module(world, number))
    client.force_login(world.staff)
    with django_assert_max_num_queries(20):
        client.get(LIST)


def test_the_page_shows_days_people_visits_and_history(client, world, django_assert_max_num_queries):
    enrolment = make_enrolment(world, "in_counselling")
    enrolment.consultants.add(world.consultant)
    visit = make_visit(world, "done", module=enrolment.module)
    client.force_login(world.authority)
    with django_assert_max_num_queries(22):
        response = client.get(enrolment.get_absolute_url())
    page = response.content.decode()
    assert str(world.consultant) in page
    assert visit.get_absolute_url() in page
    assert [change.move for change in response.context["changes"]] == ["counsel", "train", "start", "plan"]
    client.force_login(world.outsider)
    assert client.get(enrolment.get_absolute_url()).status_code == 404


def test_a_consultant_plans_a_module_with_its_people(client, world):
    module = make_module(world)
    client.force_login(world.consultant)
    form = client.get(ADD, {"module": module.pk}).context["form"]
    assert form.initial["module"] == module.pk
    assert form.initial["consultants"] == [world.consultant.pk]
    response = client.post(
        ADD,
        {
            "module": module.pk, "planned_start_on": "2018-01-08", "happened_on": "2017-12-19",
            "consultants": [world.consultant.pk], "inspectors": [world.inspector.pk],
        },
    )  # fmt: skip
    enrolment = Enrolment.objects.get()
    assert response.url == enrolment.get_absolute_url()
    assert (enrolment.status, enrolment.planned_start_on) == ("planned", date(2018, 1, 8))
    assert list(enrolment.consultants.all()) == [world.consultant]
    assert list(enrolment.inspectors.all()) == [world.inspector]


def test_a_module_is_offered_once_and_only_while_it_is_offered(client, world):
    taken = make_enrolment(world).module
    make_module(world, 2, is_offered=False)
    left = make_module(world, 3)
    client.force_login(world.consultant)
    assert list(client.get(ADD).context["form"].fields["module"].queryset) == [left]
    response = client.post(ADD, {"module": taken.pk, "happened_on": "2017-12-19"})
    assert list(response.context["form"].errors) == ["module"]


@pytest.mark.parametrize("part", ["member", "inspector", "authority", "outsider", "administrator"])
def test_planning_is_refused_to_others(client, world, part):
    client.force_login(world.cast()[part])
    assert client.get(ADD).status_code == 403
    assert client.post(ADD, {}).status_code == 403


def test_it_asks_for_the_enterprise_where_there_are_several(client, world):
    make_enterprise(
        programme=world.programme, area=world.other_district, sector=world.sector, by=world.staff, code="T02"
    )
    client.force_login(world.staff)
    module = make_module(world)
    page = client.get(ADD, {"module": module.pk}).content.decode()
    assert f'<input type="hidden" name="module" value="{module.pk}">' in page


def test_edit_sets_plan_and_people_and_tells_who_came_and_went(client, world):
    enrolment = make_enrolment(world)
    second = make_user("second")
    assign(second, "consultant", world.district)
    enrolment.consultants.add(world.consultant)
    client.force_login(world.staff)
    offered = client.get(edit_url(enrolment)).context["form"].fields["consultants"].queryset
    assert set(offered) == {world.consultant, second}
    response = client.post(
        edit_url(enrolment), {"planned_start_on": "2018-02-01", "consultants": [second.pk]}
    )
    assert response.status_code == 302
    enrolment.refresh_from_db()
    assert enrolment.planned_start_on == date(2018, 2, 1)
    assert list(enrolment.consultants.all()) == [second]
    assert enrolment.changes.last().details["consultants"] == ["Consultant", "Second"]
    page = client.get(enrolment.get_absolute_url()).content.decode()
    assert "Consultant → Second" in page


def test_only_people_with_the_role_there_may_be_named(client, world):
    enrolment = make_enrolment(world)
    client.force_login(world.staff)
    response = client.post(
        edit_url(enrolment),
        {"consultants": [world.member.pk], "inspectors": [world.outsider.pk], "notes": "kept"},
    )
    assert set(response.context["form"].errors) == {"consultants", "inspectors"}
    assert "kept" in response.content.decode()
    assert not enrolment.consultants.exists()


def test_the_moves_lead_from_baseline_to_completion(client, world):
    enrolment = make_enrolment(world)
    client.force_login(world.consultant)
    for move, status in [
        ("start", "baseline"),
        ("train", "in_training"),
        ("counsel", "in_counselling"),
        ("complete", "completed"),
    ]:
        client.post(move_url(enrolment, move), {"happened_on": "2017-12-19"})
        enrolment.refresh_from_db()
        assert enrolment.status == status
    assert enrolment.completed_on == date(2017, 12, 19)
    assert Mark.objects.filter(kind="enrolment", day=date(2017, 12, 19)).exists()


def test_dropping_out_needs_staff_and_a_reason(client, world):
    enrolment = make_enrolment(world, "baseline")
    client.force_login(world.consultant)
    assert client.post(move_url(enrolment, "drop"), {"reason": "x"}).status_code == 403
    client.force_login(world.staff)
    response = client.post(move_url(enrolment, "drop"), {"happened_on": "2017-12-19"})
    assert list(response.context["form"].errors) == ["reason"]
    client.post(move_url(enrolment, "drop"), {"happened_on": "2017-12-19", "reason": "Moved away"})
    enrolment.refresh_from_db()
    assert enrolment.status == "dropped"


def test_others_are_refused_and_strangers_see_nothing(client, world):
    enrolment = make_enrolment(world)
    for part, code in [("member", 403), ("inspector", 403), ("authority", 403), ("outsider", 404)]:
        client.force_login(world.cast()[part])
        assert client.get(edit_url(enrolment)).status_code == code, part
        assert client.post(move_url(enrolment, "start")).status_code == code, part


def test_staff_correct_a_day(client, world):
    enrolment = make_enrolment(world, "baseline")
    change = enrolment.changes.get(move="start")
    address = reverse("training:enrolment_correct", args=[enrolment.pk, change.pk])
    client.force_login(world.consultant)
    assert client.get(address).status_code == 403
    client.force_login(world.staff)
    client.post(address, {"happened_on": "2017-06-12", "reason": "Typed wrongly"})
    enrolment.refresh_from_db()
    assert enrolment.started_on == date(2017, 6, 12)
