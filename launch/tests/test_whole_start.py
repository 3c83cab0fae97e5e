"""The whole `make run`, in earnest: pilot data, site, worker and beat, in a folder with a difficult name."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
# The same program, with this virtual environment instead of one made for the occasion.
PROGRAM = """
import pathlib, sys
from launch import __main__, virtualenv
virtualenv.ensure = lambda requirements: pathlib.Path(sys.executable)
sys.exit(__main__.main(["run"]))
"""
SETTINGS = {"HOME", "DATABASE_URL", "CELERY_BROKER_URL", "DJANGO_SETTINGS_MODULE", "SECRET_KEY", "MEDIA_ROOT"}
SETTINGS |= {
    "ALLOWED_HOSTS",
    "CSRF_TRUSTED_ORIGINS",
    "HTTPS",
    "DEBUG",
    "EMAIL_URL",
    "PROGRAMME_TODAY",
    "LOG_LEVEL",
}
SETTINGS |= {"DEFAULT_FROM_EMAIL", "SCORE_DEMO_PASSWORD"}

pytestmark = pytest.mark.nightly


class Started:
    """A running start program and what it has printed so far."""

    def __init__(self, var, port):
        env = {name: value for name, value in os.environ.items() if name not in SETTINGS}
        self.begun = time.monotonic()
        self.process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM],
            cwd=ROOT,
            env=env | {"SCORE_VAR": str(var), "PORT": str(port)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.text = ""

    def read_until(self, words):
        for line in self.process.stdout:
            self.text += line
            if words in line:
                return time.monotonic() - self.begun
        raise AssertionError(f"the program ended before it said {words!r}:\n{self.text}")

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(timeout=40)
        self.text += self.process.stdout.read()
        self.process.stdout.close()
        return code


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def processes_naming(text):
    """The pids of all processes whose command line holds the text."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if text in path.read_bytes().decode(errors="replace"):
                found.append(int(path.parent.name))
        except OSError:
            continue
    return found


def test_it_starts_recovers_stops_and_starts_again_quickly(tmp_path):
    var, port = tmp_path / "房山 试点 var", free_port()
    first = Started(var, port)
    try:
        first.read_until("Ctrl-C")
        for figure in ("1258", "944", "917", "2322", "296", "288", "303"):
            assert figure in first.text.replace(",", "")
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=10) as page:
            assert page.status == 200
        password = (var / "demo-password").read_text().strip()
        assert password in first.text
        workers = processes_naming(str(var / "beat-schedule"))
        assert len(workers) >= 3, "the worker, its pool process and beat"
        os.kill(min(workers), signal.SIGKILL)
        first.read_until("The worker stopped (signal SIGKILL)")
        deadline = time.monotonic() + 20
        while not set(processes_naming(str(var / "beat-schedule"))) - set(workers):
            assert time.monotonic() < deadline, "the worker did not come back"
            time.sleep(0.2)
        assert not set(processes_naming(str(var / "beat-schedule"))) & set(workers)
    finally:
        assert first.stop() == 0
    assert processes_naming(str(var)) == []

    second = Started(var, port)
    try:
        seconds = second.read_until("Ctrl-C")
        assert seconds < 30
        assert re.search(re.escape(password), second.text)
    finally:
        assert second.stop() == 0
    print(f"second start: {seconds:.1f} s")
