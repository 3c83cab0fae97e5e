"""docs/indicators.md says what the registry says: every indicator with its parts and definition, every measure."""

import re
from pathlib import Path

import pytest
from django.utils import translation

from reports.indicators import GROUPS, INDICATORS, VERSION, Indicator, Part
from reports.measures import Measure
from reports.readings import DIMS
from reports.registry import MEASURES

TEXT = (Path(__file__).resolve().parent.parent.parent / "docs" / "indicators.md").read_text(encoding="utf-8")


def part_cell(name: str, part: Part) -> str:
    """A part as the document writes it: its names in links and sentences, its measure, how a period reads it."""
    notes = [f"`{part.measure}`"] if part.measure else []
    notes += ["major only"] if part.level else []
    notes += [f"in a period `{part.events}`"] if part.events else []
    notes += [f"in a period by `{part.cohort}`"] if part.cohort else []
    notes += ["held on the last day"] if part.held else []
    return f"{name}: {part.shown}" + (f" ({', '.join(notes)})" if notes else "")


def indicator_row(row: Indicator) -> str:
    """The line of an indicator."""
    parts = "; ".join(part_cell(name, part) for name, part in row.parts().items())
    kind = f"{row.kind}, {row.how}" + (f", always by {row.by}" if row.by else "")
    return f"| `{row.id}` | {row.name} | {kind} | {parts} | {row.definition} |"


def measure_row(measure: Measure) -> str:
    """The line of a measure: which marks touch it, what breaks it down, what its lag and its cohorts are."""
    dims = {name for stream in measure.streams for name in stream.dims}
    marks = sorted({stream.kind or "enterprise" for stream in measure.streams})
    plain = [name for name in (*DIMS, "sex_role", "item") if name in dims]
    plain += ["level"] if all(stream.level for stream in measure.streams) else []
    cohorts = sorted({name for stream in measure.streams for name in stream.cohorts})
    cells = [", ".join(marks), ", ".join(plain), ", ".join(cohorts), "yes" if "lag" in dims else ""]
    return f"| `{measure.name}` | {' | '.join(cells)} |".replace("|  |", "| |").replace("|  |", "| |")


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


def test_the_document_has_the_version_of_the_definitions():
    assert f"Version of the definitions: {VERSION}." in TEXT


@pytest.mark.parametrize("name", INDICATORS)
def test_the_document_has_the_indicator_with_its_parts_and_definition(name):
    assert indicator_row(INDICATORS[name]) in TEXT.splitlines()


@pytest.mark.parametrize("name", MEASURES)
def test_the_document_has_the_measure(name):
    assert measure_row(MEASURES[name]) in TEXT.splitlines()


def test_the_document_has_no_other_rows_and_keeps_the_order():
    first_cells = re.findall(r"^\| `([a-z_0-9]+)` \|", TEXT, re.MULTILINE)
    by_group = [row.id for group in GROUPS for row in INDICATORS.values() if row.group == group]
    assert first_cells == [*by_group, *MEASURES]
