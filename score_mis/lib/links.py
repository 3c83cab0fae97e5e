"""Addresses with the site's name, for what is read outside of the site: mail."""

from django.conf import settings


def absolute(path: str) -> str:
    """A path of the site as a whole address."""
    return f"{settings.SITE_URL}{path}"
