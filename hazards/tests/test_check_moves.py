"""Every move of a check: who, from where, with what, and what the database refuses."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from conftest import TODAY
from enterprises.models import Mark
from hazards.models import CheckChange, SafetyCheck
from hazards.tests.factories import FOUND_ON, make_check, make_draft, make_version, move
from hazards.workflow import CHECK
from score_mis.lib import workflow
from score_mis.lib.workflow import Move, TransitionError, perform_many

STATES = ("draft", "submitted", "superseded", "void")
ANSWERS = {"E-01": "o", "E-02": "n", "F-03": "o"}
GOOD = {
    "submit": {"fields": {"answers": ANSWERS}},
    "edit": {"fields": {"note": "half done"}},
    "supersede": {"reason": "wrong hall"},
    "discard": {},
    "void": {"reason": "entered twice"},
}
KINDS = {
    "self_check": {"member", "leader"},
    "inspector": {"inspector"},
    "consultant": {"consultant"},
    "joint": {"consultant", "inspector"},
}


@pytest.fixture
def version(world):
    return make_version(world.programme)


@pytest.fixture
def at(world, version):
    """A self-check in a state."""

    def bring(state):
        here = {"by": world.member, "enterprise": world.enterprise, "version": version}
        if state == "draft":
            return make_draft(**here)
        check = make_check(**here)
        if state == "superseded":
            return move(check, "supersede", by=world.member, reason="wrong")
        if state == "void":
            return move(check, "void", by=world.staff, reason="twice")
        return check

    return bring


def test_the_tables_of_this_file_are_complete():
    assert {row.move for row in CHECK.rows} == {"start", *GOOD}


@pytest.mark.parametrize("kind", KINDS)
def test_everybody_begins_only_checks_of_their_own_kind(world, version, kind):
    for part, person in world.cast().items():
        begin = {"by": person, "enterprise": world.enterprise, "version": version, "performed_by": kind}
        if part in KINDS[kind]:
            assert make_draft(**begin).status == "draft"
        else:
            with pytest.raises((PermissionDenied, ValidationError)):
                make_draft(**begin)


@pytest.mark.parametrize("name", GOOD)
def test_only_the_right_people_make_it_from_the_right_states(world, at, name):
    row = next(row for row in CHECK.rows if row.move == name)
    able = {"inspector", "staff"} if name == "void" else KINDS["self_check"]
    for part, person in world.cast().items():
        for source in sorted(row.sources):
            check = at(source)
            if part in able:
                after = move(check, name, by=person, **GOOD[name])
                assert after.status == (row.target or source)
                change = after.changes.order_by("pk").last()
                assert (change.move, change.source, change.target) == (name, source, after.status)
            else:
                with pytest.raises((PermissionDenied, ValidationError)):
                    move(check, name, by=person, **GOOD[name])
                check.refresh_from_db()
                assert check.status == source


@pytest.mark.parametrize("name", GOOD)
def test_it_is_refused_from_every_other_state(world, at, name):
    sources = next(row.sources for row in CHECK.rows if row.move == name)
    person = world.staff if name == "void" else world.member
    for state in STATES:
        if state not in sources:
            with pytest.raises(TransitionError, match="not possible"):
                move(at(state), name, by=person, **GOOD[name])


@pytest.mark.parametrize(
    ("source", "name", "who", "given", "missing"),
    [
        ("draft", "submit", "member", {"fields": {"answers": {}}}, {"answers"}),
        ("draft", "submit", "member", {"fields": {"answers": {"X-99": "o"}}}, {"answers"}),
        ("draft", "submit", "member", {"fields": {"answers": {"E-01": "x"}}}, {"answers"}),
        ("draft", "submit", "member", {"fields": {"answers": {"E-01": ""}}}, {"answers"}),
        ("draft", "submit", "member", {"fields": {"performed_by": "inspector"}}, {"performed_by"}),
        ("submitted", "supersede", "member", {}, {"reason"}),
        ("submitted", "void", "inspector", {"reason": " "}, {"reason"}),
    ],
)
def test_what_is_wrong_is_named(world, at, source, name, who, given, missing):
    with pytest.raises(ValidationError) as caught:
        move(at(source), name, by=getattr(world, who), **given)
    assert set(caught.value.error_dict) == missing
    assert SafetyCheck.objects.get().status == source


def test_a_kind_must_be_given(world, version):
    with pytest.raises(ValidationError) as caught:
        make_draft(by=world.member, enterprise=world.enterprise, version=version, performed_by="")
    assert set(caught.value.error_dict) == {"performed_by"}


def test_only_a_version_in_force_on_that_day_is_used(world, version):
    later = make_version(world.programme, version=2, on=date(2017, 12, 10))
    here = {"by": world.member, "enterprise": world.enterprise, "version": later}
    with pytest.raises(ValidationError) as caught:
        make_draft(**here, on=date(2017, 12, 9))
    assert set(caught.value.error_dict) == {"version"}
    assert make_draft(**here, on=date(2017, 12, 10)).version == later


def test_submitting_fills_the_day_and_keeps_the_answers(world, at):
    check = move(at("draft"), "submit", by=world.member, on=date(2017, 12, 3), fields={"answers": ANSWERS})
    assert (check.started_on, check.checked_on, check.answers) == (FOUND_ON, date(2017, 12, 3), ANSWERS)
    assert [check.count_of(letter) for letter in "ohn"] == [2, 0, 1]
    assert check in SafetyCheck.objects.counted()


def test_change_rows_do_not_repeat_the_answers(world, at):
    check = move(at("draft"), "edit", by=world.member, fields={"answers": {"E-01": "o"}, "note": "x"})
    assert check.changes.order_by("pk").last().details == {"note": ["", "x"]}
    assert not [change for change in check.changes.all() if "answers" in change.details]


def test_the_pair_is_two_people(world, version):
    here = {"enterprise": world.enterprise, "version": version, "performed_by": "joint"}
    with pytest.raises(ValidationError, match="two people"):
        make_draft(by=world.inspector, inspector=world.inspector, consultant=world.inspector, **here)
    pair = {"inspector": world.inspector, "consultant": world.consultant}
    assert make_draft(by=world.inspector, **pair, **here).consultant == world.consultant


def test_a_void_or_discarded_check_counts_nowhere(world, at):
    void, discarded = at("void"), move(at("draft"), "discard", by=world.member)
    assert discarded.status == "void"
    assert {void, discarded} & set(SafetyCheck.objects.counted()) == set()


def test_a_wrong_day_is_mended_by_overseers_alone(world, at):
    check = move(at("draft"), "submit", by=world.member, on=date(2017, 12, 5), fields={"answers": ANSWERS})
    change = check.changes.get(move="submit")
    for person in (world.member, world.consultant, world.authority):
        with pytest.raises(PermissionDenied):
            workflow.correct(change, by=person, today=TODAY, on=date(2017, 12, 3), reason="typed wrongly")
    Mark.objects.all().delete()
    workflow.correct(change, by=world.staff, today=TODAY, on=date(2017, 12, 3), reason="typed wrongly")
    check.refresh_from_db()
    assert check.checked_on == date(2017, 12, 3)
    days = set(Mark.objects.values_list("day", flat=True))
    assert {date(2017, 12, 3), date(2017, 12, 5)} <= days


def story(world, version, check):
    """What happens to one check, as moves."""
    begin = {"version": version, "performed_by": "inspector", "inspector": world.inspector}
    say = {"record": check, "by": world.inspector}
    return [
        Move(move="start", on=FOUND_ON, fields=begin, **say),
        Move(move="edit", on=FOUND_ON, fields={"note": "hall 2"}, **say),
        Move(move="submit", on=FOUND_ON, fields={"answers": ANSWERS}, **say),
        Move(move="void", on=TODAY, reason="entered twice", **say),
    ]


def kept(model, **where):
    """All columns of the rows but the keys, the number and the moment of entry."""
    unlike = {"id", "number", "check_event_id", "entered_at"}
    rows = model.objects.filter(**where).order_by("pk").values()
    return [{name: value for name, value in row.items() if name not in unlike} for row in rows]


def test_many_at_once_is_the_same_as_one_by_one(world, version):
    single = SafetyCheck(enterprise=world.enterprise)
    for item in story(world, version, single):
        options = {"on": item.on, "fields": item.fields, "reason": item.reason}
        single = move(single, item.move, by=item.by, **options)
    bulk = [SafetyCheck(enterprise=world.enterprise) for _ in range(2)]
    assert perform_many([m for check in bulk for m in story(world, version, check)], today=TODAY) == 8
    for check in bulk:
        assert kept(SafetyCheck, pk=check.pk) == kept(SafetyCheck, pk=single.pk)
        assert kept(CheckChange, check_event=check) == kept(CheckChange, check_event=single)


@pytest.mark.parametrize(
    ("place", "change"),
    [
        (0, {"fields": {"performed_by": "self_check"}}),
        (2, {"fields": {"answers": {"X-99": "o"}}}),
        (2, {"on": FOUND_ON - timedelta(days=1)}),
        (3, {"reason": ""}),
    ],
)
def test_many_at_once_refuses_what_one_by_one_refuses_and_saves_nothing(world, version, place, change):
    moves = story(world, version, SafetyCheck(enterprise=world.enterprise, version=version))
    options = {
        name: getattr(moves[place], name) for name in ("record", "move", "by", "on", "reason", "fields")
    }
    moves[place] = Move(**{**options, **change})
    with pytest.raises(ValidationError):
        perform_many(moves, today=TODAY)
    assert not SafetyCheck.objects.exists()


@pytest.mark.parametrize(
    ("state", "values"),
    [
        ("draft", {"status": "lost"}),
        ("draft", {"status": "submitted"}),
        ("submitted", {"checked_on": None}),
        ("superseded", {"checked_on": None}),
    ],
)
def test_the_database_refuses(world, at, state, values):
    check = at(state)
    with pytest.raises(IntegrityError), transaction.atomic():
        SafetyCheck.objects.filter(pk=check.pk).update(**values)


def test_the_database_refuses_a_pair_of_one(world, at):
    check = at("draft")
    with pytest.raises(IntegrityError), transaction.atomic():
        SafetyCheck.objects.filter(pk=check.pk).update(inspector=world.inspector, consultant=world.inspector)


def test_the_database_refuses_two_corrections_of_one_check(world, at):
    old, first, second = at("superseded"), at("submitted"), at("submitted")
    SafetyCheck.objects.filter(pk=first.pk).update(replaces=old)
    with pytest.raises(IntegrityError), transaction.atomic():
        SafetyCheck.objects.filter(pk=second.pk).update(replaces=old)


def test_the_database_refuses_a_number_twice(world, at):
    first, second = at("draft"), at("draft")
    with pytest.raises(IntegrityError), transaction.atomic():
        SafetyCheck.objects.filter(pk=second.pk).update(number=first.number)
