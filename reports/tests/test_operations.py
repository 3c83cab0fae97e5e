"""The page of operations, its button, and the wake-ups of the drain."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from kombu.exceptions import OperationalError

from enterprises.models import marks
from reports import tallies, tasks
from reports.models import Recount, TallyBuild, TallyState
from reports.tests.test_building import Interrupted, another_build, interrupt_after
from reports.tests.test_recount import differing
from suggestions.tests.factories import make_suggestion

PAGE = "reports:operations"


@pytest.fixture
def asked(monkeypatch):
    """Full builds that were asked for."""
    found = []
    monkeypatch.setattr(tasks.build, "apply_async", lambda **options: found.append(options))
    return found


def shown(client) -> str:
    """The page of operations."""
    return client.get(reverse(PAGE)).content.decode()


@pytest.mark.parametrize("who", ["staff", "administrator"])
def test_staff_and_administrators_start_a_full_build(world, client, asked, who):
    client.force_login(getattr(world, who))
    assert "Start a full build" in shown(client)
    page = client.post(reverse("reports:build"), follow=True)
    assert page.redirect_chain == [(reverse(PAGE), 302)]
    assert "A full build was asked for." in page.content.decode()
    [options] = asked
    assert options["retry"] is False
    assert options["expires"] > 0
    assert tasks.build(**options["kwargs"]) > 0


@pytest.mark.parametrize("who", ["member", "leader", "consultant", "inspector", "authority", "outsider"])
def test_nobody_else_does(world, client, asked, who):
    client.force_login(getattr(world, who))
    assert client.post(reverse("reports:build")).status_code == 403
    assert asked == []


def test_a_foreign_form_starts_nothing(world, asked):
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.staff)
    assert client.post(reverse("reports:build")).status_code == 403
    assert asked == []


def test_a_second_build_is_not_begun(world, client, asked):
    client.force_login(world.staff)
    with another_build():
        page = client.post(reverse("reports:build"), follow=True).content.decode()
        assert "A full build is running already." in page
        assert "Start a full build" not in page
    assert asked == []


def test_a_queue_that_is_down_is_said(world, client, monkeypatch):
    def fail(**options):
        raise OperationalError("refused")

    monkeypatch.setattr(tasks.build, "apply_async", fail)
    client.force_login(world.staff)
    page = client.post(reverse("reports:build"), follow=True)
    assert "The job queue cannot be reached. Nothing was begun." in page.content.decode()


def test_the_page_shows_how_far_a_build_is_and_what_was_built(world, client):
    client.force_login(world.staff)
    tallies.drain()
    with pytest.raises(Interrupted):
        tallies.build_all(interrupt_after(3))
    of = len(tallies.STEPS)
    page = shown(client)
    assert f'max="{of}" value="3"' in page
    assert f"3 of {of} steps done" in page
    assert tallies.STEPS[3] in page
    assert "was stopped" in page
    assert "Go on with the full build" in page
    with another_build():
        page = shown(client)
        assert "A full build is running." in page
        assert ">Reload<" in page
    tallies.build_all()
    page = shown(client)
    assert "<progress" not in page
    assert "Taken into use" in page


def test_the_page_says_how_fresh_the_tallies_are(world, client):
    client.force_login(world.staff)
    tallies.drain()
    make_suggestion(world)
    TallyState.objects.update(version=4711, generation=17)
    page = shown(client)
    assert "<dd>4711</dd>" in page
    assert "<dd>17</dd>" in page
    assert "since " in page
    marks.Mark.objects.update(created_at=timezone.now() - timedelta(minutes=6))
    assert "Changes wait for more than five minutes." in shown(client)


def test_the_page_names_differences_and_their_repair(world, client):
    client.force_login(world.administrator)
    moment = timezone.now()
    Recount.objects.create(finished_at=moment, differences=differing(12))
    page = shown(client)
    assert "#0 · 1 March 2011 · Safety checks: tally 1, records 2" in page
    assert "and 7 more" in page
    assert "not yet; by the next full build" in page
    TallyBuild.objects.create(generation=9, steps=1, done=["a"], finished_at=moment + timedelta(hours=1))
    assert "not yet; by the next full build" not in shown(client)


def test_it_asks_few_questions(world, client, django_assert_max_num_queries):
    client.force_login(world.staff)
    for n in range(15):
        Recount.objects.create(finished_at=timezone.now(), differences=differing(3))
        TallyBuild.objects.create(generation=n, steps=1, finished_at=timezone.now())
    with django_assert_max_num_queries(18):
        client.get(reverse(PAGE))


def test_a_thousand_saves_wake_one_drain_a_second(monkeypatch):
    now, sent = [100.0], []
    monkeypatch.setattr(marks.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(marks.celery.current_app, "send_task", lambda name, **options: sent.append(options))
    waker = marks.Waker()
    for _ in range(1000):
        waker.wake()
        now[0] += 0.01
    assert len(sent) <= 11
    assert all(options["expires"] for options in sent)


@pytest.fixture
def drain_due():
    """Runs the job as a wake-up that was due at a moment."""

    def run(moment):
        tasks.drain.push_request(eta=moment.isoformat() if moment else None)
        try:
            return tasks.drain.run()
        finally:
            tasks.drain.pop_request()

    return run


def test_of_many_wake_ups_for_one_moment_only_the_first_drains(world, drain_due, monkeypatch):
    due = timezone.now()
    make_suggestion(world)
    assert drain_due(due) > 0
    with monkeypatch.context() as patch:
        patch.setattr(tallies, "drain", lambda: pytest.fail("nothing can be left to do"))
        for _host in range(5):
            assert drain_due(due) == 0
    make_suggestion(world)
    assert drain_due(timezone.now()) > 0


def test_a_drain_by_the_clock_always_looks(world, drain_due):
    tallies.drain()
    make_suggestion(world)
    assert drain_due(None) > 0
