"""Pages made from tallies: what they depend on, so that nothing is sent or made twice.

A page depends on the person, what they may see, language, address, programme, programme day, tally version, what
waits to be counted and for how long, the names of places and modules, and release. All of it makes the ETag, asked in
one statement before anything else is done. The inside of the page, which holds no secrets of the session, is
kept under the same words for the next time the same is asked, for some minutes at most.
"""

import hashlib
import secrets
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.messages import get_messages
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import quote_etag
from django.utils.translation import get_language

from reports.models import BIG
from reports.standing import MOST, Standing, ask, standing_of
from score_mis.lib import dates
from score_mis.lib.release import release

KEPT = 300
"""Seconds; what is changed past the models, and so has no history, is at most so old on a page."""

View = Callable[..., HttpResponse]


def words_of(request: HttpRequest, standing: Standing | None = None) -> str:
    """Everything the inside of a page depends on, as one text."""
    standing = standing or standing_of(request)
    fresh = standing.fresh
    computed_at = fresh["computed_at"]
    parts = (
        request.user.pk,
        standing.held,
        get_language(),
        request.get_full_path(),
        standing.today,
        dates.today(),
        fresh["generation"],
        fresh["version"],
        computed_at.replace(second=0, microsecond=0) if computed_at else None,
        _waiting(request, standing),
        fresh["stale"],
        release(),
        standing.programme,
        standing.names,
        int(timezone.now().timestamp()) // KEPT,
    )
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def _waiting(request: HttpRequest, standing: Standing) -> bool | int | str:
    """What waits to be counted, as far as it shows.

    The plain page of a big area shows tallies alone: these change with their version, and the page says whether
    something waits. What is counted live changes with every mark that is written; of too many marks nothing is known.
    """
    reach, n = standing.reach(dates.today()), standing.fresh["waiting"]
    levels = [path.count("/") - 2 for path in reach.paths]
    if not request.GET and not reach.enterprise_ids and len(levels) == 1 and levels[0] <= BIG:
        return bool(n)
    return n if n <= MOST else secrets.token_hex()


def etag_of(request: HttpRequest, words: str) -> str:
    """The ETag of a whole page: its inside, the frame's name and roles, and the secrets of its forms."""
    user = request.user
    parts = (
        words,
        str(user),
        user.is_superuser,
        request.session.session_key,
        request.META.get("CSRF_COOKIE"),
    )
    return quote_etag(hashlib.sha256(repr(parts).encode()).hexdigest())


def unless_sent(view: View) -> View:
    """Let a view answer 304 to a reader who has the page already, before anything is done for it.

    What is asked of the primary now is not older than what the view would show: where both have the same words, the
    view would show the same. A message that waits to be shown makes every page a new one.
    """

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "If-None-Match" in request.headers and not get_messages(request):
            standing = ask(request.user.pk)
            if standing.reach(dates.today()).roles:
                response = _known(request, etag_of(request, words_of(request, standing)))
                if response is not None:
                    return response
        return view(request, *args, **kwargs)

    return wrapped


def respond(request: HttpRequest, words: str, make: Callable[[], HttpResponse]) -> HttpResponse:
    """Make a page that may be kept for asking again; of a reader who has it already, only say so."""
    waits = bool(get_messages(request))
    response = None if waits else _known(request, etag_of(request, words))
    if response is None:
        response = make()
        if not waits and response.status_code == 200 and not hasattr(response, "question"):
            response["ETag"] = etag_of(request, words)
        patch_cache_control(response, private=True, no_cache=True)
    return response


def _known(request: HttpRequest, etag: str) -> HttpResponse | None:
    """The answer to a reader who has the page already."""
    response = get_conditional_response(request, etag=etag)
    if response is not None:
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
