"""What tests of hazards begin with."""

from functools import partial

import pytest

from conftest import make_enterprise
from hazards.tests.factories import hazard_at, make_hazard


@pytest.fixture
def at(world):
    """Bring a hazard into a state."""
    return partial(hazard_at, world)


@pytest.fixture
def hazard(world):
    """A hazard that was reported."""
    return make_hazard(by=world.member, enterprise=world.enterprise)


@pytest.fixture
def second(world):
    """Another enterprise in the same district."""
    return make_enterprise(
        programme=world.programme, area=world.district, sector=world.sector, by=world.staff, code="T02"
    )
