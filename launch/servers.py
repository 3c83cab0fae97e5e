"""Private, throw-away PostgreSQL (with replicas) and Redis servers for the tests.

Each listens on 127.0.0.1 at a free port with a password made for this run, keeps its data in a temporary
folder, is asked to prove that it is the one we started, and is stopped by the process we started: somebody
else's server is never used and never touched.
"""

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from launch.children import die_with_parent
from launch.console import Refusal, last_lines

INSTALLED = Path("/usr/lib/postgresql")  # where Debian keeps each version
READY_WITHIN = 30.0
ATTEMPTS = 5  # another program may take the free port before the server does
UNPRIVILEGED = ("postgres", "nobody")
SPEED = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=60")


def postgresql_programs() -> Path | None:
    """Return the newest folder that has initdb, postgres and psql, or None."""
    folders = [Path(folder) for folder in os.environ.get("PATH", "").split(os.pathsep) if folder]
    installed = sorted(INSTALLED.glob("*/bin"), key=lambda path: _number(path.parent.name))
    for folder in [*reversed(installed), *folders]:
        if all(os.access(folder / name, os.X_OK) for name in ("initdb", "postgres", "psql")):
            return folder
    return None


def redis_program() -> str | None:
    """Return the path of redis-server (or valkey-server), or None."""
    return shutil.which("redis-server") or shutil.which("valkey-server")


@contextmanager
def postgresql(programs: Path, *, more: Sequence[str] = ()) -> Iterator[str]:
    """Run a private PostgreSQL, with `more` settings ("work_mem=64MB"); yields its DATABASE_URL."""
    user = unprivileged_user()
    with _folder("score-postgresql-", user) as folder:
        password = secrets.token_hex(16)
        _initdb(programs, folder, user, password)
        with _serving(programs, folder, user, password, more) as port:
            yield f"postgres://score:{password}@127.0.0.1:{port}/postgres"


@contextmanager
def replica(programs: Path, primary_url: str) -> Iterator[str]:
    """Run a private streaming replica of a private PostgreSQL; yields the URL of the same database on it.

    The replica holds a slot of the primary, so that it catches up after any pause; the slot goes with it.
    """
    primary, user, slot = urlsplit(primary_url), unprivileged_user(), f"score_{secrets.token_hex(6)}"
    port, password = primary.port or 5432, primary.password or ""
    with _folder("score-replica-", user) as folder:
        try:
            _copy_primary(programs, folder, user, port, password, slot)
            with _serving(programs, folder, user, password) as own:
                yield f"postgres://score:{password}@127.0.0.1:{own}{primary.path}"
        finally:
            _drop_slot(programs, port, password, slot)


def _drop_slot(programs: Path, port: int, password: str, slot: str) -> None:
    """Take the slot away; the primary needs a moment to see that its replica is gone."""
    of_ours = "FROM pg_replication_slots WHERE slot_name = "
    drop = "SELECT pg_drop_replication_slot(slot_name) " + of_ours + f"'{slot}'"  # nosec B608 (we named it)
    deadline = time.monotonic() + 5
    while _ask(programs, port, password, drop) is None and time.monotonic() < deadline:
        time.sleep(0.1)


@contextmanager
def _serving(
    programs: Path, folder: Path, user: str | None, password: str, more: Sequence[str] = ()
) -> Iterator[int]:
    """Run PostgreSQL on the data of a folder; yields its port."""
    data = folder / "data"

    def command(port: int) -> list[str]:
        settings = (*SPEED, *more, f"port={port}", "listen_addresses=127.0.0.1", "unix_socket_directories=")
        return [str(programs / "postgres"), "-D", str(data), *(f"-c{setting}" for setting in settings)]

    def ours(port: int, process: subprocess.Popen[bytes]) -> bool:
        return data_directory(programs, port, password) == str(data)

    with _started(command, ours, folder, user, signal.SIGINT) as port:
        yield port


@contextmanager
def redis(program: str) -> Iterator[str]:
    """Run a private Redis that keeps nothing on disk; yields its CELERY_BROKER_URL."""
    user = unprivileged_user()
    with _folder("score-redis-", user) as folder:
        password = secrets.token_hex(16)
        configuration = folder / "redis.conf"
        configuration.write_text(f'bind 127.0.0.1\nrequirepass {password}\nsave ""\nappendonly no\n', "ascii")
        _give(configuration, user)

        def command(port: int) -> list[str]:
            return [program, str(configuration), "--port", str(port), "--dir", str(folder)]

        def ours(port: int, process: subprocess.Popen[bytes]) -> bool:
            return f"process_id:{process.pid}\r\n" in redis_information(port, password)

        with _started(command, ours, folder, user, signal.SIGTERM) as port:
            yield f"redis://:{password}@127.0.0.1:{port}/0"


def unprivileged_user() -> str | None:
    """Return the user to drop to when we are root (PostgreSQL refuses to run as root), or None."""
    if os.geteuid() != 0:
        return None
    for name in UNPRIVILEGED:
        try:
            return pwd.getpwnam(name).pw_name
        except KeyError:
            continue
    raise Refusal("PostgreSQL does not run as root and this machine has no user postgres or nobody.")


def data_directory(programs: Path, port: int, password: str) -> str | None:
    """Return the data directory of the PostgreSQL at this port, or None when it does not let us in."""
    return _ask(programs, port, password, "SHOW data_directory")


def _ask(programs: Path, port: int, password: str, question: str) -> str | None:
    """Return the answer of the PostgreSQL at this port, or None when it gives none."""
    command = [str(programs / "psql"), "-X", "-w", "-At", "-h", "127.0.0.1", "-p", str(port), "-U", "score"]
    done = subprocess.run(
        [*command, "-d", "postgres", "-c", question],
        env=_signed_in(password),
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.strip() if done.returncode == 0 else None


def _signed_in(password: str) -> dict[str, str]:
    """Return the environment of a PostgreSQL client: this password, nothing else of this machine's."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return env | {"PGPASSWORD": password, "PGCONNECT_TIMEOUT": "5"}


def redis_information(port: int, password: str) -> str:
    """Return what the Redis at this port says about its process, or an empty text."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
            connection.sendall(f"AUTH {password}\r\nINFO server\r\nQUIT\r\n".encode())
            with connection.makefile("rb") as reader:
                return reader.read().decode(errors="replace")
    except OSError:
        return ""


def free_port() -> int:
    """Return a port of 127.0.0.1 that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _number(text: str) -> int:
    return int(text) if text.isdigit() else 0


@contextmanager
def _folder(prefix: str, user: str | None) -> Iterator[Path]:
    """Make a temporary folder that only the server's user may read; remove it afterwards."""
    folder = Path(tempfile.mkdtemp(prefix=prefix)).resolve()
    try:
        _give(folder, user)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _give(path: Path, user: str | None) -> None:
    if user:
        entry = pwd.getpwnam(user)
        os.chown(path, entry.pw_uid, entry.pw_gid)


def _as_user(user: str | None) -> dict[str, object]:
    """Return the arguments with which subprocess starts a program as this user."""
    if not user:
        return {}
    return {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []}


def _initdb(programs: Path, folder: Path, user: str | None, password: str) -> None:
    secret = folder / "password"
    secret.write_text(password, "ascii")
    _give(secret, user)
    command = [str(programs / "initdb"), "-D", str(folder / "data"), "-U", "score", "--pwfile", str(secret)]
    command += ["--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--no-sync"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, **_as_user(user))  # type: ignore[call-overload]
    if done.returncode:
        raise Refusal(f"a private PostgreSQL could not be made: {last_lines(done.stderr or done.stdout)}")


def _copy_primary(
    programs: Path, folder: Path, user: str | None, port: int, password: str, slot: str
) -> None:
    """Copy the data of a running primary, set up to follow it through a slot made for this copy."""
    command = [str(programs / "pg_basebackup"), "-D", str(folder / "data"), "-h", "127.0.0.1"]
    command += [
        "-p",
        str(port),
        "-U",
        "score",
        "-w",
        "--write-recovery-conf",
        "--create-slot",
        f"--slot={slot}",
    ]
    command += ["--wal-method=stream", "--checkpoint=fast", "--no-sync"]
    done = subprocess.run(  # type: ignore[call-overload]
        command,
        cwd=folder,
        env=_signed_in(password),
        capture_output=True,
        text=True,
        check=False,
        **_as_user(user),
    )
    if done.returncode:
        raise Refusal(f"a private replica could not be made: {last_lines(done.stderr or done.stdout)}")


@contextmanager
def _started(
    command: Callable[[int], list[str]],
    ours: Callable[[int, subprocess.Popen[bytes]], bool],
    folder: Path,
    user: str | None,
    goodbye: signal.Signals,
) -> Iterator[int]:
    """Start a server at a free port, wait until it proves to be ours; yields the port; stops it after."""
    log = folder / "server.log"
    for _ in range(ATTEMPTS):
        port = free_port()
        with log.open("wb") as output:
            process = subprocess.Popen(  # type: ignore[call-overload]
                command(port),
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=die_with_parent,
                **_as_user(user),
            )
        try:
            if _ready(process, partial(ours, port, process)):
                yield port
                return
        finally:
            _stop(process, goodbye)
    raise Refusal(f"a private server did not start: {last_lines(log.read_text(errors='replace'))}")


def _ready(process: subprocess.Popen[bytes], ours: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + READY_WITHIN
    while process.poll() is None and time.monotonic() < deadline:
        if ours():
            return True
        time.sleep(0.1)
    return False


def _stop(process: subprocess.Popen[bytes], goodbye: signal.Signals) -> None:
    """Stop the server by the process we started, never by a name or a port."""
    if process.poll() is None:
        process.send_signal(goodbye)
    try:
        process.wait(timeout=15)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
