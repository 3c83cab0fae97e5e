"""A question that is too big for a page is answered by a job, and never shown half."""

from datetime import timedelta

import pytest
from django.utils import timezone
from kombu.exceptions import OperationalError

from reports import answers, tallies, tasks
from reports.models import Answer
from suggestions.tests.factories import make_suggestion

SLOW = "/dashboard/?since=2017-04-10&as_of=2017-12-19"
FIGURE = 'data-indicator="suggestions_submitted" data-part="value" data-value="1"'


@pytest.fixture
def jobs(monkeypatch):
    """Every scope counts as big; the jobs that were asked for."""
    sent = []
    monkeypatch.setattr(answers, "FEW", 0)
    monkeypatch.setattr(
        "celery.current_app.send_task", lambda name, args, **_options: sent.append((name, args))
    )
    return sent


@pytest.fixture
def reader(client, world, jobs):
    """The authority, with a suggestion to count."""
    make_suggestion(world)
    tallies.drain()
    client.force_login(world.authority)
    jobs.clear()
    return client


def test_the_page_says_that_a_job_counts(reader, jobs):
    page = reader.get(SLOW)
    text = page.content.decode()
    assert page["Refresh"] == "5"
    assert "a job goes through the records" in text
    assert "data-indicator" not in text
    assert "ETag" not in page
    assert [name for name, _args in jobs] == [answers.TASK]


def test_it_is_asked_once(reader, jobs):
    for _ in range(3):
        reader.get(SLOW)
    assert len(jobs) == 1
    Answer.objects.update(asked_at=timezone.now() - timedelta(minutes=11))
    reader.get(SLOW)
    assert len(jobs) == 2, "its job was lost"


def test_the_answer_is_shown_with_its_time(reader, jobs):
    reader.get(SLOW)
    assert tasks.answer(*jobs[0][1])
    page = reader.get(SLOW)
    assert "Refresh" not in page
    assert FIGURE in page.content.decode()
    assert "Counted from the records by a job at" in page.content.decode()
    assert len(jobs) == 1


def test_an_old_answer_stays_until_the_new_one_is_there(reader, jobs):
    reader.get(SLOW)
    tasks.answer(*jobs[0][1])
    Answer.objects.update(answered_at=timezone.now() - timedelta(hours=1))
    assert FIGURE in reader.get(SLOW).content.decode()
    assert len(jobs) == 2


def test_it_is_in_the_readers_language(reader, jobs):
    reader.cookies["django_language"] = "zh-hans"
    reader.get(SLOW)
    tasks.answer(*jobs[0][1])
    assert "由后台任务于" in reader.get(SLOW).content.decode()


def test_others_do_not_get_it(reader, jobs, world):
    reader.get(SLOW)
    tasks.answer(*jobs[0][1])
    reader.force_login(world.inspector)
    assert FIGURE not in reader.get(SLOW).content.decode()
    assert len(jobs) == 2


def test_what_the_tallies_hold_needs_no_job(reader, jobs):
    assert FIGURE in reader.get("/dashboard/?as_of=2017-12-19").content.decode()
    assert jobs == []


def test_a_dead_queue_breaks_nothing(reader, monkeypatch):
    def refuse(*_args, **_options):
        raise OperationalError("down")

    monkeypatch.setattr("celery.current_app.send_task", refuse)
    assert reader.get(SLOW).status_code == 200
    assert reader.get(SLOW).status_code == 200


def test_a_question_that_is_gone_is_no_error(db):
    assert tasks.answer(0) is False
