"""A wrong setting stops the start with one sentence on standard error and exit code 2."""

from datetime import date, time

import environ
import pytest
from django.core.management import CommandError, call_command

from score_mis.lib import environment

REFUSED = {
    "DEBUG": ("maybe", environment.switch),
    "PROGRAMME_TODAY": ("19.12.2017", environment.fixed_day),
    "EMAIL_URL": ("pigeon", lambda env, name: environment.email(env)),
    "OPERATIONS_EMAIL": ("keeper@example.org,the boss", environment.addresses),
    "DATABASE_URL": ("mysql://a", environment.database),
    "REMIND_AT": ("seven", lambda env, name: environment.time_of_day(env, name, "07:00")),
    "SITE_URL": ("score.example.org", lambda env, name: environment.site_url(env, [], [], https=False)),
    "LOG_LEVEL": ("LOUD", lambda env, name: environment.choice(env, name, "INFO", ("INFO", "ERROR"))),
}


@pytest.fixture
def env(monkeypatch):
    for name in environment.KNOWN:
        monkeypatch.delenv(name, raising=False)
    return environ.Env()


@pytest.mark.parametrize("name", REFUSED)
def test_a_wrong_value_is_refused(env, name, monkeypatch, capsys):
    value, read = REFUSED[name]
    monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit) as stopped:
        read(env, name)
    assert stopped.value.code == 2
    sentence = capsys.readouterr().err
    assert sentence.startswith(f"SCORE MIS cannot start: {name}")
    assert sentence.count("\n") == 1


@pytest.mark.parametrize(
    ("primary", "url", "sentence"),
    [
        ("sqlite:///a", "postgres://a@b/c", "REPLICA_URL needs a DATABASE_URL that begins with postgres://"),
        ("postgres://a@b/c", "sqlite:///a", "REPLICA_URL must begin with postgres://."),
    ],
)
def test_a_replica_that_cannot_be_is_refused(env, monkeypatch, capsys, primary, url, sentence):
    monkeypatch.setenv("DATABASE_URL", primary)
    monkeypatch.setenv("REPLICA_URL", url)
    with pytest.raises(SystemExit) as stopped:
        environment.replica(env, environment.database(env, ""))
    assert stopped.value.code == 2
    said = capsys.readouterr().err
    assert said.startswith(f"SCORE MIS cannot start: {sentence}")
    assert said.count("\n") == 1


def test_connections_are_kept_and_postgresql_is_told_how_to_plan(env, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "sqlite:///a")
    assert environment.database(env, "")["CONN_MAX_AGE"] == 600
    monkeypatch.setenv("DATABASE_URL", "postgres://a:b@primary/c?sslmode=require")
    found = environment.database(env, "")
    assert found["CONN_MAX_AGE"] == 600
    assert found["OPTIONS"] == {"sslmode": "require", "options": environment.PLANNING}


def test_a_replica_is_read_only_and_its_connections_are_kept(env, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://a:b@primary/c")
    primary = environment.database(env, "")
    assert environment.replica(env, primary) == {}
    monkeypatch.setenv("REPLICA_URL", "postgres://a:b@copy:5433/c?sslmode=require")
    found = environment.replica(env, primary)["replica"]
    assert (found["HOST"], found["PORT"], found["CONN_MAX_AGE"]) == ("copy", 5433, 600)
    assert found["OPTIONS"]["sslmode"] == "require"
    assert "default_transaction_read_only=on" in found["OPTIONS"]["options"]
    assert found["TEST"] == {"MIRROR": "default"}


@pytest.mark.parametrize("value", ["20:00", "23:59", "07:00+08:00", "25:00"])
def test_a_time_at_night_is_refused(env, monkeypatch, value):
    monkeypatch.setenv("REMIND_AT", value)
    with pytest.raises(SystemExit):
        environment.time_of_day(env, "REMIND_AT", "07:00")


@pytest.mark.parametrize(
    ("given", "hosts", "origins", "https", "found"),
    [
        ("https://a.example.org/mis/", [], [], False, "https://a.example.org/mis"),
        (
            "",
            ["a"],
            ["https://*.example.org", "https://score.example.org"],
            True,
            "https://score.example.org",
        ),
        ("", ["*", ".example.org", "score.example.org"], [], True, "https://score.example.org"),
        ("", ["score.example.org"], [], False, "http://score.example.org"),
        ("", ["localhost", "127.0.0.1"], [], False, "http://localhost:8000"),
        ("", [], [], False, "http://localhost:8000"),
    ],
)
def test_the_sites_address_is_given_or_found(env, monkeypatch, given, hosts, origins, https, found):
    monkeypatch.setenv("SITE_URL", given)
    assert environment.site_url(env, hosts, origins, https=https) == found


def test_mail_goes_to_the_console_by_default_and_to_a_folder_or_a_server_by_setting(env, monkeypatch):
    assert environment.email(env)["EMAIL_BACKEND"].endswith("console.EmailBackend")
    monkeypatch.setenv("EMAIL_URL", "filemail:///srv/score/mail")
    found = environment.email(env)
    assert (found["EMAIL_BACKEND"].split(".")[-2], found["EMAIL_FILE_PATH"]) == (
        "filebased",
        "/srv/score/mail",
    )
    assert environment.time_of_day(env, "REMIND_AT", "07:00") == time(7)


def test_good_values_are_read(env, monkeypatch):
    monkeypatch.setenv("DEBUG", "on")
    monkeypatch.setenv("PROGRAMME_TODAY", "2017-12-19")
    monkeypatch.setenv("EMAIL_URL", "smtp+tls://a:b@mail.example.org:587")
    assert environment.switch(env, "DEBUG") is True
    assert environment.fixed_day(env, "PROGRAMME_TODAY") == date(2017, 12, 19)
    assert environment.email(env)["EMAIL_HOST"] == "mail.example.org"
    assert environment.addresses(env, "OPERATIONS_EMAIL") == []
    monkeypatch.setenv("OPERATIONS_EMAIL", "a@example.org, b@example.org,")
    assert environment.addresses(env, "OPERATIONS_EMAIL") == ["a@example.org", "b@example.org"]


def test_a_misspelt_setting_in_the_file_is_refused(env, tmp_path, capsys):
    (tmp_path / ".env").write_text("DEBUGG=on\n", encoding="utf-8")
    with pytest.raises(SystemExit) as stopped:
        environment.read_environment(tmp_path)
    assert stopped.value.code == 2
    assert "unknown setting DEBUGG in .env. Did you mean DEBUG?" in capsys.readouterr().err


@pytest.mark.parametrize("day", ["0001-01-01", "2017-13-45", "tomorrow"])
def test_the_command_refuses_days_that_cannot_be(db, day):
    with pytest.raises(CommandError) as refused:
        call_command("indicators", since=day)
    assert refused.value.returncode == 2


def test_a_checklist_nested_without_end_is_refused(db, tmp_path):
    path = tmp_path / "deep.json"
    path.write_text("[" * 200_000, encoding="utf-8")
    with pytest.raises(CommandError) as refused:
        call_command("load_checklist", str(path))
    assert refused.value.returncode == 2
