"""Whole areas take long to count: drains elsewhere go on meanwhile, those within them wait, and all is right after."""

import threading

import pytest
from django.db import connection, connections

from conftest import START, TODAY, assign, make_enterprise
from enterprises.models import Mark
from enterprises.services import add_area
from reports import tallies
from reports.models import AreaMonth, TallyState
from reports.tallies import draining
from score_mis.lib.workflow import EDIT, perform
from suggestions.models import Suggestion
from suggestions.tests.factories import make_suggestion


@pytest.fixture
def places(world):
    """Enterprises in two districts, and a third district."""
    third = add_area(
        programme=world.programme,
        code="110113",
        level=3,
        name_en="Third",
        name_zh="三区",
        parent=world.province,
        on=START,
    )
    place = {"programme": world.programme, "area": world.other_district, "sector": world.sector}
    world.elsewhere = make_enterprise(**place, by=world.staff, code="ELSE")
    assign(world.consultant, "consultant", world.province)
    make_suggestion(world)
    tallies.drain()
    return third


def move(world, area):
    """Let the enterprise of the world move to an area."""
    world.enterprise = perform(world.enterprise, EDIT, by=world.staff, today=TODAY, fields={"area": area})


def submit(world, enterprise):
    """A suggestion at an enterprise."""
    fields = {"enterprise": enterprise, "title": "An idea"}
    return perform(
        Suggestion(enterprise=enterprise), "submit", by=world.consultant, today=TODAY, on=START, fields=fields
    )


def counted(area) -> int:
    """The suggestions submitted in an area, as the tallies have them."""
    generation = TallyState.objects.get().generation
    rows = AreaMonth.objects.filter(generation=generation, measure="suggestions_submitted", dim="", area=area)
    return sum(rows.values_list("n", flat=True))


def test_the_days_in_a_place_that_waits_whole_wait_with_it(world, places, monkeypatch):
    move(world, places)
    submit(world, world.enterprise)
    submit(world, world.elsewhere)
    monkeypatch.setattr(draining, "_drain_areas", lambda: 0)
    assert tallies.drain() > 0
    assert counted(world.other_district) == 1
    assert counted(world.district) == 1, "as it was before the move"
    assert counted(places) == 0
    assert set(Mark.objects.values_list("day", flat=True)) > {None}
    assert tallies.differences()[0] == []
    monkeypatch.undo()
    assert tallies.drain() > 0
    assert not Mark.objects.exists()
    assert (counted(world.district), counted(places), counted(world.province)) == (0, 2, 3)
    assert tallies.differences() == ([], 0)


def test_a_process_that_dies_before_the_marks_are_taken_is_repeated(world, places, monkeypatch):
    move(world, places)
    version = TallyState.objects.get().version

    def die(moved):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(draining, "keep_late", die)
        with pytest.raises(KeyboardInterrupt):
            draining._drain_areas()
    assert draining.ranges().exists()
    tallies.drain()
    assert (counted(world.district), counted(places)) == (0, 1)
    assert TallyState.objects.get().version > version
    assert tallies.differences() == ([], 0)


@pytest.mark.django_db(transaction=True)
def test_a_drain_elsewhere_does_not_wait_for_a_move(world, places, monkeypatch):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has a single writer")
    inside, over = threading.Event(), threading.Event()
    count = draining.recount_marked

    def slowly(taken, generation):
        if taken.whole:
            inside.set()
            assert over.wait(60)
        count(taken, generation)

    def drain():
        try:
            tallies.drain()
        finally:
            connections.close_all()

    monkeypatch.setattr(draining, "recount_marked", slowly)
    move(world, places)
    mover = threading.Thread(target=drain)
    mover.start()
    try:
        assert inside.wait(60)
        submit(world, world.elsewhere)
        submit(world, world.enterprise)
        assert tallies.drain() > 0
        assert counted(world.other_district) == 1
        assert (counted(world.district), counted(places)) == (1, 0)
    finally:
        over.set()
        mover.join(60)
    assert not Mark.objects.exists()
    assert (counted(world.district), counted(places), counted(world.province)) == (0, 2, 3)
    assert tallies.differences() == ([], 0)
