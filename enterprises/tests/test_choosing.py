"""A short list is chosen from; of many enterprises the short code is typed."""

import pytest

from conftest import TODAY, make_enterprise
from enterprises import choosing
from enterprises.models import Assignment, Enterprise
from suggestions.models import Suggestion
from suggestions.tests.factories import make_suggestion
from training.tests.factories import make_visit


@pytest.fixture
def two(world):
    return make_enterprise(
        programme=world.programme, area=world.district, sector=world.sector, by=world.staff, code="T02"
    )


@pytest.mark.parametrize("address", ["/suggestions/", "/checks/", "/hazards/", "/visits/"])
def test_few_are_listed(client, world, two, address):
    client.force_login(world.staff)
    page = client.get(address).content.decode()
    assert f'<option value="{two.pk}">' in page


@pytest.mark.parametrize("address", ["/suggestions/", "/checks/", "/hazards/", "/visits/"])
def test_of_many_the_code_is_typed(client, world, two, address, monkeypatch):
    monkeypatch.setattr(choosing, "MOST_LISTED", 1)
    client.force_login(world.staff)
    page = client.get(address).content.decode()
    assert f'<option value="{two.pk}">' not in page
    assert 'placeholder="Short code"' in page


@pytest.mark.parametrize("typed", ["T01", " t01 "])
def test_a_typed_code_filters(client, world, two, monkeypatch, typed):
    monkeypatch.setattr(choosing, "MOST_LISTED", 1)
    record = make_suggestion(world)
    client.force_login(world.staff)
    assert record.title in client.get("/suggestions/", {"enterprise": typed}).content.decode()
    assert record.title in client.get("/suggestions/", {"enterprise": world.enterprise.pk}).content.decode()
    assert record.title not in client.get("/suggestions/", {"enterprise": "T02"}).content.decode()


def test_a_code_of_others_is_not_found(client, world, two, monkeypatch):
    monkeypatch.setattr(choosing, "MOST_LISTED", 0)
    client.force_login(world.inspector)
    page = client.get("/suggestions/", {"enterprise": "X99"}).content.decode()
    assert "Select a valid choice" in page


@pytest.fixture
def many(world, two, monkeypatch):
    """The consultant works in the whole district, and more than one enterprise is too many for a list."""
    monkeypatch.setattr(choosing, "MOST_LISTED", 1)
    Assignment.objects.create(user=world.consultant, role="consultant", area=world.district, from_on=TODAY)
    return world


@pytest.mark.parametrize("address", ["/checks/add/", "/hazards/add/", "/visits/add/", "/enrolments/add/"])
def test_a_new_record_of_many_enterprises_asks_for_the_code(client, many, two, address):
    client.force_login(many.consultant)
    page = client.get(f"{address}?module=1")
    assert page.status_code == 200
    assert 'name="code"' in page.content.decode()
    assert two.name not in page.content.decode()
    found = client.get(address, {"code": " t02 ", "module": "1"})
    assert found.status_code == 302
    assert found["Location"] == f"{address}?module=1&enterprise={two.pk}"
    assert client.get(found["Location"]).status_code == 200


def test_a_code_that_is_no_enterprise_of_the_person_is_refused_beside_the_field(client, many):
    client.force_login(many.consultant)
    for typed in ("X99", "", "T01'--"):
        page = client.get("/checks/add/", {"code": typed})
        assert page.status_code == 200
        assert "is-invalid" in page.content.decode()


def test_few_enterprises_are_picked_from_a_list(client, many, two, monkeypatch):
    monkeypatch.setattr(choosing, "MOST_LISTED", 2)
    client.force_login(many.consultant)
    page = client.get("/checks/add/").content.decode()
    assert f'<option value="{two.pk}"' in page
    assert two.code in page


def test_a_suggestion_of_many_enterprises_is_entered_with_the_code(client, many, two):
    client.force_login(many.consultant)
    page = client.get("/suggestions/add/").content.decode()
    assert 'placeholder="Short code"' in page
    sent = {"enterprise": "t02", "title": "Fence the pit", "happened_on": TODAY.isoformat()}
    assert client.post("/suggestions/add/", sent).status_code == 302
    assert Suggestion.objects.get(title="Fence the pit").enterprise == two
    refused = client.post("/suggestions/add/", {**sent, "enterprise": "X99"})
    assert refused.status_code == 200
    assert 'value="X99"' in refused.content.decode()


def test_what_is_chosen_already_shows_its_code(client, many, two):
    client.force_login(many.consultant)
    page = client.get(f"/suggestions/add/?enterprise={two.pk}").content.decode()
    assert 'name="enterprise" value="T02"' in page
    client.force_login(many.staff)
    page = client.get(f"/people/{many.member.pk}/assignments/add/?enterprise={two.pk}").content.decode()
    assert 'name="enterprise" value="T02"' in page


def test_the_board_of_many_enterprises_asks_for_the_code(client, many, two):
    client.force_login(many.consultant)
    page = client.get(f"/suggestions/board/?enterprise={two.pk}").content.decode()
    assert 'name="code" value="T02"' in page
    assert client.get("/suggestions/board/", {"code": "T01"})["Location"].endswith(
        f"?enterprise={many.enterprise.pk}"
    )


def test_where_codes_and_keys_read_the_same_the_typed_code_and_the_picked_key_are_meant(
    world, two, monkeypatch
):
    Enterprise.objects.filter(pk=two.pk).update(code=str(world.enterprise.pk))
    key, everything = str(world.enterprise.pk), Enterprise.objects.order_by("code")
    assert choosing.EnterpriseField(everything).named(key) == world.enterprise
    assert choosing.EnterpriseField(everything).named(f"{two.pk}") == two
    monkeypatch.setattr(choosing, "MOST_LISTED", 1)
    assert choosing.EnterpriseField(everything).named(key) == two
    assert choosing.EnterpriseField(everything).named(f"{two.pk}") == two


def test_of_many_consultants_the_sign_in_name_is_typed(client, world, two, monkeypatch):
    make_visit(world)
    monkeypatch.setattr(choosing, "MOST_LISTED", 0)
    client.force_login(world.staff)
    page = client.get("/visits/", {"consultant": world.consultant.username})
    assert 'placeholder="Sign-in name"' in page.content.decode()
    assert page.context["count"] == 1
    by_key = client.get("/visits/", {"consultant": world.consultant.pk}).content.decode()
    assert f'name="consultant" value="{world.consultant.username}"' in by_key
    assert client.get("/visits/", {"consultant": "nobody"}).context["filter"].form.errors
