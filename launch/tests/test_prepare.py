"""What `make run` does inside the virtual environment."""

import pytest
from django.core.management import CommandError

from launch import prepare

PASSWORD = "made-at-the-first-start"


@pytest.fixture
def demonstration(world):
    """The cast as a generated programme whose accounts have the password of the first start."""
    world.programme.is_generated = True
    world.programme.save()
    for person in world.cast().values():
        person.set_password(PASSWORD)
        person.save()
    return world


def test_it_names_one_account_per_role(demonstration, capsys):
    prepare.show_accounts(PASSWORD)
    first, *lines = capsys.readouterr().out.splitlines()
    assert PASSWORD in first
    assert [line.split()[0] for line in lines] == [
        "administrator",
        "authority",
        "consultant",
        "eit",
        "inspector",
        "programme",
    ]


def test_it_names_nobody_of_a_real_programme(demonstration, capsys):
    demonstration.programme.is_generated = False
    demonstration.programme.save()
    prepare.show_accounts(PASSWORD)
    assert len(capsys.readouterr().out.splitlines()) == 2, "the heading and the administrator"


def test_it_says_when_the_password_was_changed(demonstration, capsys):
    prepare.show_accounts("another")
    assert capsys.readouterr().out == "The accounts have another password than the one of the first start.\n"


def test_a_failing_step_is_one_sentence(monkeypatch, capsys):
    def fail():
        raise CommandError("no such file")

    monkeypatch.setattr(prepare, "STEPS", (("Writing the pilot data", fail),))
    assert prepare.main() == 2
    assert capsys.readouterr().err == "SCORE MIS: Writing the pilot data failed: no such file\n"
