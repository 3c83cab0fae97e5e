"""Two people decide on the same suggestion at the same moment: one wins, the other reads why not.

Each sends the page that both had opened, through the whole site, on a connection of their own. That the lock holds
while the first transaction is open is shown in score_mis/tests/test_workflow.py; this is many turns of it.
"""

import pytest
from django.db import connection
from django.urls import reverse

from conftest import assign, make_user
from enterprises.models import Position, Role, TeamMember
from score_mis.lib import workflow
from score_mis.tests.pairs import both, browsers_of, the_one_who_won
from suggestions.models import Suggestion
from suggestions.tests.factories import make_suggestion


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
    return browsers_of(*leaders)


def one_wins(browsers, suggestion):
    """Exactly one decision is saved, and the other one is told."""
    shared = {"happened_on": "2017-12-01", "seen": workflow.latest_entry(suggestion)}
    pages = []
    for move in ("adopt", "reject"):
        url = reverse("suggestions:move", args=[suggestion.pk, move])
        pages.append((url, {**shared, "decision_reason": f"Said by {move}"}))
    won = the_one_who_won(both(browsers, pages))
    state, answer = [("adopted", "Said by adopt"), ("rejected", "Said by reject")][won]
    suggestion.refresh_from_db()
    assert (suggestion.status, suggestion.decision_reason) == (state, answer)
    moves = list(suggestion.changes.order_by("seq").values_list("move", flat=True))
    assert moves == ["submit", {"adopted": "adopt", "rejected": "reject"}[state]]
    return won


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
