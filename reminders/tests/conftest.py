"""The mail server of the tests of reminders."""

import threading

import pytest

from reminders.tests.mailing import FAILING, Server
from reminders.tests.receiving import Receiver


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


@pytest.fixture
def receiver(settings):
    """A real mail server on this machine, which the site is told to use."""
    with Receiver() as found:
        threading.Thread(target=found.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = found.server_address
        settings.EMAIL_TIMEOUT = 0.5
        yield found
        found.stopping.set()
        found.shutdown()
