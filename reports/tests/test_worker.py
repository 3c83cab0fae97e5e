"""A real worker on the real broker: saving never waits for it, and it catches up after it was killed."""

import io
import json
import os
import signal
import sys
import time
from urllib.parse import quote

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from enterprises.models import Mark
from launch.children import Child, stop_all
from launch.virtualenv import ROOT
from reports import tallies
from suggestions.tests.factories import make_suggestion

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("worker")]
PATIENCE = 60.0


def database_url():
    """The test database, as the worker reads it from its environment."""
    database = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{database['NAME']}"
    who = f"{quote(database['USER'])}:{quote(database['PASSWORD'])}"
    return f"postgres://{who}@{database['HOST']}:{database['PORT']}/{database['NAME']}"


def until(condition):
    """Wait for another process; fail when it takes too long."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "the worker did not do it in time"
        time.sleep(0.1)


@pytest.fixture
def worker(tmp_path):
    """The worker as `make run` starts it, but on the test database."""
    command = [sys.executable, "-m", "celery", "-A", "score_mis", "worker", "-B", "--concurrency", "1"]
    command += ["--loglevel", "INFO", "--schedule", str(tmp_path / "beat-schedule"), "--without-mingle"]
    env = dict(os.environ) | {"DJANGO_SETTINGS_MODULE": "score_mis.settings", "DATABASE_URL": database_url()}
    env["PROGRAMME_TODAY"] = settings.PROGRAMME_TODAY.isoformat()
    child = Child("worker", command, tmp_path / "worker.log", env, ROOT)
    yield child
    stop_all([child])


def submitted():
    """The suggestions of the whole programme as the tallies have them."""
    printed = io.StringIO()
    call_command("indicators", "--format", "json", stdout=printed)
    return json.loads(printed.getvalue())["indicators"]["suggestions_submitted"]["value"]


def test_the_tallies_catch_up_after_a_killed_worker(world, worker):
    worker.start()
    make_suggestion(world)
    until(lambda: not Mark.objects.exists())
    assert submitted() == 1
    first = worker.process.pid
    os.kill(first, signal.SIGKILL)
    worker.process.wait()

    make_suggestion(world)
    assert Mark.objects.exists(), "saving went on, and what is to be counted waits"

    worker.tend()
    until(lambda: worker.tend() or worker.process.pid != first)
    until(lambda: not Mark.objects.exists())
    assert submitted() == 2
    assert tallies.differences() == ([], 0)
