"""The app of worklists, indicators, tallies, dashboards."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    """Worklists, indicators, tallies, dashboards."""

    name = "reports"
    verbose_name = _("Reports")
