"""The recount of every night: names, reports and repairs what differs from the records, and holds up nobody."""

import threading
from contextlib import contextmanager
from smtplib import SMTPServerDisconnected

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.utils.translation import override

from accounts.models import User
from enterprises.models import Mark
from reports import notices, tallies, tasks
from reports.differences import worded
from reports.models import AreaMonth, Recount, TallyBuild, TallyState
from reports.tallies import recounting
from reports.tests.test_building import Interrupted, another_build, interrupt_after
from score_mis.celery import app
from suggestions.tests.factories import make_suggestion


@pytest.fixture
def tampered(world):
    """Tallies of which one number is wrong; the administrator reads Chinese."""
    make_suggestion(world)
    tallies.drain()
    AreaMonth.objects.filter(measure="suggestions_submitted", dim="", area=world.district).update(n=7)
    world.administrator.language = "zh-hans"
    world.administrator.save()
    return world


def differing(count):
    """Differences of an area that nobody knows, each on a day of its own year."""
    cell = {"area": 0, "measure": "safety_checks", "dim": "", "key": "", "level": "", "kept": "1", "now": "2"}
    return [{**cell, "day": f"{2000 + n}-03-01"} for n in range(count)]


def test_a_recount_names_reports_and_repairs(tampered):
    assert tasks.recount() == 1
    row = Recount.objects.get()
    [line] = worded(row.differences)
    assert line == "Fangshan · June 2017 · Suggestions submitted: tally 7, records 1"
    assert tallies.differences() == ([], 0)

    [sent] = mail.outbox
    assert sent.to == [tampered.administrator.email]
    assert "/operations/" in sent.body
    with override("zh-hans"):
        assert sent.subject == notices._subject(row)
        assert sent.body == notices._body(row)
        assert worded(row.differences)[0] in sent.body
    assert "房山" in sent.body

    assert tasks.recount() == 0
    assert len(mail.outbox) == 1
    assert Recount.objects.first().differences == []


def test_nothing_is_mailed_or_built_where_nothing_differs(world):
    tallies.drain()
    before = TallyState.objects.get().generation
    assert tasks.recount() == 0
    assert Recount.objects.get().differences == []
    assert mail.outbox == []
    assert TallyState.objects.get().generation == before


def test_mail_goes_to_those_who_wish_it_each_in_their_language(tampered, settings):
    settings.OPERATIONS_EMAIL = ["Keeper@example.org", tampered.staff.email.upper()]
    settings.SITE_URL = "https://score.example.org"
    tampered.staff.language = "zh-hans"
    tampered.staff.save()
    tasks.recount()
    assert [(sent.to, "年" in sent.body) for sent in mail.outbox] == [
        (["Keeper@example.org"], False),
        ([tampered.staff.email.upper()], True),
    ]
    assert "https://score.example.org/operations/" in mail.outbox[0].body


def test_where_nobody_has_an_address_the_log_says_so(tampered, caplog):
    User.objects.update(email="")
    tasks.recount()
    assert mail.outbox == []
    assert "set OPERATIONS_EMAIL" in caplog.text


def test_many_differences_make_a_short_mail(tampered):
    row = Recount(finished_at=TallyState.objects.get().computed_at, differences=differing(50))
    body = notices._body(row)
    assert "2019" in body
    assert "2020" not in body
    assert "and 30 more" in body


@pytest.mark.parametrize("error", [OSError("refused"), SMTPServerDisconnected("gone")])
def test_a_mail_server_that_fails_does_not_hinder_the_repair(tampered, monkeypatch, caplog, error):
    def fail():
        raise error

    monkeypatch.setattr(notices, "get_connection", fail)
    assert tasks.recount() == 1
    assert "was not sent" in caplog.text
    assert tallies.differences() == ([], 0)


def test_a_recount_beside_a_full_build_leaves_the_repair_to_it(tampered, caplog):
    with another_build():
        assert tasks.recount() == 1
    assert "A full build runs already" in caplog.text
    assert len(Recount.objects.get().differences) == 1
    assert len(mail.outbox) == 1
    assert len(tallies.differences()[0]) == 1


def test_the_next_recount_ends_a_build_that_was_stopped(world):
    tallies.drain()
    with pytest.raises(Interrupted):
        tallies.build_all(interrupt_after(2))
    assert tasks.recount() == 0
    assert tallies.unfinished() is None
    assert TallyBuild.objects.get().finished_at


@pytest.mark.django_db(transaction=True)
def test_a_drain_does_not_wait_for_a_recount(world, monkeypatch):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has a single writer")
    tallies.drain()
    counted = []
    compare = recounting._differences_of

    def drain():
        try:
            make_suggestion(world)
            counted.append(tallies.drain())
        finally:
            connections.close_all()

    def beside(*args):
        if not counted:
            thread = threading.Thread(target=drain)
            thread.start()
            thread.join(timeout=60)
        return compare(*args)

    monkeypatch.setattr(recounting, "_differences_of", beside)
    assert tallies.differences() == ([], 0)
    assert counted[0] > 0
    assert not Mark.objects.exists()


def test_it_runs_at_night_in_the_programmes_time_zone(settings):
    entry = settings.CELERY_BEAT_SCHEDULE["recount every night"]
    assert (entry["schedule"].hour, entry["schedule"].minute) == ({2}, {30})
    assert str(app.timezone) == settings.TIME_ZONE
    assert entry["task"] in {job.name for job in (tasks.recount, tasks.drain, tasks.build)}


@contextmanager
def another_recount():
    """A recount elsewhere that does not end."""
    begun, over = threading.Event(), threading.Event()

    def hold():
        try:
            with recounting.recounting():
                begun.set()
                over.wait(60)
        finally:
            connections.close_all()

    thread = threading.Thread(target=hold)
    thread.start()
    assert begun.wait(60)
    try:
        yield
    finally:
        over.set()
        thread.join()


@pytest.mark.django_db(transaction=True)
def test_one_recount_runs_at_a_time(world, caplog):
    tallies.drain()
    with another_recount():
        with pytest.raises(tallies.Recounting):
            tallies.differences()
        with pytest.raises(CommandError, match="A recount is running already"):
            call_command("tally", check=True)
        assert tasks.recount() == 0
        assert "a second one was not begun" in caplog.text
        assert not Recount.objects.exists()
        assert not tallies.is_building()
        assert tallies.drain() == 0
    assert tallies.differences() == ([], 0)
