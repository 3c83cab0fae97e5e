"""The app of worklists, indicators, tallies, dashboards."""

from django.apps import AppConfig
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from score_mis.lib.totals import register


class ReportsConfig(AppConfig):
    """Worklists, indicators, tallies, dashboards."""

    name = "reports"
    verbose_name = _("Reports")

    def ready(self) -> None:
        """Let the tallies answer for the totals above lists, and name the list of cards; models exist only now."""
        register(import_string("reports.totals.TallyProvider")())
        import_string("reports.home.register")(import_string("reports.cards_to_review.cards"))
