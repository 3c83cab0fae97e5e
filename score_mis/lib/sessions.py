"""Sessions in the database whose marks of reading and writing only rise.

Two requests of one session overlap: the later to finish would overwrite what the other has seen or written
(`score_mis.lib.replica`) with its own older copy. Where there is a replica, saving keeps the higher of both.
"""

from typing import Any

from django.contrib.sessions.backends import db
from django.db import transaction

from score_mis.lib import replica


class SessionStore(db.SessionStore):
    """Django's sessions in the database, merged with the stored row where they must not fall back."""

    def save(self, must_create: bool = False) -> None:
        """Save under a lock of the row, so that no other request of this session comes in between."""
        if must_create or not self.session_key or not replica.configured():
            super().save(must_create)
            return
        with transaction.atomic():
            row = self.model.objects.select_for_update().filter(session_key=self.session_key).first()
            if row is not None:
                self._keep_highest(self.decode(row.session_data))
            super().save()

    def _keep_highest(self, stored: dict[str, Any]) -> None:
        for name, order in ((replica.SEEN, int), (replica.WRITTEN, position)):
            if name in stored and (name not in self or order(stored[name]) > order(self[name])):
                self[name] = stored[name]


def position(text: str) -> int:
    """Return a position in the write-ahead log, written as two hexadecimal numbers, as one number."""
    high, low = text.split("/")
    return (int(high, 16) << 32) | int(low, 16)
