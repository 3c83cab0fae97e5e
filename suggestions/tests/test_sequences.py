"""Whatever people do, in whatever order: the invariants hold after every step (found by search)."""

from datetime import timedelta
from itertools import pairwise

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from hypothesis import HealthCheck, given, settings, strategies as st

from conftest import TODAY
from enterprises.models import Mark
from score_mis.lib import workflow
from score_mis.lib.workflow import NEW, Move, TransitionError
from suggestions.models import Status, Suggestion
from suggestions.tests.factories import DAY, make_suggestion
from suggestions.workflow import SUGGESTION

pytestmark = pytest.mark.django_db
MANY = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
PARTS = ("member", "leader", "consultant", "staff")
DATES = ("submitted_on", "decided_on", "adopted_on", "implemented_on", "verified_on")

choices = st.lists(st.tuples(st.integers(0, 30), st.sampled_from(PARTS), st.integers(0, 20)), max_size=9)
attempts = st.lists(
    st.tuples(
        st.sampled_from(sorted({row.move for row in SUGGESTION.rows} | {"correct"})),
        st.sampled_from((*PARTS, "authority")),
        st.integers(-5, 60),
    ),
    max_size=12,
)


def values_for(move):
    return {
        "submit": {"title": "Light over press 4"},
        "reject": {"decision_reason": "Too dear"},
        "assign": {"owner": "Ms Li"},
        "edit": {"title": "More light over press 4"},
    }.get(move, {})


def check_invariants(record):
    record = Suggestion.objects.get(pk=record.pk)
    rows = list(record.changes.filter(in_force=True).order_by("seq"))
    assert [row.seq for row in rows] == list(range(1, len(rows) + 1))
    assert rows[0].source == NEW
    assert rows[-1].target == record.status
    assert rows[-1].until_on is None
    for row, later in pairwise(rows):
        assert later.source == row.target
        assert row.until_on == later.happened_on >= row.happened_on
    assert rows[-1].happened_on <= TODAY
    check_days(record, rows)
    check_superseded(record)
    record.full_clean()


def check_days(record, rows):
    known = [day for day in (getattr(record, name) for name in DATES) if day is not None]
    assert known == sorted(known)
    assert record.submitted_on == rows[0].happened_on
    assert (record.implemented_on is not None) == (record.implemented_by_id is not None)
    if record.implemented_on is not None:
        assert record.adopted_on is not None
        assert record.implemented_on == [row for row in rows if row.move == "implement"][-1].happened_on
    if record.adopted_on is not None:
        assert record.adopted_on == [row for row in rows if row.move == "adopt"][-1].happened_on
    if record.status == Status.VERIFIED:
        assert record.verified_by_id not in (None, record.implemented_by_id)


def check_superseded(record):
    old = set(record.changes.filter(superseded_by__isnull=False).values_list("pk", flat=True))
    edits = set(record.changes.filter(move="edit").values_list("pk", flat=True))
    out_of_force = set(record.changes.filter(in_force=False).values_list("pk", flat=True))
    assert out_of_force == old | edits


def check_marks(record):
    marked = set(Mark.objects.filter(kind="suggestion").values_list("day", flat=True))
    assert set(record.changes.values_list("happened_on", flat=True)) <= marked


def last_day(record):
    return record.changes.filter(in_force=True).order_by("seq").last().happened_on


@given(steps=choices)
@MANY
def test_every_way_through_the_table_keeps_the_invariants(world, steps):
    with transaction.atomic():
        record = make_suggestion(world)
        for choice, part, days in steps:
            by = getattr(world, part)
            possible = workflow.available(record, by=by, today=TODAY)
            if not possible:
                continue
            row = possible[choice % len(possible)]
            on = min(last_day(record) + timedelta(days=days), TODAY)
            record = workflow.perform(
                record, row.move, by=by, today=TODAY, on=on, reason="As agreed", fields=values_for(row.move)
            )
            check_invariants(record)
        check_marks(record)
        transaction.set_rollback(True)


@given(tries=attempts)
@MANY
def test_whatever_is_tried_is_done_whole_or_refused_whole(world, tries):
    with transaction.atomic():
        record = make_suggestion(world)
        for move, part, days in tries:
            before = state(record)
            try:
                attempt(record, move, getattr(world, part), days)
            except (PermissionDenied, TransitionError, ValidationError):
                assert state(record) == before
            record = Suggestion.objects.get(pk=record.pk)
            check_invariants(record)
        check_marks(record)
        transaction.set_rollback(True)


def attempt(record, move, by, days):
    """Make a move, or correct some past one, with a day that may be wrong."""
    if move == "correct":
        rows = list(record.changes.order_by("pk"))
        change = rows[days % len(rows)]
        on = change.happened_on + timedelta(days=days - 20)
        workflow.correct(change, by=by, today=TODAY, on=on, reason="Typed wrongly")
        return
    on = last_day(record) + timedelta(days=days)
    workflow.perform(record, move, by=by, today=TODAY, on=on, reason="As agreed", fields=values_for(move))


def state(record):
    fields = [field.attname for field in Suggestion._meta.concrete_fields]
    rows = record.changes.order_by("pk").values_list("pk", "happened_on", "until_on", "in_force")
    return Suggestion.objects.values(*fields).get(pk=record.pk), list(rows)


@given(steps=choices)
@MANY
def test_many_at_once_end_where_single_moves_end(world, steps):
    with transaction.atomic():
        single = make_suggestion(world)
        many = Suggestion(enterprise=world.enterprise)
        moves = [Move(record=many, move="submit", by=world.member, on=DAY, fields={"title": single.title})]
        for choice, part, days in steps:
            by = getattr(world, part)
            possible = workflow.available(single, by=by, today=TODAY)
            if not possible:
                continue
            move = possible[choice % len(possible)].move
            on = last_day(single) + timedelta(days=days)
            options = {"by": by, "on": on, "reason": "As agreed", "fields": values_for(move)}
            single = workflow.perform(single, move, today=TODAY, **options)
            moves.append(Move(record=many, move=move, **options))
        workflow.perform_many(moves, today=TODAY)
        check_invariants(many)
        assert summary(many) == summary(single)
        transaction.set_rollback(True)


def summary(record):
    record = Suggestion.objects.get(pk=record.pk)
    rows = record.changes.order_by("pk").values_list(
        "seq", "move", "source", "target", "happened_on", "until_on", "by", "reason", "in_force"
    )
    return record.status, [getattr(record, name) for name in DATES], list(rows)
