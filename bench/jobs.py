"""What the measured child processes do."""

import statistics
import time
from itertools import pairwise
from typing import Any

from django.db import connection
from django.test import Client

from accounts.models import User
from bench.loading import LAST_DAY
from enterprises.models import Enterprise
from reports import tallies
from score_mis.lib.workflow import EDIT, perform
from suggestions.models import Suggestion

PEOPLE = ("staff", "authority", "consultant", "member")


def build() -> list[tuple[str, float]]:
    """A full build; seconds of each step by its name."""
    steps: list[tuple[str, float]] = []

    def progress(done: int, of: int, name: str) -> None:
        steps.append((name, time.perf_counter()))

    tallies.build_all(progress)
    steps.append(("", time.perf_counter()))
    return [(name, end - begun) for (name, begun), (_next, end) in pairwise(steps)]


def drain() -> int:
    """One drain of what waits."""
    return tallies.drain()


def idle() -> int:
    """Nothing but a question to the database: the memory that any command of the site needs."""
    return tallies.version()


def sessions() -> dict[str, str]:
    """A session for each person there is."""
    found = {}
    for user in User.objects.filter(username__in=PEOPLE):
        client = Client()
        client.force_login(user)
        found[user.username] = client.cookies["sessionid"].value
    return found


def pilot() -> dict[str, Any]:
    """One change and its drain at the pilot's size, nine times; the median of the drains."""
    member = User.objects.get(username="member")
    own = Enterprise.objects.get(assignments__user=member)
    fields = {"enterprise": own, "title": "measured"}
    record = perform(Suggestion(enterprise=own), "submit", by=member, today=LAST_DAY, fields=fields)
    seconds = []
    for turn in range(9):
        perform(record, EDIT, by=member, today=LAST_DAY, fields={"title": f"measured {turn}"})
        begun = time.perf_counter()
        tallies.drain()
        seconds.append(time.perf_counter() - begun)
    return {"drain": statistics.median(seconds), "vendor": connection.vendor}
