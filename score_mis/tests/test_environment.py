"""A wrong setting stops the start with one sentence on standard error and exit code 2."""

from datetime import date

import environ
import pytest
from django.core.management import CommandError, call_command

from score_mis.lib import environment

REFUSED = {
    "DEBUG": ("maybe", environment.switch),
    "PROGRAMME_TODAY": ("19.12.2017", environment.fixed_day),
    "EMAIL_URL": ("pigeon", lambda env, name: environment.email(env)),
    "DATABASE_URL": ("mysql://a", environment.database),
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


def test_good_values_are_read(env, monkeypatch):
    monkeypatch.setenv("DEBUG", "on")
    monkeypatch.setenv("PROGRAMME_TODAY", "2017-12-19")
    monkeypatch.setenv("EMAIL_URL", "smtp+tls://a:b@mail.example.org:587")
    assert environment.switch(env, "DEBUG") is True
    assert environment.fixed_day(env, "PROGRAMME_TODAY") == date(2017, 12, 19)
    assert environment.email(env)["EMAIL_HOST"] == "mail.example.org"


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
