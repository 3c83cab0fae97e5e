"""Django's own way to a mail server, which also knows whether the server may have taken a mail that failed."""

import smtplib
from typing import Any

from django.core.mail.backends.smtp import EmailBackend as DjangosBackend

END_OF_MAIL = b"\r\n.\r\n"


class Telling(smtplib.SMTP):
    """`is_handed_over`: all of the last mail went out. If no answer came then, nobody knows whether it was taken."""

    is_handed_over = False

    def sendmail(self, *args: Any, **kwargs: Any) -> dict[str, tuple[int, bytes]]:
        """Begin a mail."""
        self.is_handed_over = False
        return super().sendmail(*args, **kwargs)

    def send(self, s: Any) -> None:
        """Send a line or the mail itself."""
        super().send(s)
        self.is_handed_over = isinstance(s, bytes) and s.endswith(END_OF_MAIL)


class TellingOverTLS(Telling, smtplib.SMTP_SSL):
    """The same where the connection is encrypted from its beginning."""


class EmailBackend(DjangosBackend):
    """The mail server of the settings."""

    @property
    def connection_class(self) -> type[Telling]:
        """What Django opens a connection with."""
        return TellingOverTLS if self.use_ssl else Telling

    @property
    def is_unanswered(self) -> bool:
        """Whether the last mail went out as a whole; after a connection that broke: whether it may have arrived."""
        return isinstance(self.connection, Telling) and self.connection.is_handed_over
