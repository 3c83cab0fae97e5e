"""A wrong date is mended by a new row that supersedes the old one."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from conftest import TODAY
from enterprises.models import Mark
from score_mis.lib import workflow
from score_mis.lib.workflow import TransitionError
from suggestions.models import Suggestion, SuggestionChange
from suggestions.tests.factories import DAY, make_suggestion, step

pytestmark = pytest.mark.django_db
A, B, C = DAY, DAY + timedelta(days=10), DAY + timedelta(days=20)


@pytest.fixture
def implemented(world):
    """Submitted on A, adopted on B, implemented on C."""
    suggestion = step(world, make_suggestion(world, on=A), "adopt", on=B)
    return step(world, suggestion, "implement", on=C)


def change_of(suggestion, move):
    return suggestion.changes.get(move=move, in_force=True)


def correct(world, change, on, *, by=None, reason="Typed the wrong month"):
    return workflow.correct(change, by=by or world.leader, today=TODAY, on=on, reason=reason)


def fresh(suggestion):
    return Suggestion.objects.get(pk=suggestion.pk)


def in_force(suggestion):
    rows = suggestion.changes.filter(in_force=True).order_by("seq")
    return [(row.move, row.happened_on, row.until_on) for row in rows]


def test_a_correction_appends_a_row_and_keeps_the_old_one(world, implemented):
    old = change_of(implemented, "adopt")
    new = correct(world, old, A + timedelta(days=3))
    old.refresh_from_db()
    assert (old.in_force, old.happened_on) == (False, B)
    assert (new.supersedes, new.seq, new.move, new.source, new.target) == (
        old,
        2,
        "adopt",
        "submitted",
        "adopted",
    )
    assert (new.by, new.reason, new.in_force) == (world.leader, "Typed the wrong month", True)
    assert implemented.changes.count() == 4


def test_the_columns_of_the_record_follow(world, implemented):
    correct(world, change_of(implemented, "adopt"), A + timedelta(days=3))
    record = fresh(implemented)
    assert (record.submitted_on, record.decided_on, record.adopted_on, record.implemented_on) == (
        A, A + timedelta(days=3), A + timedelta(days=3), C,
    )  # fmt: skip
    assert (record.status, record.implemented_by) == ("implemented", world.member)


def test_the_intervals_follow(world, implemented):
    day = A + timedelta(days=3)
    correct(world, change_of(implemented, "adopt"), day)
    assert in_force(implemented) == [("submit", A, day), ("adopt", day, C), ("implement", C, None)]


def test_the_first_and_the_last_step_can_be_corrected(world, implemented):
    correct(world, change_of(implemented, "submit"), A - timedelta(days=9))
    correct(world, change_of(implemented, "implement"), TODAY)
    record = fresh(implemented)
    assert (record.submitted_on, record.adopted_on, record.implemented_on) == (
        A - timedelta(days=9),
        B,
        TODAY,
    )


def test_a_correction_can_be_corrected(world, implemented):
    first = correct(world, change_of(implemented, "adopt"), A)
    second = correct(world, first, C)
    assert second.supersedes == first
    assert fresh(implemented).adopted_on == C
    assert implemented.changes.filter(move="adopt").count() == 3


def test_a_step_that_was_undone_leaves_no_day_behind(world, implemented):
    suggestion = step(world, implemented, "send_back", by=world.consultant, on=C)
    correct(world, change_of(suggestion, "adopt"), A)
    record = fresh(suggestion)
    assert (record.status, record.adopted_on, record.implemented_on) == ("adopted", A, None)
    assert record.implemented_by is None


def test_of_two_implementations_the_later_day_stands(world, implemented):
    suggestion = step(world, implemented, "send_back", by=world.consultant, on=C)
    suggestion = step(world, suggestion, "implement", on=C + timedelta(days=9))
    first = suggestion.changes.filter(move="implement", in_force=True).first()
    correct(world, first, B)
    assert fresh(suggestion).implemented_on == C + timedelta(days=9)


@pytest.mark.parametrize("days", [-1, 21], ids=["before the step before", "after the step after"])
def test_the_day_stays_between_its_neighbours(world, implemented, days):
    with pytest.raises(ValidationError) as refused:
        correct(world, change_of(implemented, "adopt"), A + timedelta(days=days))
    assert set(refused.value.message_dict) == {"happened_on"}
    assert fresh(implemented).adopted_on == B
    assert implemented.changes.count() == 3


def test_the_day_is_never_in_the_future(world, implemented):
    with pytest.raises(ValidationError) as refused:
        correct(world, change_of(implemented, "implement"), TODAY + timedelta(days=1))
    assert set(refused.value.message_dict) == {"happened_on"}


@pytest.mark.parametrize("reason", ["", "  "])
def test_a_correction_needs_a_reason(world, implemented, reason):
    with pytest.raises(ValidationError) as refused:
        correct(world, change_of(implemented, "adopt"), A, reason=reason)
    assert set(refused.value.message_dict) == {"reason"}


def test_only_some_roles_correct(world, implemented):
    change = change_of(implemented, "adopt")
    for name in ("member", "inspector", "authority", "administrator", "outsider"):
        with pytest.raises(PermissionDenied):
            correct(world, change, A, by=getattr(world, name))
    for days, name in enumerate(("leader", "consultant", "staff")):
        change = correct(world, change, A + timedelta(days=days), by=getattr(world, name))


def test_a_superseded_row_is_not_corrected_again(world, implemented):
    old = change_of(implemented, "adopt")
    correct(world, old, A)
    with pytest.raises(TransitionError):
        correct(world, old, C)


def test_an_edit_has_no_day_to_correct(world):
    suggestion = step(world, make_suggestion(world), "edit", fields={"title": "Another"})
    with pytest.raises(TransitionError):
        correct(world, suggestion.changes.get(move="edit"), A)


def test_both_the_old_and_the_new_day_are_counted_again(world, implemented):
    Mark.objects.all().delete()
    day = A + timedelta(days=3)
    correct(world, change_of(implemented, "adopt"), day)
    assert set(Mark.objects.values_list("day", flat=True)) == {A, day, B, C}


def test_a_later_move_still_counts_the_superseded_day_again(world, implemented):
    correct(world, change_of(implemented, "implement"), C + timedelta(days=3))
    Mark.objects.all().delete()
    step(world, implemented, "void")
    assert C in set(Mark.objects.values_list("day", flat=True))


def test_one_row_supersedes_another_only_once(world, implemented):
    old = change_of(implemented, "adopt")
    correct(world, old, A)
    copied = SuggestionChange.objects.get(supersedes=old)
    copied.pk, copied.in_force = None, False
    with pytest.raises(IntegrityError), transaction.atomic():
        copied.save(force_insert=True)


def test_one_row_in_force_a_step(world, implemented):
    correct(world, change_of(implemented, "adopt"), A)
    with pytest.raises(IntegrityError), transaction.atomic():
        implemented.changes.update(in_force=True)
