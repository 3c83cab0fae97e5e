"""The app of sheets and lists to print and to count on with."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SheetsConfig(AppConfig):
    """Statutory sheets as PDF, XLSX and CSV."""

    name = "sheets"
    verbose_name = _("Sheets")
