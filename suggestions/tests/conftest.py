"""Who signs in, and a second enterprise, for the tests of suggestions."""

import pytest

from conftest import assign, make_enterprise
from enterprises.models import Role


@pytest.fixture
def as_member(client, world):
    client.force_login(world.member)
    return client


@pytest.fixture
def as_leader(client, world):
    client.force_login(world.leader)
    return client


@pytest.fixture
def second(world):
    """Another enterprise in the same district, with the same consultant."""
    other = make_enterprise(
        programme=world.programme, area=world.district, sector=world.sector, by=world.staff, code="T02"
    )
    assign(world.consultant, Role.CONSULTANT, other)
    return other
