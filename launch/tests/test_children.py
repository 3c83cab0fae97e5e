"""Supervised programs: started again when they die, stopped with everything they started."""

import os
import signal
import sys
import time

import pytest

from launch import children
from launch.children import Child, stop_all

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]
STUBBORN = [
    sys.executable,
    "-c",
    "import signal, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
    "print('ready', flush=True); time.sleep(60)",
]
# A program that starts another one, names it in its log and leaves it behind when it is killed.
PARENT = [
    sys.executable,
    "-c",
    "import subprocess, sys, time; "
    "print(subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']).pid, flush=True); "
    "time.sleep(60)",
]


def wait_until(condition, seconds=10.0):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def is_running(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8") as stat:
            return stat.read().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


class Clock:
    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def make_child(tmp_path, clock):
    made = []

    def make(command=SLEEP):
        child = Child("worker", command, tmp_path / "worker.log", dict(os.environ), tmp_path, clock=clock)
        made.append(child)
        child.start()
        return child

    yield make
    stop_all(made, seconds=0)


def test_a_living_child_is_left_alone(make_child):
    child = make_child()
    before = child.process.pid
    child.tend()
    assert child.process.pid == before
    assert child.due_at is None


def test_a_dead_child_starts_again_after_the_pause(make_child, clock, capsys):
    child = make_child()
    first = child.process.pid
    os.kill(first, signal.SIGKILL)
    child.process.wait()
    child.tend()
    assert "The worker stopped (signal SIGKILL); starting it again in 1 s." in capsys.readouterr().out
    clock.now += 0.9
    child.tend()
    assert child.process.pid == first
    clock.now += 0.2
    child.tend()
    assert child.process.pid != first
    assert child.process.poll() is None


def test_the_pause_doubles_up_to_a_minute_and_is_forgotten_after_a_steady_run(make_child, clock):
    child = make_child([sys.executable, "-c", "raise SystemExit(3)"])
    pauses = []
    for _ in range(8):
        child.process.wait()
        child.tend()
        pauses.append(child.due_at - clock.now)
        clock.now = child.due_at
        child.tend()
    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60]
    child.process.wait()
    clock.now += children.STEADY_AFTER
    child.tend()
    assert child.due_at - clock.now == 1


def test_what_a_killed_child_left_behind_is_ended_before_it_starts_again(make_child):
    child = make_child(PARENT)
    wait_until(lambda: child.log.read_text().endswith("\n"))
    orphan = int(child.log.read_text())
    os.kill(child.process.pid, signal.SIGKILL)
    child.process.wait()
    assert is_running(orphan)
    child.tend()
    wait_until(lambda: not is_running(orphan))


def test_stopping_waits_for_the_child(make_child):
    child = make_child()
    stop_all([child])
    assert child.process.returncode == -signal.SIGTERM


def test_a_child_that_will_not_stop_is_ended(make_child, capsys):
    child = make_child(STUBBORN)
    wait_until(lambda: child.log.read_text() == "ready\n")
    stop_all([child], seconds=0.3)
    assert child.process.returncode == -signal.SIGKILL
    assert "did not stop in time" in capsys.readouterr().out


def test_a_child_does_not_outlive_a_killed_parent(tmp_path):
    program = (
        "import os, pathlib, sys, time; from launch.children import Child; "
        f"child = Child('x', {SLEEP!r}, pathlib.Path('x.log'), os.environ, pathlib.Path('.')); "
        "child.start(); print(child.process.pid, flush=True); time.sleep(60)"
    )
    if sys.platform != "linux":
        pytest.skip("only Linux tells a child that its parent was killed")
    root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    parent = Child(
        "parent",
        [sys.executable, "-c", program],
        tmp_path / "p.log",
        dict(os.environ, PYTHONPATH=root),
        tmp_path,
    )
    parent.start()
    wait_until(lambda: parent.log.read_text().endswith("\n"))
    pid = int(parent.log.read_text())
    assert is_running(pid)
    os.kill(parent.process.pid, signal.SIGKILL)
    parent.process.wait()
    wait_until(lambda: not is_running(pid))
