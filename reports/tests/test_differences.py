"""What a recount found, worded for who reads it."""

import pytest
from django.utils import translation

from enterprises.models import Sector
from hazards.tests.factories import make_check, make_version
from reports import tallies
from reports.differences import Wording, worded
from reports.models import AreaDay, AreaMonth, FirstRecord, ItemLook
from reports.registry import MEASURES
from suggestions.tests.factories import make_suggestion


def cell(world, **changes) -> dict:
    """A cell of the district that differs."""
    found = {"area": world.district.pk, "measure": "suggestions_submitted", "dim": "", "key": "", "level": ""}
    return {**found, "day": "2017-12-01", "kept": "7", "now": "1", **changes}


def test_each_difference_is_data_that_can_be_worded(world):
    version = make_version(world.programme)
    make_check(by=world.member, enterprise=world.enterprise, version=version)
    make_suggestion(world)
    tallies.drain()
    for model in (AreaDay, AreaMonth, FirstRecord, ItemLook):
        model.objects.all().delete()
    found, _waiting = tallies.differences()
    lines = worded(found)
    assert len(lines) == len(found) > 10
    assert any(line.startswith("Fangshan · ") for line in lines)
    assert any(f"{world.enterprise.name} · first record: tally none, records 1 Jun" in line for line in lines)
    assert any("first look at E-01: tally none, records 1 Dec 2017 – 1 Dec 2017" in line for line in lines)


def test_a_line_names_place_day_measure_and_key_in_the_readers_language(world):
    sector = Sector.objects.get()
    differ = [
        cell(world),
        cell(world, dim="category", key="safety"),
        cell(world, dim="category", key=""),
        cell(world, dim="sector", key=f"{sector.pk}", measure="visits_done"),
        cell(world, measure="hazards_identified", level="major"),
        cell(world, measure="hazard_rectifications", dim="lag", key="12", area=0),
    ]
    assert worded(differ) == [
        "Fangshan · 1 December 2017 · Suggestions submitted: tally 7, records 1",
        "Fangshan · 1 December 2017 · Suggestions submitted · category safety and health: tally 7, records 1",
        "Fangshan · 1 December 2017 · Suggestions submitted · category unknown: tally 7, records 1",
        f"Fangshan · 1 December 2017 · Visits done of planned: done · sector {sector.name}: tally 7, records 1",
        "Fangshan · 1 December 2017 · Hazards identified · major: tally 7, records 1",
        "#0 · 1 December 2017 · hazard_rectifications · lag 12: tally 7, records 1",
    ]
    with translation.override("zh-hans"):
        lines = worded(differ)
    assert lines[0].startswith("房山区 · 2017年12月1日 · ")
    assert "Suggestions" not in lines[0]


def test_every_measure_can_be_worded(world):
    differ = [cell(world, measure=name, dim=dim, key="x") for name, m in MEASURES.items() for dim in dims(m)]
    assert len(set(worded(differ))) == len(differ)


def dims(measure) -> set:
    """All breakdowns of a measure."""
    return {"", *(dim for stream in measure.streams for dim in stream.breakdowns())}


def test_names_are_read_once(world, django_assert_max_num_queries):
    differ = [cell(world, dim=dim, key="1") for dim in ("sector", "module", "category")] * 20
    with django_assert_max_num_queries(4):
        worded(differ)


@pytest.mark.parametrize("sentence", ["area 1, cell 2", ""])
def test_a_sentence_that_was_kept_stays(sentence):
    assert Wording([sentence]).line(sentence) == sentence
