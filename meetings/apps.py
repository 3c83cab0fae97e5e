"""The app of review meetings and what is decided in them."""

from django.apps import AppConfig
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _


class MeetingsConfig(AppConfig):
    """Review meetings and decisions."""

    name = "meetings"
    verbose_name = _("Meetings")

    def ready(self) -> None:
        """Put open decisions among the worklists of home and of reminders; the models exist only now."""
        register = import_string("reports.home.register")
        register(import_string("meetings.desk.decisions"))
