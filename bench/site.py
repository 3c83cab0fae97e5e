"""The site under gunicorn, as `make run` serves it, and a reader who keeps a connection open."""

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from launch.children import die_with_parent
from launch.virtualenv import ROOT

READY_WITHIN = 60.0
SECRET = "b" * 32
"""What the forms of the reader's pages carry; a browser has it from the first page on."""


@dataclass
class Answer:
    """What came back, and how long it took until the last byte was read."""

    seconds: float
    status: int
    headers: dict[str, str]
    body: bytes


@dataclass
class Reader:
    """A person's browser: one session, one open connection."""

    port: int
    session: str
    connection: http.client.HTTPConnection | None = field(default=None)

    def get(self, path: str, etag: str = "") -> Answer:
        """Ask for a page; a connection that the site closed meanwhile is opened anew before the clock starts."""
        cookie = f"sessionid={self.session}; csrftoken={SECRET}"
        headers = {"Cookie": cookie, "Accept-Encoding": "gzip"}
        if etag:
            headers["If-None-Match"] = etag
        if self.connection is None:
            self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=600)
            self.connection.connect()
        begun = time.perf_counter()
        try:
            self.connection.request("GET", path, headers=headers)
            response = self.connection.getresponse()
            body = response.read()
        except (http.client.RemoteDisconnected, ConnectionError):
            self.connection = None
            return self.get(path, etag)
        seconds = time.perf_counter() - begun
        found = {name.lower(): value for name, value in response.getheaders()}
        if response.will_close:
            self.connection = None
        return Answer(seconds, response.status, found, body)


@contextmanager
def serving(env: dict[str, str], log: Path) -> Iterator[int]:
    """Run gunicorn on the bench's settings until the block ends; yields its port."""
    with socket.create_server(("127.0.0.1", 0)) as listener, log.open("wb") as output:
        port = listener.getsockname()[1]
        command = ["gunicorn", "score_mis.wsgi:application", "--bind", f"fd://{listener.fileno()}"]
        command += ["--workers", "2", "--threads", "4", "--no-control-socket", "--log-level", "warning"]
        command += ["--keep-alive", "30", "--timeout", "900"]
        child = subprocess.Popen(
            [sys.executable, "-m", *command],
            cwd=ROOT,
            env=os.environ | env,
            pass_fds=[listener.fileno()],
            preexec_fn=die_with_parent,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait(port, child, log)
        yield port
    except RuntimeError as problem:
        raise RuntimeError(f"{problem}:\n{log.read_text(errors='replace')[-3000:]}") from problem
    finally:
        child.terminate()
        child.wait()


def _wait(port: int, child: subprocess.Popen[bytes], log: Path) -> None:
    """Wait for the first answer."""
    until = time.monotonic() + READY_WITHIN
    while time.monotonic() < until and child.poll() is None:
        try:
            if Reader(port, "").get("/sign-in/").status == http.HTTPStatus.OK:
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"the measured site did not start:\n{log.read_text(errors='replace')[-2000:]}")
