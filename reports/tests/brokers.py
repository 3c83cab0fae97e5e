"""A job queue of our own that comes and goes, and a worker on it."""

import os
import secrets
import subprocess
import sys
from contextlib import contextmanager

from django.conf import settings

from launch import servers
from launch.children import Child, die_with_parent, stop_all
from launch.virtualenv import ROOT
from reports.tests.test_worker import database_url, until


class Broker:
    """A Redis of our own that can be stopped and started again at the same port."""

    def __init__(self, program: str) -> None:
        self.port, self.password = servers.free_port(), secrets.token_hex(16)
        self.url = f"redis://:{self.password}@127.0.0.1:{self.port}/0"
        self.command = [program, "--port", str(self.port), "--bind", "127.0.0.1", "--save", ""]
        self.command += ["--requirepass", self.password]

    def start(self) -> None:
        """Start it and wait until it answers."""
        self.process = subprocess.Popen(
            self.command, stdout=subprocess.DEVNULL, preexec_fn=die_with_parent, start_new_session=True
        )
        until(self.answers)

    def answers(self) -> bool:
        """Whether it is there."""
        try:
            return bool(servers.redis_information(self.port, self.password))
        except OSError:
            return False

    def stop(self) -> None:
        """End it; what was queued is gone."""
        self.process.kill()
        self.process.wait()


@contextmanager
def worker_of(broker: Broker, folder, *, beat: bool = True):
    """A worker, with beat inside, on the test database and a broker of our own."""
    command = [sys.executable, "-m", "celery", "-A", "score_mis", "worker", "--concurrency", "1"]
    command += ["--loglevel", "INFO", "--without-mingle"]
    command += ["-B", "--schedule", str(folder / "beat-schedule")] if beat else []
    env = dict(os.environ) | {
        "DJANGO_SETTINGS_MODULE": "score_mis.settings",
        "DATABASE_URL": database_url(),
        "CELERY_BROKER_URL": broker.url,
        "PROGRAMME_TODAY": settings.PROGRAMME_TODAY.isoformat(),
    }
    child = Child("worker", command, folder / "worker.log", env, ROOT)
    child.start()
    try:
        yield child
    finally:
        stop_all([child])
