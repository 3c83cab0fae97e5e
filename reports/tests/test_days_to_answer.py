"""Median days to an answer and the share answered within seven days, against numbers worked out by hand.

Days from submission (H) to adoption or rejection (A):

    title      story                                                      days   counts on 30 June
    same day   adopted on the day it was handed in                           0   yes
    week       rejected after exactly a week                                 7   yes, in time
    eighth     adopted after eight days                                      8   yes, late
    deferred   put off on day 2, adopted on day 20: the answer is the end   20   yes, late
    returned   adopted on day 3, carried out, sent back, carried out again   3   yes, in time
    cancelled  adopted on day 5, later cancelled: it was answered            5   yes, in time
    july       rejected on 5 July, 34 days after                            34   from 5 July on, late
    waits      no answer                                                     -   no
    back       withdrawn by its proposer                                     -   no
    void       rejected on day 1, then void                                  -   no

Sorted on 30 June: 0 3 5 7 8 20 - median (5 + 7) / 2 = 6; 4 of 6 within a week.
Sorted on 10 July: 0 3 5 7 8 20 34 - median 7; 4 of 7. In July alone: 34; 0 of 1.
"""

from datetime import date, timedelta

import pytest

from conftest import TODAY
from reports import tallies
from reports.tests.test_indicators_command import read
from score_mis.lib import workflow
from suggestions.models import Suggestion
from suggestions.tests.factories import make_suggestion, step

HANDED_IN = date(2017, 6, 1)
JUNE, JULY = "2017-06-30", "2017-07-10"


@pytest.fixture
def stories(world):
    """The suggestions of the table above."""

    def tell(title, *steps):
        found = make_suggestion(world, title=title, on=HANDED_IN)
        for days, move in steps:
            found = step(world, found, move, on=HANDED_IN + timedelta(days))
        return found

    tell("same day", (0, "adopt"))
    tell("week", (7, "reject"))
    tell("eighth", (8, "adopt"))
    tell("deferred", (2, "defer"), (20, "adopt"))
    tell("returned", (3, "adopt"), (9, "implement"), (10, "send_back"), (12, "implement"), (13, "verify"))
    tell("cancelled", (5, "adopt"), (9, "cancel"))
    tell("july", (34, "reject"))
    tell("waits")
    tell("back", (1, "withdraw"))
    tell("void", (1, "reject"), (2, "void"))
    return Suggestion.objects.all()


def figures(*arguments):
    """The two figures as the command prints them."""
    tallies.drain()
    found = read(*arguments)["indicators"]
    days, late = found["decision_days"], found["answered_in_time"]
    return (days["median"], days["n"]), (late["numerator"], late["denominator"])


def test_on_two_days_and_in_a_period(stories):
    assert figures("--as-of", JUNE) == ((6, 6), (4, 6))
    assert figures("--as-of", JULY) == ((7, 7), (4, 7))
    assert figures("--since", "2017-07-01", "--as-of", JULY) == ((34, 1), (0, 1))


def test_before_any_answer_there_is_none(stories):
    assert figures("--as-of", "2017-05-31") == ((None, 0), (0, 0))


def test_a_corrected_day_moves_both(world, stories):
    """The eighth day was really the sixth: 0 3 5 6 7 20, median (5 + 6) / 2 = 5.5; 5 of 6."""
    change = stories.get(title="eighth").changes.get(move="adopt")
    workflow.correct(change, by=world.leader, today=TODAY, on=HANDED_IN + timedelta(6), reason="Read wrongly")
    assert figures("--as-of", JUNE) == ((5.5, 6), (5, 6))


def test_records_and_tallies_say_the_same_of_each_suggestion(stories):
    days = {found.title: found.days_to_answer for found in stories.exclude(status="void")}
    assert days == {
        "same day": 0, "week": 7, "eighth": 8, "deferred": 20, "returned": 3, "cancelled": 5, "july": 34,
        "waits": None, "back": None,
    }  # fmt: skip
    tallies.drain()
    assert tallies.differences() == ([], 0)
