"""What the documents promise is there: settings, commands with their options, make targets, linked files."""

import re
from pathlib import Path

import pytest
from django.core.management import get_commands, load_command_class
from django.core.management.base import BaseCommand

from score_mis.lib import environment

ROOT = Path(__file__).resolve().parent.parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
OURS = (
    "indicators",
    "tally",
    "seed_pilot",
    "load_checklist",
    "signing_key",
    "freeze_report",
    "verify_report",
)


def section(title):
    """The text between a heading and the next one of its level."""
    return README.split(f"\n## {title}\n", 1)[1].split("\n## ", 1)[0]


def rows(text):
    """The cells of each row of the tables in a text, without heads and rules."""
    lines = [line for line in text.splitlines() if line.startswith("| `")]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]


def options_of(name):
    """The long options of a command that are its own."""
    everybody = {o for a in BaseCommand().create_parser("manage.py", "x")._actions for o in a.option_strings}
    parser = load_command_class(get_commands()[name], name).create_parser("manage.py", name)
    return {o for action in parser._actions for o in action.option_strings} - everybody


def test_the_settings_table_names_every_setting_in_the_order_of_the_code():
    assert [row[0].strip("`") for row in rows(section("Settings"))] == list(environment.KNOWN)


def test_every_setting_has_a_default_and_a_meaning():
    assert all(len(row) == 3 and row[1] and row[2] for row in rows(section("Settings")))


def test_the_example_names_every_setting():
    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    assert set(re.findall(r"^# ?([A-Z_]+)=", text, re.MULTILINE)) == set(environment.KNOWN)


@pytest.mark.parametrize("name", OURS)
def test_a_command_of_the_contract_is_there_with_the_options_it_documents(name):
    found = [row for row in rows(section("Commands")) if row[0].startswith(f"`manage.py {name}")]
    assert len(found) == 1
    documented = set(re.findall(r"--[a-z][a-z-]*", found[0][0]))
    assert documented == options_of(name)


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_command_and_target_it_names_exists(path):
    text = path.read_text(encoding="utf-8")
    assert set(re.findall(r"manage\.py ([a-z_]+)", text)) <= set(get_commands())
    rules = re.findall(r"^([a-z -]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    targets = {target for rule in rules for target in rule.split()}
    assert set(re.findall(r"`make ([a-z-]+)", text)) <= targets


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_file_it_links_to_exists(path):
    text = path.read_text(encoding="utf-8")
    links = [link for link in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", text) if "://" not in link]
    assert [link for link in links if not (path.parent / link).exists()] == []
