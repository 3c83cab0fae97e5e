"""The list of enterprises."""

import pytest

from conftest import make_enterprise
from enterprises import choosing
from enterprises.models import Area, Enterprise, Status
from enterprises.tests.factories import make_cohort, make_sector
from score_mis.lib import workflow

URL = "/enterprises/"


@pytest.fixture
def second(world):
    """An enterprise of the other district and another sector."""
    return make_enterprise(
        programme=world.programme, area=world.other_district, sector=make_sector(), by=world.staff, code="T02"
    )


def shown(client, user, query=""):
    client.force_login(user)
    response = client.get(URL + query)
    assert response.status_code == 200
    assert f'data-count="{response.context["count"]}"' in response.content.decode()
    return [enterprise.code for enterprise in response.context["page_obj"]]


def test_it_shows_what_each_person_may_see(client, world, second):
    seen = {name: shown(client, user) for name, user in world.cast().items()}
    assert seen == {
        "member": ["T01"],
        "leader": ["T01"],
        "consultant": ["T01"],
        "inspector": ["T01"],
        "authority": ["T01", "T02"],
        "staff": ["T01", "T02"],
        "administrator": [],
        "outsider": ["T02"],
    }


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ("?q=T02", ["T02"]),
        ("?q=企业 T01", ["T01"]),
        ("?q=enterprise", ["T01", "T02"]),
        ("?q=nothing", []),
        ("?status=active", ["T01", "T02"]),
        ("?status=dropped", []),
        ("?status=in_programme", ["T01", "T02"]),
    ],
)
def test_text_and_status_narrow_it(client, world, second, query, codes):
    assert shown(client, world.staff, query) == codes


def test_an_area_stands_for_everything_below_it(client, world, second):
    assert shown(client, world.staff, f"?area={world.district.code}") == ["T01"]
    assert shown(client, world.staff, f"?area={world.province.code}") == ["T01", "T02"]


def test_sector_and_cohort_narrow_it(client, world, second):
    Enterprise.objects.filter(pk=second.pk).update(cohort=make_cohort(world))
    second.refresh_from_db()
    assert shown(client, world.staff, f"?sector={second.sector_id}") == ["T02"]
    assert shown(client, world.staff, f"?cohort={second.cohort_id}") == ["T02"]


def test_choices_are_those_a_person_may_see(client, world, second):
    client.force_login(world.member)
    form = client.get(URL).context["filter"].form
    assert list(form.fields["area"].queryset) == [world.district]
    assert list(form.fields["sector"].queryset) == [world.sector]


def test_an_area_is_named_by_its_code_and_never_by_its_key(client, world, second):
    Area.objects.filter(pk=world.district.pk).update(code=str(world.other_district.pk))
    assert shown(client, world.staff, f"?area={world.other_district.pk}") == ["T01"]
    assert shown(client, world.staff, "?area=999999") == ["T01", "T02"]


def test_of_many_areas_the_code_is_typed(client, world, second, monkeypatch):
    monkeypatch.setattr(choosing, "MOST_LISTED", 1)
    assert shown(client, world.staff, f"?area={world.district.code}") == ["T01"]
    page = client.get(f"{URL}?area={world.district.code}").content.decode()
    assert f'value="{world.district.code}" placeholder="Code"' in page
    assert '<select name="area"' not in page


def test_an_unknown_filter_value_hides_nothing_and_breaks_nothing(client, world, second):
    client.force_login(world.staff)
    assert client.get(f"{URL}?area=999999&page=x").status_code == 200


def test_only_staff_are_offered_to_register(client, world):
    for name, user in world.cast().items():
        client.force_login(user)
        offered = "/enterprises/add/" in client.get(URL).content.decode()
        assert offered is (name == "staff"), name


def test_it_refuses_the_wrong_method(client, world):
    client.force_login(world.staff)
    assert client.post(URL).status_code == 405


def test_strangers_are_asked_to_sign_in(client, world):
    assert client.get(URL).status_code == 302


def test_queries_do_not_grow_with_the_rows(client, world, django_assert_max_num_queries):
    for number in range(3, 30):
        make_enterprise(
            programme=world.programme,
            area=world.district,
            sector=world.sector,
            by=world.staff,
            code=f"T{number}",
        )
    client.force_login(world.staff)
    with django_assert_max_num_queries(16):
        client.get(URL)


def test_a_dropped_enterprise_keeps_its_place_in_the_list(client, world, today):
    workflow.perform(world.enterprise, "drop", by=world.staff, today=today, reason="Closed")
    assert shown(client, world.staff, f"?status={Status.DROPPED}") == ["T01"]
