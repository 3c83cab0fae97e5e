"""A short list is chosen from; of many enterprises the short code is typed."""

import pytest

from conftest import make_enterprise
from enterprises import choosing
from suggestions.tests.factories import make_suggestion


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
