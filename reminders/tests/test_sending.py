"""Mail servers that fail, processes that end in the middle, two at the same time; the job and the command."""

import io
from datetime import UTC, date, datetime, time, timedelta
from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected

import pytest
import time_machine
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from conftest import TODAY, assign, make_user
from enterprises.models import Programme, Role
from reminders import letters, people, rounds, tasks
from reminders.models import Escalation, Message, Outcome, Round
from reminders.post import MOST_IN_A_ROW
from reminders.tests.mailing import FAILING, go, later, overdue, to

DAY = timedelta(days=1)
QUERIES_A_MEMBER = 7


def outcomes():
    """The outcome of each person's message."""
    return {one.person.username: one.outcome for one in Message.objects.select_related("person")}


def crew(world, number):
    """More members of the team."""
    found = [make_user(f"member{n}") for n in range(number)]
    for user in found:
        assign(user, Role.EIT_MEMBER, world.enterprise)
    return found


def test_one_address_that_is_refused_stops_no_other(world, server):
    overdue(world, 1)
    FAILING[world.leader.email] = SMTPRecipientsRefused
    mails = go()
    assert {one.to[0] for one in mails} == {world.member.email, world.inspector.email}
    assert outcomes() == {"leader": "failed", "member": "sent", "inspector": "sent"}
    failed = Message.objects.get(outcome=Outcome.FAILED)
    assert "no such mailbox" in failed.reason
    assert failed.again_at > failed.tried_at
    assert Round.objects.get().finished_at


@pytest.mark.parametrize("error", [SMTPServerDisconnected, OSError, ValueError])
def test_an_error_at_one_mail_stops_no_other(world, server, error):
    overdue(world, 1)
    FAILING[world.member.email] = error
    assert len(go()) == 2
    assert outcomes()["member"] == "failed"


def test_a_digest_that_failed_is_tried_again_on_its_own_day_only(world, server):
    overdue(world, 1)
    FAILING[world.leader.email] = SMTPServerDisconnected
    go()
    assert go() == []
    later(hours=1)
    go()
    message = Message.objects.get(person=world.leader)
    assert (message.outcome, message.tries) == (Outcome.FAILED, 2)
    assert message.again_at - message.tried_at == timedelta(hours=2)
    FAILING.clear()
    later(hours=1)
    assert go() == []  # the pause grows
    later(hours=1)
    [sent] = go()
    assert sent.to == [world.leader.email]
    message.refresh_from_db()
    assert (message.outcome, message.tries) == (Outcome.SENT, 3)

    FAILING[world.leader.email] = SMTPServerDisconnected
    go(TODAY + DAY)
    FAILING.clear()
    later(days=1)
    [sent] = to(go(TODAY + 2 * DAY), world.leader)
    assert "21 December" in sent.subject
    assert Message.objects.get(person=world.leader, day=TODAY + DAY).outcome == Outcome.FAILED


def test_a_server_that_is_down_is_not_asked_for_everybody_and_the_round_goes_on_later(world, server, caplog):
    crew(world, 6)
    overdue(world, 1)
    FAILING["*"] = OSError
    counts = rounds.remind(TODAY)
    assert counts.is_stopped
    assert not counts.is_whole
    assert Message.objects.count() == MOST_IN_A_ROW
    assert Round.objects.get().finished_at is None
    assert "failed several times" in caplog.text

    FAILING.clear()
    later(hours=1)
    mails = go()
    assert len({one.to[0] for one in mails}) == len(mails) == 9
    assert set(outcomes().values()) == {"sent"}
    assert Round.objects.get().finished_at


def test_a_round_that_was_killed_goes_on_where_it_stood(world, monkeypatch):
    monkeypatch.setattr(people, "BATCH", 2)
    crew(world, 4)
    overdue(world, 1)
    whole = rounds.compose

    def die(kind, person, *args):
        if person.username == "member1":
            raise KeyboardInterrupt
        return whole(kind, person, *args)

    monkeypatch.setattr(rounds, "compose", die)
    with pytest.raises(KeyboardInterrupt):
        rounds.remind(TODAY)
    first = len(mail.outbox)
    assert first
    monkeypatch.setattr(rounds, "compose", whole)
    assert go() == []  # for 15 minutes the other process may be alive
    later(hours=1)
    go()
    assert len(mail.outbox) == len({one.to[0] for one in mail.outbox}) == 7


def test_a_crash_between_sending_and_writing_never_makes_a_second_digest(world):
    overdue(world, 1)
    go()
    Message.objects.update(outcome=Outcome.SENDING)
    later(hours=1)
    assert go() == []
    assert set(outcomes().values()) == {"unknown"}
    assert len(go(TODAY + DAY)) == 3


def test_two_processes_at_once_send_each_mail_once(world, monkeypatch):
    """The second one looks at everybody between the first one's look and its writing."""
    overdue(world, 1)
    whole, inside = rounds.compose, []

    def compose(kind, person, *args):
        letter = whole(kind, person, *args)
        if not inside:
            inside.append(True)
            rounds.remind(TODAY)
        return letter

    def claim(today):  # each thinks that it is alone
        now = timezone.now()
        return Round.objects.get_or_create(day=today, defaults={"begun_at": now, "touched_at": now})[0]

    monkeypatch.setattr(rounds, "compose", compose)
    monkeypatch.setattr(rounds, "_claim", claim)
    rounds.remind(TODAY)
    assert len(mail.outbox) == len({one.to[0] for one in mail.outbox}) == 3


def test_two_processes_do_not_try_the_same_message_again(world, server):
    overdue(world, 1)
    FAILING[world.leader.email] = SMTPServerDisconnected
    go()
    message = Message.objects.get(person=world.leader)
    assert rounds._claim_message(message)
    assert not rounds._claim_message(message)


def test_the_dry_run_shows_and_writes_nothing(world):
    crew(world, 1)
    overdue(world, 8)
    out = io.StringIO()
    call_command("remind", dry_run=True, stdout=out)
    lines = out.getvalue().splitlines()
    assert f"{world.member.email}  digest  Hazards to rectify: 1" in lines
    assert f"{world.authority.email}  escalation  T01-H0001 (7)" in lines
    assert lines[-1] == "6 would be sent. Nothing was."
    assert mail.outbox == []
    assert [model.objects.count() for model in (Message, Escalation, Round)] == [0, 0, 0]
    go()
    out = io.StringIO()
    call_command("remind", dry_run=True, stdout=out)
    assert out.getvalue() == "0 would be sent. Nothing was.\n"


def test_the_dry_run_shows_what_would_be_tried_again(world, server):
    overdue(world, 1)
    FAILING[world.leader.email] = SMTPServerDisconnected
    go()
    later(hours=1)
    out = io.StringIO()
    call_command("remind", dry_run=True, stdout=out)
    assert "1 would be sent" in out.getvalue()
    assert Message.objects.get(person=world.leader).outcome == Outcome.FAILED


def test_the_command_sends_and_says_what_it_did(world, server):
    overdue(world, 1)
    out = io.StringIO()
    call_command("remind", stdout=out)
    assert out.getvalue() == "3 sent, 0 failed, 0 no longer needed.\n"
    Round.objects.update(finished_at=None)
    with pytest.raises(CommandError, match="Another process"):
        call_command("remind", stdout=io.StringIO())
    Message.objects.all().delete()
    Round.objects.all().delete()
    FAILING["*"] = OSError
    with pytest.raises(CommandError, match="the mail server failed"):
        call_command("remind", stdout=io.StringIO())


@pytest.mark.parametrize(
    ("zone", "moment", "sends"),
    [
        ("Asia/Shanghai", "2018-03-01T22:59", False),  # 06:59 in Beijing
        ("Asia/Shanghai", "2018-03-01T23:00", True),  # 07:00 on the 2nd
        ("Asia/Shanghai", "2018-03-01T11:59", True),  # 19:59
        ("Asia/Shanghai", "2018-03-01T12:00", False),  # 20:00
        ("Asia/Kolkata", "2018-03-01T01:29", False),  # 06:59
        ("Asia/Kolkata", "2018-03-01T01:30", True),
    ],
)
def test_the_job_sends_by_day_in_the_programmes_time_zone(world, settings, zone, moment, sends):
    settings.PROGRAMME_TODAY = None
    settings.REMIND_AT = time(7)
    Programme.objects.update(time_zone=zone)
    overdue(world, 1)
    with time_machine.travel(datetime.fromisoformat(moment).replace(tzinfo=UTC), tick=False):
        assert bool(tasks.remind()) is sends
    if moment.endswith("T23:00"):
        assert Round.objects.get().day == date(2018, 3, 2)


def test_each_person_of_a_batch_costs_the_same_few_queries(world):
    """The five lists of an EIT member, their decisions, and the programme where there is a mail to write."""
    overdue(world, 1)
    counts = []
    for number in (3, 5):
        for n in range(number):
            user = make_user(f"member{number}-{n}")
            assign(user, Role.EIT_MEMBER, world.enterprise)
        with CaptureQueriesContext(connection) as spent:
            list(rounds.preview(TODAY))
        counts.append(len(spent))
    assert counts[1] - counts[0] == 5 * QUERIES_A_MEMBER


def test_a_reason_fits_its_column(world, server):
    class Long(SMTPServerDisconnected):
        def __str__(self):
            return "x" * 5000

    overdue(world, 1)
    FAILING[world.member.email] = Long
    go()
    assert len(Message.objects.get(person=world.member).reason) == 500


def test_nobody_is_told_of_more_than_letters_carry(world, monkeypatch):
    monkeypatch.setattr(letters, "MOST_HAZARDS", 2)
    for _number in range(5):
        overdue(world, 9)
    [sent] = [one for one in to(go(), world.inspector) if "long overdue" in one.subject]
    assert "and 3 more" in sent.body
    assert Escalation.objects.filter(person=world.inspector).count() == 5
    assert Message.objects.get(person=world.authority).about.endswith("and 3 more")
