"""The app of frozen reports."""

from django.apps import AppConfig
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _


class PublicationsConfig(AppConfig):
    """Reports: planned, frozen, issued as documents, verified."""

    name = "publications"
    verbose_name = _("Published reports")

    def ready(self) -> None:
        """Put the latest reports on home; the models exist only now."""
        import_string("reports.home.register")(import_string("publications.desk.latest"))
