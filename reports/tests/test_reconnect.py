"""A job queue that was away: the worker comes back soon, however long that was, and counts what waits at once."""

import time
from types import SimpleNamespace

import pytest
from django.utils.module_loading import import_string
from kombu.exceptions import OperationalError

from enterprises.models import Mark, marks
from enterprises.models.marks import DRAIN_TASK
from launch import servers
from reports import tallies
from reports.tests.brokers import Broker, worker_of
from reports.tests.test_worker import until
from reports.worker import PAUSES, Consumer, DrainFirst
from score_mis.celery import app
from suggestions.tests.factories import make_suggestion


def test_the_worker_is_ours_and_never_gives_up():
    assert import_string(app.conf.worker_consumer.replace(":", ".")) is Consumer
    assert app.conf.broker_connection_max_retries is None
    assert app.conf.broker_connection_retry
    assert app.conf.broker_connection_retry_on_startup


def test_the_pauses_between_two_tries_stay_short():
    asked = []

    class Queue:
        """A connection that notes how it is to be made."""

        def ensure_connection(self, *args, **options):
            asked.append(options)
            return self

    consumer = Consumer.__new__(Consumer)
    consumer.app = app
    consumer.ensure_connected(Queue())
    [options] = asked
    assert options.items() >= PAUSES.items()
    assert max(PAUSES.values()) <= 5


def test_a_queue_that_is_lost_again_at_once_stops_nothing(caplog):
    def fail(name, **options):
        raise OperationalError("refused")

    step = DrainFirst(None)
    step.start(SimpleNamespace(app=SimpleNamespace(send_task=fail)))
    assert "No drain could be asked for" in caplog.text


def test_one_drain_is_asked_for_when_the_queue_is_reached():
    sent = []
    step = DrainFirst(None)
    step.start(SimpleNamespace(app=SimpleNamespace(send_task=lambda name, **options: sent.append(name))))
    assert sent == [DRAIN_TASK]


@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("worker")
def test_what_was_saved_meanwhile_is_counted_without_being_asked_for(world, tmp_path, monkeypatch):
    """Neither beat nor a save wakes the drainer here."""
    if not servers.redis_program():
        pytest.skip("needs Redis")
    monkeypatch.setattr(marks.waker, "not_before", float("inf"))
    broker = Broker(servers.redis_program())
    broker.start()
    try:
        with worker_of(broker, tmp_path, beat=False):
            until(lambda: not Mark.objects.exists())
            log = tmp_path / "worker.log"
            broker.stop()
            until(lambda: "Trying again" in log.read_text())
            make_suggestion(world)
            time.sleep(0.5)
            assert Mark.objects.exists(), "the marks wait in the database"
            broker.start()
            until(lambda: not Mark.objects.exists())
            assert tallies.differences() == ([], 0)
    finally:
        broker.stop()
