"""The pilot data set for tests: built once a session in a database of its own, rolled back after each test."""

from contextlib import contextmanager

import pytest
from django.conf import settings as site_settings
from django.db import connection, transaction

from enterprises.models import Programme
from reports.pilot.build import build


@contextmanager
def connected_to(name):
    """Let the connection lead to another database of the same server or folder."""
    usual = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = usual


@pytest.fixture(scope="session")
def pilot_database(django_test_environment, django_db_modify_db_settings, django_db_blocker):
    """Build the pilot data set in a new database beside the usual one; return its name and the media folder."""
    creation, options = connection.creation, connection.settings_dict["TEST"]
    usual = options["NAME"]
    name = f"{creation._get_test_db_name()}_pilot"
    with django_db_blocker.unblock(), connected_to(name):
        options["NAME"] = name
        try:
            creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        finally:
            options["NAME"] = usual
        build("")
    yield name, site_settings.MEDIA_ROOT
    with django_db_blocker.unblock():
        creation._destroy_test_db(name, verbosity=0)


@pytest.fixture
def pilot(request, pilot_database, django_db_blocker, settings):
    """The pilot data set, as its programme; whatever the test writes is rolled back. Not together with `db`."""
    if request.node.get_closest_marker("django_db") or {"db", "transactional_db"} & set(request.fixturenames):
        pytest.fail("`pilot` brings its own database: leave out `db`, `world` and the mark django_db.")
    name, settings.MEDIA_ROOT = pilot_database
    with django_db_blocker.unblock(), connected_to(name), transaction.atomic():
        yield Programme.objects.get()
        transaction.set_rollback(True)
