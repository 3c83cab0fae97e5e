"""Messages as the rows of a table."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _, ngettext

from reminders.models import TONES, Kind, Message, Outcome
from score_mis.lib.tables import NOTHING, Column, address_of, days, link, over, table, tags

LONGEST = 200
"""Letters of what a message was about that a row shows."""


def message_table(messages: Iterable[Message], *, is_staff: bool) -> SafeString:
    """A table of messages; staff are led to the person."""
    names = (_("Day"), _("Person"), _("Kind"), _("About"), _("Outcome"), _("Last try"))
    return table([Column(name) for name in names], _messages(messages, is_staff))


def _messages(messages: Iterable[Message], is_staff: bool) -> Iterator[list[Any]]:
    url, day, kinds = address_of("enterprises:person_detail"), days(), dict(Kind.choices)
    outcome = tags(dict(Outcome.choices).get, TONES.__getitem__)
    for message in messages:
        person = link(url(message.person_id), message.person) if is_staff else message.person
        yield [
            day(message.day),
            over(person, message.address),
            kinds[message.kind],
            Truncator(message.about).chars(LONGEST) or NOTHING,
            over(outcome(message.outcome), message.reason),
            over(_moment(message.tried_at), _tries(message)),
        ]


def _moment(moment: Any) -> str:
    return date_format(timezone.localtime(moment), "SHORT_DATETIME_FORMAT")


def _tries(message: Message) -> str:
    """How often it was tried where that was more than once, and when it is tried again."""
    words = []
    if message.tries > 1:
        words.append(ngettext("%(n)s try", "%(n)s tries", message.tries) % {"n": message.tries})
    if message.again_at and message.outcome == Outcome.FAILED:
        words.append(_("again from %(moment)s") % {"moment": _moment(message.again_at)})
    return ", ".join(words)
