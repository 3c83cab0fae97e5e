"""The laws of counting, on random histories: tallies, live counts and lists of records agree, whatever happened."""

import random
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings as profile, strategies as st

from conftest import assign, make_enterprise
from reports import tallies
from reports.evidence import gather
from reports.indicators import INDICATORS
from reports.measures import Span
from reports.readings import applicable, read_all, read_by
from reports.scope import Scope, programme_scope
from reports.sources import LiveSource, TallySource
from reports.tests.histories import DAYS, START, History

QUIET = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large]


class Undo(Exception):
    """Ends an example without leaving anything behind."""


def write_history(world, today, seed: int, size: int) -> None:
    """Two enterprises in two districts with a random history."""
    other = make_enterprise(
        programme=world.programme, area=world.other_district, sector=world.sector, by=world.staff, code="T02"
    )
    for name, role in (("leader", "eit_member"), ("member", "eit_member"), ("consultant", "consultant")):
        assign(getattr(world, name), role, other)
    assign(world.inspector, "inspector", other)
    team = other.teams.create(name_en="EIT 2", formed_on=START)
    team.members.create(user=world.leader, name="l", position="leader", standing="manager", from_on=START)
    History(world, random.Random(seed), [world.enterprise, other], today).write(size)


def some_days(rng: random.Random) -> list:
    """Days before, within and after the history."""
    return [START + timedelta(days=rng.randint(-1, DAYS + 60)) for _ in range(3)]


def flat(reading: dict) -> dict[str, int]:
    """The counts of a reading by the name of the part in links."""
    if "numerator" in reading:
        return {"numerator": reading["numerator"], "denominator": reading["denominator"]}
    return {"value": reading.get("value", reading.get("n"))}


def assert_every_figure_is_its_records(scope: Scope, span: Span) -> None:
    """Each count, numerator, denominator and n is the number of records in the list behind it."""
    readings = read_all(TallySource(scope), span)
    for row in INDICATORS.values():
        reading = readings[row.id]
        if row.kind == "steps":
            for index, (key, _part) in enumerate(row.steps):
                assert len(gather(row, f"step-{index}", scope, span)) == reading["by"][key]["value"], (
                    row.id,
                    key,
                )
        elif row.by:
            for key, value in reading["by"].items():
                for part, n in flat(value).items():
                    assert len(gather(row, part, scope, span, key=key)) == n, (row.id, key, part)
        else:
            for part, n in flat(reading).items():
                found = gather(row, part, scope, span)
                assert len(found) == n, (row.id, part, span)
                assert len(found.records.read(None, False, 1000)) == min(n, 1000)
                if found.recomputed:
                    assert {k: reading[k] for k in found.recomputed} == found.recomputed, row.id


def assert_all_ways_agree(scopes: list[Scope], spans: list[Span]) -> None:
    """Tallies, live counts and lists say the same for each scope and span."""
    for scope in scopes:
        for span in spans:
            assert read_all(TallySource(scope), span) == read_all(LiveSource(scope), span)
            assert_every_figure_is_its_records(scope, span)


def test_tallies_live_counts_and_lists_agree(world, today):
    write_history(world, today, seed=1, size=8)
    tallies.drain()
    assert tallies.differences() == ([], 0)
    spans = [
        Span(START + timedelta(days=50)),
        Span(today, START + timedelta(days=20), START + timedelta(days=70)),
    ]
    assert_all_ways_agree([programme_scope(), Scope(only=(world.enterprise.pk,))], spans)


@pytest.mark.nightly
@profile(max_examples=40, deadline=None, suppress_health_check=QUIET)
@given(seed=st.integers(0, 10**6), size=st.integers(0, 15))
def test_tallies_live_counts_and_lists_agree_in_many_histories(world, today, seed, size):
    try:
        with transaction.atomic():
            rng = random.Random(seed)
            write_history(world, today, seed, size)
            tallies.drain()
            assert tallies.differences() == ([], 0)
            days = some_days(rng)
            spans = [Span(day) for day in days] + [Span(max(days), min(days), sorted(days)[1])]
            scopes = [programme_scope(), Scope(area=world.district), Scope(only=(world.enterprise.pk,))]
            assert_all_ways_agree(scopes, spans)
            raise Undo
    except Undo:
        pass


def test_parts_of_a_breakdown_sum_to_the_whole(world, today):
    write_history(world, today, seed=7, size=8)
    tallies.drain()
    span, scope = Span(today), programme_scope()
    whole = read_all(TallySource(scope), span)
    for by in ("category", "module", "sex", "role", "performed_by", "level", "enterprise", "area", "sector"):
        rows = read_by(TallySource(scope), span, by)
        assert rows == read_by(LiveSource(scope), span, by), by
        for row in applicable(by):
            if row.kind in ("count", "rate") and not row.by:
                total = {
                    part: sum(flat(r[row.id])[part] for r in rows.values()) for part in flat(whole[row.id])
                }
                assert total == flat(whole[row.id]), (by, row.id)
    assert_months_sum(read_by(TallySource(scope), span, "month"), whole)


def assert_months_sum(rows: dict, whole: dict) -> None:
    """Events of the months add up; cohorts add up to the cumulative rate and never pass a hundred per cent."""
    for name in ("suggestions_submitted", "suggestions_adopted", "safety_checks", "hazards_identified"):
        assert sum(r[name]["value"] for r in rows.values()) == whole[name]["value"]
    for name in (
        "adoption_rate",
        "suggestion_completion_rate",
        "hazard_completion_rate",
        "verified_closure_rate",
    ):
        assert sum(r[name]["numerator"] for r in rows.values()) == whole[name]["numerator"]
        assert all(r[name]["numerator"] <= r[name]["denominator"] for r in rows.values())


def test_a_drain_after_each_change_equals_one_full_build(world, today):
    history = History(world, random.Random(5), [world.enterprise], today)
    for _ in range(3):
        history.suggestion(), history.hazard(), history.check(), history.visit()
        tallies.drain()
        history.correct_something()
        tallies.drain()
        assert tallies.differences() == ([], 0)
    assert tallies.drain() == 0
