"""The app of suggestions of the improvement teams."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SuggestionsConfig(AppConfig):
    """Suggestions of the improvement teams."""

    name = "suggestions"
    verbose_name = _("Suggestions")
