"""Whatever happens in a programme: after a drain each tally is what somebody would count by hand."""

import os
import random
import time
from datetime import date, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, seed, settings as profile, strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    get_state_machine_test,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from conftest import START
from enterprises.models import Area, Enterprise, Sector
from reports import tallies
from reports.indicators import INDICATORS
from reports.measures import Span
from reports.readings import BREAKDOWNS, read_all, read_by
from reports.scope import Scope
from reports.sources import LiveSource, TallySource
from reports.tests.reference import Reference, plainly
from reports.tests.walks import RECORDS, Ground, Walk
from score_mis.lib import dates

CHANCE = st.integers(0, 10**6)
KINDS = st.sampled_from(RECORDS)
KNOWN = sorted(
    set(INDICATORS)
    - {"saving_actual", "saving_estimated", "checklist_items", "item_coverage", "reporting_coverage"}
)
"""What the reference counts; the others are compared with the live count."""
HISTORIES = int(os.environ.get("HISTORIES") or 500)
PIECE = 25
"""The histories of a night, and how many of them are one test: `HISTORIES=50` runs two pieces."""


class Stopped(Exception):
    """A full build was ended midway."""


def scopes() -> list[Scope]:
    """Every area, each with each sector, and a list of enterprises."""
    sectors = [None, *Sector.objects.order_by("pk")]
    found = [Scope(area=area, sector=sector) for area in Area.objects.order_by("pk") for sector in sectors]
    some = Enterprise.objects.order_by("pk").values_list("pk", flat=True)
    return [*found, Scope(only=tuple(some)[::2])]


def spans(rng: random.Random, today: date) -> list[Span]:
    """Any day; a period of whole months; a period that is none."""
    far = (today - START).days
    day = START + timedelta(days=rng.randint(-2, far + 100))
    month = dates.month_start(START + timedelta(days=rng.randint(0, far)))
    end = dates.month_end(month + timedelta(days=rng.choice([0, 40])))
    first, last = sorted(START + timedelta(days=rng.randint(0, far)) for _ in range(2))
    return [
        Span(rng.choice([day, today, dates.month_end(min(day, today))])),
        Span(max(today, end), month, end),
        Span(last, dates.month_start(first), last),
        Span(today, first, last),
    ]


def assert_counted_by_hand(scope: Scope, span: Span, kept: Reference) -> None:
    """The tallies say what the reference counts."""
    found = read_all(TallySource(scope), span, KNOWN)
    by_hand = kept.value(scope, span)
    for name, reading in found.items():
        assert _known(plainly(reading)) == _known(by_hand[name]), (name, scope.description(), span)


def _known(value: object) -> object:
    """Breakdowns without the keys in which nothing remains."""
    if isinstance(value, dict) and "median" not in value:
        return {key: n for key, n in value.items() if n not in (0, (0, 0))}
    return value


def assert_parts_sum(scope: Scope, span: Span) -> None:
    """The areas within an area, and what lies directly in it, sum up to the whole."""
    rows = read_by(TallySource(scope), span, "area")
    assert rows == read_by(LiveSource(scope), span, "area")
    whole = read_all(TallySource(scope), span)
    for row in INDICATORS.values():
        if row.kind in ("count", "rate") and not row.by:
            for part in ("value", "numerator", "denominator"):
                if part in whole[row.id]:
                    assert sum(r[row.id][part] for r in rows.values()) == whole[row.id][part], row.id


def assert_tallies_are_right(rng: random.Random, today: date, thoroughly: int) -> None:
    """No cell differs from a recount; any scope, day and period reads as counted by hand and as counted live."""
    assert tallies.differences() == ([], 0)
    kept, every = Reference(), scopes()
    for span in spans(rng, today):
        for scope in rng.sample(every, min(thoroughly, len(every))):
            assert_counted_by_hand(scope, span, kept)
    scope, by, span = rng.choice(every), rng.choice(BREAKDOWNS), rng.choice(spans(rng, today))
    assert read_all(TallySource(scope), span) == read_all(LiveSource(scope), span), (scope, span)
    assert read_by(TallySource(scope), span, by) == read_by(LiveSource(scope), span, by), (by, scope, span)
    whole_areas = [scope for scope in every if scope.has_tallies and scope.area.children.exists()]
    assert_parts_sum(rng.choice(whole_areas), span)


class Programme(RuleBasedStateMachine):
    """The life of a programme, with drains at any moment."""

    ground: Ground
    thoroughly = 2
    histories = 0
    most_builds = 2

    @initialize(chance=CHANCE)
    def begin(self, chance: int) -> None:
        type(self).histories += 1
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.builds = 0
        self.walk = Walk(self.ground)
        self.mixed = random.Random(chance)
        for model in RECORDS:
            self.walk.create(model)

    @rule(model=KINDS, chance=CHANCE)
    def create(self, model: type, chance: int) -> None:
        self.walk.rng = random.Random(chance)
        self.walk.create(model)

    @rule(model=KINDS, chance=CHANCE)
    def step(self, model: type, chance: int) -> None:
        self.walk.rng = random.Random(chance)
        for _each in range(3):
            self.walk.step(model)

    @rule(model=KINDS, chance=CHANCE)
    def correct(self, model: type, chance: int) -> None:
        self.walk.rng = random.Random(chance)
        self.walk.correct(model)

    @rule(
        what=st.sampled_from(
            [
                "replace_check",
                "bulk",
                "bulk_places",
                "register",
                "grow",
                "move_area",
                "workshop",
                "participant",
            ]
        ),
        chance=CHANCE,
    )
    def happens(self, what: str, chance: int) -> None:
        self.walk.rng = random.Random(chance)
        getattr(self.walk, what)()

    @rule(chance=CHANCE)
    def enterprise(self, chance: int) -> None:
        self.walk.rng = random.Random(chance)
        self.walk.step(Enterprise)
        self.walk.correct(Enterprise)

    @rule(chance=CHANCE)
    def renumber(self, chance: int) -> None:
        self.walk.rng = random.Random(chance)
        self.walk.renumber()

    @rule(days=st.sampled_from([1, 7, 31, 91]))
    def midnight(self, days: int) -> None:
        self.walk.today += timedelta(days=days)

    @precondition(lambda self: self.builds < self.most_builds)
    @rule(steps=st.integers(0, 30))
    def build_is_stopped(self, steps: int) -> None:
        self.builds += 1

        def stop(done: int, _steps: int, _name: str) -> None:
            if done >= steps:
                raise Stopped

        try:
            tallies.build_all(stop)
        except Stopped:
            return

    @precondition(lambda self: self.builds < self.most_builds)
    @rule()
    def build(self) -> None:
        self.builds += 1
        tallies.build_all()

    @rule()
    def drain(self) -> None:
        tallies.drain()

    @rule(chance=CHANCE)
    def drain_and_look(self, chance: int) -> None:
        assert tallies.differences()[0] == [], "what waits is no difference"
        tallies.drain()
        assert_tallies_are_right(random.Random(chance), self.walk.today, self.thoroughly)

    def teardown(self) -> None:
        try:
            if hasattr(self, "walk"):
                tallies.drain()
                assert_tallies_are_right(self.mixed, self.walk.today, self.thoroughly)
        finally:
            if hasattr(self, "undo"):
                transaction.set_rollback(True)
                self.undo.__exit__(None, None, None)


QUIET = {
    "deadline": None,
    "suppress_health_check": list(HealthCheck),
    "phases": [Phase.generate],
    "database": None,
}
"""A history is printed as it was found: making it smaller takes longer than reading it."""


@pytest.fixture
def programme(world, settings):
    """A machine on the ground of all walks; its day moves on with the walk."""

    class OnGround(Programme):
        ground = Ground(world)

    tallies.drain()
    return OnGround


def test_tallies_are_right_after_any_history(programme):
    run_state_machine_as_test(programme, settings=profile(max_examples=2, stateful_step_count=10, **QUIET))


@pytest.mark.nightly
@pytest.mark.parametrize("piece", range(-(-HISTORIES // PIECE)))
def test_tallies_are_right_after_hundreds_of_histories(programme, piece, record_property):
    """Each night others; a seed that is given (HISTORIES_SEED) brings the same ones again."""
    chosen = int(os.environ.get("HISTORIES_SEED") or time.time_ns() % 10**9)
    told = profile(max_examples=PIECE, stateful_step_count=16, derandomize=False, **QUIET)
    print(f"HISTORIES_SEED={chosen}, piece {piece}")
    seed(chosen + piece)(get_state_machine_test(programme, settings=told))()
    assert programme.histories >= PIECE
    record_property("histories", programme.histories)
