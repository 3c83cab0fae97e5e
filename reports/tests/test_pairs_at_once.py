"""Two people make steps of the same record at the same moment while figures are drained: one wins, the other reads why.

The same for decisions on suggestions, a thousand times, stands in suggestions/tests/test_at_once.py.
"""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse

from conftest import TODAY, assign, make_user
from enterprises.models import Mark, Position, Role, TeamMember
from hazards.tests.factories import make_hazard, make_order, make_rectified
from reports import tallies
from score_mis.lib import workflow
from score_mis.tests.pairs import PATIENCE, both, browsers_of, the_one_who_won
from suggestions.tests.factories import make_suggestion
from training.tests.factories import make_action, make_visit

DAY = "2017-12-19"
TURNS = [pytest.param(2, id="short"), pytest.param(100, id="long", marks=pytest.mark.nightly)]


@pytest.fixture
def people(world):
    """The cast, and a second one of each part."""
    found = {**world.cast(), "leader2": make_user("leader2"), "member2": make_user("member2")}
    for name in ("leader2", "member2"):
        assign(found[name], Role.EIT_MEMBER, world.enterprise)
        TeamMember.objects.create(
            team=world.team, user=found[name], name=name, standing="worker", from_on=world.team.formed_on,
            position=Position.DEPUTY if name == "leader2" else Position.MEMBER,
        )  # fmt: skip
    for name, role in (("inspector2", Role.INSPECTOR), ("consultant2", Role.CONSULTANT)):
        found[name] = make_user(name)
        assign(found[name], role, world.district if role == Role.INSPECTOR else world.enterprise)
    found["staff2"] = make_user("staff2")
    assign(found["staff2"], Role.PROGRAMME_STAFF, world.province)
    return found


def hazard(world, status):
    """An ordered or a rectified hazard."""
    found = make_order(make_hazard(by=world.inspector, enterprise=world.enterprise), by=world.inspector)
    return make_rectified(found, by=world.member) if status == "rectified" else found


LOG = {
    "women_workers": 1, "men_workers": 1, "women_managers": 0, "men_managers": 0, "topics": "Guards",
    "observations": "Two are missing", "actions-TOTAL_FORMS": 1, "actions-INITIAL_FORMS": 0,
    "actions-0-text": "Mount them", "actions-0-owner": "Mr Wang", "actions-0-due_on": DAY,
}  # fmt: skip
DONE = {"evidence": "Cleared", "no_photo_reason": "The camera is broken"}
BACK = {"reason": "Look again"}
PAIRS = {
    "assign-implement": (
        lambda world: make_suggestion(world, "adopted"),
        "suggestions:move",
        ("leader", "assign", {"owner": "Ms Li"}),
        ("member", "implement", {}),
    ),
    "implement-implement": (
        lambda world: make_suggestion(world, "adopted"),
        "suggestions:move",
        ("member", "implement", {}),
        ("member2", "implement", {}),
    ),
    "verify-send back": (
        lambda world: make_suggestion(world, "implemented"),
        "suggestions:move",
        ("leader", "verify", {}),
        ("leader2", "send_back", BACK),
    ),
    "rectify-rectify": (
        lambda world: hazard(world, "assigned"),
        "hazards:hazard_move",
        ("member", "rectify", DONE),
        ("member2", "rectify", DONE),
    ),
    "extend-rectify": (
        lambda world: hazard(world, "assigned"),
        "hazards:hazard_move",
        ("inspector", "extend", {"deadline": "2018-02-01", "reason": "Parts"}),
        ("member", "rectify", DONE),
    ),
    "verify-send back a hazard": (
        lambda world: hazard(world, "rectified"),
        "hazards:hazard_move",
        ("inspector", "verify", {}),
        ("inspector2", "send_back", BACK),
    ),
    "log-log": (
        lambda world: make_visit(world, "planned"),
        "training:visit_move",
        ("consultant", "log", LOG),
        ("consultant2", "log", LOG),
    ),
    "submit-submit": (
        lambda world: make_visit(world, "done"),
        "training:visit_move",
        ("consultant", "submit", {}),
        ("consultant2", "submit", {}),
    ),
    "review-return": (
        lambda world: make_visit(world, "submitted"),
        "training:visit_move",
        ("staff", "review", {}),
        ("staff2", "return", BACK),
    ),
}
"""How to make the record, the address of its moves, and two people with a move each."""


@pytest.fixture
def drained(monkeypatch):
    """Figures are drained all the while; the last marks at the end."""
    monkeypatch.setattr("enterprises.models.marks.waker.wake", lambda: None)
    stop, drained = threading.Event(), []

    def work():
        try:
            while not stop.is_set():
                drained.append(tallies.drain())
                stop.wait(0.01)
            drained.append("to the end")
        finally:
            connection.close()

    drainer = threading.Thread(target=work, daemon=True)
    drainer.start()
    yield
    stop.set()
    drainer.join(PATIENCE)
    assert drained[-1:] == ["to the end"]
    tallies.drain()
    assert not Mark.objects.exists()


@pytest.mark.parametrize("turns", TURNS)
@pytest.mark.parametrize("pair", PAIRS)
@pytest.mark.django_db(transaction=True)
def test_of_two_steps_at_once_exactly_one_wins(world, people, drained, pair, turns):
    make, name, *sides = PAIRS[pair]
    browsers = browsers_of(*(people[who] for who, _move, _typed in sides))
    for _turn in range(turns):
        record = make(world)
        before = record.changes.count()
        shared = {"happened_on": DAY, "seen": workflow.latest_entry(record)}
        pages = [(reverse(name, args=[record.pk, move]), {**shared, **typed}) for _who, move, typed in sides]
        won = the_one_who_won(both(browsers, pages))
        last = record.changes.order_by("-pk").first()
        who, move, typed = sides[won]
        assert (record.changes.count(), last.move, last.by) == (before + 1, move, people[who])
        if typed is LOG:
            assert record.actions.count() == 1


@pytest.mark.parametrize("turns", TURNS)
@pytest.mark.django_db(transaction=True)
def test_of_two_ticks_at_once_one_counts(world, people, drained, turns):
    visit = make_visit(world, "done")
    browsers = browsers_of(people["member"], people["consultant"])
    for _turn in range(turns):
        action = make_action(visit)
        page = (reverse("training:action_tick", args=[action.pk]), {})
        won = the_one_who_won(both(browsers, [page, page]))
        action.refresh_from_db()
        assert action.done_on == TODAY
        ticks = action.history.filter(done_on__isnull=False)
        assert [row.history_user for row in ticks] == [[people["member"], people["consultant"]][won]]


@pytest.mark.parametrize("turns", TURNS)
@pytest.mark.django_db(transaction=True)
def test_an_edit_and_a_tick_at_once_never_lose_the_tick(world, people, drained, turns):
    visit = make_visit(world, "done")
    browsers = browsers_of(people["member"], people["consultant"])
    for turn in range(turns):
        action = make_action(visit)
        typed = {"text": f"Turn {turn}", "owner": "Ms Li", "due_on": TODAY + timedelta(days=9), "seen": ""}
        said = both(
            browsers,
            [
                (reverse("training:action_tick", args=[action.pk]), {}),
                (reverse("training:action_edit", args=[action.pk]), typed),
            ],
        )
        action.refresh_from_db()
        assert said[0].startswith("Ticked"), said
        assert action.done_on == TODAY
        assert (action.text == f"Turn {turn}") is said[1].startswith("Saved"), said
