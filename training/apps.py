"""The app of modules, enrolments, workshops and counselling visits."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TrainingConfig(AppConfig):
    """Modules, enrolments, workshops and counselling visits."""

    name = "training"
    verbose_name = _("Training")
