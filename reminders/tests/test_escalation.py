"""Long overdue hazards are reported to those in charge: once for each hazard, deadline and step, whatever day it is."""

from datetime import timedelta
from smtplib import SMTPServerDisconnected

import pytest
from django.db import IntegrityError, transaction

from conftest import TODAY, assign, make_enterprise, make_user
from enterprises.models import Role
from hazards.tests.factories import make_rectified, move
from reminders.models import Escalation, Kind, Message, Outcome, Wish
from reminders.tests.mailing import FAILING, go, later, overdue, to

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _no_digests(world):
    """These tests look at escalations alone."""
    for user in world.cast().values():
        Wish.objects.create(person=user, digest=False)


def told(user):
    """What a person was told of: number and step."""
    rows = Escalation.objects.filter(person=user).order_by("pk")
    return [(row.hazard.number, row.step) for row in rows]


@pytest.mark.parametrize(("days", "step"), [(6, None), (7, 7), (29, 7), (30, 30), (500, 30)])
def test_a_step_is_reached_after_7_and_after_30_days(world, days, step):
    # the hazard of the tests was found in spring; the clock stands so many days after its deadline
    hazard = overdue(world, 0, today=TODAY)
    mails = go(TODAY + days * DAY)
    assert bool(to(mails, world.inspector)) is bool(step)
    assert bool(to(mails, world.authority)) is bool(step)
    assert told(world.inspector) == ([(hazard.number, step)] if step else [])
    assert {one.to[0] for one in mails} <= {world.inspector.email, world.authority.email}


def test_each_step_is_told_once_also_when_the_job_did_not_run_that_day(world):
    hazard = overdue(world, 0)
    told_on = [n for n in (5, 8, 9, 12, 31, 32, 60) if to(go(TODAY + n * DAY), world.inspector)]
    assert told_on == [8, 31]  # the 7th and the 30th day were missed
    assert told(world.inspector) == [(hazard.number, 7), (hazard.number, 30)]


def test_after_a_long_pause_only_the_highest_step_is_told(world):
    hazard = overdue(world, 0)
    assert go(TODAY + 45 * DAY)
    assert go(TODAY + 46 * DAY) == []
    assert told(world.authority) == [(hazard.number, 30)]


def test_one_mail_tells_of_all(world):
    for days in (8, 9, 40):
        overdue(world, days, description=f"Late by {days}")
    [sent] = to(go(), world.inspector)
    assert sent.subject == "SCORE MIS: 3 hazards are long overdue"
    assert sent.body.index("Late by 40") < sent.body.index("Late by 9") < sent.body.index("Late by 8")
    assert "responsible: Wang" in sent.body
    assert "?overdue=yes" in sent.body
    message = Message.objects.get(person=world.inspector)
    assert message.about == "T01-H0003 (30), T01-H0002 (7), T01-H0001 (7)"


def test_a_new_deadline_begins_anew(world):
    hazard = overdue(world, 8)
    assert to(go(), world.inspector)
    move(
        hazard, "extend", by=world.inspector, on=TODAY, fields={"deadline": TODAY + 10 * DAY}, reason="Parts"
    )
    assert go(TODAY + 16 * DAY) == []
    assert to(go(TODAY + 17 * DAY), world.inspector)
    assert told(world.inspector) == [(hazard.number, 7), (hazard.number, 7)]


def test_what_was_rectified_is_told_no_more(world):
    hazard = overdue(world, 8)
    make_rectified(hazard, by=world.member, on=TODAY)
    assert go(TODAY + 30 * DAY) == []


def test_the_database_keeps_each_step_once(world):
    overdue(world, 8)
    go()
    row = Escalation.objects.first()
    row.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


def test_others_in_other_areas_are_not_told(world):
    overdue(world, 8)
    mails = go()
    assert {one.to[0] for one in mails} == {world.inspector.email, world.authority.email}
    assert told(world.outsider) == []
    assert told(world.consultant) == []


def test_the_nearest_authority_is_told_and_not_the_ones_above(world):
    near = make_user("near")
    assign(near, Role.AUTHORITY, world.district)
    other = make_enterprise(
        programme=world.programme,
        area=world.other_district,
        sector=world.sector,
        by=world.staff,
        code="T02",
    )
    here, there = overdue(world, 8), overdue(world, 8, enterprise=other, by=world.outsider)
    mails = go()
    assert [(row.person, row.hazard) for row in Escalation.objects.filter(person=near)] == [(near, here)]
    assert [row.hazard for row in Escalation.objects.filter(person=world.authority)] == [there]
    [sent] = to(mails, near)
    assert there.reference not in sent.body


@pytest.mark.parametrize("how", ["wish", "address", "account", "ended"])
def test_where_the_nearest_authority_gets_no_mail_the_one_above_does(world, how):
    near = make_user("near")
    assignment = assign(near, Role.AUTHORITY, world.district)
    if how == "wish":
        Wish.objects.create(person=near, escalation=False)
    elif how == "address":
        near.email = ""
    elif how == "account":
        near.is_active = False
    else:
        assignment.until_on = TODAY - DAY
        assignment.save()
    near.save()
    overdue(world, 8)
    mails = go()
    assert to(mails, near) == []
    assert len(to(mails, world.authority)) == 1


def test_whoever_turned_it_off_is_not_told_and_later_only_of_what_is_still_open(world):
    Wish.objects.filter(person=world.inspector).update(escalation=False)
    done, open_ = overdue(world, 8), overdue(world, 9)
    assert to(go(), world.inspector) == []
    make_rectified(done, by=world.member, on=TODAY)
    Wish.objects.filter(person=world.inspector).update(escalation=True)
    [sent] = to(go(TODAY + DAY), world.inspector)
    assert open_.reference in sent.body
    assert done.reference not in sent.body


def test_an_inspector_who_comes_later_is_told_of_what_is_open(world):
    overdue(world, 40)
    go()
    late = make_user("late")
    assign(late, Role.INSPECTOR, world.district, from_on=TODAY + DAY)
    mails = go(TODAY + DAY)
    assert [one.to for one in mails if one.subject.endswith("long overdue")] == [[late.email]]


def test_one_that_failed_is_tried_until_it_arrives_also_on_later_days(world, server):
    hazard = overdue(world, 8)
    FAILING[world.inspector.email] = SMTPServerDisconnected
    go()
    message = Message.objects.get(person=world.inspector)
    assert (message.outcome, message.tries) == (Outcome.FAILED, 1)
    assert "SMTPServerDisconnected" in message.reason
    FAILING.clear()
    assert go() == []  # an hour has not passed
    later(days=2)
    [sent] = go(TODAY + 2 * DAY)
    assert hazard.reference in sent.body
    assert "10 days overdue" in sent.body
    message.refresh_from_db()
    assert (message.outcome, message.tries, message.reason, message.again_at) == (Outcome.SENT, 2, "", None)
    assert told(world.inspector) == [(hazard.number, 7)]


def test_one_that_failed_lapses_when_the_hazard_is_rectified_meanwhile(world, server):
    hazard = overdue(world, 8)
    FAILING[world.inspector.email] = SMTPServerDisconnected
    go()
    FAILING.clear()
    make_rectified(hazard, by=world.member, on=TODAY)
    later(hours=2)
    assert go() == []
    assert Message.objects.get(person=world.inspector).outcome == Outcome.LAPSED


def test_a_crash_between_sending_and_writing_sends_an_escalation_again(world):
    overdue(world, 8)
    go()
    Message.objects.update(outcome=Outcome.SENDING)
    assert go() == []  # the process may still be at it
    later(hours=1)
    assert {one.to[0] for one in go()} == {world.inspector.email, world.authority.email}
    assert set(Message.objects.values_list("kind", "outcome", "tries")) == {
        (Kind.ESCALATION, Outcome.SENT, 2)
    }


def test_what_never_arrived_because_it_was_rectified_is_told_when_it_comes_back(world, server):
    """The mail failed; meanwhile it was rectified, so the mail lapsed; then the inspector sent it back."""
    hazard = overdue(world, 8)
    FAILING[world.inspector.email] = SMTPServerDisconnected
    go()
    FAILING.clear()
    hazard = make_rectified(hazard, by=world.member, on=TODAY)
    later(hours=1)
    assert go() == []
    assert Message.objects.get(person=world.inspector).outcome == Outcome.LAPSED
    move(hazard, "send_back", by=world.inspector, on=TODAY, reason="Still there")
    assert [one.to[0] for one in go(TODAY + DAY)] == [world.inspector.email]
    assert told(world.inspector) == [(hazard.number, 7)]
    assert told(world.authority) == [(hazard.number, 7)]  # whom the first mail reached, is not told again


def test_of_two_hazards_the_one_that_a_later_try_left_out_is_not_taken_for_told(world, server):
    first, second = overdue(world, 8), overdue(world, 9)
    FAILING[world.inspector.email] = SMTPServerDisconnected
    go()
    FAILING.clear()
    make_rectified(first, by=world.member, on=TODAY)
    later(hours=1)
    assert len(go()) == 1
    assert told(world.inspector) == [(second.number, 7)]
