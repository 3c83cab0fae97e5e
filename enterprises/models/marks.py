"""Marks: which days of which area must be counted again. Append-only; written with the fact, deleted by the drainer."""

import logging
from collections.abc import Iterable

import celery
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)

DRAIN_TASK = "reports.tasks.drain"


def wake_drainer() -> None:
    """Ask for a drain soon. When the broker is down the marks wait in the database, and beat asks again."""
    try:
        celery.current_app.send_task(DRAIN_TASK, retry=False, expires=60)
    except (OperationalError, OSError) as error:
        logger.warning("The job queue cannot be reached (%s); the marks wait for it.", error)


class MarkManager(models.Manager):
    """Appends marks and wakes the drainer after the commit."""

    def append(self, marks: Iterable["Mark"]) -> int:
        """Save the different ones among `marks`, in the caller's transaction, and return how many."""
        different = {(m.kind, m.area_id, m.enterprise_id, m.day): m for m in marks}
        self.bulk_create(list(different.values()), batch_size=1000)
        if different:
            transaction.on_commit(wake_drainer)
        return len(different)


class Mark(models.Model):
    """One day of one enterprise on which records of a kind began or ceased to count; no day means all days."""

    kind = models.CharField(max_length=16)
    area = models.ForeignKey("enterprises.Area", on_delete=models.CASCADE, related_name="+")
    enterprise = models.ForeignKey("enterprises.Enterprise", on_delete=models.CASCADE, related_name="+")
    day = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    objects = MarkManager()

    class Meta:
        verbose_name = _("mark")
        verbose_name_plural = _("marks")

    def __str__(self) -> str:
        return f"{self.kind} {self.enterprise_id} {self.day}"
