"""Full builds: never half seen, go on where they stood, and hold what was saved meanwhile."""

import os
import signal
import threading
import time
from contextlib import contextmanager
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.core.management.base import OutputWrapper
from django.db import connection, connections, transaction
from django.utils import timezone

from reports import tallies, tasks
from reports.models import AreaDay, AreaMonth, LateMark, TallyBuild, TallyState
from reports.progress import Progress, Stopped, stoppable
from reports.tallies.state import BUILD_LOCK, building
from suggestions.tests.factories import make_suggestion


class Interrupted(Exception):
    """Somebody pulls the plug."""


def interrupt_after(steps: int):
    """A progress callback that ends the build when so many steps are done."""

    def progress(done, of, name):
        if done == steps:
            raise Interrupted

    return progress


def generations() -> set[int]:
    """The generations that have cells."""
    rows = (model.objects.values_list("generation", flat=True) for model in (AreaDay, AreaMonth))
    return set().union(*rows)


def submitted() -> int:
    """The suggestions that the tallies in use have."""
    rows = AreaMonth.objects.filter(
        generation=TallyState.objects.get().generation,
        measure="suggestions_submitted",
        dim="",
        area__parent=None,
    )
    return sum(rows.values_list("n", flat=True))


@pytest.fixture
def counted(world):
    """Tallies that are up to date."""
    make_suggestion(world)
    tallies.drain()
    return world


@contextmanager
def another_build():
    """A full build of another process: its lock."""
    if connection.vendor != "postgresql":
        with building():
            yield
        return
    other = connections.create_connection("default")
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [BUILD_LOCK])
            yield
            cursor.execute("SELECT pg_advisory_unlock(%s)", [BUILD_LOCK])
    finally:
        other.close()


@pytest.mark.parametrize("steps", [0, 7, len(tallies.STEPS) - 1, len(tallies.STEPS)])
def test_a_build_that_was_stopped_is_not_seen_and_goes_on_with_what_was_saved_meanwhile(counted, steps):
    before = TallyState.objects.get()
    with pytest.raises(Interrupted):
        tallies.build_all(interrupt_after(steps))
    after = TallyState.objects.get()
    assert (after.generation, after.version, submitted()) == (before.generation, before.version, 1)
    assert not tallies.is_building()

    make_suggestion(counted)
    assert tallies.drain() > 0
    assert LateMark.objects.exists()
    assert submitted() == 2

    begun = []
    tallies.build_all(lambda done, of, name: begun.append((done, name)))
    assert [done for done, _name in begun] == list(range(steps, len(tallies.STEPS) + 1))
    assert TallyState.objects.get().generation == before.generation + 1
    assert submitted() == 2
    assert tallies.differences() == ([], 0)
    assert generations() == {before.generation + 1}
    assert not LateMark.objects.exists()
    assert tallies.unfinished() is None


def test_marks_that_wait_at_the_end_are_counted_by_the_build(counted):
    with pytest.raises(Interrupted):
        tallies.build_all(interrupt_after(len(tallies.STEPS)))
    make_suggestion(counted)
    tallies.build_all()
    assert submitted() == 2
    assert tallies.differences() == ([], 0)
    assert tallies.drain() == 0


def test_an_empty_drain_changes_no_version(counted):
    before = TallyState.objects.get()
    assert tallies.drain() == 0
    after = TallyState.objects.get()
    assert after.version == before.version
    assert after.computed_at > before.computed_at


def test_a_second_build_is_refused_while_one_runs(counted):
    assert not tallies.is_building()
    with another_build():
        assert tallies.is_building()
        with pytest.raises(tallies.Busy):
            tallies.build_all()
        with pytest.raises(CommandError, match="running already") as refusal:
            call_command("tally", "--all", stdout=StringIO())
        assert refusal.value.returncode == 1
        assert tasks.build(asked=timezone.now().isoformat()) == 0
    assert not tallies.is_building()
    assert not TallyBuild.objects.exists()


def test_the_job_builds_once_however_often_it_was_asked_for(counted):
    asked = timezone.now()
    assert tasks.build(asked=asked.isoformat()) > 0
    assert tasks.build(asked=asked.isoformat()) == 0
    assert TallyBuild.objects.count() == 1
    assert tasks.build(asked=(timezone.now() + timedelta(seconds=1)).isoformat()) > 0


class Terminal(StringIO):
    """A stream that somebody looks at."""

    def isatty(self):
        return True


def test_the_command_prints_a_line_a_step(counted):
    out = StringIO()
    call_command("tally", "--all", stdout=out)
    lines = out.getvalue().splitlines()
    of = len(tallies.STEPS)
    assert lines[0] == f"0/{of} 0:00: {tallies.STEPS[0]}"
    assert len(lines) == of + 2
    assert lines[-2].startswith(f"{of}/{of} ")
    assert lines[-2].endswith("taking it into use")
    assert lines[-1].startswith("Built the tallies from the records")


def test_the_command_rewrites_one_line_in_a_terminal(counted):
    out = Terminal()
    call_command("tally", "--all", stdout=out)
    assert out.getvalue().count("\n") == 2
    assert out.getvalue().count("\r") == len(tallies.STEPS) + 1
    assert "[####################]" in out.getvalue()


def test_ctrl_c_stops_the_command_which_then_goes_on(counted, monkeypatch):
    def press(progress, done, steps, name):
        if done == 3:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Progress, "__call__", press)
        with pytest.raises(CommandError, match="goes on where it stood") as stopped:
            call_command("tally", "--all", stdout=StringIO())
    assert stopped.value.returncode == 130
    out = StringIO()
    call_command("tally", "--all", stdout=out)
    first, second, *_rest = out.getvalue().splitlines()
    assert first == "A full build was stopped after 3 steps; it goes on."
    assert second.startswith(f"3/{len(tallies.STEPS)} ")


def test_progress_tells_the_time_that_passed_and_about_how_much_is_left():
    now, out = [0.0], StringIO()
    progress = Progress(OutputWrapper(out), last="the end", clock=lambda: now[0])
    progress(2, 10, "one")
    now[0] = 65
    progress(4, 10, "two")
    now[0] = 4000
    progress(10, 10, "")
    assert out.getvalue().splitlines() == [
        "2/10 0:00: one",
        "4/10 1:05, about 3:15 left: two",
        "10/10 1:06:40, about 0:00 left: the end",
    ]


def test_ctrl_c_stops_a_long_statement_at_once(db):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite works inside the process")
    began = time.monotonic()
    timer = threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    with pytest.raises(Stopped), stoppable(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(60)")
    assert time.monotonic() - began < 20
