"""Pages made from tallies: what they depend on, so that nothing is sent or made twice.

A page depends on the person, what they may see, language, address, programme, programme day, tally version, whether
marks wait and for how long, and release. All of it makes the ETag. The inside of the page, which holds no secrets of
the session, is kept under the same words for the next time the same is asked, for some minutes at most.
"""

import hashlib
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.contrib.messages import get_messages
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import quote_etag
from django.utils.translation import get_language

from enterprises.models import Reach
from reports.context_processors import shell
from score_mis.lib.release import release

KEPT = 300
"""Seconds; names of modules, areas and sectors are at most so old on a page."""


def words_of(request: HttpRequest, reach: Reach, today: date, fresh: Mapping[str, Any]) -> str:
    """Everything the inside of a page depends on, as one text."""
    programme = shell(request)["programme"]
    computed_at = fresh["computed_at"]
    parts = (
        request.user.pk,
        sorted(reach.roles),
        reach.paths,
        reach.enterprise_ids,
        get_language(),
        request.get_full_path(),
        today,
        fresh["version"],
        computed_at.replace(second=0, microsecond=0) if computed_at else None,
        bool(fresh["waiting"]),
        fresh["stale"],
        release(),
        programme and (programme.pk, programme.name_en, programme.name_zh, programme.is_generated),
        int(timezone.now().timestamp()) // KEPT,
    )
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def unless_known(request: HttpRequest, words: str, respond: Callable[[], HttpResponse]) -> HttpResponse:
    """Answer 304 to a reader who has the page already, else respond and let it be kept for asking again.

    A message that waits to be shown makes every page a new one.
    """
    waiting = len(get_messages(request)) > 0
    session = request.session.session_key or ""
    frame = shell(request).get("navigation_key", "")
    own = hashlib.sha256(f"{words} {session} {frame}".encode()).hexdigest()
    etag = quote_etag(own)
    response = None if waiting else get_conditional_response(request, etag=etag)
    if response is None:
        response = respond()
        if not waiting and not hasattr(response, "question"):
            response["ETag"] = etag
    patch_cache_control(response, private=True, no_cache=True)
    return response


def known(name: str, words: str) -> dict[str, Any] | None:
    """The inside of a page as it was made for the same words."""
    return cache.get(f"{name}-{words}")


def keep(name: str, words: str, inside: dict[str, Any]) -> dict[str, Any]:
    """Keep the inside of a page for the same words, unless it says what was wrong with the question; return it."""
    if inside["status"] == 200:
        cache.set(f"{name}-{words}", inside, KEPT)
    return inside
