"""The app of who may see and do what, where."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class EnterprisesConfig(AppConfig):
    """Who may see and do what, where."""

    name = "enterprises"
    verbose_name = _("Enterprises")

    def ready(self) -> None:
        """Load every app's table of moves, and the indicators that targets may be set for."""
        autodiscover_modules("workflow", "indicators")
