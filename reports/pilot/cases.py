"""The hazards that the pilot's story needs: the eight open ones, the major ones, late, extended and repeated ones.

Two of the enterprises are real companies (1 and 2): no major hazard, none open, none late, on any day.
"""

from datetime import date
from typing import NamedTuple


class Open(NamedTuple):
    """A hazard that is open at the Mid-Term Review. Without `deadline` it is not ordered yet."""

    site: int
    found_from: date
    deadline: date | None = None
    extended_to: date | None = None
    is_major: bool = False
    was_sent_back: bool = False


OPEN = (
    Open(3, date(2017, 11, 20), deadline=date(2017, 12, 12)),
    Open(3, date(2017, 12, 15)),
    Open(4, date(2017, 12, 4), deadline=date(2018, 1, 20), is_major=True),
    Open(5, date(2017, 11, 6), deadline=date(2017, 12, 5)),
    Open(6, date(2017, 12, 7), deadline=date(2017, 12, 22), was_sent_back=True),
    Open(7, date(2017, 12, 16)),
    Open(8, date(2017, 9, 25), deadline=date(2017, 10, 18), extended_to=date(2017, 11, 10)),
    Open(10, date(2017, 12, 13), deadline=date(2017, 12, 28)),
)
"""Three of them are overdue on 19 December: by 7, 14 and 39 days."""

CLOSED_MAJOR = (0, 0, 2, 0, 1, 1, 1, 1, 1, 1)
REPEATS = (1, 1, 1, 1, 1, 1, 1, 0, 0, 0)
SENT_BACK = (1, 0, 1, 1, 1, 0, 1, 0, 1, 0)
EXTENDED = (0, 0, 1, 1, 0, 1, 1, 0, 1, 0)
LATE = (0, 0, 1, 1, 1, 1, 1, 1, 0, 1)
UNVERIFIED = (1, 1, 2, 2, 2, 1, 1, 1, 1, 1)
FIXED_BY_SUGGESTION = (1, 1, 1, 1, 0, 1, 1, 0, 0, 0)
"""How many closed hazards of each kind there are at each of the ten enterprises."""


def open_at(site: int) -> list[Open]:
    """Return the open hazards of an enterprise."""
    return [case for case in OPEN if case.site == site]
