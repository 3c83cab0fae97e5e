"""The list of counselling visits."""

from datetime import date

import pytest
from django.urls import reverse

from conftest import make_enterprise
from training.tests.factories import make_module, make_visit

URL = reverse("training:visit_list")


@pytest.fixture
def other(world):
    """An enterprise in the district where the outsider inspects."""
    return make_enterprise(
        programme=world.programme, area=world.other_district, sector=world.sector, by=world.staff, code="T02"
    )


def shown(client, user, **filters):
    client.force_login(user)
    response = client.get(URL, filters)
    assert response.status_code == 200
    return response.context["count"], response.content.decode()


def test_it_shows_visits_of_the_enterprises_one_sees(client, world, other):
    make_visit(world)
    make_visit(world, enterprise=other, sequence=2)
    count, page = shown(client, world.member)
    assert count == 1
    assert 'data-count="1"' in page
    assert shown(client, world.staff)[0] == 2
    assert shown(client, world.administrator)[0] == 0


def test_it_refuses_to_be_posted_to(client, world):
    client.force_login(world.staff)
    assert client.post(URL).status_code == 405


def test_filters_narrow_it(client, world, other):
    module = make_module(world)
    first = make_visit(world, "done", module=module, type="intake")
    second = make_visit(world, enterprise=other, on=date(2017, 12, 1), consultant=world.staff, inspector=None)
    for filters, found in [
        ({"enterprise": world.enterprise.pk}, first),
        ({"type": "intake"}, first),
        ({"status": "done"}, first),
        ({"module": module.pk}, first),
        ({"consultant": world.consultant.pk}, first),
        ({"due_until": "2017-07-31"}, first),
        ({"done_from": "2017-07-01", "done_until": "2017-07-31"}, first),
        ({"due_from": "2017-08-01"}, second),
        ({"late": "on"}, second),
    ]:
        client.force_login(world.staff)
        assert list(client.get(URL, filters).context["page_obj"]) == [found], filters


def test_void_visits_show_only_when_asked_for(client, world):
    make_visit(world, "void")
    make_visit(world, "cancelled", sequence=2)
    assert shown(client, world.staff)[0] == 1
    assert shown(client, world.staff, status="void")[0] == 1


def test_a_wrong_day_is_named_beside_its_field(client, world):
    _count, page = shown(client, world.staff, due_from="yesterday")
    assert "Enter a valid date" in page


def test_only_who_may_plan_finds_the_button(client, world):
    assert "Plan a visit" in shown(client, world.consultant)[1]
    assert "Plan a visit" not in shown(client, world.inspector)[1]


def test_the_number_of_queries_does_not_grow(client, world, other, django_assert_max_num_queries):
    for number in range(1, 9):
        make_visit(world, sequence=number, enterprise=other if number % 2 else world.enterprise)
    client.force_login(world.staff)
    with django_assert_max_num_queries(24):
        client.get(URL)
