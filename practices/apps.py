"""The app of good-practice cards."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PracticesConfig(AppConfig):
    """Good-practice cards."""

    name = "practices"
    verbose_name = _("Good practices")
