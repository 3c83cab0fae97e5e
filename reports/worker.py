"""The worker's connection to the job queue: a queue that was away is found soon, and what waits is counted at once."""

import logging
from functools import partial
from typing import Any

from celery import bootsteps
from celery.worker import consumer
from celery.worker.consumer.tasks import Tasks
from kombu.exceptions import OperationalError

from enterprises.models.marks import DRAIN_TASK

logger = logging.getLogger(__name__)

PAUSES = {"interval_start": 1, "interval_step": 1, "interval_max": 2}
"""Seconds between two tries to reach the queue; Celery's own grow to 30."""


class DrainFirst(bootsteps.StartStopStep):
    """Asks for a drain whenever the queue is reached: wake-ups sent while it was away are lost, marks are not."""

    requires = (Tasks,)

    def start(self, worker: Any) -> None:
        """Send one job; when that fails, beat asks within 15 seconds."""
        try:
            worker.app.send_task(DRAIN_TASK, retry=False, expires=60)
        except (OperationalError, OSError) as error:
            logger.warning("No drain could be asked for (%s).", error)


class Consumer(consumer.Consumer):
    """Celery's consumer of jobs, with short pauses; the setting CELERY_WORKER_CONSUMER names it."""

    class Blueprint(consumer.Consumer.Blueprint):
        """The steps of coming up, after the start and after each lost connection."""

        default_steps = [*consumer.Consumer.Blueprint.default_steps, DrainFirst]

    def ensure_connected(self, conn: Any) -> Any:
        """Try until the queue answers."""
        conn.ensure_connection = partial(conn.ensure_connection, **PAUSES)
        return super().ensure_connected(conn)
