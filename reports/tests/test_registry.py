"""The registry fits the tables its figures are kept in."""

from datetime import date

import pytest
from django.db import connection

from hazards.models.hazard import Level
from reports import fields
from reports.measures import Span
from reports.models import AreaMonth, Staged
from reports.readings import read_all
from reports.registry import CELLS, MEASURES
from reports.scope import programme_scope
from reports.sources import TallySource
from reports.tallies import build_all, staging
from training.tests.factories import make_enrolment


def test_every_name_of_a_cell_has_its_number():
    names = {
        name for measure in MEASURES.values() for stream in measure.streams for name in stream.breakdowns()
    }
    assert set(CELLS) == set(fields.CELLS[1:])
    assert names == set(fields.BREAKDOWNS[1:])
    assert set(Level.values) == set(fields.LEVELS[1:])
    assert set(staging.COLUMN.values()) <= {field.name for field in Staged._meta.fields}


def test_names_are_kept_as_small_numbers(world):
    make_enrolment(world, "completed", on=date(2017, 5, 31))
    build_all()
    cell = AreaMonth.objects.filter(measure="enrolments_completed", dim="started").first()
    assert (cell.measure, cell.dim, cell.level) == ("enrolments_completed", "started", "")
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(measure), max(dim) FROM reports_areamonth")
        assert all(isinstance(number, int) for number in cursor.fetchone())
    with pytest.raises(ValueError, match="not in"):
        AreaMonth.objects.filter(measure="no such name").count()


def test_a_cohort_holds_the_last_day_of_its_period(world):
    make_enrolment(world, "completed", on=date(2017, 5, 31))
    build_all()
    reading = read_modules(Span(date(2017, 12, 19), date(2017, 5, 1), date(2017, 5, 31)))
    assert (reading["1"]["numerator"], reading["1"]["denominator"]) == (1, 1)
    assert read_modules(Span(date(2017, 12, 19), date(2017, 6, 1), date(2017, 6, 30))) == {}


def read_modules(span):
    return read_all(TallySource(programme_scope()), span, ["module_completions"])["module_completions"]["by"]
