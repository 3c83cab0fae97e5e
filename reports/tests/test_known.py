"""As known then: whatever was entered since, a moment's figures are what the site answered at that moment."""

import os
import random
import time
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from django.db import transaction
from hypothesis import seed, settings as profile, strategies as st
from hypothesis.stateful import get_state_machine_test, precondition, rule, run_state_machine_as_test

from reports import tallies
from reports.evidence import gather
from reports.indicators import INDICATORS
from reports.known import as_known
from reports.measures import Span
from reports.readings import BREAKDOWNS, read_all, read_by
from reports.scope import Scope
from reports.sources import LiveSource
from reports.tests.test_histories import CHANCE, HISTORIES, PIECE, QUIET, Programme, scopes, spans
from reports.tests.walks import Ground
from score_mis.lib import dates

MOST = 3
"""Moments that one history remembers."""


def answers(scope: Scope, span: Span) -> dict[str, Any]:
    """All indicators, whole and by every breakdown, and how many records each figure's list has."""
    source = LiveSource(scope)
    found: dict[str, Any] = {"": read_all(source, span)}
    found |= {by: read_by(source, span, by) for by in BREAKDOWNS}
    found["lists"] = {
        (row.id, part): sorted(_names(gather(row, part, scope, span).records))
        for row in INDICATORS.values()
        for part in row.parts()
    }
    return found


def _names(records: Any) -> list[str]:
    """Records by their keys; looks at items are made anew each time and have others."""
    if not hasattr(records, "parts"):
        return [str(len(records))]
    return [
        f"{row.enterprise_id} {row.item_code}"
        if part.queryset.model.__name__ == "ItemLook"
        else f"{row._meta.model_name} {row.pk}"
        for part in records.parts
        for row in part.queryset
    ]


class Remembered(Programme):
    """The life of a programme of which some moments are remembered, with what the site answered then."""

    compared = 0

    def teardown(self) -> None:
        """Compare; that today's tallies are right is looked at elsewhere."""
        try:
            for moment, asked, answered in getattr(self, "kept", []):
                self.compare(moment, asked, answered)
        finally:
            if hasattr(self, "undo"):
                transaction.set_rollback(True)
                self.undo.__exit__(None, None, None)

    def compare(self, moment: datetime, asked: tuple[Scope, Span], answered: dict[str, Any]) -> None:
        scope, span = asked
        with as_known(replace(scope), moment) as known:
            found = answers(known.scope, span)
        for by, readings in answered.items():
            for key, value in readings.items():
                assert found[by].get(key) == value, (by, key, scope.description(), span)
            assert found[by].keys() == readings.keys(), (by, scope.description(), span)
        type(self).compared += 1

    @precondition(lambda self: len(getattr(self, "kept", [])) < MOST)
    @rule(chance=CHANCE)
    def remember(self, chance: int) -> None:
        rng = random.Random(chance)
        tallies.drain()  # what coverage begins with
        moment = dates.now()
        self.kept = getattr(self, "kept", [])
        asked = rng.choice(scopes()), rng.choice(spans(rng, self.walk.today))
        self.kept.append((moment, asked, answers(*asked)))

    @rule()
    def drain_and_look(self) -> None:
        """What the tallies say is looked at elsewhere."""

    @rule(
        what=st.sampled_from(
            [
                "replace_check",
                "bulk",
                "bulk_places",
                "register",
                "grow",
                "workshop",
                "participant",
                "renumber",
            ]
        ),
        chance=CHANCE,
    )
    def happens(self, what: str, chance: int) -> None:
        self.walk.rng = random.Random(chance)
        getattr(self.walk, what)()


@pytest.fixture
def programme(world):
    """A machine on the ground of all walks that compares at its end; the tree of areas has no entry times."""

    class OnGround(Remembered):
        ground = Ground(world)
        most_builds = 0

    tallies.drain()
    return OnGround


def test_a_moment_is_answered_as_it_was_answered_then(programme):
    run_state_machine_as_test(programme, settings=profile(max_examples=4, stateful_step_count=25, **QUIET))
    assert programme.compared


@pytest.mark.nightly
@pytest.mark.parametrize("piece", range(-(-HISTORIES // PIECE)))
def test_moments_of_hundreds_of_histories(programme, piece, record_property):
    """Each night others; a seed that is given (HISTORIES_SEED) brings the same ones again."""
    chosen = int(os.environ.get("HISTORIES_SEED") or time.time_ns() % 10**9)
    told = profile(max_examples=PIECE, stateful_step_count=25, derandomize=False, **QUIET)
    print(f"HISTORIES_SEED={chosen}, piece {piece}")
    seed(chosen + piece)(get_state_machine_test(programme, settings=told))()
    record_property("compared", programme.compared)
