"""Many write at once while drainers are killed and the job queue is down: nothing is lost, nothing counted twice."""

import random
import time

import pytest
from django.conf import settings
from django.db import connection

from enterprises.models import Area, Mark
from launch import servers
from reports import tallies
from reports.measures import Span
from reports.readings import read_all
from reports.scope import Scope
from reports.sources import TallySource
from reports.tests.brokers import Broker, worker_of
from reports.tests.reference import Reference, plainly
from reports.tests.storming import FORK, WRITTEN, Storm
from reports.tests.test_worker import until
from reports.tests.walks import Ground
from training.models import CounsellingVisit

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("worker")]
FIGURES = ("suggestions_submitted", "hazards_identified", "visits_done_of_planned")
PATIENCE = 120.0


@pytest.fixture
def ground(world):
    """The ground of all walks, on PostgreSQL: SQLite has one writer."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite lets one process write at a time")
    found = Ground(world)
    tallies.drain()  # its statements are compiled here, not in each drainer anew
    return found


def ended(processes) -> None:
    """Wait for processes that were told to stop; each must have ended well."""
    for process in processes:
        process.join(PATIENCE)
        assert process.exitcode == 0, "a process failed; its output says why"


def assert_nothing_lost(storm: Storm) -> None:
    """The tallies are the records, and the records are what the writers say they wrote."""
    assert tallies.differences() == ([], 0)
    scope, span = Scope(area=Area.objects.get(parent=None)), Span(settings.PROGRAMME_TODAY)
    read, by_hand = read_all(TallySource(scope), span), Reference().value(scope, span)
    for name in FIGURES:
        assert plainly(read[name]) == by_hand[name]
    assert read["suggestions_submitted"]["value"] == storm.written[WRITTEN[0]].value
    assert read["hazards_identified"]["value"] == storm.written[WRITTEN[1]].value
    assert CounsellingVisit.objects.exclude(status="void").count() == storm.written[WRITTEN[2]].value


def weather(ground: Ground, *, writers: int, seconds: float, kills: int) -> str:
    """Let writers write while two drainers are killed and started again; return what happened."""
    storm, rng = Storm(ground), random.Random(writers)
    writing = [storm.started(storm.write, seed) for seed in range(writers)]
    busy = [FORK.Value("b", 0) for _ in range(2)]
    draining = [storm.started(storm.drain, flag) for flag in busy]
    begun, in_the_middle = time.monotonic(), 0
    for number in range(kills):
        which = rng.randrange(2)
        moment = begun + seconds * (number + rng.random()) / kills
        draining[which].join(max(0.0, moment - time.monotonic()))
        in_the_middle += busy[which].value
        draining[which].kill()
        draining[which].join()
        draining[which] = storm.started(storm.drain, busy[which])
    writing[0].join(max(0.0, begun + seconds - time.monotonic()))
    storm.stop.set()
    ended([*writing, *draining])
    waiting = Mark.objects.count()
    tallies.drain()
    assert not Mark.objects.exists()
    assert_nothing_lost(storm)
    return (
        f"{storm.saves.value} saves by {writers} writers, {storm.drains.value} drains by {len(draining)} drainers, "
        f"{kills} kills, {in_the_middle} of them while one drained or waited for the other; "
        f"{waiting} marks waited at the end, none lost; a recount found no difference"
    )


def test_nothing_is_lost_when_drainers_are_killed(ground):
    weather(ground, writers=4, seconds=3, kills=3)


@pytest.mark.nightly
def test_nothing_is_lost_in_a_long_storm(ground, record_property):
    record_property("storm", weather(ground, writers=8, seconds=60, kills=20))


def without_broker(ground: Ground, folder, *, writers: int, seconds: float) -> str:
    """Write while the job queue is down; when it is back, the tallies are right soon. Return what happened."""
    broker = Broker(servers.redis_program())
    broker.start()
    storm = Storm(ground, broker.url)
    try:
        with worker_of(broker, folder):
            writing = [storm.started(storm.write, seed) for seed in range(writers)]
            seen = tallies.version()
            until(lambda: tallies.version() > seen)
            before = storm.saves.value
            broker.stop()
            writing[0].join(seconds)
            storm.stop.set()
            ended(writing)
            assert Mark.objects.exists(), "the marks wait in the database"
            broker.start()
            back = time.monotonic()
            until(lambda: not Mark.objects.exists())
            late = time.monotonic() - back
            assert_nothing_lost(storm)
            assert late <= 30, f"{late:.0f} s after the queue was back"
            return (
                f"{storm.saves.value - before} saves while the queue was down for {seconds:.0f} s, none failed, "
                f"the slowest {storm.slowest.value:.1f} s; right {late:.1f} s after it was back"
            )
    finally:
        broker.stop()


@pytest.mark.nightly
def test_saving_goes_on_without_the_job_queue_and_tallies_catch_up(ground, tmp_path, record_property):
    record_property("outage", without_broker(ground, tmp_path, writers=4, seconds=60))
