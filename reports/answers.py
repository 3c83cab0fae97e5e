"""Answers by a job: questions that no tally answers and that are too big to count while somebody waits.

A period of a whole province that begins within a month, different enterprises that reported in it, a sector's
categories: the page says that a job goes through the records, and shows the answer, with its time, when it is there.
"""

import hashlib
import logging
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

import celery
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone, translation
from kombu.exceptions import OperationalError

from accounts.models import User
from enterprises.models import Reach
from reports import cards
from reports.dashboard import Dashboard
from reports.known import showing
from reports.measures import Span
from reports.models import Answer
from reports.questions import QuestionForm, question_of
from reports.scope import Scope
from reports.tallies import freshness
from reports.totals import FEW
from score_mis.lib import dates
from score_mis.lib.markup import NOTHING, joined

logger = logging.getLogger(__name__)

TASK = "reports.tasks.answer"
GOOD_FOR = timedelta(minutes=30)
"""How long an answer is shown before the question is asked again."""
PATIENCE = timedelta(minutes=10)
"""A question that was asked so long ago and has no answer is asked again: its job was lost."""


def is_slow(scope: Scope, span: Span) -> bool:
    """Whether the dashboard of a question counts records of many enterprises live."""
    if scope.has_tallies and scope.sector is None and span.since is None and span.known_on is None:
        return False
    return len(scope.enterprises().order_by().values("pk")[: FEW + 1]) > FEW


@dataclass(frozen=True)
class Question:
    """What somebody asks: the page's address for this person, what they may see, their language, the day."""

    person: int
    path: str
    language: str
    key: str

    @classmethod
    def of(cls, request: HttpRequest, reach: Reach) -> "Question":
        """The question of a request."""
        path, language = request.get_full_path(), translation.get_language()
        seen = (sorted(reach.roles), reach.paths, reach.enterprise_ids)
        words = repr((request.user.pk, path, language, seen, dates.today()))
        return cls(request.user.pk, path, language, hashlib.sha256(words.encode()).hexdigest())

    def answer(self) -> Answer | None:
        """The answer or the question as it waits; one query."""
        return Answer.objects.filter(key=self.key).first()


def ask(question: Question) -> None:
    """Give a question to a job, unless one has it already; an old answer stays until the new one is there."""
    now = timezone.now()
    Answer.objects.filter(asked_at__lt=now - 4 * GOOD_FOR).delete()
    waiting, new = Answer.objects.get_or_create(
        key=question.key,
        defaults={
            "person_id": question.person,
            "path": question.path,
            "language": question.language,
            "asked_at": now,
        },
    )
    fresh = waiting.answered_at and waiting.answered_at > now - GOOD_FOR
    asked = waiting.answered_at is None and waiting.asked_at > now - PATIENCE
    if not new and (fresh or asked):
        return
    Answer.objects.filter(pk=waiting.pk).update(asked_at=now)
    try:
        celery.current_app.send_task(TASK, args=[waiting.pk], retry=False)
    except (OperationalError, OSError) as error:
        logger.warning("The job queue cannot be reached (%s); question %d waits.", error, waiting.pk)
        Answer.objects.filter(pk=waiting.pk).update(asked_at=now - PATIENCE)


def make(pk: int) -> bool:
    """Answer a question that waits; for the job. False when it is gone."""
    waiting = Answer.objects.select_related("person").filter(pk=pk).first()
    if waiting is None:
        return False
    with translation.override(waiting.language):
        request = request_of(waiting.person, waiting.path)
        inside = dashboard_inside(request, question_of(request), freshness())
    Answer.objects.filter(pk=pk).update(inside=inside, answered_at=timezone.now())
    return True


def request_of(person: User, path: str) -> HttpRequest:
    """The request that a person would make for a page."""
    parts = urlsplit(path)
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": parts.path, "QUERY_STRING": parts.query}
    request = WSGIRequest(environ | {"wsgi.input": BytesIO(), "SERVER_NAME": "job", "SERVER_PORT": "80"})
    request.user = person
    return request


def dashboard_inside(
    request: HttpRequest, form: QuestionForm, fresh: dict[str, Any], *, waits: bool = False
) -> dict[str, Any]:
    """The parts of the dashboard as finished texts; `waits` leaves out all figures: a job counts them."""
    form.offer()
    after = request.GET.get("after", "").replace("\x00", "")
    if form.errors:
        figures = NOTHING
    elif waits:
        figures = cards.waiting()
    elif form.span.known_on:
        figures = showing.content(form, after, fresh)
    else:
        figures = cards.board(Dashboard(form.scope, form.span, after), fresh)
    content = [cards.asked(form), figures]
    context = {"fresh": fresh, "scope": form.scope, "span": form.span}
    return {
        "status": 400 if form.errors else 200,
        "heading": render_to_string("reports/_heading.html", context),
        "sub": "" if form.errors else render_to_string("reports/_sub.html", context),
        "content": joined(content),
    }
