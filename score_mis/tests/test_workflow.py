"""What `perform` promises when two people work at the same time.

The locks are tested by holding the first transaction open while a second connection tries: a mere race of two
threads passes most of the time even without a lock.
"""

import threading
import time
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from conftest import TODAY
from score_mis.lib import moves, workflow
from score_mis.lib.workflow import Move, TransitionError
from suggestions.models import Suggestion
from suggestions.tests.factories import DAY, make_suggestion, step

PATIENCE = 20.0

two_connections = pytest.mark.skipif(
    "connection.vendor != 'postgresql'",
    reason="SQLite has no row locks: it lets one writer in at a time; run on PostgreSQL",
)


class Other(threading.Thread):
    """Somebody else, on a connection of their own."""

    def __init__(self, work):
        super().__init__(daemon=True)
        self.work, self.result, self.error, self.backend = work, None, None, None

    def run(self):
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_backend_pid()")
                self.backend = cursor.fetchone()[0]
            self.result = self.work()
        except (TransitionError, PermissionDenied, ValidationError) as error:
            self.error = error
        finally:
            connection.close()

    def waits(self):
        """Whether the other one stands before a lock; asked until so, or until they are done."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until and self.is_alive():
            with connection.cursor() as cursor:
                cursor.execute("SELECT count(*) FROM pg_locks WHERE pid = %s AND NOT granted", [self.backend])
                if cursor.fetchone()[0]:
                    return True
            time.sleep(0.02)
        return False

    def finish(self):
        self.join(PATIENCE)
        assert not self.is_alive()


@pytest.fixture
def quiet(monkeypatch):
    """Nobody is woken after a commit."""
    monkeypatch.setattr("enterprises.models.marks.waker.wake", lambda: None)


def new(world):
    return Suggestion(enterprise=world.enterprise)


def submit(world):
    return workflow.perform(new(world), "submit", by=world.member, today=TODAY, fields={"title": "Light"})


@two_connections
@pytest.mark.django_db(transaction=True)
def test_the_second_of_two_moves_waits_and_looks_again(world, quiet):
    suggestion = make_suggestion(world)
    other = Other(lambda: step(world, suggestion, "adopt"))
    with transaction.atomic():
        step(world, suggestion, "reject")
        other.start()
        assert other.waits()
    other.finish()
    assert isinstance(other.error, TransitionError)
    suggestion.refresh_from_db()
    assert (suggestion.status, suggestion.adopted_on) == ("rejected", None)
    assert [change.move for change in suggestion.changes.all()] == ["submit", "reject"]


@two_connections
@pytest.mark.django_db(transaction=True)
def test_a_move_waits_for_a_correction_and_keeps_it(world, quiet):
    suggestion = make_suggestion(world, "adopted")
    change = suggestion.changes.get(move="adopt")
    other = Other(lambda: step(world, suggestion, "implement"))
    with transaction.atomic():
        day = DAY + timedelta(days=4)
        workflow.correct(change, by=world.leader, today=TODAY, on=day, reason="Typed wrongly")
        other.start()
        assert other.waits()
    other.finish()
    assert other.error is None
    suggestion.refresh_from_db()
    assert (suggestion.status, suggestion.adopted_on) == ("implemented", day)


@two_connections
@pytest.mark.django_db(transaction=True)
def test_many_moves_wait_and_refuse_what_changed(world, quiet):
    suggestion = make_suggestion(world)
    item = Move(record=suggestion, move="adopt", by=world.leader, on=TODAY)
    other = Other(lambda: workflow.perform_many([item], today=TODAY))
    with transaction.atomic():
        step(world, Suggestion.objects.get(pk=suggestion.pk), "edit", fields={"title": "Quicker"})
        other.start()
        assert other.waits()
    other.finish()
    assert isinstance(other.error, TransitionError)
    assert Suggestion.objects.get().title == "Quicker"


@two_connections
@pytest.mark.django_db(transaction=True)
def test_two_new_records_never_get_the_same_number(world, quiet):
    other = Other(lambda: submit(world))
    with transaction.atomic():
        first = submit(world)
        other.start()
        assert other.waits()
    other.finish()
    assert (first.number, other.result.number) == (1, 2)


@pytest.mark.django_db
def test_perform_reads_the_record_again(world):
    opened_before = make_suggestion(world)
    step(world, opened_before, "reject")
    assert opened_before.status == "submitted"
    with pytest.raises(TransitionError, match="rejected"):
        step(world, opened_before, "adopt")


@pytest.mark.django_db
def test_perform_keeps_what_others_wrote_meanwhile(world):
    opened_before = make_suggestion(world)
    step(world, opened_before, "edit", fields={"title": "Renew the guard rail"})
    assert step(world, opened_before, "adopt").title == "Renew the guard rail"


@pytest.mark.django_db
def test_perform_asks_for_the_row_lock(world):
    suggestion = make_suggestion(world)
    with CaptureQueriesContext(connection) as asked:
        step(world, suggestion, "adopt")
    if connection.features.has_select_for_update:
        first = next(q["sql"] for q in asked.captured_queries if '"suggestions_suggestion"' in q["sql"])
        assert "FOR NO KEY UPDATE" in first, "links to it do not wait"
    else:
        assert "FOR NO KEY UPDATE" not in str(asked.captured_queries)


# Pages that were open while somebody else was quicker.


def opened(client, url):
    """What the browser sends back of a form it shows."""
    return {"seen": str(client.get(url).context["form"].seen)}


@pytest.fixture
def as_leader(client, world):
    client.force_login(world.leader)
    return client


@pytest.mark.django_db
def test_a_form_that_came_too_late_gets_a_sentence(world, as_leader):
    suggestion = make_suggestion(world)
    url = reverse("suggestions:move", args=[suggestion.pk, "adopt"])
    sent = opened(as_leader, url)
    step(world, suggestion, "reject")
    response = as_leader.post(url, sent | {"happened_on": "2017-12-19"}, follow=True)
    (message,) = response.context["messages"]
    assert "rejected" in str(message)
    assert Suggestion.objects.get().status == "rejected"


@pytest.mark.django_db
def test_somebody_quicker_between_look_and_lock_gets_a_sentence(world, as_leader, monkeypatch):
    suggestion = make_suggestion(world)
    real = moves.row_or_refuse

    def slow(record, *args):
        row = real(record, *args)
        step(world, record, "reject")
        return row

    monkeypatch.setattr(moves, "row_or_refuse", slow)
    url = reverse("suggestions:move", args=[suggestion.pk, "adopt"])
    response = as_leader.post(url, {"happened_on": "2017-12-19", "owner": "Ms Li"})
    assert response.status_code == 200
    assert "rejected" in response.context["form"].non_field_errors()[0]
    assert 'value="Ms Li"' in response.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("move", ["edit", "adopt"])
def test_nobody_overwrites_what_they_have_not_seen(world, as_leader, move):
    suggestion = make_suggestion(world)
    url = reverse("suggestions:move", args=[suggestion.pk, move])
    sent = opened(as_leader, url) | {"title": "My title", "happened_on": "2017-12-19"}
    step(world, suggestion, "edit", fields={"title": "Their title"})
    response = as_leader.post(url, sent)
    assert response.status_code == 200
    assert "Somebody changed this record" in response.context["form"].non_field_errors()[0]
    assert Suggestion.objects.get().title == "Their title"
    if move == "edit":
        assert 'value="My title"' in response.content.decode()
    again = sent | {"seen": str(response.context["form"].seen)}
    assert f'name="seen" value="{again["seen"]}"' in response.content.decode()
    assert as_leader.post(url, again).status_code == 302


@pytest.mark.django_db
def test_a_form_that_carries_nothing_along_still_works(world, as_leader):
    suggestion = make_suggestion(world)
    url = reverse("suggestions:move", args=[suggestion.pk, "adopt"])
    for seen in ({}, {"seen": "x"}):
        with transaction.atomic():
            assert as_leader.post(url, seen | {"happened_on": "2017-12-19"}).status_code == 302
            transaction.set_rollback(True)


@pytest.mark.django_db
def test_a_new_record_has_seen_nothing(world, as_leader):
    response = as_leader.get(reverse("suggestions:add"))
    assert response.context["form"].seen is None
    assert 'name="seen"' not in response.content.decode()
