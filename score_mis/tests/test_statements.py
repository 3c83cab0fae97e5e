"""Queries compiled once find the same as queries made anew, whatever values are put in."""

from datetime import date, timedelta

import pytest
from django.db.models import Count, F, Sum, Value

from enterprises.models import Area
from score_mis.lib import statements
from score_mis.lib.dates import AddDays
from suggestions.models import Suggestion
from suggestions.tests.factories import make_suggestion


@pytest.fixture(autouse=True)
def nothing_kept(monkeypatch):
    monkeypatch.setattr(statements, "_kept", {})


def later(values):
    day, pk, path = (next(values) for _ in range(3))
    return (
        Suggestion.objects.annotate(later=AddDays(F("submitted_on"), 2))
        .filter(later__gt=day, enterprise=pk, enterprise__area__path__startswith=path)
        .order_by()
        .values_list(Value("x"), "category")
        .annotate(Count("pk"), Sum("saving_actual"))
    )


def test_one_statement_serves_all_values(world, django_assert_num_queries):
    day = make_suggestion(world).submitted_on
    make_suggestion(world)
    path = world.enterprise.area.path
    cases = [
        [day, world.enterprise.pk, path],
        [day - timedelta(days=30), world.enterprise.pk, path],
        [day + timedelta(days=2), world.enterprise.pk, path],
        [day, world.enterprise.pk + 1, path],
        [day, world.enterprise.pk, "/none/"],
    ]
    for values in cases:
        with django_assert_num_queries(1):
            found = statements.rows("later", values, later)
        assert found == list(later(iter(values))), values
    assert len(statements._kept) == 1
    assert statements.rows("later", cases[0], later)[0][2] == 2


def test_values_of_another_kind_make_another_statement(world):
    def build(values):
        return Area.objects.filter(code=next(values)).values_list("pk")

    assert statements.rows("code", [world.district.code], build) == [(world.district.pk,)]
    assert statements.rows("code", [7], build) == []
    assert len(statements._kept) == 2


def test_what_can_find_nothing_asks_nothing(world, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert statements.rows("none", [], lambda values: Area.objects.none().values_list("pk")) == []


def test_decimals_and_days_come_back_as_they_are(world):
    make_suggestion(world)
    rows = Suggestion.objects.order_by().values_list("submitted_on").annotate(Sum("saving_actual"))
    found = statements.rows("money", [], lambda values: rows)
    assert found == list(rows)
    assert isinstance(found[0][0], date)


@pytest.mark.parametrize(("values", "filled"), [((), ()), ((1,), (1,)), ((1, 2, 3), (1, 2, 3, 3))])
def test_lists_are_filled_up(values, filled):
    assert statements.filled(values) == filled


def test_records_know_what_they_are_annotated_with(world):
    def build(values):
        return Area.objects.filter(parent=next(values)).annotate(up=F("parent__code")).order_by("code")

    for _ in range(2):
        found = statements.records("areas", [world.province.pk], build)
        assert found == [world.district, world.other_district]
        assert found[0].name == world.district.name
        assert {area.up for area in found} == {world.province.code}
    assert statements.records("areas", [0], build) == []
