"""`make test`: what it counts, and what it says when something could not be run."""

import pytest

from launch import suite, virtualenv
from launch.console import Refusal
from launch.suite import Run

REPORT = """<testsuites>
<testsuite tests="10" failures="2" errors="1" skipped="3"/>
<testsuite tests="4" failures="0" errors="0" skipped="0"/>
</testsuites>"""


@pytest.fixture
def bare_machine(monkeypatch):
    monkeypatch.setattr(suite.servers, "postgresql_programs", lambda: None)
    monkeypatch.setattr(suite.servers, "redis_program", lambda: None)
    monkeypatch.setattr(suite.shutil, "which", lambda name: None)


def good(name="SQLite", **numbers):
    return Run(**({"name": name, "code": 0, "passed": 5, "failed": 0, "skipped": 1} | numbers))


def last_line(capsys):
    return capsys.readouterr().out.splitlines()[-1]


def test_it_counts_a_report(tmp_path):
    (tmp_path / "report.xml").write_text(REPORT)
    assert suite.count(tmp_path / "report.xml") == (8, 3, 3)
    assert suite.count(tmp_path / "absent.xml") == (0, 0, 0)


def test_what_tests_have_shown_is_said_once_and_numbers_are_added_up(tmp_path, capsys):
    (tmp_path / "report.xml").write_text(
        """<testsuites><testsuite>
        <testcase><properties><property name="histories" value="25"/></properties></testcase>
        <testcase><properties><property name="histories" value="26"/></properties></testcase>
        <testcase><properties><property name="storm" value="9 saves, none lost"/></properties></testcase>
        </testsuite></testsuites>"""
    )
    lines = suite.shown(tmp_path / "report.xml")
    assert lines == ("histories: 51", "storm: 9 saves, none lost")
    assert suite.shown(tmp_path / "absent.xml") == ()
    suite.conclude([good(shown=lines)], True, [], 1)
    assert "SQLite, histories: 51" in capsys.readouterr().out.splitlines()


def test_a_proof_that_needs_servers_is_not_taken_for_shown_without_them(bare_machine, tmp_path):
    with pytest.raises(Refusal, match="PostgreSQL and Redis are needed"):
        suite.everywhere(tmp_path, tmp_path, True, [], servers_only=True)


@pytest.mark.parametrize("name", suite.PROOFS)
def test_a_proof_names_a_test_there_is(name):
    path, part, _servers_only = suite.PROOFS[name]
    assert f"{part}" in (virtualenv.ROOT / path).read_text()


def test_the_last_line_counts_both_runs(capsys):
    assert suite.conclude([good(), good("PostgreSQL + Redis", passed=6)], True, [], 61.2) == 0
    assert last_line(capsys) == "11 passed, 0 failed, 2 skipped in 61 s (SQLite 5, PostgreSQL + Redis 6)"


@pytest.mark.parametrize(
    ("runs", "covered"),
    [
        ([good(code=1, failed=1), good()], True),
        ([good(), good(code=2)], True),
        ([good(), good(code=-9)], True),
        ([good()], False),
        ([good(code=5, passed=0)], True),
    ],
    ids=["a failure", "interrupted", "killed", "too little coverage", "no test at all"],
)
def test_whatever_is_wrong_fails_the_whole(runs, covered, capsys):
    assert suite.conclude(runs, covered, [], 1) == 1


def test_what_is_missing_is_said_at_the_end(bare_machine, capsys):
    assert suite.conclude([good()], True, suite.missing_programs(), 1) == 0
    end = capsys.readouterr().out.splitlines()[-5:]
    assert [line.split("(")[0].split(":")[1].strip() for line in end[:4]] == [
        "PostgreSQL",
        "Redis",
        "Chromium",
        "gettext",
    ]
    assert all(line.startswith("!!! NOT INSTALLED") for line in end[:4])
    assert end[-1].startswith("5 passed, 0 failed")


def test_on_the_build_server_nothing_may_be_missing(bare_machine, monkeypatch):
    monkeypatch.setenv("CI", "true")
    with pytest.raises(Refusal, match="CI=true, but not installed: PostgreSQL"):
        suite.run([])


def test_the_machines_own_settings_do_not_reach_the_tests(monkeypatch, tmp_path):
    monkeypatch.setenv("DATABASE_URL", "postgres://somebody@else/data")
    env = suite.environment(tmp_path, "sqlite", {})
    assert "DATABASE_URL" not in env
    assert env["SCORE_TEST_VAR"] == str(tmp_path / "sqlite-var")
