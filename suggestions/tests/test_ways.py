"""The ways through the states of a suggestion: what each leaves on the record, in its history and for the counts."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

from conftest import START, TODAY, assign, make_enterprise
from enterprises.models import Mark, Role
from score_mis.lib import workflow
from score_mis.lib.workflow import TransitionError
from suggestions.models import Status, Suggestion
from suggestions.tests.factories import DAY, TO_STATUS, accepted_photo, make_suggestion, step
from training.models import Module

pytestmark = pytest.mark.django_db
LATER = DAY + timedelta(days=5)


def fresh(suggestion):
    return Suggestion.objects.get(pk=suggestion.pk)


def events(suggestion):
    return list(suggestion.changes.filter(in_force=True).order_by("seq"))


def test_two_keys_whoever_implements_does_not_judge(world):
    suggestion = make_suggestion(world, "adopted")
    suggestion = step(world, suggestion, "implement", by=world.leader)
    for move in ("verify", "send_back"):
        assert not workflow.may(suggestion, move, by=world.leader, today=TODAY)
        with pytest.raises(TransitionError, match="somebody else"):
            step(world, suggestion, move, by=world.leader)
        assert workflow.may(suggestion, move, by=world.consultant, today=TODAY)
    suggestion = step(world, suggestion, "verify", by=world.consultant)
    assert (suggestion.implemented_by, suggestion.verified_by) == (world.leader, world.consultant)


def test_after_a_send_back_whoever_implements_anew_is_the_one_who_counts(world):
    suggestion = make_suggestion(world, "adopted")
    suggestion = step(world, suggestion, "implement", by=world.leader, on=LATER)
    suggestion = step(world, suggestion, "send_back", by=world.consultant, on=LATER)
    assert (suggestion.implemented_on, suggestion.implemented_by) == (None, None)
    suggestion = step(world, suggestion, "implement", by=world.member)
    suggestion = step(world, suggestion, "verify", by=world.leader)
    assert (suggestion.implemented_on, suggestion.verified_by) == (TODAY, world.leader)


def test_a_send_back_takes_the_result_back_and_keeps_the_decision(world):
    suggestion = make_suggestion(world, "adopted")
    suggestion = step(world, suggestion, "implement", fields={"cost": 100, "saving_actual": 900}, on=LATER)
    suggestion = fresh(step(world, suggestion, "send_back", by=world.consultant, reason="Rail is loose"))
    assert suggestion.status == "adopted"
    assert (suggestion.adopted_on, suggestion.decided_on) == (DAY, DAY)
    assert (suggestion.implemented_on, suggestion.implemented_by, suggestion.saving_actual) == (
        None,
        None,
        None,
    )
    assert suggestion.cost == 100
    again = fresh(step(world, suggestion, "implement", fields={"saving_actual": 500}))
    assert (again.status, again.implemented_on, again.saving_actual) == ("implemented", TODAY, 500)
    assert [row.move for row in events(again)] == ["submit", "adopt", "implement", "send_back", "implement"]


def test_a_deferred_suggestion_is_decided_later(world):
    suggestion = make_suggestion(world, "deferred")
    assert suggestion.decided_on is None
    suggestion = step(world, suggestion, "adopt", on=LATER)
    assert (suggestion.decided_on, suggestion.adopted_on) == (LATER, LATER)


def test_a_rejected_suggestion_was_decided_and_not_adopted(world):
    suggestion = make_suggestion(world, "rejected")
    assert (suggestion.decided_on, suggestion.adopted_on) == (DAY, None)
    assert suggestion.decision_reason == "Too dear"


def test_a_withdrawn_suggestion_was_never_decided(world):
    assert make_suggestion(world, "withdrawn").decided_on is None


def test_a_cancelled_suggestion_stays_among_the_adopted(world):
    suggestion = make_suggestion(world, "cancelled")
    assert suggestion.adopted_on == DAY
    assert Suggestion.objects.counted().filter(adopted_on__isnull=False).get() == suggestion


def test_a_void_suggestion_counts_nowhere_and_keeps_its_days(world):
    suggestion = step(world, make_suggestion(world, "verified"), "void")
    assert not Suggestion.objects.counted().exists()
    assert (suggestion.adopted_on, suggestion.implemented_on, suggestion.verified_on) == (DAY, DAY, DAY)


def test_assigning_keeps_the_state(world):
    suggestion = step(
        world, make_suggestion(world, "adopted"), "assign", fields={"owner": "Li", "due_on": TODAY}
    )
    assert (suggestion.status, suggestion.owner, suggestion.due_on) == ("adopted", "Li", TODAY)


def test_an_edit_is_kept_as_a_row_and_is_no_event(world):
    suggestion = make_suggestion(world, category="safety")
    suggestion = step(
        world, suggestion, "edit", fields={"title": "Renew the guard rail", "category": "safety"}
    )
    change = suggestion.changes.get(move="edit")
    assert change.details == {"title": ["Move the guard rail", "Renew the guard rail"]}
    assert not change.in_force
    first = suggestion.changes.get(move="submit")
    assert first.until_on is None
    suggestion = step(world, suggestion, "adopt", on=DAY)
    assert [row.seq for row in events(suggestion)] == [1, 2]


def test_the_change_row_tells_what_was_given(world):
    module = Module.objects.create(programme=world.programme, number=1, name_en="Cooperation")
    suggestion = step(
        world, make_suggestion(world), "edit", fields={"title": "Move the guard rail", "module": module}
    )
    assert suggestion.changes.get(move="edit").details == {"module": [None, f"1 Cooperation (#{module.pk})"]}


def test_nothing_is_saved_when_a_move_is_refused(world):
    suggestion = make_suggestion(world, "adopted")
    Mark.objects.all().delete()
    with pytest.raises(ValidationError):
        step(world, suggestion, "implement", fields={"cost": -1}, photos=[accepted_photo()])
    assert fresh(suggestion).status == "adopted"
    assert not suggestion.photos.exists()
    assert not Mark.objects.exists()
    assert events(suggestion)[-1].until_on is None


# Numbers, marks, chains.


def test_numbers_run_within_the_enterprise(world):
    other = make_enterprise(
        programme=world.programme, area=world.district, sector=world.sector, by=world.staff, code="T02"
    )
    assign(world.member, Role.EIT_MEMBER, other)
    made = [make_suggestion(world), make_suggestion(world, enterprise=other), make_suggestion(world)]
    assert [record.reference for record in made] == ["T01-S0001", "T02-S0001", "T01-S0002"]


def test_the_number_of_a_void_suggestion_is_not_used_again(world):
    make_suggestion(world, "void")
    assert make_suggestion(world).number == 2


def marked_days():
    return sorted(set(Mark.objects.filter(kind="suggestion").values_list("day", flat=True)))


def test_a_move_marks_its_own_day_and_the_days_before(world):
    suggestion = make_suggestion(world)
    Mark.objects.all().delete()
    step(world, suggestion, "adopt", on=LATER)
    assert marked_days() == [DAY, LATER]
    mark = Mark.objects.filter(day=LATER).first()
    assert (mark.enterprise, mark.area) == (world.enterprise, world.district)


def test_intervals_follow_one_another(world):
    suggestion = step(world, make_suggestion(world), "adopt", on=LATER)
    suggestion = step(world, suggestion, "implement")
    rows = events(suggestion)
    assert [(row.happened_on, row.until_on) for row in rows] == [(DAY, LATER), (LATER, TODAY), (TODAY, None)]
    assert [row.seq for row in rows] == [1, 2, 3]


def test_what_may_be_done_now_is_in_the_order_of_the_table(world):
    suggestion = make_suggestion(world)
    names = [row.move for row in workflow.available(suggestion, by=world.leader, today=TODAY)]
    assert names == ["adopt", "defer", "reject", "withdraw", "edit", "void"]
    assert workflow.available(suggestion, by=world.authority, today=TODAY) == []


def test_every_state_can_be_reached():
    assert set(TO_STATUS) == set(Status.values)


def test_the_day_of_the_factory_lies_in_the_programme():
    assert START < DAY < TODAY
    assert isinstance(DAY, date)
