"""A statement under a name is the same on every session, also after one was lost or a transaction failed."""

import pytest
from django.db import DatabaseError, connection, transaction

from accounts.models import User
from score_mis.lib import prepared

SQL = "SELECT username FROM accounts_user WHERE id > %s AND username <> %s ORDER BY id"


def ask(first, left_out):
    return [name for (name,) in prepared.rows(connection, "score_test", SQL, [first, left_out])]


@pytest.mark.django_db
def test_it_answers_with_the_values_of_each_time():
    one, two = (User.objects.create(username=name).pk for name in ("one", "two"))
    assert ask(one - 1, "") == ["one", "two"]
    assert ask(one - 1, "one") == ["two"]
    assert ask(two, "") == []


@pytest.mark.django_db
def test_it_is_one_query(django_assert_num_queries):
    with django_assert_num_queries(2):
        ask(0, "a")
        ask(0, "b")


@pytest.mark.django_db(transaction=True)
def test_it_outlives_sessions_and_transactions():
    User.objects.create(username="one")
    assert ask(0, "") == ["one"]
    connection.close()
    with pytest.raises(RuntimeError), transaction.atomic():
        assert ask(0, "") == ["one"]
        raise RuntimeError("rolled back")
    assert ask(0, "") == ["one"]


@pytest.mark.django_db(transaction=True)
def test_an_error_is_one_of_the_database():
    with pytest.raises(DatabaseError):
        prepared.rows(connection, "score_wrong", "SELECT nothing FROM nowhere WHERE id = %s", [1])
