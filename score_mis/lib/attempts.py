"""How often somebody tried something that only guessing tries so often.

Counted in the cache by the caller's address as sign-in sees it (django-axes). Where each process of the site has a
cache of its own, each counts for itself, and the true limit is the limit times the processes.
"""

from axes.helpers import get_client_ip_address
from django.core.cache import cache
from django.http import HttpRequest


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
        return f"attempts-{self.name}-{get_client_ip_address(request)}"
