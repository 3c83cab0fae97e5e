"""The tables of then: nobody else sees them, they go in the end, and statements prepared before still work."""

import threading
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from enterprises.models import Enterprise
from reports.known import as_known
from reports.known.shadows import Shadow
from reports.scope import Scope
from score_mis.lib import dates, prepared, replica
from suggestions.models import Suggestion
from suggestions.tests.factories import make_suggestion


def temporary() -> set[str]:
    """The temporary tables of the session."""
    sql = {
        "sqlite": "SELECT name FROM sqlite_temp_master WHERE type = 'table'",
        "postgresql": "SELECT relname FROM pg_class WHERE relnamespace = pg_my_temp_schema() AND relkind = 'r'",
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return {name for (name,) in cursor.fetchall()}


def before():
    """A moment before anything that a test enters."""
    return dates.now() - timedelta(hours=1)


@pytest.fixture
def suggestion(world):
    return make_suggestion(world)


def test_what_was_entered_later_is_not_there_and_comes_back(world, suggestion):
    with as_known(Scope(area=world.province), before()):
        assert not Suggestion.objects.exists()
        assert temporary() >= {"suggestions_suggestion", "hazards_hazardchange", "reports_itemlook"}
    assert Suggestion.objects.get() == suggestion
    assert not temporary()


def test_an_error_inside_leaves_nothing_behind(world, suggestion):
    with pytest.raises(ZeroDivisionError), as_known(Scope(area=world.province), before()):
        raise ZeroDivisionError
    with pytest.raises(DatabaseError), as_known(Scope(area=world.province), before()):
        connection.cursor().execute("SELECT nothing FROM nowhere")
    assert Suggestion.objects.get() == suggestion
    assert not temporary()


def test_what_is_written_inside_is_gone(world, suggestion):
    with as_known(Scope(area=world.province), dates.now()):
        Suggestion.objects.update(title="never")
    suggestion.refresh_from_db()
    assert suggestion.title != "never"


def test_it_can_be_asked_again_and_again_in_one_transaction(world, suggestion):
    for moment, number in ((before(), 0), (dates.now(), 1)) * 2:
        with as_known(Scope(area=world.province), moment) as known:
            assert known.scope.enterprises().count() == (Enterprise.objects.count())
            assert Suggestion.objects.count() == number


def test_statements_prepared_before_or_inside_read_the_right_table_after(world, suggestion):
    sql = "SELECT COUNT(*) FROM suggestions_suggestion WHERE enterprise_id = %s"
    asked = [suggestion.enterprise_id]
    assert prepared.rows(connection, "known_outside", sql, asked) == [(1,)]
    with as_known(Scope(area=world.province), before()):
        assert prepared.rows(connection, "known_inside", sql, asked) == [(0,)]
    for name in ("known_outside", "known_inside"):
        assert prepared.rows(connection, name, sql, asked) == [(1,)]


def test_it_is_read_from_the_primary_whatever_the_page_reads(world, suggestion):
    token = replica._alias.set("replica")
    try:
        with as_known(Scope(area=world.province), dates.now()):
            assert replica.alias() == "default"
        assert replica.alias() == "replica"
    finally:
        replica._alias.reset(token)


def test_a_table_of_another_name_is_not_touched(world):
    with transaction.atomic():
        Shadow(Suggestion)
        assert temporary() == {"known_suggestions_suggestion"}
        transaction.set_rollback(True)
    assert not temporary()


@pytest.mark.django_db(transaction=True)
def test_nobody_else_sees_it_or_waits_for_it(world, suggestion):
    seen = []

    def other():
        try:
            seen.append(Suggestion.objects.count())
            Suggestion.objects.update(title="meanwhile")
        finally:
            connection.close()

    with as_known(Scope(area=world.province), before()):
        assert not Suggestion.objects.exists()
        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
    assert seen == [1]
    suggestion.refresh_from_db()
    assert suggestion.title == "meanwhile"


def test_it_costs_the_same_for_more_records(world):
    costs = []
    for number in (1, 6):
        for _each in range(number):
            make_suggestion(world)
        with (
            CaptureQueriesContext(
                connection,
            ) as queries,
            as_known(Scope(area=world.province), dates.now()),
        ):
            pass
        costs.append(len(queries))
    assert costs[0] == costs[1]


def test_a_scope_covers_in_memory_what_it_finds_in_the_database(world):
    path = world.district.path
    scopes = [
        Scope(area=world.district),
        Scope(area=world.other_district),
        Scope(area=world.province),
        Scope(area=world.province, direct=True),
        Scope(area=world.district, direct=True, sector=world.sector),
        Scope(only=(world.enterprise.pk,)),
        Scope(only=()),
        Scope(enterprise=world.enterprise),
    ]
    for scope in scopes:
        found = scope.enterprises().filter(pk=world.enterprise.pk).exists()
        assert scope.covers(world.enterprise, path) is found, scope
