"""`make run`: the whole product with the pilot data, on one machine, with one command."""

import errno
import fcntl
import http.client
import ipaddress
import os
import pwd
import secrets
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from launch import virtualenv
from launch.children import Child, how, stop_all
from launch.console import STOPPING, Refusal, Stopped, last_lines, say, stop_on_signals

DEMONSTRATION_DAY = "2017-12-19"  # the day of the Mid-Term Review: the figures are published as of it
FOLDERS = ("broker/queue", "broker/control", "media", "logs")
LONGEST_LOG = 5_000_000
ANSWER_WITHIN = 90.0
REFUSED = 2


def run() -> int:
    """Prepare and start everything; return when somebody stops it."""
    stop_on_signals()
    host, port = address()
    check_port(host, port)
    settings = read_settings(virtualenv.ROOT / ".env") | dict(os.environ)
    var = Path(settings.get("SCORE_VAR") or virtualenv.ROOT / "var").resolve()
    make_folders(var)
    with only_one(var):
        python = virtualenv.ensure("requirements.txt")
        env = environment(settings, var)
        prepare(python, env)
        check_port(host, port)  # preparing takes a while: somebody may have come first
        return serve(children_for(python, env, var, host, port), host, port, var)


def address() -> tuple[str, int]:
    """Return host and port from HOST and PORT (127.0.0.1:8000 by default)."""
    text = os.environ.get("PORT") or "8000"
    if not text.isascii() or not text.isdigit() or not 0 < int(text) < 65536:
        raise Refusal(f"PORT is {text!r}; give a number from 1 to 65535.")
    return os.environ.get("HOST") or "127.0.0.1", int(text)


def check_port(host: str, port: int) -> None:
    """Refuse an address that is taken, forbidden or not of this machine."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except socket.gaierror:
            raise Refusal(f"HOST is {host!r}; no machine has this name.") from None
        except OSError as problem:
            if problem.errno == errno.EADDRINUSE:
                raise Refusal(
                    f"port {port} is already in use; choose another: make run PORT={port % 65535 + 1}"
                ) from None
            raise Refusal(f"cannot listen on {host}:{port}: {os.strerror(problem.errno or 0)}.") from None


def read_settings(path: Path) -> dict[str, str]:
    """Return the names and values of `.env`; the site itself checks them strictly later."""
    if not path.is_file():
        return {}
    found = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        name, equals, value = line.strip().removeprefix("export ").partition("=")
        if equals and not name.startswith("#"):
            found[name.strip()] = value.strip().strip("'\"")
    return found


def make_folders(var: Path) -> None:
    """Make the run-time folder and what the site expects in it; refuse another user's folder."""
    if var.exists() and var.stat().st_uid != os.geteuid():
        owner = user_name(var.stat().st_uid)
        raise Refusal(f"{var} belongs to {owner}; start as {owner}, or name another folder with SCORE_VAR.")
    try:
        var.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name in FOLDERS:
            (var / name).mkdir(mode=0o700, parents=True, exist_ok=True)
    except FileExistsError as problem:
        raise Refusal(f"{problem.filename} is a file where a folder is needed.") from None
    for log in (var / "logs").glob("*.log"):
        if log.stat().st_size > LONGEST_LOG:
            log.unlink()


def user_name(number: int) -> str:
    """Return a user's name, or the number where the machine knows no name."""
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return f"user {number}"


@contextmanager
def only_one(var: Path) -> Iterator[None]:
    """Hold the run-time folder: a second start on the same data is refused."""
    with (var / "start.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refusal(f"another start is already using {var}; stop it first or set SCORE_VAR.") from None
        yield


def keep_secret(path: Path, value: str) -> str:
    """Return the secret kept in the file; write the given one (mode 600) where there is none."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip()
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(value + "\n")
    return value


def environment(settings: dict[str, str], var: Path) -> dict[str, str]:
    """Return the environment of every child: the person's own settings, and ours where they are silent."""
    keep_secret(var / "secret-key", secrets.token_urlsafe(50))
    env = virtualenv.clean_environment() | {"SCORE_VAR": str(var)}
    env["SCORE_DEMO_PASSWORD"] = keep_secret(
        var / "demo-password", settings.get("SCORE_DEMO_PASSWORD") or secrets.token_urlsafe(9)
    )
    if "PROGRAMME_TODAY" not in settings:
        env["PROGRAMME_TODAY"] = DEMONSTRATION_DAY
    return env


def prepare(python: Path, env: dict[str, str]) -> None:
    """Bring database, message files, checklist, pilot data and tallies up to date; print the figures."""
    done = subprocess.run([str(python), "-m", "launch.prepare"], cwd=virtualenv.ROOT, env=env, check=False)
    if done.returncode == REFUSED:
        raise SystemExit(REFUSED)  # the reason has been said
    if done.returncode:
        raise Refusal(f"preparing the site ended with {how(done.returncode)}; the reason stands above.")


def children_for(python: Path, env: dict[str, str], var: Path, host: str, port: int) -> list[Child]:
    """Return the two supervised programs: the site, and the worker with its clock (beat)."""
    bind = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    web = [
        "gunicorn",
        "score_mis.wsgi:application",
        "--bind",
        bind,
        "--workers",
        "2",
        "--threads",
        "4",
        "--no-control-socket",
    ]
    worker = ["celery", "-A", "score_mis", "worker", "-B", "--concurrency", "1", "--loglevel", "INFO"]
    worker += ["--schedule", str(var / "beat-schedule"), "--without-gossip", "--without-mingle"]
    return [
        Child(name, [str(python), "-m", *command], var / "logs" / f"{name}.log", env, virtualenv.ROOT)
        for name, command in (("site", web), ("worker", worker))
    ]


def serve(children: list[Child], host: str, port: int, var: Path) -> int:
    """Start the children, say where the site is, keep them alive until Ctrl-C or SIGTERM."""
    here = reachable(host)
    try:
        for child in children:
            child.start()
        wait_for_answer(children[0], here, port)
        say(f"\nSCORE MIS is running: http://{here}:{port}/dashboard/?as_of={DEMONSTRATION_DAY}")
        say(f"Logs are in {var / 'logs'}. Ctrl-C stops everything.")
        while True:
            for child in children:
                child.tend()
            time.sleep(0.3)
    except Stopped:
        say("\nStopping …")
        return 0
    finally:
        for number in STOPPING:
            signal.signal(number, signal.SIG_IGN)
        stop_all(children)


def reachable(host: str) -> str:
    """Return the name under which this machine itself reaches the site ("every address" is none)."""
    try:
        return "127.0.0.1" if ipaddress.ip_address(host).is_unspecified else host
    except ValueError:
        return host


def wait_for_answer(web: Child, host: str, port: int) -> None:
    """Wait until the site answers; refuse when its program ends, fails or stays silent."""
    deadline = time.monotonic() + ANSWER_WITHIN
    while time.monotonic() < deadline:
        if web.process and web.process.poll() is not None:
            raise Refusal(
                f"the site did not start ({web.log}):\n{last_lines(web.log.read_text(errors='replace'))}"
            )
        status = answer(host, port)
        if status and status < 500:
            return
        if status:
            raise Refusal(f"the site answers with error {status}; see {web.log}.")
        time.sleep(0.2)
    raise Refusal(f"the site did not answer within {ANSWER_WITHIN:.0f} s; see {web.log}.")


def answer(host: str, port: int) -> int | None:
    """Return the status with which the site answers for its first page, or None while it is silent."""
    connection = http.client.HTTPConnection(host, port, timeout=30)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()
