"""The private servers of the tests: ours alone, and gone afterwards."""

import os
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from launch import servers

PROGRAMS = servers.postgresql_programs()
REDIS = servers.redis_program()
needs_postgresql = pytest.mark.skipif(not PROGRAMS, reason="PostgreSQL is not installed")
needs_redis = pytest.mark.skipif(not REDIS, reason="Redis is not installed")


@needs_postgresql
def test_a_private_postgresql_is_ours_alone_and_leaves_nothing():
    with servers.postgresql(PROGRAMS) as url:
        parts = urlsplit(url)
        data = servers.data_directory(PROGRAMS, parts.port, parts.password)
        assert parts.hostname == "127.0.0.1"
        assert (Path(data) / "PG_VERSION").exists()
        assert Path(data).parent.stat().st_mode & 0o077 == 0
        assert servers.data_directory(PROGRAMS, parts.port, "guessed") is None
        pid = int((Path(data) / "postmaster.pid").read_text().split()[0])
    assert not Path(data).parent.exists()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


@needs_postgresql
def test_a_server_at_the_chosen_port_is_not_taken_for_ours(monkeypatch):
    with servers.postgresql(PROGRAMS) as theirs:
        taken = urlsplit(theirs).port
        ports = [taken]
        choose = servers.free_port
        monkeypatch.setattr(servers, "free_port", lambda: ports.pop() if ports else choose())
        with servers.postgresql(PROGRAMS) as ours:
            assert urlsplit(ours).port != taken
        assert servers.data_directory(PROGRAMS, taken, urlsplit(theirs).password)


@needs_redis
def test_a_private_redis_asks_for_its_password_and_leaves_nothing():
    with servers.redis(REDIS) as url:
        parts = urlsplit(url)
        said = servers.redis_information(parts.port, parts.password)
        pid = int(said.split("process_id:")[1].split()[0])
        assert "process_id" not in servers.redis_information(parts.port, "guessed")
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    assert servers.redis_information(parts.port, parts.password) == ""


@needs_redis
def test_the_server_stops_when_the_tests_fail():
    ports = []
    with pytest.raises(RuntimeError, match="the tests failed"):
        with servers.redis(REDIS) as url:
            ports.append(urlsplit(url))
            raise RuntimeError("the tests failed")
    assert servers.redis_information(ports[0].port, ports[0].password) == ""


@needs_postgresql
def test_a_server_never_runs_as_root():
    with servers.postgresql(PROGRAMS) as url:
        parts = urlsplit(url)
        data = Path(servers.data_directory(PROGRAMS, parts.port, parts.password))
        assert data.stat().st_uid != 0


def test_without_programs_nothing_is_found(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(servers, "INSTALLED", tmp_path)
    assert servers.postgresql_programs() is None
    assert servers.redis_program() is None


def test_the_newest_postgresql_is_taken(monkeypatch, tmp_path):
    for version in ("9.6", "15", "8", "17"):
        folder = tmp_path / version / "bin"
        folder.mkdir(parents=True)
        for name in ("initdb", "postgres", "psql"):
            (folder / name).write_text("")
            (folder / name).chmod(0o755)
    monkeypatch.setattr(servers, "INSTALLED", tmp_path)
    assert servers.postgresql_programs() == tmp_path / "17" / "bin"
    (tmp_path / "17" / "bin" / "initdb").unlink()
    assert servers.postgresql_programs() == tmp_path / "15" / "bin"


@needs_postgresql
def test_a_private_replica_follows_its_primary_and_takes_its_slot_along():
    with servers.postgresql(PROGRAMS) as url:
        primary = urlsplit(url)

        def ask(port, question):
            return servers._ask(PROGRAMS, port, primary.password, question)

        with servers.replica(PROGRAMS, url) as copy:
            parts = urlsplit(copy)
            assert (parts.hostname, parts.path) == ("127.0.0.1", primary.path)
            assert ask(parts.port, "SELECT pg_is_in_recovery()") == "t"
            assert ask(primary.port, "SELECT count(*) FROM pg_replication_slots") == "1"
            data = Path(ask(parts.port, "SHOW data_directory"))
            assert data.stat().st_uid != 0
            assert ask(parts.port, "CREATE TABLE t (n int)") is None
        assert not data.parent.exists()
        assert ask(parts.port, "SELECT 1") is None
        assert ask(primary.port, "SELECT count(*) FROM pg_replication_slots") == "0"
