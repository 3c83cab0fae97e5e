"""The app of reminders by mail."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RemindersConfig(AppConfig):
    """Mail about what is due, overdue and long overdue."""

    name = "reminders"
    verbose_name = _("Reminders")
