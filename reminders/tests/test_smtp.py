"""Reminders by way of a real mail server on this machine, which refuses, falls silent and hangs up."""

import socket
from datetime import timedelta

import pytest
from django.core.mail import EmailMessage

from reminders import rounds
from reminders.models import Escalation, Message, Outcome, Wish
from reminders.post import MOST_IN_A_ROW, Post
from reminders.smtp import EmailBackend, Telling, TellingOverTLS
from reminders.tests.mailing import TODAY, later, overdue

DAY = timedelta(days=1)


@pytest.fixture
def leader(world):
    """The only person who gets mail, so that a test sees one message."""
    for user in world.cast().values():
        if user != world.leader:
            Wish.objects.create(person=user, digest=False, escalation=False)
    return world.leader


def outcome(person, day=TODAY):
    """What became of a person's message."""
    return Message.objects.get(person=person, day=day).outcome


def test_mails_arrive_whole_in_both_languages(world, receiver):
    world.member.language = "zh-hans"
    world.member.save()
    hazard = overdue(world, 2, description="Line one\n.\nStop: 挡板 🔥")
    assert rounds.remind(TODAY).sent == 3
    [chinese], [english] = receiver.to(world.member.email), receiver.to(world.leader.email)
    assert "2017年12月19日" in chinese["Subject"]
    for mail in (chinese, english):
        text, html = (part.get_content() for part in mail.iter_parts())
        assert "Line one . Stop: 挡板 🔥" in text
        assert hazard.get_absolute_url() in text
        assert hazard.get_absolute_url() in html
        assert mail["List-Unsubscribe"].strip().startswith("<http")
    assert "逾期" in chinese.get_body(("plain",)).get_content()
    assert "overdue" in english.get_body(("plain",)).get_content()


@pytest.mark.parametrize("deed", ["busy", "silent", "hang up", "refuse the mail"])
def test_what_failed_before_the_mail_was_handed_over_is_tried_again_and_arrives_once(
    world, leader, receiver, deed
):
    overdue(world, 1)
    receiver.plan = [deed]
    assert rounds.remind(TODAY).failed == 1
    message = Message.objects.get()
    assert (message.outcome, bool(message.reason)) == (Outcome.FAILED, True)
    assert message.again_at > message.tried_at
    assert receiver.mails == []
    assert rounds.remind(TODAY).sent == 0
    later(hours=1)
    assert rounds.remind(TODAY).sent == 1
    assert outcome(leader) == Outcome.SENT
    later(hours=3)
    rounds.remind(TODAY)
    assert len(receiver.mails) == 1


@pytest.mark.parametrize(
    ("deed", "taken"),
    [("hang up in the middle", 0), ("hang up after the end", 1), ("silent after the end", 1)],
)
def test_a_digest_that_may_have_arrived_is_not_sent_again_that_day(world, leader, receiver, deed, taken):
    overdue(world, 1)
    receiver.plan = [deed]
    rounds.remind(TODAY)
    message = Message.objects.get()
    assert (message.outcome, message.again_at) == (Outcome.UNKNOWN, None)
    assert message.reason
    later(hours=5)
    rounds.remind(TODAY)
    assert len(receiver.mails) == taken  # what left this machine is all the same to the site
    assert rounds.remind(TODAY + DAY).sent == 1  # nothing is lost: the next day tells of the same


@pytest.mark.parametrize("deed", ["hang up after the end", "silent after the end"])
def test_an_escalation_that_may_not_have_arrived_is_sent_again(world, receiver, deed):
    for user in world.cast().values():
        Wish.objects.create(person=user, digest=False, escalation=user == world.inspector)
    overdue(world, 8)
    receiver.plan = [deed]
    rounds.remind(TODAY)
    assert outcome(world.inspector) == Outcome.FAILED
    later(hours=1)
    rounds.remind(TODAY)
    assert outcome(world.inspector) == Outcome.SENT
    assert len(receiver.mails) == 2


def test_a_mail_after_one_that_went_through_is_not_taken_for_handed_over(world, receiver):
    """The same connection: the first arrives, at the second the server hangs up before it begins."""
    with Post() as post:
        first = EmailMessage("One", "Text", to=["a@example.org"])
        assert post.send(first).reason == ""
        receiver.plan = ["hang up"]
        answer = post.send(EmailMessage("Two", "Text", to=["a@example.org"]))
    assert (bool(answer.reason), answer.is_unknown) == (True, False)
    assert len(receiver.mails) == 1


def test_a_refused_mailbox_stops_no_other_and_the_connection_serves_on(world, receiver):
    overdue(world, 1)
    receiver.refused = world.leader.email
    counts = rounds.remind(TODAY)
    assert (counts.sent, counts.failed, counts.is_stopped) == (2, 1, False)
    assert "550" in Message.objects.get(outcome=Outcome.FAILED).reason
    assert receiver.to(world.leader.email) == []


def test_where_nobody_listens_the_round_stops_and_goes_on_later(world, receiver, settings):
    overdue(world, 8)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        settings.EMAIL_PORT, port = taken.getsockname()[1], settings.EMAIL_PORT
        counts = rounds.remind(TODAY)
    assert (counts.is_stopped, counts.sent, counts.failed) == (True, 0, MOST_IN_A_ROW)
    assert "refused" in Message.objects.first().reason
    settings.EMAIL_PORT = port
    later(hours=1)
    assert rounds.remind(TODAY).sent == 5
    assert len({(mail["To"], mail["Subject"]) for to in all_of(world) for mail in receiver.to(to)}) == 5
    assert Message.objects.filter(outcome=Outcome.SENT).count() == len(receiver.mails) == 5
    assert Escalation.objects.count() == 2


def all_of(world):
    """Every address."""
    return [user.email for user in world.cast().values()]


def test_no_record_and_no_name_puts_a_line_into_the_head_of_a_mail(world, leader, receiver):
    leader.name = "Li\r\nBcc: everybody@example.org"
    leader.save()
    world.enterprise.name_en = "Works\r\nBcc: everybody@example.org"
    world.enterprise.save()
    overdue(world, 1, description="Exit\r\nBcc: everybody@example.org\r\n\r\n.\r\nQUIT\r\n")
    assert rounds.remind(TODAY).sent == 1
    [mail] = receiver.to(leader.email)
    assert mail["Bcc"] is None
    assert set(mail.keys()) == {
        "Content-Type", "MIME-Version", "Subject", "From", "To", "Date", "Message-ID", "List-Unsubscribe",
        "List-Unsubscribe-Post", "Auto-Submitted",
    }  # fmt: skip
    assert len(receiver.mails) == 1


def test_an_address_that_is_two_lines_is_refused_and_recorded(world, leader, receiver):
    leader.email = "li@example.org\nBcc: everybody@example.org"
    leader.save()
    overdue(world, 1)
    assert rounds.remind(TODAY).failed == 1
    assert outcome(leader) == Outcome.FAILED
    assert receiver.mails == []


@pytest.mark.parametrize(("use_ssl", "kind"), [(False, Telling), (True, TellingOverTLS)])
def test_connections_are_the_telling_ones_with_and_without_encryption(use_ssl, kind):
    assert EmailBackend(use_ssl=use_ssl).connection_class is kind
