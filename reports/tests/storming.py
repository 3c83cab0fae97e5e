"""Processes that write, drain and die: writers and drainers of a storm, each on connections of its own."""

import multiprocessing
import random
import time
from collections.abc import Callable
from typing import Any

import celery
from django.conf import settings
from django.db import connection, connections

from enterprises.models import Enterprise, marks
from hazards.models import Hazard
from launch.children import die_with_parent
from reports import tallies
from reports.tests.walks import RECORDS, Ground, Walk
from suggestions.models import Suggestion
from training.models import CounsellingVisit

FORK = multiprocessing.get_context("fork")
WRITTEN = (Suggestion, Hazard, CounsellingVisit)
"""What the writers keep count of themselves."""


class Storm:
    """Writers and drainers that run until they are told to stop; what they did is counted in shared numbers."""

    def __init__(self, ground: Ground, broker: str = "") -> None:
        self.ground, self.broker = ground, broker
        self.stop = FORK.Event()
        self.written = {model: FORK.Value("q", 0) for model in WRITTEN}
        self.saves, self.drains = FORK.Value("q", 0), FORK.Value("q", 0)
        self.slowest = FORK.Value("d", 0.0)

    def started(self, job: Callable[..., None], *arguments: Any) -> Any:
        """Start one process; it dies with this one."""
        connections.close_all()  # a connection belongs to one process
        process = FORK.Process(target=_alone, args=(job, *arguments), daemon=True)
        process.start()
        return process

    def write(self, seed: int) -> None:
        """Write records of every kind, move enterprises about, correct days, until told to stop."""
        if self.broker:
            app = celery.Celery("writer", broker=self.broker, set_as_current=True)
            app.conf.broker_transport_options = settings.CELERY_BROKER_TRANSPORT_OPTIONS
        else:
            marks.waker.not_before = float("inf")
        walk, rng = Walk(self.ground), random.Random(seed)
        walk.today = settings.PROGRAMME_TODAY
        while not self.stop.is_set():
            walk.rng = random.Random(rng.random())
            begun = time.monotonic()
            self._save(walk, rng)
            with self.saves.get_lock():
                self.saves.value += 1
                self.slowest.value = max(self.slowest.value, time.monotonic() - begun)
        for model, number in self.written.items():
            with number.get_lock():
                number.value += walk.counted[model]

    @staticmethod
    def _save(walk: Walk, rng: random.Random) -> None:
        """One thing that people do."""
        chance = rng.random()
        model = rng.choice(RECORDS)
        if chance < 0.4:
            walk.create(model)
        elif chance < 0.75:
            walk.step(model)
        elif chance < 0.85:
            walk.correct(model)
        elif chance < 0.9:
            walk.bulk()
        elif chance < 0.95:
            walk.workshop()
        else:
            walk.step(Enterprise)

    def drain(self, busy: Any) -> None:
        """Drain again and again; `busy` says whether a drain is under way."""
        while not self.stop.is_set():
            busy.value = 1
            tallies.drain()
            busy.value = 0
            with self.drains.get_lock():
                self.drains.value += 1
            self.stop.wait(0.02)


def _alone(job: Callable[..., None], *arguments: Any) -> None:
    die_with_parent()
    try:
        job(*arguments)
    finally:
        connection.close()
