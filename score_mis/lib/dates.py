"""Days of the programme. "Today" is always passed in; only views, commands and tasks ask `today()` for it."""

import zoneinfo
from datetime import date, datetime, timedelta

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Func
from django.utils import timezone

PLAUSIBLE = (MinValueValidator(date(1950, 1, 1)), MaxValueValidator(date(2099, 12, 31)))
"""Days outside are slips of the pen; sums of days inside stay within what dates can hold."""
DAY = timedelta(days=1)


def today(time_zone: str | None = None) -> date:
    """Return the programme's calendar day: `PROGRAMME_TODAY` when it is fixed, else the day in its time zone."""
    if settings.PROGRAMME_TODAY:
        return settings.PROGRAMME_TODAY
    return timezone.now().astimezone(zoneinfo.ZoneInfo(time_zone or settings.TIME_ZONE)).date()


def now() -> datetime:
    """Return the moment of entry: the clock's time, moved to the fixed day of a demonstration where there is one."""
    moment = timezone.now()
    if settings.PROGRAMME_TODAY:
        local = moment.astimezone(zoneinfo.ZoneInfo(settings.TIME_ZONE))
        return datetime.combine(settings.PROGRAMME_TODAY, local.time(), tzinfo=local.tzinfo)
    return moment


def month_start(day: date) -> date:
    """Return the first day of the month that `day` lies in."""
    return day.replace(day=1)


def month_asked(text: str, today: date) -> date:
    """Return the first day of a month written as 2017-12; of this month where that is none, or none of our time."""
    try:
        first = date.fromisoformat(f"{text}-01")
    except ValueError:
        return month_start(today)
    earliest, latest = (validator.limit_value for validator in PLAUSIBLE)
    return first if earliest <= first <= latest else month_start(today)


def month_end(day: date) -> date:
    """Return the last day of the month that `day` lies in."""
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def months(first: date, last: date) -> list[date]:
    """Return the first days of all months from `first` to `last`, both included."""
    found = []
    month = month_start(first)
    while month <= last:
        found.append(month)
        month = month_end(month) + timedelta(days=1)
    return found


class DaysBetween(Func):
    """Whole days from the first date expression to the second, the same on SQLite and PostgreSQL."""

    output_field = models.IntegerField()
    arity = 2

    def as_sqlite(self, compiler, connection, **extra):  # noqa: ANN001, ANN003, ANN201 (Django's own signature)
        """Count by Julian days, turned around: SQLite keeps dates as text."""
        return self.as_sql(
            compiler,
            connection,
            template="CAST((julianday(%(expressions)s)) * -1 AS INTEGER)",
            arg_joiner=") - julianday(",
            **extra,
        )

    def as_postgresql(self, compiler, connection, **extra):  # noqa: ANN001, ANN003, ANN201
        """Count backwards: PostgreSQL subtracts dates to whole days."""
        return self.as_sql(
            compiler, connection, template="((%(expressions)s) * -1)", arg_joiner=" - ", **extra
        )


class AddDays(Func):
    """A date expression some whole days later, as a date on SQLite and on PostgreSQL."""

    output_field = models.DateField()

    def __init__(self, expression: object, days: int) -> None:
        super().__init__(expression)
        self.days = int(days)

    def as_sqlite(self, compiler, connection, **extra):  # noqa: ANN001, ANN003, ANN201
        """SQLite keeps dates as text and has a function for it."""
        return self.as_sql(
            compiler, connection, template=f"date(%(expressions)s, '{self.days:+d} days')", **extra
        )

    def as_postgresql(self, compiler, connection, **extra):  # noqa: ANN001, ANN003, ANN201
        """PostgreSQL adds whole numbers to dates."""
        return self.as_sql(compiler, connection, template=f"(%(expressions)s + {self.days})", **extra)


class MonthStart(Func):
    """The first day of the month that a date expression lies in, as a date on SQLite and on PostgreSQL."""

    output_field = models.DateField()
    arity = 1

    def as_sqlite(self, compiler, connection, **extra):  # noqa: ANN001, ANN003, ANN201 (Django's own signature)
        """SQLite does it itself; `TruncMonth` would call back into Python for every row."""
        return self.as_sql(compiler, connection, template="date(%(expressions)s, 'start of month')", **extra)

    def as_postgresql(self, compiler, connection, **extra):  # noqa: ANN001, ANN003, ANN201
        """A date stays a date; `TruncMonth` would go by way of a moment in a time zone."""
        template = "CAST(date_trunc('month', CAST(%(expressions)s AS timestamp)) AS date)"
        return self.as_sql(compiler, connection, template=template, **extra)
