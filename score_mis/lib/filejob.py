"""The row of a file that a job makes, and where its files are; see `filejobs`, which asks, makes and offers."""

import os
import re
import shutil
import uuid
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _, gettext_lazy

UNFIT = re.compile(r"[\x00-\x1f\x7f/\\]+")
"""What the name of a file must not hold."""


class State(models.TextChoices):
    """Where a job stands."""

    WAITING = "waiting", gettext_lazy("waiting")
    MAKING = "making", gettext_lazy("being made")
    READY = "ready", gettext_lazy("ready")
    FAILED = "failed", gettext_lazy("failed")


class FileJob(models.Model):
    """A file that somebody asked for. Equal wishes of one person that are not ready yet are one row."""

    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="+",
        verbose_name=gettext_lazy("asked by"),
    )
    asked_at = models.DateTimeField(gettext_lazy("asked at"), default=timezone.now)
    language = models.CharField(gettext_lazy("language"), max_length=10)
    format = models.CharField(gettext_lazy("format"), max_length=10)
    name = models.CharField(gettext_lazy("file name"), max_length=200)
    state = models.CharField(
        gettext_lazy("state"), max_length=10, choices=State.choices, default=State.WAITING
    )
    done = models.PositiveBigIntegerField(default=0, editable=False)
    total = models.PositiveBigIntegerField(default=0, editable=False)
    step = models.CharField(max_length=200, blank=True, editable=False)
    beat_at = models.DateTimeField(default=timezone.now, editable=False)
    attempts = models.PositiveSmallIntegerField(default=0, editable=False)
    holder = models.UUIDField(null=True, editable=False)
    task = models.CharField(max_length=100, editable=False)
    wish = models.CharField(max_length=64, editable=False)
    path = models.CharField(max_length=200, blank=True, editable=False)
    sha256 = models.CharField(max_length=64, blank=True, editable=False)
    size = models.PositiveBigIntegerField(default=0, editable=False)
    error = models.TextField(blank=True, editable=False)

    class Meta:
        abstract = True
        ordering = ("-asked_at", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=("wish",),
                condition=Q(state__in=("waiting", "making")),
                name="%(class)s_asked_once",
            ),
        )
        indexes = (
            models.Index(fields=("state", "beat_at"), name="%(class)s_alive"),
            models.Index(fields=("asked_by", "-asked_at"), name="%(class)s_of_person"),
        )

    def __str__(self) -> str:
        return self.filename

    def wanted(self) -> tuple[Any, ...]:
        """What makes two wishes equal; subclasses add theirs. Anything whose repr says it all."""
        return (self.asked_by_id, self.language, self.format, self.name)

    def file_url(self) -> str:
        """The address that answers with `download`."""
        raise NotImplementedError

    @property
    def filename(self) -> str:
        """The name under which it is saved."""
        return f"{UNFIT.sub('-', self.name)}.{self.format}"

    @property
    def file(self) -> Path:
        """The finished file."""
        return Path(settings.PRODUCED_ROOT) / self.path

    @property
    def is_ready(self) -> bool:
        """Whether the file may be offered."""
        return self.state == State.READY

    @property
    def is_failed(self) -> bool:
        """Whether it was given up."""
        return self.state == State.FAILED

    @property
    def sentence(self) -> str:
        """Why it failed, for people."""
        if self.error:
            return self.error
        return _("The file could not be made; the administrators were told.") if self.is_failed else ""


def folder_of(job_class: type[FileJob]) -> Path:
    """Where the files of a kind of job are."""
    return Path(settings.PRODUCED_ROOT) / job_class._meta.label_lower.replace(".", "-")


def clean(job: FileJob, but: Path | None = None) -> None:
    """Remove the files of a job but one: those of killed workers, or all."""
    for path in folder_of(type(job)).glob(f"*{job.key.hex}*"):
        if path != but:
            remove(path)


def remove(path: Path) -> None:
    """Remove a file or a folder that may be gone already."""
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def fsync(folder: Path) -> None:
    """See to it that a name in a folder survives a loss of power."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
