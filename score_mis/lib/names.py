"""Names in two languages."""

from django.db import models
from django.utils.translation import get_language, gettext_lazy as _


def name_of(name_en: str, name_zh: str) -> str:
    """The name in the reader's language, or the other one."""
    if (get_language() or "").startswith("zh"):
        return name_zh or name_en
    return name_en or name_zh


class Bilingual(models.Model):
    """A record with an English and a Chinese name; one of the two may be missing, not both."""

    name_en = models.CharField(_("name (English)"), max_length=200, blank=True)
    name_zh = models.CharField(_("name (Chinese)"), max_length=200, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the reader's language, or the other one."""
        return name_of(self.name_en, self.name_zh)

    @property
    def other_name(self) -> str:
        """The name in the other language, empty when there is none or it is the same."""
        names = {self.name_en, self.name_zh} - {self.name, ""}
        return names.pop() if names else ""


def has_a_name(constraint: str) -> models.CheckConstraint:
    """Return the constraint that at least one of the two names is given."""
    return models.CheckConstraint(
        condition=~models.Q(name_en="", name_zh=""),
        name=constraint,
        violation_error_message=_("Give a name in English or in Chinese."),
    )
