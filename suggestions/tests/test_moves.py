"""The moves of a suggestion, row by row of the table."""

from contextlib import contextmanager
from copy import copy
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from conftest import START, TODAY, assign, make_enterprise, make_user
from enterprises.models import Position, Role, Team, TeamMember
from score_mis.lib import workflow
from score_mis.lib.workflow import EDIT, NEW, TransitionError
from suggestions.models import Status, Suggestion, SuggestionChange
from suggestions.tests.factories import DAY, accepted_photo, make_suggestion, step
from suggestions.workflow import SUGGESTION

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
