"""Hands mails to the mail server, one at a time over one connection, and says of each what became of it."""

import logging
from dataclasses import dataclass
from smtplib import SMTPDataError, SMTPException, SMTPRecipientsRefused, SMTPSenderRefused
from types import TracebackType
from typing import Any, Self

from django.conf import settings
from django.core.mail import EmailMessage, get_connection

logger = logging.getLogger(__name__)

ITS_OWN_FAULT = (SMTPRecipientsRefused, SMTPDataError, SMTPSenderRefused, ValueError)
"""Errors of one mail; after them the server takes the next one. ValueError: an address that no mail can carry."""
MOST_IN_A_ROW = 3
LONGEST_REASON = 500
TELLING = {"django.core.mail.backends.smtp.EmailBackend": "reminders.smtp.EmailBackend"}
"""Used instead of Django's own."""


@dataclass(frozen=True)
class Answer:
    """What became of a mail: `reason` why it failed, empty where it did not. `is_unknown`: it may have arrived."""

    reason: str = ""
    is_unknown: bool = False


class ServerGone(Exception):
    """The mail server failed several times in a row."""


class Post:
    """A connection to the mail server."""

    def __init__(self) -> None:
        self.connection = _connection()
        self.in_a_row = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def send(self, mail: EmailMessage) -> Answer:
        """Send one mail."""
        try:
            self.connection.open()
            if not self.connection.send_messages([mail]):
                return Answer("No recipient.")
        except ITS_OWN_FAULT as error:
            self._close()
            return Answer(_said(error))
        except (SMTPException, OSError) as error:
            self.in_a_row += 1
            answer = Answer(_said(error), is_unknown=getattr(self.connection, "is_unanswered", False))
            self._close()
            return answer
        self.in_a_row = 0
        return Answer()

    def stop_if_gone(self) -> None:
        """Raise ServerGone after several failures of the server in a row: nobody waits for hundreds of time-outs."""
        if self.in_a_row >= MOST_IN_A_ROW:
            raise ServerGone

    def _close(self) -> None:
        try:
            self.connection.close()
        except (SMTPException, OSError) as error:
            logger.info("The connection to the mail server was not closed in order (%s).", error)
            self.connection = _connection()


def _connection() -> Any:
    """A connection as the settings say, not yet open."""
    return get_connection(TELLING.get(settings.EMAIL_BACKEND))


def _said(error: Exception) -> str:
    """An error in one line: its name and what the server said."""
    return f"{type(error).__name__}: {error}".replace("\x00", "")[:LONGEST_REASON]
