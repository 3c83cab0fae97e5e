"""What the tests of reminders share: records that are due, days that pass, and mail servers that fail."""

import re
from datetime import date, timedelta
from smtplib import SMTPRecipientsRefused

from django.core import mail
from django.core.mail.backends.locmem import EmailBackend

from conftest import TODAY
from hazards.tests.factories import make_hazard, make_order
from reminders import rounds
from reminders.models import Message, Round

FAILING: dict[str, type[Exception]] = {}
"""Addresses at which the server of the tests fails; "*" is every one."""


class Server(EmailBackend):
    """A mail server that keeps what it takes, and fails where a test says so."""

    def send_messages(self, messages):
        for message in messages:
            error = FAILING.get(message.to[0]) or FAILING.get("*")
            if error is SMTPRecipientsRefused:
                raise error({message.to[0]: (550, b"no such mailbox")})
            if error:
                raise error("gone")
        return super().send_messages(messages)


def overdue(world, days, today=TODAY, *, enterprise=None, by=None, **fields):
    """An ordered hazard that has been overdue for so many days."""
    found = make_hazard(
        by=by or world.inspector, enterprise=enterprise or world.enterprise, on=date(2017, 5, 2), **fields
    )
    return make_order(
        found, by=by or world.inspector, on=date(2017, 5, 2), deadline=today - timedelta(days=days)
    )


def go(today=TODAY):
    """One run on a day; what was mailed in it."""
    before = len(mail.outbox)
    rounds.remind(today)
    return mail.outbox[before:]


def later(hours=0, days=0):
    """Let time pass for rounds and messages."""
    past = timedelta(hours=hours, days=days)
    for row in Round.objects.all():
        row.touched_at -= past
        row.save()
    for message in Message.objects.all():
        message.tried_at -= past
        message.again_at = message.again_at and message.again_at - past
        message.save()


def to(mails, user):
    """Those of some mails that go to a person."""
    return [one for one in mails if one.to == [user.email]]


def links(text):
    """The addresses in a mail."""
    return re.findall(r"https?://[^\s>\"]+", text)
