"""Many moves at once share the table and the checks of single ones."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from conftest import TODAY, assign, make_enterprise
from enterprises.models import Mark, Role
from score_mis.lib import workflow
from score_mis.lib.workflow import Move, TransitionError
from suggestions.models import Suggestion, SuggestionChange
from suggestions.tests.factories import DAY, accepted_photo, make_suggestion, step

pytestmark = pytest.mark.django_db
STORY = [
    ("submit", "member", 0, {"title": "Light over press 4", "category": "safety"}, ""),
    ("edit", "member", 0, {"title": "More light over press 4"}, ""),
    ("defer", "leader", 2, {}, "Ask the electrician first"),
    ("adopt", "leader", 5, {"owner": "Ms Li", "cost": 1200}, ""),
    ("implement", "member", 9, {"saving_actual": 300}, ""),
    ("send_back", "consultant", 12, {}, "Too dark on the left"),
    ("implement", "member", 15, {}, ""),
    ("verify", "consultant", 20, {}, ""),
]


def new(world, **kwargs):
    return Suggestion(enterprise=world.enterprise, **kwargs)


def moves_of(world, record, story=STORY, **kwargs):
    return [
        Move(record=record, move=move, by=getattr(world, who), on=DAY + timedelta(days=days), fields=fields,
             reason=reason, **kwargs)
        for move, who, days, fields, reason in story
    ]  # fmt: skip


def columns(record, without):
    return {
        f.attname: getattr(record, f.attname) for f in record._meta.concrete_fields if f.name not in without
    }


def story_of(record):
    without = {"id", "suggestion", "entered_at"}
    return [columns(change, without) for change in record.changes.order_by("pk")]


def test_many_moves_leave_what_single_moves_leave(world):
    single = new(world)
    for item in moves_of(world, single):
        single = workflow.perform(
            single, item.move, by=item.by, today=TODAY, on=item.on, reason=item.reason, fields=item.fields
        )
    marks = set(Mark.objects.filter(kind="suggestion").values_list("enterprise", "area", "day"))
    Mark.objects.all().delete()
    many = new(world)
    assert workflow.perform_many(moves_of(world, many), today=TODAY) == len(STORY)
    assert set(Mark.objects.filter(kind="suggestion").values_list("enterprise", "area", "day")) == marks
    single, many = Suggestion.objects.get(pk=single.pk), Suggestion.objects.get(pk=many.pk)
    assert columns(many, {"id", "number"}) == columns(single, {"id", "number"})
    assert (single.number, many.number) == (1, 2)
    assert story_of(many) == story_of(single)


def test_moves_of_many_records_may_be_mixed(world):
    first, second = new(world), new(world)
    mixed = [
        item for pair in zip(moves_of(world, first), moves_of(world, second), strict=True) for item in pair
    ]
    workflow.perform_many(mixed, today=TODAY)
    assert [record.number for record in (first, second)] == [1, 2]
    assert len(story_of(first)) == len(story_of(second)) == len(STORY)


def test_saved_records_are_taken_further(world):
    record = make_suggestion(world, "adopted")
    workflow.perform_many(moves_of(world, record, STORY[4:5]), today=TODAY)
    record = Suggestion.objects.get(pk=record.pk)
    assert (record.status, record.implemented_on) == ("implemented", DAY + timedelta(days=9))
    rows = list(record.changes.order_by("seq"))
    assert [row.until_on for row in rows] == [DAY, DAY + timedelta(days=9), None]


def test_numbers_go_on_from_those_used(world):
    make_suggestion(world)
    records = [new(world) for _ in range(3)]
    workflow.perform_many([item for r in records for item in moves_of(world, r, STORY[:1])], today=TODAY)
    assert [record.number for record in records] == [2, 3, 4]


def test_two_enterprises_are_numbered_apart(world):
    other = make_enterprise(
        programme=world.programme, area=world.district, sector=world.sector, by=world.staff, code="T02"
    )
    assign(world.member, Role.EIT_MEMBER, other)
    records = [new(world), Suggestion(enterprise=other), new(world)]
    workflow.perform_many([item for r in records for item in moves_of(world, r, STORY[:1])], today=TODAY)
    assert [record.reference for record in records] == ["T01-S0001", "T02-S0001", "T01-S0002"]


def test_entry_times_of_older_records_are_kept(world):
    moment = datetime(2017, 6, 3, 8, 30, tzinfo=UTC)
    record = new(world)
    workflow.perform_many(moves_of(world, record, STORY[:2], entered_at=moment), today=TODAY)
    assert {change.entered_at for change in record.changes.all()} == {moment}


def test_photos_come_along(world):
    record = new(world)
    items = moves_of(world, record, STORY[:1], photos=[accepted_photo()])
    workflow.perform_many(items, today=TODAY)
    assert [photo.kind for photo in record.photos.all()] == ["before"]


def test_the_roles_are_asked_for_once_an_enterprise_and_person(world, django_assert_max_num_queries):
    records = [new(world) for _ in range(20)]
    items = [item for r in records for item in moves_of(world, r, STORY[:1])]
    with django_assert_max_num_queries(55):  # for a record: its marks, its enterprise; a few for all
        workflow.perform_many(items, today=TODAY)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"by": "member"}, PermissionDenied),
        ({"move": "verify"}, TransitionError),
        ({"on": TODAY + timedelta(days=1)}, ValidationError),
        ({"on": DAY - timedelta(days=1)}, ValidationError),
    ],
    ids=["wrong role", "wrong state", "future", "before the previous step"],
)
def test_one_wrong_move_and_nothing_is_saved(world, change, error):
    good, bad = new(world), new(world)
    wrong = {"by": "leader", "move": "adopt", "on": DAY} | change
    wrong["by"] = getattr(world, wrong["by"])
    items = [*moves_of(world, good), *moves_of(world, bad, STORY[:1]), Move(record=bad, **wrong)]
    with pytest.raises(error):
        workflow.perform_many(items, today=TODAY)
    assert not Suggestion.objects.exists()
    assert not SuggestionChange.objects.exists()


def test_two_keys_hold_for_many(world):
    record = make_suggestion(world, "adopted")
    story = [("implement", "leader", 1, {}, ""), ("verify", "leader", 2, {}, "")]
    with pytest.raises(TransitionError):
        workflow.perform_many(moves_of(world, record, story), today=TODAY)


def test_the_database_checks_what_forms_would(world):
    record = new(world)
    item = Move(
        record=record,
        move="submit",
        by=world.member,
        on=DAY,
        fields={"title": "Light", "saving_estimated": -1},
    )
    with pytest.raises((ValidationError, IntegrityError)), transaction.atomic():
        workflow.perform_many([item], today=TODAY)


@pytest.mark.parametrize("change", [("adopt", {}), ("edit", {"title": "Quicker"})], ids=["moved", "edited"])
def test_a_record_that_somebody_else_changed_is_refused(world, change):
    old = make_suggestion(world)
    move, fields = change
    step(world, old, move, fields=fields)
    with pytest.raises(TransitionError, match="somebody else"):
        workflow.perform_many(moves_of(world, old, STORY[3:4]), today=TODAY)


def test_a_record_that_is_gone_is_refused(world):
    record = new(world)
    record.pk = 4711
    with pytest.raises(TransitionError):
        workflow.perform_many(moves_of(world, record, STORY[3:4]), today=TODAY)


def test_two_copies_of_one_record_are_a_mistake_of_the_caller(world):
    record = make_suggestion(world)
    copied = Suggestion.objects.get(pk=record.pk)
    items = [*moves_of(world, record, STORY[2:3]), *moves_of(world, copied, STORY[2:3])]
    with pytest.raises(ValueError, match="two copies"):
        workflow.perform_many(items, today=TODAY)


def test_no_moves_are_no_work(world, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert workflow.perform_many([], today=TODAY) == 0
