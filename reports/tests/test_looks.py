"""Looks at items: what the database counts is what somebody reads in the checks, one by one."""

import random
from datetime import date, timedelta

import pytest

from conftest import START, TODAY, assign, make_enterprise
from enterprises.models import EnterpriseChange
from hazards.models import SafetyCheck
from hazards.tests.factories import make_check, make_version
from reports.models import ItemLook
from reports.tallies import looks
from reports.tests.histories import History
from score_mis.lib import workflow

FIRST, LATER = date(2017, 6, 1), date(2017, 7, 1)


def read_one_by_one() -> dict:
    """Enterprise and item with the first and the last day, from each check that counts."""
    found = {}
    for check in SafetyCheck.objects.counted():
        for code in check.answers:
            days = found.setdefault((check.enterprise_id, code), [])
            days.append(check.checked_on)
    return {place: (min(days), max(days)) for place, days in found.items()}


def kept() -> dict:
    """The looks there are."""
    return {(row.enterprise_id, row.item_code): (row.first_on, row.last_on) for row in ItemLook.objects.all()}


@pytest.fixture
def sites(world):
    """Three enterprises of the programme, all in the care of the same people."""
    for name in ("consultant", "inspector"):
        assign(getattr(world, name), name, world.district)
    place = {"programme": world.programme, "area": world.district, "sector": world.sector}
    return [world.enterprise, *(make_enterprise(**place, by=world.staff, code=f"S{n}") for n in range(2))]


@pytest.fixture
def looked(world, sites):
    """An enterprise that looked at two items; its looks are kept."""
    version = make_version(world.programme)
    make_check(by=world.member, enterprise=world.enterprise, version=version, on=FIRST)
    looks.look_again({world.enterprise.pk})
    return version


def steps(world) -> set:
    """The enterprise's area with the days on which it came in."""
    rows = EnterpriseChange.objects.filter(enterprise=world.enterprise)
    return {(world.district.pk, day) for day in rows.values_list("happened_on", flat=True)}


@pytest.mark.parametrize("at_once", [1, 100])
def test_any_history_is_read_as_one_by_one(world, sites, monkeypatch, at_once):
    monkeypatch.setattr(looks, "AT_ONCE", at_once)
    history = History(world, random.Random(at_once), sites, TODAY)
    everyone = {site.pk for site in sites}
    for _turn in range(3):
        for _check in range(8):
            history.check()
        looks.look_again(everyone)
        assert kept() == read_one_by_one() != {}
        assert looks.look_again(everyone) == set()
        assert list(looks.different_looks(())) == []


def test_first_looks_move_the_days_of_the_area(world, looked):
    ItemLook.objects.all().delete()
    assert looks.look_again({world.enterprise.pk}) == steps(world) | {(world.district.pk, FIRST)}


def test_a_second_look_moves_no_day(world, looked):
    make_check(by=world.member, enterprise=world.enterprise, version=looked, on=LATER)
    assert looks.look_again({world.enterprise.pk}) == set()
    assert kept() == read_one_by_one()
    assert set(kept().values()) == {(FIRST, LATER)}


def test_an_earlier_look_moves_both_days(world, looked):
    early = FIRST - timedelta(days=9)
    answers = {"E-01": "o"}
    make_check(by=world.member, enterprise=world.enterprise, version=looked, on=early, answers=answers)
    moved = looks.look_again({world.enterprise.pk})
    assert moved == steps(world) | {(world.district.pk, FIRST), (world.district.pk, early)}
    assert kept() == read_one_by_one()


def test_a_void_check_was_no_look(world, looked):
    workflow.perform(SafetyCheck.objects.get(), "void", by=world.staff, today=TODAY, on=TODAY, reason="wrong")
    assert (world.district.pk, FIRST) in looks.look_again({world.enterprise.pk})
    assert kept() == {}


def test_rows_of_others_stay(world, sites, looked):
    before = set(ItemLook.objects.values_list("pk", flat=True))
    other = sites[1]
    make_check(by=world.inspector, enterprise=other, version=looked, on=START, performed_by="inspector")
    looks.look_again({other.pk})
    assert before < set(ItemLook.objects.values_list("pk", flat=True))
