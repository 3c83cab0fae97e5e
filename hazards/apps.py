"""The app of checklists, safety checks and hazards."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HazardsConfig(AppConfig):
    """Checklists, safety checks and hazards."""

    name = "hazards"
    verbose_name = _("Hazards")
