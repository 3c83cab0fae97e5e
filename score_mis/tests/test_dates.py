"""Days: the programme's today, months, and the two database functions, checked against Python's own arithmetic."""

from datetime import date, timedelta

import pytest
from django.db.models import F, Value

from enterprises.models import Programme
from score_mis.lib import dates


def test_today_is_the_fixed_day_of_a_demonstration(settings):
    settings.PROGRAMME_TODAY = date(2017, 12, 19)
    assert dates.today() == date(2017, 12, 19)
    assert dates.now().date() == date(2017, 12, 19)


@pytest.mark.parametrize(
    ("clock", "zone", "day"),
    [
        ("2026-03-01T15:59:00Z", "Asia/Shanghai", date(2026, 3, 1)),
        ("2026-03-01T16:00:00Z", "Asia/Shanghai", date(2026, 3, 2)),
        ("2026-03-01T03:00:00Z", "America/Lima", date(2026, 2, 28)),
    ],
)
def test_today_is_the_day_in_the_programmes_time_zone(settings, time_machine, clock, zone, day):
    settings.PROGRAMME_TODAY = None
    time_machine.move_to(clock)
    assert dates.today(zone) == day


def test_months_run_from_the_first_to_the_last():
    assert dates.months(date(2017, 11, 30), date(2018, 1, 1)) == [
        date(2017, 11, 1),
        date(2017, 12, 1),
        date(2018, 1, 1),
    ]
    assert dates.month_end(date(2016, 2, 3)) == date(2016, 2, 29)
    assert dates.month_end(date(2017, 12, 31)) == date(2017, 12, 31)


@pytest.mark.django_db
@pytest.mark.parametrize("days", [0, 1, 8, 31, 91, 366, -3])
def test_the_database_adds_and_subtracts_days_as_python_does(days):
    start = date(2016, 2, 27)
    Programme.objects.create(name_en="p", launched_on=start)
    found = Programme.objects.annotate(
        later=dates.AddDays(F("launched_on"), days),
        between=dates.DaysBetween(F("launched_on"), Value(start + timedelta(days=days))),
    ).get()
    assert found.later == start + timedelta(days=days)
    assert found.between == days
    assert (
        Programme.objects.annotate(later=dates.AddDays(F("launched_on"), days))
        .filter(later=start + timedelta(days=days))
        .exists()
    )


@pytest.mark.parametrize(
    ("value", "first"),
    [
        ("2017-11", date(2017, 11, 1)),
        ("", date(2017, 12, 1)),
        ("2017-13", date(2017, 12, 1)),
        ("soon", date(2017, 12, 1)),
        ("2017-W1", date(2017, 12, 1)),
        ("2017-12-19", date(2017, 12, 1)),
        ("\x00", date(2017, 12, 1)),
        ("0001-01", date(2017, 12, 1)),
        ("9999-12", date(2017, 12, 1)),
        ("1950-01", date(1950, 1, 1)),
        ("2099-12", date(2099, 12, 1)),
    ],
)
def test_a_month_is_asked_for_by_its_number(value, first):
    assert dates.month_asked(value, date(2017, 12, 19)) == first
