"""The app of people who sign in."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """Who signs in, in which language."""

    name = "accounts"
    verbose_name = _("Accounts")
