"""The moves of a suggestion, row by row of the table."""

from contextlib import contextmanager
from copy import copy
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from conftest import START, TODAY, assign, make_enterprise, make_user
from enterprises.models import Mark, Position, Role, Team, TeamMember
from score_mis.lib import workflow
from score_mis.lib.workflow import EDIT, NEW, TransitionError
from suggestions.models import Status, Suggestion, SuggestionChange
from suggestions.tests.factories import DAY, TO_STATUS, accepted_photo, make_suggestion, step
from suggestions.workflow import SUGGESTION
from training.models import Module

pytestmark = pytest.mark.django_db
LATER = DAY + timedelta(days=5)

WHO = {
    "submit": {"member", "leader", "consultant"},
    "adopt": {"leader"},
    "defer": {"leader"},
    "reject": {"leader"},
    "withdraw": {"member", "leader"},
    "assign": {"leader"},
    "implement": {"member", "leader"},
    "verify": {"leader", "consultant"},
    "send_back": {"leader", "consultant"},
    "cancel": {"leader"},
    "edit": {"member", "leader", "consultant"},
    "void": {"leader", "consultant", "staff"},
}
ROWS = [(row.move, source) for row in SUGGESTION.rows for source in sorted(row.sources)]


def fresh(suggestion):
    return Suggestion.objects.get(pk=suggestion.pk)


def start(world, source):
    """A record from which a row starts; a new one is not saved."""
    if source == NEW:
        return Suggestion(enterprise=world.enterprise)
    return make_suggestion(world, source)


@contextmanager
def undone():
    """Take back whatever happens inside."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def extras(move, world):
    return {"fields": {"enterprise": world.enterprise, "title": "Light"}} if move == "submit" else {}


def events(suggestion):
    return list(suggestion.changes.filter(in_force=True).order_by("seq"))


# Every row of the table: by everybody who may, by nobody else.


@pytest.mark.parametrize(("move", "source"), ROWS)
def test_a_row_leads_to_its_target(world, move, source):
    record = start(world, source)
    who = getattr(world, sorted(WHO[move])[0])
    moved = step(world, record, move, by=who, on=LATER, **extras(move, world))
    row = SUGGESTION.row(move, source)
    assert fresh(moved).status == (row.target or source)
    change = moved.changes.order_by("pk").last()
    assert (change.move, change.source, change.target) == (move, source, moved.status)
    assert change.by == who
    assert change.in_force is (move != EDIT)
    for name in row.dates:
        assert getattr(fresh(moved), name) == LATER
    if row.actor:
        assert getattr(fresh(moved), row.actor) == who


@pytest.mark.parametrize(("move", "source"), ROWS)
def test_only_the_right_roles_make_a_move(world, move, source):
    record = start(world, source)
    count = SuggestionChange.objects.count()
    for part, who in world.cast().items():
        allowed = part in WHO[move]
        assert workflow.may(record, move, by=who, today=TODAY) is allowed, part
        if allowed:
            with undone():
                step(world, copy(record), move, by=who, **extras(move, world))
        else:
            with pytest.raises(PermissionDenied):
                step(world, record, move, by=who, **extras(move, world))
        assert SuggestionChange.objects.count() == count


@pytest.mark.parametrize("source", Status.values)
def test_a_move_out_of_the_wrong_state_is_refused(world, source):
    record = make_suggestion(world, source)
    count = record.changes.count()
    wrong = [move for move in WHO if SUGGESTION.row(move, source) is None]
    assert "submit" in wrong
    for move in wrong:
        with pytest.raises(TransitionError, match=str(Status(source).label)):
            step(world, record, move)
    assert fresh(record).status == source
    assert record.changes.count() == count


def test_an_unknown_move_is_named(world):
    with pytest.raises(TransitionError, match="promote"):
        step(world, make_suggestion(world), "promote")


def test_a_role_that_ended_gives_nothing(world):
    former = make_user("former")
    assign(former, Role.EIT_MEMBER, world.enterprise, until_on=TODAY - timedelta(days=1))
    with pytest.raises(PermissionDenied):
        step(world, make_suggestion(world, "adopted"), "implement", by=former)


def test_a_deputy_decides_and_a_former_leader_does_not(world):
    deputy, former = make_user("deputy"), make_user("former")
    for user, position, until_on in ((deputy, Position.DEPUTY, None), (former, Position.LEADER, LATER)):
        assign(user, Role.EIT_MEMBER, world.enterprise)
        TeamMember.objects.create(
            team=world.team, user=user, name=user.name, position=position, standing="manager",
            from_on=START, until_on=until_on,
        )  # fmt: skip
    with pytest.raises(PermissionDenied):
        step(world, make_suggestion(world), "adopt", by=former)
    assert step(world, make_suggestion(world), "adopt", by=deputy).status == "adopted"


def test_a_member_cannot_submit_for_another_enterprise(world):
    other = make_enterprise(
        programme=world.programme, area=world.district, sector=world.sector, by=world.staff, code="T02"
    )
    with pytest.raises(PermissionDenied):
        workflow.perform(
            Suggestion(enterprise=world.enterprise), "submit", by=world.member, today=TODAY,
            fields={"enterprise": other, "title": "Elsewhere"},
        )  # fmt: skip
    with pytest.raises(PermissionDenied):
        workflow.perform_many(
            [
                workflow.Move(
                    record=Suggestion(enterprise=world.enterprise), move="submit", by=world.member, on=DAY,
                    fields={"enterprise": other, "title": "Elsewhere"},
                )
            ],
            today=TODAY,
        )  # fmt: skip
    assert not Suggestion.objects.exists()


# What a move needs.


@pytest.mark.parametrize(
    ("move", "source"), [(move, source) for move, source in ROWS if SUGGESTION.row(move, source).reason]
)
@pytest.mark.parametrize("reason", ["", "  \n"])
def test_a_missing_reason_is_asked_for_beside_its_field(world, move, source, reason):
    record = make_suggestion(world, source)
    with pytest.raises(ValidationError) as refused:
        step(world, record, move, reason=reason)
    assert set(refused.value.message_dict) == {"reason"}
    assert fresh(record).status == source


@pytest.mark.parametrize(
    ("move", "source", "field"),
    [
        ("submit", "", "title"),
        ("reject", "submitted", "decision_reason"),
        ("assign", "adopted", "owner"),
        ("edit", "submitted", "title"),
    ],
)
def test_a_missing_value_is_asked_for_beside_its_field(world, move, source, field):
    record = start(world, source)
    with pytest.raises(ValidationError) as refused:
        step(world, record, move, fields={field: ""})
    assert set(refused.value.message_dict) == {field}


@pytest.mark.parametrize("name", ["cost", "saving_actual"])
def test_a_negative_amount_is_refused_beside_its_field(world, name):
    record = make_suggestion(world, "adopted")
    with pytest.raises(ValidationError) as refused:
        step(world, record, "implement", fields={name: -1})
    assert name in refused.value.message_dict
    assert fresh(record).status == "adopted"
    assert fresh(record).implemented_on is None


def test_a_move_takes_only_its_own_fields(world):
    with pytest.raises(TypeError, match="saving_actual"):
        step(world, make_suggestion(world), "adopt", fields={"saving_actual": 5})


def test_a_move_without_photo_takes_none(world):
    with pytest.raises(TypeError, match="photos"):
        step(world, make_suggestion(world), "adopt", photos=[accepted_photo()])


def test_an_anonymous_suggestion_has_no_name(world):
    with pytest.raises(ValidationError) as refused:
        make_suggestion(world, is_anonymous=True, proposer="Wang Fang")
    assert "proposer" in refused.value.message_dict


def test_team_and_visit_belong_to_the_enterprise(world):
    other = make_enterprise(
        programme=world.programme, area=world.district, sector=world.sector, by=world.staff, code="T02"
    )
    team = Team.objects.create(enterprise=other, name_en="Other team", formed_on=START)
    with pytest.raises(ValidationError) as refused:
        make_suggestion(world, team=team)
    assert set(refused.value.message_dict) == {"team"}


def test_photos_come_with_a_suggestion_and_with_its_result(world):
    suggestion = make_suggestion(world, photo=accepted_photo())
    suggestion = step(world, suggestion, "adopt")
    suggestion = step(world, suggestion, "implement", photos=[accepted_photo()])
    assert [(p.kind, p.added_by) for p in suggestion.photos.order_by("pk")] == [
        ("before", world.member),
        ("after", world.member),
    ]


# Days.


def test_the_event_day_is_today_unless_another_is_given(world):
    suggestion = workflow.perform(
        Suggestion(enterprise=world.enterprise),
        "submit",
        by=world.member,
        today=TODAY,
        fields={"title": "Light"},
    )
    assert suggestion.submitted_on == TODAY


def test_a_future_day_is_refused(world):
    with pytest.raises(ValidationError) as refused:
        step(world, make_suggestion(world), "adopt", on=TODAY + timedelta(days=1))
    assert set(refused.value.message_dict) == {"happened_on"}


def test_a_day_before_the_previous_step_is_refused(world):
    with pytest.raises(ValidationError, match="2017-06-01") as refused:
        step(world, make_suggestion(world), "adopt", on=DAY - timedelta(days=1))
    assert set(refused.value.message_dict) == {"happened_on"}


def test_the_day_of_the_previous_step_is_allowed(world):
    assert step(world, make_suggestion(world), "adopt", on=DAY).adopted_on == DAY


def test_the_entry_time_is_kept_beside_the_day(world):
    change = make_suggestion(world).changes.get()
    assert change.happened_on == DAY
    assert change.entered_at.date() >= DAY


# The ways through the table.


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
