"""Files of sheets."""

from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from score_mis.lib.filejobs import FileJob


class SheetFile(FileJob):
    """A sheet that somebody asked for: which one, and of what (`asked`: the fields of its form as texts)."""

    sheet = models.SlugField(_("sheet"), max_length=40)
    asked = models.JSONField(_("asked for"), default=dict)

    class Meta(FileJob.Meta):
        verbose_name = _("file of a sheet")
        verbose_name_plural = _("files of sheets")

    def wanted(self) -> tuple[Any, ...]:
        """Also the sheet and what it is asked of."""
        return (*super().wanted(), self.sheet, sorted(self.asked.items()))

    def get_absolute_url(self) -> str:
        """The page that shows how far it is."""
        return reverse("sheets:file_detail", args=[self.key])

    def file_url(self) -> str:
        """The file itself."""
        return reverse("sheets:file", args=[self.key])
