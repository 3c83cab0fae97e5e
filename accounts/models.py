"""People who sign in, and the forms that were taken from them.

What they may see and do is said by their assignments (`enterprises.models`).
"""

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from score_mis.lib import dates


class User(AbstractUser):
    """A person with a sign-in name, a display name and a language.

    `is_superuser` makes an administrator of the system: accounts and jobs. It gives no role in the programme.
    """

    first_name = None  # type: ignore[assignment]  # Django's way to leave an inherited field out
    last_name = None  # type: ignore[assignment]
    name = models.CharField(_("name"), max_length=150)
    language = models.CharField(
        _("language"), max_length=10, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE
    )

    REQUIRED_FIELDS = ["name", "email"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["name", "pk"]
        indexes = [models.Index(fields=["name", "id"], name="person_in_order")]

    def __str__(self) -> str:
        return self.name or self.username

    def get_full_name(self) -> str:
        """The display name; Django's admin asks for it."""
        return str(self)

    def get_short_name(self) -> str:
        """The display name; Django's admin asks for it."""
        return str(self)


class Submission(models.Model):
    """A form that was taken, by the UUID made when it was opened (`accounts.once`).

    Saved in the transaction of the record that the form made: both exist, or neither. `digest` is the SHA-256 of what
    was sent, `typed` the texts of it for whoever must compare two versions, the rest the answer, given again to
    whoever sends the same once more.
    """

    uuid = models.UUIDField(primary_key=True)
    person = models.ForeignKey(User, verbose_name=_("person"), on_delete=models.PROTECT, related_name="+")
    path = models.CharField(_("address"), max_length=500)
    digest = models.CharField(max_length=64)
    typed = models.JSONField(default=dict)
    record_url = models.CharField(_("record"), max_length=500)
    told = models.JSONField(default=list)
    taken_at = models.DateTimeField(_("taken at"), default=dates.now)

    class Meta:
        verbose_name = _("submission")
        verbose_name_plural = _("submissions")
        ordering = ["-taken_at", "uuid"]

    def __str__(self) -> str:
        return str(self.uuid)
