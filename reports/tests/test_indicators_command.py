"""The command's output is a contract: its shape is held to the schema, its figures to the published ones."""

import json
from io import StringIO
from pathlib import Path

import jsonschema
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from reports import tallies
from reports.models import AreaMonth
from reports.readings import BREAKDOWNS

SCHEMA = json.loads((Path(settings.BASE_DIR) / "docs" / "indicators.schema.json").read_text(encoding="utf-8"))


def run(*arguments: str) -> str:
    """What the command prints."""
    out = StringIO()
    call_command("indicators", *arguments, stdout=out)
    return out.getvalue()


def read(*arguments: str) -> dict:
    """What the command prints as JSON, held to the schema."""
    found = json.loads(run("--format", "json", *arguments))
    jsonschema.validate(found, SCHEMA)
    return found


@pytest.fixture
def counted_pilot(pilot):
    """The pilot data set with its tallies."""
    tallies.drain()
    return pilot


def test_the_pilot_gives_the_published_figures(counted_pilot):
    found = read("--as-of", "2017-12-19")["indicators"]
    assert {name: found[name]["value"] for name in found if "value" in found[name]} | {
        "enterprises": 10,
        "suggestions_submitted": 1258,
        "suggestions_adopted": 944,
        "suggestions_implemented": 917,
        "checklist_items": 303,
        "safety_checks": 2322,
        "hazards_identified": 296,
        "hazards_rectified": 288,
        "hazards_overdue": 3,
    } == {name: found[name]["value"] for name in found if "value" in found[name]}
    assert found["suggestion_completion_rate"] == {"numerator": 917, "denominator": 944, "percent": 97}
    assert found["hazard_completion_rate"] == {"numerator": 288, "denominator": 296, "percent": 97}
    assert found["implementation_rate"] == {"numerator": 917, "denominator": 1258, "percent": 73}
    assert found["adoption_rate"] == {"numerator": 944, "denominator": 1258, "percent": 75}
    assert found["findings_per_100_checks"] == {"numerator": 296, "denominator": 2322, "percent": 13}
    assert found["module_completions"]["by"]["1"] == {"numerator": 10, "denominator": 10, "percent": 100}
    assert tallies.differences() == ([], 0)


@pytest.mark.parametrize("by", BREAKDOWNS)
def test_every_breakdown_has_the_contracts_shape(world, by):
    tallies.drain()
    found = read("--by", by)
    assert found["by"] == by
    assert read("--by", by, "--since", "2017-06-01")["since"] == "2017-06-01"


def test_the_table_names_every_indicator_and_the_moment(world):
    assert "computed at never" in run()
    tallies.drain()
    printed = run("--by", "enterprise")
    assert "Completion rate, hazards" in printed
    assert "enterprise: Test enterprise T01" in printed


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--as-of", "19.12.2017"], "'19.12.2017' is not a day; write YYYY-MM-DD."),
        (["--as-of", "2018-01-01"], "2018-01-01 lies in the future; today is 2017-12-19."),
        (["--as-of", "2017-05-01", "--since", "2017-06-01"], "The period begins (2017-06-01) after it ends"),
        (["--area", "999999"], "There is no area 999999 here."),
        (["--sector", "X"], "There is no sector X."),
        (["--enterprise", "none"], "There is no enterprise none here."),
    ],
)
def test_wrong_options_leave_with_code_2_and_a_sentence(world, arguments, sentence):
    with pytest.raises(CommandError) as refusal:
        run(*arguments)
    assert sentence in str(refusal.value)
    assert refusal.value.returncode == 2


def test_a_tally_that_was_tampered_with_is_named_and_repaired(world, today):
    tallies.drain()
    call_command("tally", stdout=StringIO())
    AreaMonth.objects.filter(measure="enterprises", dim="").update(n=7)
    out, err = StringIO(), StringIO()
    with pytest.raises(SystemExit) as leaving:
        call_command("tally", "--check", stdout=out, stderr=err)
    assert leaving.value.code == 1
    assert "Enterprises: tally" in out.getvalue()
    assert "tally 7, records 1" in out.getvalue()
    assert tallies.recount() != []
    call_command("tally", "--all", stdout=StringIO())
    out = StringIO()
    call_command("tally", "--check", stdout=out)
    assert "The tallies equal the records." in out.getvalue()
