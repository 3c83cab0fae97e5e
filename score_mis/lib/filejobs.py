"""Files that a job makes: asked for on a page, made by a worker, offered only when they are whole.

A kind of file is a subclass of `FileJob`. A row is claimed by one worker at a time, which proves by `beat` that it is
alive; who gives no sign of life for `PATIENCE` has lost its claim, and what it wrote is never offered. Each claim
writes to names of its own, so that a worker which was only slow cannot spoil the file of the next one.
"""

import errno
import hashlib
import logging
import os
import re
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self

import celery
from django.conf import settings
from django.db import IntegrityError, connection, models, transaction
from django.db.models import F, Q
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy
from kombu.exceptions import OperationalError

from score_mis.lib.filejob import FileJob, State, clean, folder_of, fsync, remove

__all__ = [
    "CannotMake",
    "FileJob",
    "State",
    "Stopped",
    "ask",
    "asked_again",
    "download",
    "make",
    "progress_response",
    "swept",
]

logger = logging.getLogger(__name__)

PATIENCE = timedelta(seconds=60)
"""A worker that gave no sign of life for so long has lost its claim."""
ATTEMPTS = 3
MOST_ASKED_AGAIN = 50
"""Jobs that one round asks for again; the others come with the next."""
REFRESH = 2
"""Seconds after which the page of a job that is not ready looks again."""
OFTEN = 1.0
"""Seconds between two signs of life."""

KEY = re.compile(r"\.?([0-9a-f]{32})-")
"""How the names of our files begin."""

TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "zip": "application/zip",
}


class CannotMake(Exception):
    """The file cannot be made, and trying again would not help; holds a sentence for people."""


class Stopped(Exception):
    """The row was taken away: deleted, or claimed by another worker. Nothing more is to be written."""


class Beat(Protocol):
    """Says how far a job is."""

    def __call__(self, done: int = ..., total: int = ..., step: Any = ...) -> None:
        """Write progress, at most once a second; raise Stopped where the row was taken away."""


def ask(job: FileJob, task: str) -> FileJob:
    """Save a wish and give it to a worker after the commit; return the row, which may be the one that waits already."""
    job.task = task
    job.wish = hashlib.sha256(repr(job.wanted()).encode()).hexdigest()
    model = type(job)
    waiting = model._default_manager.filter(wish=job.wish, state__in=(State.WAITING, State.MAKING))
    if found := waiting.first():
        return found
    try:
        with transaction.atomic():
            job.save()
    except IntegrityError:
        if found := waiting.first():
            return found
        raise
    transaction.on_commit(lambda: _send(job))
    return job


def ask_anew(job: FileJob) -> FileJob:
    """Give a failed job to a worker once more; where the same wish waits already, return that."""
    model = type(job)
    now = timezone.now()
    try:
        with transaction.atomic():
            changed = model._default_manager.filter(pk=job.pk, state=State.FAILED).update(
                state=State.WAITING, attempts=0, error="", done=0, total=0, step="", asked_at=now, beat_at=now
            )
    except IntegrityError:
        return model._default_manager.get(wish=job.wish, state__in=(State.WAITING, State.MAKING))
    job.refresh_from_db()
    if changed:
        transaction.on_commit(lambda: _send(job))
    return job


def asked_again(job_class: type[FileJob], task: str) -> int:
    """Ask for what waits without having been taken, or whose worker died; return how many. For beat, every 30 s."""
    late = timezone.now() - PATIENCE
    _give_up(job_class._default_manager.all(), late)
    waiting = job_class._default_manager.filter(
        state__in=(State.WAITING, State.MAKING), beat_at__lt=late, task=task
    ).order_by("beat_at", "pk")
    return sum(_send(job) for job in waiting[:MOST_ASKED_AGAIN])


def make(job_class: type[FileJob], pk: int, write: Callable[[Any, Path, Beat], None]) -> bool:
    """Make a file that waits; for the job. False where another worker has it, or it is made, failed or gone.

    `write(job, path, beat)` writes the file at `path`. CannotMake fails the job with its sentence. Any other error is
    raised after the row was given back: it is tried again after `PATIENCE`, and failed after `ATTEMPTS`.
    """
    job = _claimed(job_class, pk)
    if job is None:
        return False
    with _Making(job) as making:
        clean(job, but=making.part)
        with translation.override(job.asked_by.language):
            making.beat(0, 0, "")
        write(job, making.part, making.beat)
        making.offer()
    return making.is_done


class _Making:
    """One claim: its names, its signs of life, and what becomes of the row at the end."""

    def __init__(self, job: FileJob) -> None:
        self.job = job
        self.is_done = False
        self._own = type(job)._default_manager.filter(pk=job.pk, state=State.MAKING, holder=job.holder)
        self._folder = folder_of(type(job))
        self._folder.mkdir(parents=True, exist_ok=True)
        name = f"{job.key.hex}-{job.holder.hex[:12] if job.holder else ''}.{job.format}"
        self.part, self.target = self._folder / f".{name}.part", self._folder / name
        self._last = 0.0
        self._aside = connection.in_atomic_block
        self._thread: ThreadPoolExecutor | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if self._thread:
            self._thread.submit(lambda: connection.close()).result()  # its own, not that of this thread
            self._thread.shutdown()
        if self.is_done:
            clean(self.job, but=self.target)
            return False
        self.part.unlink(missing_ok=True)
        if isinstance(error, Stopped):
            logger.warning("%s %d was taken away from this worker.", self.job._meta.label, self.job.pk)
            return True
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
            logger.error("No room for the file of %s %d: %s", self.job._meta.label, self.job.pk, error)
            return self._fail(self._in_their_language(gettext_lazy("The server has no room for this file.")))
        if isinstance(error, CannotMake):
            return self._fail(str(error))
        self._give_back()
        return False

    def beat(self, done: int = 0, total: int = 0, step: Any = "") -> None:
        """Write progress and prove to be alive, at most once a second; see `Beat`."""
        if time.monotonic() - self._last < OFTEN:
            return
        said = self._in_their_language(step)[:200]
        values = {"done": done, "total": total, "step": said, "beat_at": timezone.now()}
        if connection.in_atomic_block and not self._aside:  # the work reads one snapshot, which may not write
            self._thread = self._thread or ThreadPoolExecutor(1, thread_name_prefix="beat")
            alive = self._thread.submit(self._own.update, **values).result()
        else:
            alive = self._own.update(**values)
        if not alive:
            raise Stopped
        self._last = time.monotonic()

    def offer(self) -> None:
        """Put the file to its place, and only then say that it is there."""
        digest = hashlib.sha256()
        with self.part.open("rb+") as file:
            os.fsync(file.fileno())
            while block := file.read(1 << 20):
                digest.update(block)
            size = file.tell()
        os.replace(self.part, self.target)
        fsync(self._folder)
        path = self.target.relative_to(settings.PRODUCED_ROOT).as_posix()
        self.is_done = bool(
            self._own.update(
                state=State.READY, path=path, sha256=digest.hexdigest(), size=size, step="", error="",
                done=F("total"), beat_at=timezone.now(),
            )
        )  # fmt: skip
        if not self.is_done:
            self.target.unlink(missing_ok=True)
            raise Stopped

    def _in_their_language(self, words: Any) -> str:
        with translation.override(self.job.asked_by.language):
            return str(words)

    def _fail(self, sentence: str) -> bool:
        self._own.update(state=State.FAILED, error=sentence, step="", beat_at=timezone.now())
        return True

    def _give_back(self) -> None:
        """Let it be tried again, or give it up."""
        last = self.job.attempts >= ATTEMPTS
        logger.warning("%s %d failed at attempt %d.", self.job._meta.label, self.job.pk, self.job.attempts)
        state = State.FAILED if last else State.WAITING
        self._own.update(state=state, step="", beat_at=timezone.now())


def _claimed(job_class: type[FileJob], pk: int) -> Any:
    """The row for this worker alone, or None."""
    now = timezone.now()
    rows = job_class._default_manager.filter(pk=pk)
    _give_up(rows, now - PATIENCE)
    holder = uuid.uuid4()
    free = Q(state=State.WAITING) | Q(state=State.MAKING, beat_at__lt=now - PATIENCE)
    claimed = rows.filter(free).update(
        state=State.MAKING, holder=holder, beat_at=now, attempts=F("attempts") + 1
    )
    return rows.select_related("asked_by").filter(holder=holder).first() if claimed else None


def _give_up(rows: models.QuerySet[Any], late: datetime) -> None:
    """Fail what killed its worker as often as it may."""
    dead = rows.filter(state=State.MAKING, beat_at__lt=late, attempts__gte=ATTEMPTS)
    for job in dead:
        if dead.filter(pk=job.pk).update(state=State.FAILED, step="", error=""):
            logger.error("%s %d stopped its worker %d times.", job._meta.label, job.pk, job.attempts)
            clean(job)


def _send(job: FileJob) -> bool:
    """Tell a worker; where no broker answers the next round does."""
    rows = type(job)._default_manager.filter(pk=job.pk, state=State.WAITING)
    rows.update(beat_at=timezone.now())
    try:
        celery.current_app.send_task(job.task, args=[job.pk], retry=False, expires=PATIENCE.total_seconds())
    except (OperationalError, OSError) as error:
        logger.warning("The job queue cannot be reached (%s); file %d waits.", error, job.pk)
        rows.update(beat_at=timezone.now() - PATIENCE)
        return False
    return True


def progress_response(request: HttpRequest, job: FileJob, back_url: str) -> HttpResponse:
    """The page of a job: how far it is, the file, or why there is none. A POST asks again for what failed.

    The address must be the job's own, open to GET and POST, and the job fetched as the person may see it.
    """
    if request.method == "POST":
        anew = ask_anew(job)
        return redirect(request.path if anew.pk == job.pk else back_url)
    is_late = job.state == State.WAITING and job.asked_at < timezone.now() - PATIENCE
    context = {"job": job, "back_url": back_url, "is_late": is_late}
    response = render(request, "_file_job.html", context)
    response["Cache-Control"] = "private, no-store"
    if not job.is_ready and not job.is_failed:
        response["Refresh"] = str(REFRESH)
    return response


def download(job: FileJob) -> FileResponse:
    """The finished file, to be saved; 404 where there is none."""
    if not job.is_ready:
        raise Http404
    try:
        file = job.file.open("rb")
    except FileNotFoundError as error:
        logger.error("The file of %s %d is gone: %s", job._meta.label, job.pk, job.path)
        raise Http404 from error
    headers = {
        "Cache-Control": "private, no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return FileResponse(
        file, as_attachment=True, filename=job.filename, content_type=TYPES[job.format], headers=headers
    )


def swept(job_class: type[FileJob], older_than: timedelta) -> int:
    """Delete jobs that ended before, with their files, and files without a row; return how many jobs."""
    before = timezone.now() - older_than
    rows = job_class._default_manager
    ended = list(rows.filter(state__in=(State.READY, State.FAILED), beat_at__lt=before))
    for job in ended:
        rows.filter(pk=job.pk).delete()
        clean(job)
    folder = folder_of(job_class)
    for path in folder.iterdir() if folder.is_dir() else ():
        key = KEY.match(path.name)
        is_old = path.stat().st_mtime < before.timestamp()
        if key and is_old and not rows.filter(key=uuid.UUID(key[1])).exists():
            remove(path)
    return len(ended)
