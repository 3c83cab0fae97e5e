"""The mail server of the tests of reminders."""

import pytest

from reminders.tests.mailing import FAILING, Server


@pytest.fixture
def server(settings):
    """A mail server that fails where a test says so."""
    settings.EMAIL_BACKEND = f"{Server.__module__}.{Server.__qualname__}"
    FAILING.clear()
    yield FAILING
    FAILING.clear()


@pytest.fixture(autouse=True)
def _backend(mailoutbox):
    """Every mail stays in the test."""
