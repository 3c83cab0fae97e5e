"""The app of frozen reports."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PublicationsConfig(AppConfig):
    """Reports: planned, frozen, issued as documents, verified."""

    name = "publications"
    verbose_name = _("Published reports")
