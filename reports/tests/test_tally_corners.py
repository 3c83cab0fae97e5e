"""Histories that once left a tally wrong, found by `test_histories`."""

from datetime import timedelta
from decimal import Decimal

import pytest

from conftest import START, TODAY, assign, make_enterprise
from enterprises.models import Area, Enterprise
from enterprises.services import add_area, move_area
from reports import tallies
from reports.measures import Span
from reports.readings import read_all, read_by
from reports.scope import Scope
from reports.sources import LiveSource, TallySource
from reports.tests.reference import Reference, plainly
from score_mis.lib import workflow
from score_mis.lib.workflow import Move
from suggestions.tests.factories import make_suggestion
from training.services import save_module
from training.tests.factories import make_module


@pytest.fixture
def check():
    """Drain, recount, and read every area as counted by hand."""

    def drained() -> None:
        tallies.drain()
        assert tallies.differences() == ([], 0)
        kept = Reference()
        for area in Area.objects.all():
            scope = Scope(area=area)
            read, by_hand = read_all(TallySource(scope), Span(TODAY)), kept.value(scope, Span(TODAY))
            for name in ("enterprises", "suggestions_submitted", "reporting_coverage", "item_coverage"):
                assert plainly(read[name]) == by_hand[name], (area.code, name)

    return drained


def edited(world, enterprise, **fields):
    """Edit an enterprise in bulk, through the object that is there."""
    moves = [Move(record=enterprise, move="edit", by=world.staff, on=TODAY, fields=fields)]
    workflow.perform_many(moves, today=TODAY)


def below(world, parent, code, level):
    return add_area(
        programme=world.programme, code=code, level=level, name_en=code, name_zh=code, on=START, parent=parent
    )


def another(world, area, code="T09"):
    return make_enterprise(
        programme=world.programme, area=area, sector=world.sector, by=world.staff, code=code
    )


def test_enterprises_directly_in_a_province_stay_when_a_district_of_it_is_counted(world, check):
    another(world, world.province)
    another(world, world.province.parent, "T10")
    check()
    make_suggestion(world)
    check()


def test_the_parts_of_an_area_within_a_sector_are_its_own_parts_and_what_lies_beside_them(world, check):
    beside = another(world, world.province)
    assign(world.consultant, "consultant", beside)
    make_suggestion(world, enterprise=beside, by=world.consultant)
    make_suggestion(world)
    check()
    scope = Scope(area=world.province, sector=world.sector)
    for source in (TallySource(scope), LiveSource(scope)):
        found = read_by(source, Span(TODAY), "area", ["suggestions_submitted"])
        counts = {code: row["suggestions_submitted"]["value"] for code, row in found.items()}
        assert counts == {world.district.code: 1, world.other_district.code: 0, world.province.code: 1}


def test_another_number_for_a_module_counts_everything_again(world, check):
    module = make_module(world)
    make_suggestion(world, module=module)
    check()
    module.number = 7
    save_module(module, by=world.staff)
    check()


def test_a_record_written_through_an_old_copy_counts_where_its_enterprise_lies_now(world, check):
    old_copy = Enterprise.objects.select_related("area").get(pk=world.enterprise.pk)
    edited(world, Enterprise.objects.get(pk=old_copy.pk), area=world.other_district)
    check()
    make_suggestion(world, enterprise=old_copy)
    check()


def test_an_enterprise_moved_twice_through_one_object_leaves_nothing_behind(world, check):
    make_suggestion(world)
    moving = Enterprise.objects.get(pk=world.enterprise.pk)
    check()
    for place in (world.other_district, world.province, world.district):
        edited(world, moving, area=place)
        check()
    new = another(world, world.district)
    check()
    edited(world, new, area=world.other_district)
    check()


def test_an_area_that_goes_to_another_province_takes_its_figures_along(world, check):
    make_suggestion(world)
    below(world, world.district, "110111001", 4)
    far = below(world, world.province.parent, "130000", 1)
    city = below(world, far, "130100", 2)
    check()
    for number, parent in enumerate((city, far, world.province.parent, world.province), 1):
        move_area(world.district, parent=parent, on=START + timedelta(days=number))
        check()


def test_a_first_part_of_another_level_leaves_no_cell_behind(world, check):
    country = world.province.parent
    another(world, country)
    make_suggestion(world)
    check()
    district = below(world, country, "999999", 3)
    check()
    another(world, district, "T10")
    check()


def test_coverage_follows_an_enterprise_that_leaves_and_comes_back(world, check):
    make_suggestion(world)
    check()
    for move, day in (("drop", 100), ("enrol", 150), ("activate", 160)):
        by, on = world.staff, START + timedelta(days=day)
        workflow.perform(world.enterprise, move, by=by, today=TODAY, on=on, reason="moved away")
        assert tallies.differences()[0] == [], "what waits is no difference"
        check()


def test_cents_are_the_same_in_whatever_order_they_are_added(world, check):
    cents = ["0.10", "0.20", "0.70", "1234.56", "0.30"]
    for number, amount in enumerate(cents * 3):
        on = START + timedelta(days=number % 4)
        make_suggestion(world, "adopted", on=on, saving_estimated=Decimal(amount), proposer_sex="male")
        if number % 3 == 0:
            tallies.drain()
    check()
