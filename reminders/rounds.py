"""The reminders of a day: each message is written, sent, and its outcome written.

One round a day looks at everybody. It may be stopped anywhere and goes on later the same day; whom it told already is
not told again, by a constraint of the database. Nothing depends on the day on which something became due: a day
without a round is made good by the next one, because a message tells of what *is* due and *was not yet* reported.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from accounts.models import User
from reminders.letters import Letter, compose
from reminders.models import Escalation, Kind, Message, Outcome, Round
from reminders.people import batches, prepare
from reminders.post import Post, ServerGone

logger = logging.getLogger(__name__)

LATEST = time(20)
"""No mail in the evening or at night: the next morning tells of the same."""
LEASE = timedelta(minutes=15)
"""A process that has written nothing for so long is taken for dead."""
SOONEST = timedelta(hours=1)
RAREST = timedelta(hours=24)
"""A message that failed is tried again after an hour, two, four … up to a day."""


@dataclass
class Counts:
    """What a run did. `is_stopped`: the mail server failed too often; `is_whole`: everybody was looked at."""

    sent: int = 0
    failed: int = 0
    lapsed: int = 0
    is_stopped: bool = False
    is_whole: bool = False


def is_time(time_zone: str) -> bool:
    """Whether the time of day in a zone is one at which mail is sent."""
    here = timezone.now().astimezone(ZoneInfo(time_zone)).time()
    return settings.REMIND_AT <= here < LATEST


def remind(today: date) -> Counts:
    """Try again what failed, then tell everybody who was not told today; may be called at any time, by anybody."""
    counts = Counts()
    with Post() as post:
        try:
            _try_again(post, today, counts)
            _go_round(post, today, counts)
        except ServerGone:
            counts.is_stopped = True
            logger.error("Reminders stopped: the mail server failed several times in a row.")
    counts.is_whole = Round.objects.filter(day=today, finished_at__isnull=False).exists()
    if counts.sent or counts.failed:
        logger.info("Reminders: %d sent, %d failed.", counts.sent, counts.failed)
    return counts


def preview(today: date) -> Iterator[Letter]:
    """What `remind` would send now; writes nothing."""
    messages = list(_due_again(today, timezone.now()))
    prepare((message.person for message in messages), today)
    for message in messages:
        letter = compose(Kind(message.kind), message.person, today, _again(message))
        if letter:
            yield letter
    for people in batches(today):
        for person, kind in _untold(people, today):
            letter = compose(kind, person, today)
            if letter:
                yield letter


def _go_round(post: Post, today: date, counts: Counts) -> None:
    """Look at everybody, unless that was done or another process is at it."""
    row = _claim(today)
    if row is None:
        return
    row.looked_at = row.without_address = 0
    for people in batches(today):
        for person, kind in _untold(people, today):
            letter = compose(kind, person, today)
            message = _write(letter, person, today) if letter else None
            if letter and message:
                _send(post, message, letter, counts)
        row.looked_at += len(people)
        row.without_address += sum(not person.email for person in people)
        row.touched_at = timezone.now()
        row.save()
    row.finished_at = timezone.now()
    row.save()


def _claim(today: date) -> Round | None:
    """Begin the day's round, or go on with one that stopped; None where it is finished or another process works."""
    now = timezone.now()
    row, is_new = Round.objects.get_or_create(day=today, defaults={"begun_at": now, "touched_at": now})
    if is_new:
        return row
    left = Round.objects.filter(pk=row.pk, finished_at__isnull=True, touched_at__lt=now - LEASE)
    return row if left.update(touched_at=now) else None


def _untold(people: list[User], today: date) -> list[tuple[User, Kind]]:
    """The kinds of mail that each person has not got today; one query."""
    told = set(Message.objects.filter(person__in=people, day=today).values_list("person_id", "kind"))
    return [(person, kind) for person in people for kind in Kind if (person.pk, kind) not in told]


def _write(letter: Letter, person: User, today: date) -> Message | None:
    """Write the message and what it tells of before it is sent; None where another process just did."""
    try:
        with transaction.atomic():
            message = Message.objects.create(
                person=person,
                kind=letter.kind,
                day=today,
                address=person.email,
                about=letter.about,
                tried_at=timezone.now(),
            )
            Escalation.objects.bulk_create(
                Escalation(
                    message=message,
                    person=person,
                    hazard=hazard,
                    deadline=hazard.deadline,  # type: ignore[misc]  # what is overdue has one
                    step=step,
                )
                for hazard, step in letter.told
            )
    except IntegrityError:
        return None
    return message


def _send(post: Post, message: Message, letter: Letter, counts: Counts) -> None:
    """Send a written message and write its outcome; ServerGone where it is no use to go on.

    A digest that may have arrived is not sent a second time.
    """
    answer = post.send(letter.mail)
    message.reason, message.tried_at = answer.reason, timezone.now()
    if answer.is_unknown and letter.kind == Kind.DIGEST:
        message.outcome = Outcome.UNKNOWN
    else:
        message.outcome = Outcome.FAILED if answer.reason else Outcome.SENT
    is_failed = message.outcome == Outcome.FAILED
    message.again_at = message.tried_at + _pause(message.tries) if is_failed else None
    message.save(update_fields=["outcome", "reason", "tried_at", "again_at"])
    counts.failed += bool(message.reason)
    counts.sent += not message.reason
    post.stop_if_gone()


def _pause(tries: int) -> timedelta:
    """How long a message waits after so many tries."""
    return min(SOONEST * 2 ** min(tries - 1, 10), RAREST)


def _due_again(today: date, now: datetime) -> QuerySet[Message]:
    """Messages to be tried again: digests on their own day only, escalations until they arrive.

    An escalation whose process ended while it was being sent is among them: twice is better than never.
    """
    is_current = Q(kind=Kind.ESCALATION) | Q(day=today)
    failed = Q(outcome=Outcome.FAILED, again_at__lte=now)
    stuck = Q(outcome=Outcome.SENDING, tried_at__lt=now - LEASE, kind=Kind.ESCALATION)
    found = Message.objects.filter(is_current, failed | stuck)
    return found.select_related("person__mail_wish").order_by("pk")


def _try_again(post: Post, today: date, counts: Counts) -> None:
    """Send once more what failed, as it reads now; what has nothing left to say lapses."""
    now = timezone.now()
    stuck = Message.objects.filter(outcome=Outcome.SENDING, kind=Kind.DIGEST, tried_at__lt=now - LEASE)
    stuck.update(outcome=Outcome.UNKNOWN)
    messages = list(_due_again(today, now))
    prepare({message.person for message in messages}, today)
    for message in messages:
        if not _claim_message(message):
            continue
        letter = compose(Kind(message.kind), message.person, today, _again(message))
        _forget_untold(message, letter)
        if letter is None:
            Message.objects.filter(pk=message.pk).update(outcome=Outcome.LAPSED, again_at=None)
            counts.lapsed += 1
            continue
        message.refresh_from_db(fields=["tries"])
        Message.objects.filter(pk=message.pk).update(address=message.person.email, about=letter.about)
        _send(post, message, letter, counts)


def _forget_untold(message: Message, letter: Letter | None) -> None:
    """What a message that failed would have told of and tells no more was told to nobody: it may come up again."""
    told = [hazard.pk for hazard, _step in letter.told] if letter else []
    message.escalations.exclude(hazard__in=told).delete()


def _again(message: Message) -> Message | None:
    """The message whose hazards an escalation tells of once more."""
    return message if message.kind == Kind.ESCALATION else None


def _claim_message(message: Message) -> bool:
    """Take a message, unless another process just did."""
    mine = Message.objects.filter(pk=message.pk, outcome=message.outcome, tries=message.tries)
    return bool(mine.update(outcome=Outcome.SENDING, tries=F("tries") + 1, tried_at=timezone.now()))
