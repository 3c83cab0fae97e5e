"""What can be chosen for a report."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """What a report is made for: a milestone of the programme, or any other day."""

    MTR = "mtr", _("mid-term review")
    WRAP_UP = "wrap_up", _("wrap-up")
    QUARTERLY = "quarterly", _("quarterly statistics")
    YEAR_END = "year_end", _("year end")
    FREE = "free", _("free")


LANGUAGES = {"en": "English", "zh-hans": "简体中文", "both": "English · 简体中文"}
"""Languages of documents by their code; "both" has the two side by side."""
