"""Two people decide on the same suggestion at the same moment: one wins, the other reads why not.

Each sends the page that both had opened, through the whole site, on a connection of their own. That the lock holds
while the first transaction is open is shown in score_mis/tests/test_workflow.py; this is many turns of it.
"""

import threading

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test import Client
from django.urls import reverse

from conftest import assign, make_user
from enterprises.models import Position, Role, TeamMember
from score_mis.lib import workflow
from suggestions.models import Suggestion
from suggestions.tests.factories import make_suggestion

SENTENCES = ("This step is not possible", "Somebody changed this record")
PATIENCE = 60


@pytest.fixture
def leaders(world):
    """Two who may decide."""
    second = make_user("second")
    assign(second, Role.EIT_MEMBER, world.enterprise)
    TeamMember.objects.create(
        team=world.team, user=second, name="second", position=Position.DEPUTY, standing="worker",
        from_on=world.team.formed_on,
    )  # fmt: skip
    return [world.leader, second]


@pytest.fixture
def browsers(leaders, monkeypatch):
    """Their browsers, signed in; nobody is woken after a commit."""
    monkeypatch.setattr("enterprises.models.marks.waker.wake", lambda: None)
    found = []
    for leader in leaders:
        found.append(Client())
        found[-1].force_login(leader)
    return found


class Person(threading.Thread):
    """Sends one decision when both are ready, and keeps what the site says to it."""

    def __init__(self, browser, url, typed, ready):
        super().__init__(daemon=True)
        self.browser, self.url, self.typed, self.ready = browser, url, typed, ready
        self.said = ""

    def run(self):
        self.browser.cookies.pop("messages", None)  # what was said the turn before
        self.ready.wait(PATIENCE)
        try:
            response = self.browser.post(self.url, self.typed)
            words = [str(message) for message in get_messages(response.wsgi_request)]
            if response.status_code == 200:
                words += response.context["form"].non_field_errors()
            self.said = " ".join(words)
        finally:
            connection.close()


def decide(browsers, suggestion):
    """Let one adopt and the other reject at once; give what each was told."""
    shared = {"happened_on": "2017-12-01", "seen": workflow.latest_entry(suggestion)}
    ready, people = threading.Barrier(2), []
    for browser, move in zip(browsers, ("adopt", "reject"), strict=True):
        typed = {**shared, "decision_reason": f"Said by {move}"}
        url = reverse("suggestions:move", args=[suggestion.pk, move])
        people.append(Person(browser, url, typed, ready))
    for person in people:
        person.start()
    for person in people:
        person.join(PATIENCE)
    return [person.said for person in people]


def one_wins(browsers, suggestion):
    """Exactly one decision is saved, and the other one is told."""
    said = decide(browsers, suggestion)
    won = [words.startswith("Saved") for words in said]
    assert sorted(won) == [False, True], said
    assert any(sentence in said[won.index(False)] for sentence in SENTENCES), said
    state, answer = [("adopted", "Said by adopt"), ("rejected", "Said by reject")][won.index(True)]
    suggestion.refresh_from_db()
    assert (suggestion.status, suggestion.decision_reason) == (state, answer)
    moves = list(suggestion.changes.order_by("seq").values_list("move", flat=True))
    assert moves == ["submit", {"adopted": "adopt", "rejected": "reject"}[state]]
    return won.index(True)


@pytest.mark.django_db(transaction=True)
def test_of_two_decisions_at_once_exactly_one_wins(world, browsers):
    for turn in range(8):
        one_wins(browsers, make_suggestion(world, title=f"Turn {turn}"))
    assert Suggestion.objects.exclude(status="submitted").count() == 8


@pytest.mark.nightly
@pytest.mark.django_db(transaction=True)
def test_a_thousand_times(world, browsers):
    won = [one_wins(browsers, make_suggestion(world, title=f"Turn {turn}")) for turn in range(1000)]
    assert Suggestion.objects.exclude(status="submitted").count() == 1000
    print(f"\n{connection.vendor}: of 1,000 pairs at once {won.count(0)} adopted, {won.count(1)} rejected.")
