"""How often somebody tried something that only guessing tries so often.

Counted in the cache by the caller's address, as sign-in is (django-axes). Where each process of the site has a
cache of its own, each counts for itself, and the true limit is the limit times the processes.
"""

from ipaddress import ip_address

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest


def caller(request: HttpRequest) -> str | None:
    """The address of who calls, for sign-in too (django-axes).

    With HTTPS one proxy stands in front. It names the caller last in X-Forwarded-For; what stands before came from
    the caller. Without HTTPS the header is never believed.
    """
    if settings.HTTPS:
        named = request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip()
        try:
            return str(ip_address(named))
        except ValueError:
            pass
    return request.META.get("REMOTE_ADDR") or None


class Attempts:
    """Failed attempts of one kind; `most` within `seconds` are let go."""

    def __init__(self, name: str, *, most: int, seconds: int) -> None:
        self.name, self.most, self.seconds = name, most, seconds

    def are_too_many(self, request: HttpRequest) -> bool:
        """Whether this caller has failed too often lately."""
        return cache.get(self._key(request), 0) >= self.most

    def add(self, request: HttpRequest) -> None:
        """Count one that failed; the time runs from the first one."""
        key = self._key(request)
        if not cache.add(key, 1, self.seconds):
            try:
                cache.incr(key)
            except ValueError:  # it ran out just now
                cache.add(key, 1, self.seconds)

    def _key(self, request: HttpRequest) -> str:
        return f"attempts-{self.name}-{caller(request)}"
