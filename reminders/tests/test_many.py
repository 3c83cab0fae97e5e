"""Much that is due, long texts, and two workers at the same moment."""

import threading

import pytest
from django.core import mail
from django.db import connection
from django.test import Client

from conftest import TODAY, assign, make_user
from enterprises.models import Role
from hazards.models import Hazard
from reminders import rounds, tasks, unsubscribing
from reminders.models import Message, Outcome, Round, Wish
from reminders.tests.mailing import go, overdue, to
from reports.worklists import LONGEST
from score_mis import settings as site
from suggestions.models import Suggestion

SMALL = 32 * 1024
PATIENCE = 60


def many_due(world, number):
    """Suggestions that wait for an answer, and overdue hazards, so many of each."""
    last = overdue(world, 40)
    Suggestion.objects.bulk_create(
        [
            Suggestion(
                enterprise=world.enterprise,
                number=n,
                title=f"Idea {n} " + "x" * 150,
                submitted_on="2017-06-01",
            )
            for n in range(1, number + 1)
        ],
        batch_size=500,
    )
    rows = []
    for n in range(1, number):
        row = Hazard.objects.get(pk=last.pk) if n == 1 else rows[0]
        rows.append(Hazard(**{f.attname: getattr(row, f.attname) for f in Hazard._meta.concrete_fields}))
        rows[-1].pk, rows[-1].number = None, last.number + n
    Hazard.objects.bulk_create(rows, batch_size=500)


@pytest.mark.parametrize(
    "number", [pytest.param(1_050, id="short"), pytest.param(10_000, id="long", marks=pytest.mark.nightly)]
)
def test_a_digest_of_very_much_is_small_and_says_that_there_is_more(world, number):
    many_due(world, number)
    mails = to(go(), world.leader)
    [sent] = [one for one in mails if "due or overdue" in one.subject]
    assert sent.subject == "SCORE MIS, 19 December 2017: 2,000+ things are due or overdue"
    assert "Suggestions to decide (1,000+)" in sent.body
    assert "Hazards to rectify (1,000+)" in sent.body
    assert len(sent.message().as_bytes()) < SMALL
    [told] = [one for one in to(mail.outbox, world.inspector) if "long overdue" in one.subject]
    assert told.subject == f"SCORE MIS: {number} hazards are long overdue"
    assert len(told.message().as_bytes()) < SMALL


def test_a_text_without_end_is_one_short_line(world):
    overdue(world, 8, description="Wall\nUnsubscribe: https://elsewhere.example\n" + "x " * 50_000)
    for sent in go():
        assert len(sent.message().as_bytes()) < SMALL
        lines = [line for line in sent.body.splitlines() if "elsewhere.example" in line]
        assert lines
        assert all("Wall" in line for line in lines)
        assert max(map(len, sent.body.splitlines())) < 3 * LONGEST


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_send_each_mail_once(world):
    """Five times: two run the job at the same moment, on connections of their own."""
    for n in range(6):
        assign(make_user(f"more{n}"), Role.EIT_MEMBER, world.enterprise)
    overdue(world, 8)
    for _turn in range(5):
        Message.objects.update(outcome=Outcome.SENT)
        ready, found = threading.Barrier(2), []

        def work(ready=ready, found=found):
            try:
                ready.wait(PATIENCE)
                found.append(rounds.remind(TODAY).sent)
            finally:
                connection.close()

        workers = [threading.Thread(target=work, daemon=True) for _each in range(2)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join(PATIENCE)
        assert len(found) == 2
        assert Round.objects.get().finished_at
    assert len(mail.outbox) == Message.objects.count() == 11
    assert len({(one.to[0], one.subject) for one in mail.outbox}) == 11


def test_the_scheduler_starts_the_job_that_there_is(world, monkeypatch):
    entry = site.CELERY_BEAT_SCHEDULE["send reminders"]
    assert entry["task"] == tasks.remind.name
    monkeypatch.setattr(rounds, "is_time", lambda zone: True)
    overdue(world, 1)
    assert [tasks.remind(), tasks.remind()] == [3, 0]


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_on_the_link_are_one(world):
    """Mail programs follow the header at the moment at which a person presses the button."""
    path = unsubscribing.path_to_stop(world.member, "digest")
    for _turn in range(10):
        Wish.objects.all().delete()
        Wish.history.all().delete()
        ready, codes = threading.Barrier(2), []

        def press(ready=ready, codes=codes):
            try:
                ready.wait(PATIENCE)
                codes.append(Client(raise_request_exception=False).post(path).status_code)
            finally:
                connection.close()

        people = [threading.Thread(target=press, daemon=True) for _each in range(2)]
        for person in people:
            person.start()
        for person in people:
            person.join(PATIENCE)
        assert codes == [200, 200]
        assert Wish.objects.get().digest is False
        assert Wish.history.count() == 1


def test_a_link_is_good_for_its_person_and_kind_alone(world, client):
    """Changed anywhere, it is nobody's."""
    good = unsubscribing.token(world.member, "digest")
    other = unsubscribing.token(world.leader, "digest")
    assert unsubscribing.read(good) == (world.member, "digest")
    forged = [good[:n] + ("A" if good[n] != "A" else "B") + good[n + 1 :] for n in range(len(good))]
    forged += [
        ":".join([other.split(":")[0], *good.split(":")[1:]]),
        good + "A",
        "",
        ":",
        "::",
        "\x00",
        "é" * 9,
    ]
    read = [unsubscribing.read(word) for word in forged]
    assert set(read) <= {
        None,
        (world.member, "digest"),
    }  # base64 has a last letter whose low bits say nothing
    assert len([one for one in read if one]) <= 1
    assert (world.leader, "digest") not in read
