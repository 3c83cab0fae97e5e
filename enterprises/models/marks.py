"""Marks: which days of which area must be counted again. Append-only; written with the fact, deleted by the drainer."""

import logging
import time
from collections.abc import Iterable

import celery
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)

DRAIN_TASK = "reports.tasks.drain"
SOON = 1.0
"""Seconds until a drain that was asked for begins; what is saved meanwhile is taken along."""
REST = 10.0
"""Seconds for which a queue that could not be reached is left alone, so that saving stays quick."""


class Waker:
    """Asks for a drain soon, once for many saves. When the queue is down the marks wait, and beat asks again."""

    def __init__(self) -> None:
        self.not_before = 0.0

    def wake(self) -> None:
        """Send one job unless one was sent within the last second, or the queue was down a moment ago."""
        moment = time.monotonic()
        if moment < self.not_before:
            return
        self.not_before = moment + SOON
        try:
            celery.current_app.send_task(DRAIN_TASK, retry=False, countdown=SOON, expires=60)
        except (OperationalError, OSError) as error:
            self.not_before = time.monotonic() + REST
            logger.warning("The job queue cannot be reached (%s); the marks wait for it.", error)


waker = Waker()


class MarkManager(models.Manager["Mark"]):
    """Appends marks and wakes the drainer after the commit."""

    def append(self, marks: Iterable["Mark"]) -> int:
        """Save the different ones among `marks`, in the caller's transaction, and return how many."""
        different = {(m.kind, m.area_id, m.enterprise_id, m.day): m for m in marks}
        self.bulk_create(list(different.values()), batch_size=1000)
        if different:
            transaction.on_commit(waker.wake)
        return len(different)


class Mark(models.Model):
    """One day of one enterprise on which records of a kind began or ceased to count.

    Without a day: everything in exactly this area, on all days (a range mark); areas around it get their own.
    """

    kind = models.CharField(max_length=16, blank=True)
    area = models.ForeignKey("enterprises.Area", on_delete=models.CASCADE, related_name="+", db_index=False)
    enterprise = models.ForeignKey(
        "enterprises.Enterprise", on_delete=models.CASCADE, null=True, related_name="+", db_index=False
    )
    day = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    objects = MarkManager()

    class Meta:
        verbose_name = _("mark")
        verbose_name_plural = _("marks")

    def __str__(self) -> str:
        return f"{self.kind} {self.area_id} {self.enterprise_id} {self.day}"
