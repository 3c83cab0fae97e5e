"""docs/transitions.md and the tables in the code say the same, both ways."""

import re
from pathlib import Path

import pytest

from score_mis.lib.workflow import NEW, TABLES

PAGE = Path(__file__).resolve().parent.parent.parent / "docs" / "transitions.md"
CORRECTED_BY = re.compile(r"^Dates of past moves may be corrected by: (.+)\.$", re.MULTILINE)
CODE = {table.model.__name__: table for table in TABLES.values()}
HEAD = ["Move", "From", "To", "Roles", "Fields", "Reason"]


def cells(line):
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def words(cell):
    return [word.strip() for word in cell.split(",") if word.strip()]


def sections():
    """The page's parts by the name of the record."""
    parts = re.split(r"^## (.+)$", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def documented(text):
    """The rows of a part as comparable values."""
    lines = [cells(line) for line in text.splitlines() if line.startswith("|")]
    assert lines[0] == HEAD
    return [row(*line) for line in lines[2:]]


def row(move, sources, target, roles, fields, reason):
    assert reason in ("", "yes")
    return {
        "move": move,
        "sources": {NEW if source == "(new)" else source for source in words(sources)},
        "target": None if target == "=" else target,
        "roles": set(words(roles)),
        "fields": {field.strip("*") for field in words(fields)},
        "required": {field.strip("*") for field in words(fields) if field.startswith("**")},
        "reason": reason == "yes",
    }


def coded(table):
    return [
        {
            "move": line.move,
            "sources": {str(source) for source in line.sources},
            "target": line.target and str(line.target),
            "roles": {str(role) for role in line.roles},
            "fields": set(line.fields) | set(line.required),
            "required": set(line.required),
            "reason": line.reason,
        }
        for line in table.rows
    ]


def test_the_page_tells_of_the_same_records():
    assert set(sections()) == set(CODE)


@pytest.mark.parametrize("name", sorted(CODE))
def test_the_page_tells_the_same_rows(name):
    assert documented(sections()[name]) == coded(CODE[name])


@pytest.mark.parametrize("name", sorted(CODE))
def test_the_page_names_the_same_people_who_correct_dates(name):
    found = CORRECTED_BY.findall(sections()[name])
    assert [set(words(roles)) for roles in found] == [{str(role) for role in CODE[name].correct_roles}]


@pytest.mark.parametrize("name", sorted(CODE))
def test_every_state_is_known_and_can_be_reached(name):
    table = CODE[name]
    states = set(table.model._meta.get_field("status").get_choices(include_blank=False))
    states = {value for value, _label in states}
    for line in table.rows:
        assert line.sources <= states | {NEW}, line.move
        assert line.target is None or line.target in states, line.move
    assert {line.target for line in table.rows if line.target} == states


@pytest.mark.parametrize("name", sorted(CODE))
def test_a_move_out_of_a_state_is_one_row(name):
    seen = [(line.move, source) for line in CODE[name].rows for source in line.sources]
    assert len(seen) == len(set(seen))


@pytest.mark.parametrize("name", sorted(CODE))
def test_only_the_first_move_makes_a_record(name):
    makers = [line for line in CODE[name].rows if NEW in line.sources]
    assert len(makers) == 1
    assert makers[0].sources == {NEW}
    assert makers[0].target


@pytest.mark.parametrize("name", sorted(CODE))
def test_rows_name_columns_that_exist(name):
    table = CODE[name]
    columns = {field.name for field in table.model._meta.get_fields()}
    for line in table.rows:
        named = {*line.fields, *line.required, *line.dates, *line.clears, line.actor} - {""}
        assert named <= columns, line.move
        assert line.target is None or line.is_event, line.move
