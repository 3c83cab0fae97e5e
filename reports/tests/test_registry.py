"""The registry fits the tables its figures are kept in."""

from datetime import date

from django.db import models

from reports.measures import Span
from reports.models import AreaDay
from reports.readings import read_all
from reports.registry import MEASURES
from reports.scope import programme_scope
from reports.sources import TallySource
from reports.tallies import build_all
from training.tests.factories import make_enrolment


def test_names_fit_into_their_columns():
    room = {
        field.name: field.max_length for field in AreaDay._meta.fields if isinstance(field, models.CharField)
    }
    names = {
        name for measure in MEASURES.values() for stream in measure.streams for name in stream.breakdowns()
    }
    assert max(map(len, MEASURES)) <= room["measure"]
    assert [name for name in names if len(name) > room["dim"]] == []


def test_a_cohort_holds_the_last_day_of_its_period(world):
    make_enrolment(world, "completed", on=date(2017, 5, 31))
    build_all()
    reading = read_modules(Span(date(2017, 12, 19), date(2017, 5, 1), date(2017, 5, 31)))
    assert (reading["1"]["numerator"], reading["1"]["denominator"]) == (1, 1)
    assert read_modules(Span(date(2017, 12, 19), date(2017, 6, 1), date(2017, 6, 30))) == {}


def read_modules(span):
    return read_all(TallySource(programme_scope()), span, ["module_completions"])["module_completions"]["by"]
