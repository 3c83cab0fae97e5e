"""Addresses at which calendar programs fetch somebody's planned visits."""

import secrets

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from score_mis.lib import dates

SECRET_BYTES = 32


def new_token() -> str:
    """Return a secret of 256 random bits that may stand in an address."""
    return secrets.token_urlsafe(SECRET_BYTES)


class CalendarAddress(models.Model):
    """The secret address of a person's planned visits; whoever knows it sees them and nothing else.

    The token is kept as it is, so that the page can show the address again: it opens nothing that does not lie in the
    same database. No history is kept, so that an address that was withdrawn is gone.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="calendar_address"
    )
    token = models.CharField(_("secret"), max_length=64, unique=True, default=new_token, editable=False)
    made_at = models.DateTimeField(_("made at"), default=dates.now, editable=False)

    class Meta:
        verbose_name = _("calendar address")
        verbose_name_plural = _("calendar addresses")

    def __str__(self) -> str:
        return str(self.user)

    def get_absolute_url(self) -> str:
        """Where calendar programs fetch it."""
        return reverse("training:visit_feed", args=[self.token])
