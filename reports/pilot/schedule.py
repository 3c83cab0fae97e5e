"""Days of the pilot: working days, how events spread over them, and when they were typed in."""

import zoneinfo
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from random import Random

LAUNCH = date(2017, 4, 1)
AS_OF = date(2017, 12, 19)
"""The Mid-Term Review: the day up to which there are records."""

ZONE = zoneinfo.ZoneInfo("Asia/Shanghai")
SEED = 20171219
MOST_DAYS_LATE = 3
LATENESS = (62, 24, 9, 5)
"""Of a hundred events, how many are typed in 0, 1, 2 and 3 days later."""


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


HOLIDAYS = frozenset(
    _days(date(2017, 4, 2), date(2017, 4, 4))
    + _days(date(2017, 4, 29), date(2017, 5, 1))
    + _days(date(2017, 5, 28), date(2017, 5, 30))
    + _days(date(2017, 10, 1), date(2017, 10, 8))
    + [date(2018, 1, 1)]
    + _days(date(2018, 2, 15), date(2018, 2, 21))
)
"""Public holidays in China. Source: the State Council's arrangements for 2017 and 2018."""


def is_working_day(day: date) -> bool:
    """Whether people work on a day: Monday to Saturday, no public holiday."""
    return day.weekday() != 6 and day not in HOLIDAYS


WORKING_DAYS = tuple(day for day in _days(LAUNCH, AS_OF) if is_working_day(day))
LAST = len(WORKING_DAYS) - 2
"""The index of the last working day before AS_OF; on AS_OF itself everybody is at the workshop."""


def index_of(day: date) -> int:
    """Return the index in WORKING_DAYS of a day, or of the next working day."""
    return next(n for n, working in enumerate(WORKING_DAYS) if working >= day)


def next_working_day(day: date) -> date:
    """Return the day itself if people work then, else the first day after it on which they do."""
    while not is_working_day(day):
        day += timedelta(days=1)
    return day


def working_days_after(day: date, count: int) -> date:
    """Return the day `count` working days after a day; it may lie after AS_OF (plans, deadlines)."""
    for _ in range(count):
        day = next_working_day(day + timedelta(days=1))
    return next_working_day(day)


def given(day: date | None) -> date:
    """Return a day that the plan is sure of; a gap is a mistake of the plan."""
    if day is None:
        raise ValueError("a day of the pilot's plan is missing")
    return day


def stream(topic: str, number: int = 0) -> Random:
    """Return the source of chance of one topic at one enterprise: repeatable, and undisturbed by other topics."""
    return Random(f"{SEED} {topic} {number}")  # nosec B311


def spread(rng: Random, count: int, first: date, last: date) -> list[date]:
    """Return `count` working days in order, days repeated; work grows to 1.6 times its first pace."""
    days = [day for day in WORKING_DAYS if first <= day <= last]
    weights = [1 + 0.6 * n / len(days) for n in range(len(days))]
    return sorted(rng.choices(days, weights, k=count))


def thin_out(rng: Random, count: int, days: Sequence[date]) -> list[date]:
    """Return `count` of the days in order: some of the earlier ones fall out, or later ones come twice."""
    keep = list(days)
    while len(keep) > count:
        keep.pop(min(rng.randrange(len(keep)), rng.randrange(len(keep))))
    while len(keep) < count:
        keep.append(days[max(rng.randrange(len(days)), rng.randrange(len(days)))])
    return sorted(keep)


class Entries:
    """The entry times of one record: in working hours, 0-3 days after each event, one after the other."""

    def __init__(self, rng: Random, since: datetime | None = None) -> None:
        self.rng = rng
        self.last = since

    def after(self, day: date, *, at_once: bool = False) -> datetime:
        """Return when an event of `day` is typed in; `at_once` means on the same day."""
        days = [day + timedelta(days=n) for n in range(MOST_DAYS_LATE + 1)]
        late = 0 if at_once else self.rng.choices(range(len(days)), LATENESS)[0]
        while not is_working_day(days[late]) or days[late] > AS_OF:
            late -= 1
        hour = 8 if days[late] == AS_OF else self.rng.randint(8, 16)
        clock = time(hour, self.rng.randint(0, 49), self.rng.randint(0, 59))
        moment = datetime.combine(days[late], clock, tzinfo=ZONE)
        if self.last is not None and moment <= self.last:
            moment = self.last + timedelta(seconds=self.rng.randint(20, 200))
        self.last = moment
        return moment
