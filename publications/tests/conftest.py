"""A report to freeze: of the small world, and of the pilot."""

from datetime import date

import pytest

from accounts.models import User
from enterprises.models import Area
from publications import signing
from publications.tests.factories import make_report
from score_mis.lib import dates


@pytest.fixture
def key(world):
    """The installation's signing key."""
    return signing.make(dates.now())


@pytest.fixture
def report(world, key):
    """A report on the world's district."""
    return make_report(world.programme, world.district, world.staff)


@pytest.fixture
def pilot_report(pilot):
    """A report on the pilot's district, with a period."""
    signing.make(dates.now())
    staff = User.objects.get(username="staff")
    return make_report(pilot, Area.objects.get(code="110111"), staff, since=date(2017, 10, 1))
