"""Waking the drainer: one job for many saves, and no waiting for a queue that is down."""

import pytest
from kombu.exceptions import OperationalError

from enterprises.models import marks
from enterprises.models.marks import DRAIN_TASK, REST, SOON, Waker


@pytest.fixture
def clock(monkeypatch):
    """A clock that stands still until a test moves it."""
    now = [100.0]
    monkeypatch.setattr(marks.time, "monotonic", lambda: now[0])
    return now


@pytest.fixture
def sent(monkeypatch):
    """Jobs that were sent."""
    found = []
    monkeypatch.setattr(
        marks.celery.current_app, "send_task", lambda name, **options: found.append((name, options))
    )
    return found


def test_a_thousand_saves_send_one_job(clock, sent):
    waker = Waker()
    for _ in range(1000):
        waker.wake()
    assert [name for name, _options in sent] == [DRAIN_TASK]


def test_the_job_begins_after_everything_that_it_stands_for_was_saved(clock, sent):
    waker = Waker()
    waker.wake()
    assert sent[0][1]["countdown"] == SOON
    clock[0] += SOON
    waker.wake()
    assert len(sent) == 2


def test_a_queue_that_is_down_is_left_alone_for_a_while(clock, monkeypatch):
    tries = []

    def fail(name, **options):
        tries.append(name)
        raise OperationalError("refused")

    monkeypatch.setattr(marks.celery.current_app, "send_task", fail)
    waker = Waker()
    waker.wake()
    clock[0] += REST - 1
    waker.wake()
    assert len(tries) == 1
    clock[0] += 1
    waker.wake()
    assert len(tries) == 2
