"""People who sign in. What they may see and do is said by their assignments (`enterprises.models`)."""

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _


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
