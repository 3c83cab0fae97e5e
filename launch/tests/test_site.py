"""`make run`: what it refuses in one sentence, what it keeps secret, how it stops."""

import os
import signal
import socket
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from launch import __main__ as program, site
from launch.children import Child
from launch.console import Refusal

ROOT = Path(__file__).resolve().parent.parent.parent


def start(arguments=("run",), python=sys.executable, **env):
    """Run the start program as a person would; standard error is what that person reads."""
    return subprocess.run(
        [python, "-m", "launch", *arguments],
        cwd=ROOT,
        env={**os.environ, **env},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


def refused(done):
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) == 1
    return done.stderr


@pytest.fixture
def busy_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


@pytest.fixture
def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def test_a_busy_port_gets_one_sentence_that_names_another(busy_port, tmp_path):
    said = refused(start(PORT=str(busy_port), SCORE_VAR=str(tmp_path / "var")))
    assert f"port {busy_port} is already in use" in said
    assert f"make run PORT={busy_port + 1}" in said
    assert not (tmp_path / "var").exists()


@pytest.mark.parametrize("port", ["eighty", "0", "65536", "-1", "8000.5", "٨٠٠٠"])
def test_a_port_that_is_no_port_gets_one_sentence(port):
    assert "give a number from 1 to 65535" in refused(start(PORT=port))


def test_an_unknown_host_gets_one_sentence(free_port):
    assert "cannot listen" in refused(start(PORT=str(free_port), HOST="203.0.113.7"))


def test_an_unknown_command_names_the_known_ones():
    assert "say one of: run, venv, test" in refused(start(["walk"]))


def test_a_run_time_folder_that_is_a_file_gets_one_sentence(free_port, tmp_path):
    (tmp_path / "var").write_text("not a folder")
    assert "is a file where a folder is needed" in refused(
        start(PORT=str(free_port), SCORE_VAR=str(tmp_path / "var"))
    )


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_folder_gets_one_sentence(free_port, tmp_path):
    tmp_path.chmod(0o500)
    said = refused(start(PORT=str(free_port), SCORE_VAR=str(tmp_path / "var")))
    assert "Permission denied" in said


def test_a_write_protected_file_system_gets_one_sentence(monkeypatch, tmp_path):
    def read_only():
        raise OSError(30, "Read-only file system", str(tmp_path / "var"))

    monkeypatch.setattr(site, "run", read_only)
    said = []
    monkeypatch.setattr(program.sys.stderr, "write", said.append)
    assert program.main(["run"]) == 2
    assert said == [f"SCORE MIS: cannot use {tmp_path / 'var'}: Read-only file system.\n"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder to another user")
def test_another_users_folder_is_refused(tmp_path):
    var = tmp_path / "var"
    var.mkdir()
    os.chown(var, 65534, 65534)
    with pytest.raises(Refusal, match=r"belongs to .*; start as .*SCORE_VAR"):
        site.make_folders(var)


def test_an_old_python_is_turned_away(monkeypatch, capsys):
    monkeypatch.setattr(program.sys, "version_info", (3, 9, 18))
    assert program.main(["run"]) == 2
    assert "Python 3.11 or newer is needed; this is 3.9." in capsys.readouterr().err


def test_two_starts_on_the_same_data_are_refused(tmp_path):
    with site.only_one(tmp_path), pytest.raises(Refusal, match="another start is already using"):
        with site.only_one(tmp_path):
            pytest.fail("both got in")
    with site.only_one(tmp_path):
        pass


def test_secrets_are_made_once_and_only_for_the_owner(tmp_path):
    var = tmp_path / "资料 var"
    site.make_folders(var)
    first = site.environment({}, var)
    second = site.environment({}, var)
    assert first["SCORE_DEMO_PASSWORD"] == second["SCORE_DEMO_PASSWORD"]
    assert len(first["SCORE_DEMO_PASSWORD"]) >= 12
    for name in ("secret-key", "demo-password"):
        assert stat.S_IMODE((var / name).stat().st_mode) == 0o600
    assert len((var / "secret-key").read_text()) > 50
    assert stat.S_IMODE(var.stat().st_mode) == 0o700


def test_the_demonstration_day_is_only_a_default(tmp_path, monkeypatch):
    monkeypatch.delenv("PROGRAMME_TODAY", raising=False)
    assert site.environment({}, tmp_path)["PROGRAMME_TODAY"] == "2017-12-19"
    assert "PROGRAMME_TODAY" not in site.environment({"PROGRAMME_TODAY": ""}, tmp_path)


def fake_python(folder, code, words=""):
    path = folder / "python"
    path.write_text(f"#!/bin/sh\necho '{words}' >&2\nexit {code}\n")
    path.chmod(0o755)
    return path


def test_a_step_that_has_said_why_is_not_explained_again(tmp_path, capfd):
    with pytest.raises(SystemExit) as left:
        site.prepare(fake_python(tmp_path, 2, "one sentence"), dict(os.environ))
    assert left.value.code == 2
    assert capfd.readouterr().err == "one sentence\n"


def test_a_step_that_breaks_is_named(tmp_path):
    with pytest.raises(Refusal, match="preparing the site ended with exit code 1"):
        site.prepare(fake_python(tmp_path, 1), dict(os.environ))


def test_the_settings_file_is_read_as_people_write_it(tmp_path):
    path = tmp_path / ".env"
    path.write_text("# a remark\nSCORE_VAR='/srv/a b'\nexport DEBUG=on\n\nnonsense\n", encoding="utf-8")
    assert site.read_settings(path) == {"SCORE_VAR": "/srv/a b", "DEBUG": "on"}
    assert site.read_settings(tmp_path / "absent") == {}


def test_long_logs_begin_anew(tmp_path, monkeypatch):
    site.make_folders(tmp_path)
    monkeypatch.setattr(site, "LONGEST_LOG", 10)
    (tmp_path / "logs" / "site.log").write_text("x" * 11)
    (tmp_path / "logs" / "worker.log").write_text("x" * 9)
    site.make_folders(tmp_path)
    assert not (tmp_path / "logs" / "site.log").exists()
    assert (tmp_path / "logs" / "worker.log").exists()


def test_a_site_that_cannot_start_is_reported_with_its_last_words(tmp_path, free_port):
    web = Child(
        "site", [sys.executable, "-c", "raise SystemExit('no wheels')"], tmp_path / "l", os.environ, tmp_path
    )
    web.start()
    with pytest.raises(Refusal, match=r"(?s)the site did not start .*no wheels"):
        site.wait_for_answer(web, "127.0.0.1", free_port)


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("0.0.0.0", "127.0.0.1"),
        ("::", "127.0.0.1"),
        ("192.0.2.1", "192.0.2.1"),
        ("score.local", "score.local"),
    ],
)
def test_the_printed_address_can_be_opened(host, name):
    assert site.reachable(host) == name


SERVE = """
import os, pathlib, sys
from launch import __main__ as program, site
from launch.children import Child
from launch.console import stop_on_signals
stop_on_signals()
here = pathlib.Path('.')
web = [sys.executable, '-m', 'http.server', '--bind', '127.0.0.1', sys.argv[1]]
worker = [sys.executable, '-c', 'import os, time; print(os.getpid(), flush=True); time.sleep(60)']
children = [Child('site', web, here / 'site.log', os.environ, here),
            Child('worker', worker, here / 'worker.log', os.environ, here)]
raise SystemExit(site.serve(children, '127.0.0.1', int(sys.argv[1]), here))
"""


@pytest.fixture
def served(tmp_path, free_port):
    """`serve` in a process of its own, with a small web server and an idle worker as its children."""
    process = subprocess.Popen(
        [sys.executable, "-c", SERVE, str(free_port)],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        text=True,
    )
    lines = []
    for line in process.stdout:
        lines.append(line)
        if "Ctrl-C" in line:
            break
    assert any(f"http://127.0.0.1:{free_port}/" in line for line in lines)
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_stops_every_child(served, tmp_path, free_port, number):
    worker = int((tmp_path / "worker.log").read_text())
    os.kill(worker, 0)
    served.send_signal(number)
    assert served.wait(timeout=20) == 0
    with pytest.raises(ProcessLookupError):
        os.kill(worker, 0)
    assert site.answer("127.0.0.1", free_port) is None


def test_a_killed_worker_comes_back_while_the_site_goes_on(served, tmp_path, free_port):
    log = tmp_path / "worker.log"
    os.kill(int(log.read_text()), signal.SIGKILL)
    deadline = time.monotonic() + 15
    while len(log.read_text().split()) < 2:
        assert time.monotonic() < deadline, "the worker did not come back"
        assert site.answer("127.0.0.1", free_port) == 200
        time.sleep(0.1)
    assert "The worker stopped (signal SIGKILL)" in served.stdout.readline()
