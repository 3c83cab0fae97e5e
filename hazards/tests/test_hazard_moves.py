"""Every move of a hazard: who, from where, with what; the two keys, deadlines, and what the database refuses."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from conftest import TODAY, assign, make_enterprise
from enterprises.models import Mark, Role
from hazards.models import Hazard, HazardChange
from hazards.tests.factories import (
    FOUND_ON,
    ORDER,
    STATES,
    make_check,
    make_finding,
    make_hazard,
    make_order,
    make_rectified,
    make_version,
    move,
    picture,
)
from hazards.workflow import HAZARD
from score_mis.lib import photos, workflow
from score_mis.lib.workflow import Move, TransitionError, perform_many

LATER = date(2017, 12, 16)
DONE = {"evidence": "Cleared", "no_photo_reason": "camera broken"}
GOOD = {
    "identify": {"fields": {"description": "Exit blocked", "place": "Store"}},
    "assign": {"fields": ORDER},
    "rectify": {"fields": DONE},
    "rectify_on_spot": {"fields": DONE},
    "verify": {"fields": {"verification_note": "seen"}},
    "send_back": {"reason": "still blocked"},
    "extend": {"fields": {"deadline": date(2017, 12, 15)}, "reason": "parts are late"},
    "regrade": {"fields": {"level": "general"}, "reason": "graded anew"},
    "edit": {"fields": {"description": "Exit blocked by pallets", "place": "Store"}},
    "void": {"reason": "reported twice"},
}
ABLE = {
    "identify": "member consultant inspector leader",
    "assign": "inspector leader",
    "rectify": "member leader",
    "rectify_on_spot": "member leader",
    "verify": "inspector consultant",
    "send_back": "inspector consultant",
    "extend": "inspector",
    "regrade": "inspector",
    "edit": "member consultant inspector leader",
    "void": "inspector staff",
}


def test_the_tables_of_this_file_are_complete():
    assert {row.move for row in HAZARD.rows} == set(GOOD) == set(ABLE)


@pytest.mark.parametrize("name", GOOD)
def test_only_the_right_people_make_it_from_the_right_states(world, at, name):
    row = next(row for row in HAZARD.rows if row.move == name)
    for part, person in world.cast().items():
        for source in sorted(row.sources):
            hazard = at(source)
            if part in ABLE[name].split():
                after = move(hazard, name, by=person, **GOOD[name])
                assert after.status == (row.target or source)
                change = after.changes.order_by("pk").last()
                assert (change.move, change.source, change.target) == (name, source, after.status)
                assert (change.happened_on, change.by) == (TODAY, person)
            else:
                with pytest.raises(PermissionDenied):
                    move(hazard, name, by=person, **GOOD[name])


@pytest.mark.parametrize("name", GOOD)
def test_it_is_refused_from_every_other_state(world, at, name):
    sources = next(row.sources for row in HAZARD.rows if row.move == name)
    person = getattr(world, ABLE[name].split()[0])
    for state in STATES:
        if state not in sources:
            hazard = at(state)
            before = list(hazard.changes.values())
            with pytest.raises(TransitionError, match="not possible"):
                move(hazard, name, by=person, **GOOD[name])
            assert list(hazard.changes.values()) == before


@pytest.mark.parametrize(
    ("source", "name", "who", "given", "missing"),
    [
        ("", "identify", "member", {"fields": {}}, {"description", "place"}),
        ("identified", "assign", "inspector", {"fields": {}}, {"responsible", "measures", "deadline"}),
        ("assigned", "rectify", "member", {"fields": {"no_photo_reason": "none"}}, {"evidence"}),
        ("assigned", "rectify", "member", {"fields": {"evidence": "done"}}, {"photo"}),
        ("identified", "rectify_on_spot", "member", {"fields": {"evidence": "done"}}, {"photo"}),
        ("rectified", "send_back", "inspector", {}, {"reason"}),
        ("assigned", "extend", "inspector", {"fields": {"deadline": None}}, {"deadline", "reason"}),
        ("assigned", "regrade", "inspector", {"fields": {"level": "major"}}, {"reason"}),
        (
            "assigned",
            "edit",
            "member",
            {"fields": {"description": "", "place": ""}},
            {"description", "place"},
        ),
        ("verified", "void", "staff", {"reason": "   "}, {"reason"}),
    ],
)
def test_what_is_missing_is_named(world, at, source, name, who, given, missing):
    hazard = at(source)
    with pytest.raises(ValidationError) as caught:
        move(hazard, name, by=getattr(world, who), **given)
    assert set(caught.value.error_dict) == missing
    assert not source or Hazard.objects.get().status == source


def test_each_move_fills_and_empties_its_columns(world, at):
    hazard = at("verified")
    assert (hazard.identified_on, hazard.assigned_on) == (FOUND_ON, FOUND_ON)
    assert (hazard.rectified_on, hazard.rectified_by) == (date(2017, 12, 5), world.leader)
    assert (hazard.verified_on, hazard.verified_by) == (date(2017, 12, 6), world.inspector)
    assert hazard.original_deadline == hazard.deadline == ORDER["deadline"]


def test_sent_back_it_is_open_again_and_the_rows_tell_both_times(world, at):
    hazard = move(at("rectified"), "send_back", by=world.consultant, on=date(2017, 12, 7), reason="dirty")
    assert hazard.status == "assigned"
    assert (hazard.rectified_on, hazard.rectified_by, hazard.evidence) == (None, None, "")
    hazard = move(hazard, "rectify", by=world.member, on=date(2017, 12, 9), fields=DONE)
    hazard = move(hazard, "verify", by=world.consultant, on=date(2017, 12, 9))
    days = [(c.move, c.happened_on.day, c.until_on and c.until_on.day) for c in hazard.changes.all()]
    assert days == [
        ("identify", 1, 1), ("assign", 1, 5), ("rectify", 5, 7), ("send_back", 7, 9), ("rectify", 9, 9),
        ("verify", 9, None),
    ]  # fmt: skip


def test_whoever_rectified_neither_verifies_nor_sends_back(world, at):
    assign(world.leader, Role.INSPECTOR, world.district)
    hazard = at("rectified")
    for name in ("verify", "send_back"):
        with pytest.raises(TransitionError, match="somebody else must verify"):
            move(hazard, name, by=world.leader, reason="me")
    assert move(hazard, "verify", by=world.inspector).status == "verified"


def test_a_major_hazard_is_ordered_with_a_contingency_plan(world, at):
    hazard = at("identified", level="major")
    with pytest.raises(ValidationError) as caught:
        make_order(hazard, by=world.inspector)
    assert set(caught.value.error_dict) == {"contingency"}
    assert make_order(hazard, by=world.inspector, contingency="close the hall").status == "assigned"


def test_a_major_hazard_is_never_rectified_on_the_spot(world, at):
    hazard = at("identified", level="major")
    with pytest.raises(TransitionError, match="ordered before"):
        move(hazard, "rectify_on_spot", by=world.member, fields=DONE)
    assert not workflow.may(hazard, "rectify_on_spot", by=world.member, today=TODAY)


def test_a_major_hazard_is_verified_or_sent_back_by_an_inspector(world, at):
    hazard = at("rectified", level="major")
    for name in ("verify", "send_back"):
        with pytest.raises(TransitionError, match="verified by an inspector"):
            move(hazard, name, by=world.consultant, reason="no")
    assert move(hazard, "verify", by=world.inspector).status == "verified"


def test_a_general_hazard_regraded_to_major_must_be_planned(world, at):
    hazard = at("assigned")
    with pytest.raises(ValidationError) as refusal:
        move(hazard, "regrade", by=world.inspector, fields={"level": "major"}, reason="worse than thought")
    assert set(refusal.value.message_dict) == {"contingency"}
    fields = {"level": "major", "contingency": "close the hall"}
    assert move(hazard, "regrade", by=world.inspector, fields=fields, reason="worse").level == "major"


def test_a_general_hazard_may_be_rectified_on_the_spot(world, at):
    hazard = move(at("identified"), "rectify_on_spot", by=world.member, on=FOUND_ON, fields=DONE)
    assert (hazard.status, hazard.rectified_on, hazard.assigned_on) == ("rectified", FOUND_ON, None)


def test_an_after_photo_is_as_good_as_a_reason(world, at):
    clean = photos.accept(picture())
    hazard = move(at("assigned"), "rectify", by=world.member, fields={"evidence": "done"}, photos=[clean])
    assert [photo.kind for photo in hazard.photos.all()] == ["after"]


def test_a_before_photo_does_not_show_the_rectification(world):
    fields = {"description": "Exit blocked", "place": "Store"}
    new = Hazard(enterprise=world.enterprise)
    hazard = move(new, "identify", by=world.member, fields=fields, photos=[photos.accept(picture())])
    assert [photo.kind for photo in hazard.photos.all()] == ["before"]
    with pytest.raises(ValidationError) as caught:
        move(hazard, "rectify_on_spot", by=world.member, fields={"evidence": "done"})
    assert set(caught.value.error_dict) == {"photo"}


def test_days_run_forward_and_never_into_the_future(world, at):
    hazard = at("assigned")
    for day in (FOUND_ON - timedelta(days=1), TODAY + timedelta(days=1)):
        with pytest.raises(ValidationError) as caught:
            move(hazard, "rectify", by=world.member, on=day, fields=DONE)
        assert set(caught.value.error_dict) == {"happened_on"}


def test_a_void_hazard_counts_nowhere_and_is_kept(world, at):
    hazard = at("void")
    assert hazard not in Hazard.objects.counted()
    assert [change.move for change in hazard.changes.all()] == ["identify", "void"]


def test_links_stay_within_the_enterprise(world, at):
    other = make_enterprise(
        programme=world.programme, area=world.district, sector=world.sector, by=world.staff, code="T02"
    )
    foreign = make_hazard(by=world.inspector, enterprise=other)
    with pytest.raises(ValidationError, match="another enterprise"):
        make_hazard(by=world.inspector, enterprise=world.enterprise, repeat_of=foreign)
    own = at("verified")
    again = make_hazard(by=world.inspector, enterprise=world.enterprise, repeat_of=own)
    assert list(own.repeats.all()) == [again]


def test_a_wrong_date_is_mended_and_the_columns_follow(world, at):
    hazard = at("verified")
    change = hazard.changes.get(move="rectify")
    workflow.correct(change, by=world.inspector, today=TODAY, on=date(2017, 12, 3), reason="typed wrongly")
    hazard.refresh_from_db()
    assert (hazard.rectified_on, hazard.verified_on) == (date(2017, 12, 3), date(2017, 12, 6))
    assert hazard.changes.filter(move="rectify").count() == 2
    for person in (world.member, world.consultant, world.authority):
        with pytest.raises(PermissionDenied):
            workflow.correct(hazard.changes.last(), by=person, today=TODAY, on=TODAY, reason="no")


def test_every_move_marks_the_days_that_change(world, at):
    hazard = at("rectified")
    Mark.objects.all().delete()
    move(hazard, "send_back", by=world.inspector, on=date(2017, 12, 7), reason="dirty")
    days = set(Mark.objects.values_list("day", flat=True))
    assert {FOUND_ON, date(2017, 12, 5), date(2017, 12, 7), date(2017, 12, 11)} <= days
    assert set(Mark.objects.values_list("kind", flat=True)) == {"hazard"}


def story(world, hazard):
    """What happens to one hazard, as moves."""
    say = {"record": hazard}
    return [
        Move(move="identify", by=world.inspector, on=FOUND_ON, fields=GOOD["identify"]["fields"], **say),
        Move(move="assign", by=world.inspector, on=FOUND_ON, fields=ORDER, **say),
        Move(move="rectify", by=world.leader, on=date(2017, 12, 5), fields=DONE, **say),
        Move(move="send_back", by=world.inspector, on=date(2017, 12, 6), reason="dirty", **say),
        Move(move="extend", by=world.inspector, on=date(2017, 12, 7), **GOOD["extend"], **say),
        Move(move="rectify", by=world.leader, on=date(2017, 12, 8), fields=DONE, **say),
        Move(move="verify", by=world.inspector, on=date(2017, 12, 9), **say),
    ]


def kept(model, **where):
    """All columns of the rows but the keys, the number and the moment of entry."""
    unlike = {"id", "number", "hazard_id", "entered_at"}
    rows = model.objects.filter(**where).order_by("pk").values()
    return [{name: value for name, value in row.items() if name not in unlike} for row in rows]


def test_many_at_once_is_the_same_as_one_by_one(world):
    single = Hazard(enterprise=world.enterprise)
    for item in story(world, single):
        options = {"on": item.on, "fields": item.fields, "reason": item.reason}
        single = move(single, item.move, by=item.by, **options)
    bulk = [Hazard(enterprise=world.enterprise) for _ in range(2)]
    assert perform_many([m for hazard in bulk for m in story(world, hazard)], today=TODAY) == 14
    for hazard in bulk:
        assert kept(Hazard, pk=hazard.pk) == kept(Hazard, pk=single.pk)
        assert kept(HazardChange, hazard=hazard) == kept(HazardChange, hazard=single)
    assert list(Hazard.objects.order_by("pk").values_list("number", flat=True)) == [1, 2, 3]


@pytest.mark.parametrize(
    ("place", "change", "refusal"),
    [
        (2, {"fields": {}}, ValidationError),
        (2, {"on": TODAY + timedelta(days=1)}, ValidationError),
        (3, {"reason": ""}, ValidationError),
        (1, {"by": "member"}, PermissionDenied),
        (6, {"by": "leader"}, PermissionDenied),
        (2, {"move": "verify", "fields": {}}, (TransitionError, PermissionDenied)),
    ],
)
def test_many_at_once_refuses_what_one_by_one_refuses_and_saves_nothing(world, place, change, refusal):
    moves = story(world, Hazard(enterprise=world.enterprise))
    options = {
        name: getattr(moves[place], name) for name in ("record", "move", "by", "on", "reason", "fields")
    }
    options.update(change)
    if isinstance(options["by"], str):
        options["by"] = getattr(world, options["by"])
    moves[place] = Move(**options)
    with pytest.raises(refusal):
        perform_many(moves, today=TODAY)
    assert not Hazard.objects.exists()


@pytest.mark.parametrize(
    ("state", "values"),
    [
        ("identified", {"status": "lost"}),
        ("identified", {"identified_on": None}),
        ("rectified", {"rectified_on": date(2017, 11, 30)}),
        ("identified", {"status": "rectified"}),
        ("rectified", {"rectified_by": None}),
        ("verified", {"rectified_on": None}),
        ("verified", {"verified_on": date(2017, 12, 4)}),
        ("rectified", {"status": "verified"}),
        ("identified", {"status": "verified"}),
        ("assigned", {"level": "major"}),
        ("assigned", {"deadline": date(2017, 11, 30)}),
        ("identified", {"description": ""}),
    ],
)
def test_the_database_refuses(world, at, state, values):
    hazard = at(state)
    with pytest.raises(IntegrityError), transaction.atomic():
        Hazard.objects.filter(pk=hazard.pk).update(**values)


def test_the_database_refuses_one_person_with_both_keys(world, at):
    hazard = at("verified")
    with pytest.raises(IntegrityError), transaction.atomic():
        Hazard.objects.filter(pk=hazard.pk).update(verified_by=world.leader)


def test_the_database_refuses_a_number_twice(world, at):
    first, second = at("identified"), at("identified")
    with pytest.raises(IntegrityError), transaction.atomic():
        Hazard.objects.filter(pk=second.pk).update(number=first.number)


def test_the_database_refuses_an_item_without_a_check(world):
    version = make_version(world.programme)
    at = {"by": world.member, "enterprise": world.enterprise, "version": version}
    check = make_check(**at, answers={"E-01": "h"}, findings={"E-01": make_finding()})
    with pytest.raises(IntegrityError), transaction.atomic():
        check.hazards.update(check_event=None)


def test_the_database_refuses_two_rows_in_force_for_one_step(world, at):
    hazard = at("assigned")
    with pytest.raises(IntegrityError), transaction.atomic():
        hazard.changes.update(seq=1)


def test_a_photo_of_a_rectification_that_was_sent_back_shows_nothing(world, at):
    hazard = move(at("rectified"), "send_back", by=world.inspector, on=date(2017, 12, 7), reason="dirty")
    assert hazard.photos.filter(kind="after").exists()
    with pytest.raises(ValidationError) as refused:
        move(hazard, "rectify", by=world.leader, fields={"evidence": "Cleared again"})
    assert set(refused.value.message_dict) == {"photo"}
    again = make_rectified(hazard, by=world.leader, on=date(2017, 12, 8))
    assert (again.status, again.photos.filter(kind="after").count()) == ("rectified", 2)
