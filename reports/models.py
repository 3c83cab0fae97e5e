"""Tallies: counts for dashboards, rebuilt from the records by the drainer (`reports.tallies`), never incremented."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from enterprises.models import Area, Enterprise


class Cell(models.Model):
    """How much of a measure falls on a day. `dim` and `key` say which breakdown; `n` may be negative (sent back).

    A measure fed by several kinds of row has one cell a `stream`; they are summed when they are read.
    """

    measure = models.CharField(max_length=32)
    stream = models.PositiveSmallIntegerField(default=0)
    dim = models.CharField(max_length=16, blank=True)
    key = models.CharField(max_length=40, blank=True)
    level = models.CharField(max_length=8, blank=True)
    day = models.DateField()
    n = models.IntegerField()
    amount = models.DecimalField(max_digits=16, decimal_places=2, null=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.measure} {self.dim} {self.key} {self.day}: {self.n}"


class AreaTally(Cell):
    """Cells of an area, everything below it included."""

    area = models.ForeignKey(Area, on_delete=models.CASCADE, related_name="+")

    class Meta:
        verbose_name = _("tally of an area")
        verbose_name_plural = _("tallies of areas")
        constraints = [
            models.UniqueConstraint(
                fields=["area", "measure", "stream", "dim", "key", "level", "day"], name="area_tally_one_cell"
            ),
        ]
        indexes = [models.Index(fields=["measure", "day"], name="area_tally_by_day")]


class EnterpriseTally(Cell):
    """Cells of one enterprise, for scopes that are lists of enterprises."""

    enterprise = models.ForeignKey(Enterprise, on_delete=models.CASCADE, related_name="+")

    class Meta:
        verbose_name = _("tally of an enterprise")
        verbose_name_plural = _("tallies of enterprises")
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise", "measure", "stream", "dim", "key", "level", "day"],
                name="enterprise_tally_one_cell",
            ),
        ]
        indexes = [models.Index(fields=["measure", "dim", "day"], name="enterprise_tally_by_day")]


class ItemLook(models.Model):
    """When an enterprise's checks looked at a checklist item for the first and the last time; for item coverage."""

    enterprise = models.ForeignKey(Enterprise, on_delete=models.CASCADE, related_name="+")
    item_code = models.CharField(max_length=12)
    first_on = models.DateField()
    last_on = models.DateField()

    class Meta:
        verbose_name = _("look at an item")
        verbose_name_plural = _("looks at items")
        ordering = ["enterprise", "item_code"]
        constraints = [models.UniqueConstraint(fields=["enterprise", "item_code"], name="item_look_once")]
        indexes = [models.Index(fields=["first_on", "enterprise"], name="item_look_by_day")]

    def __str__(self) -> str:
        return f"{self.item_code} {self.first_on}"


class TallyRun(models.Model):
    """One run of the drainer or of a recount; the newest finished one says when the tallies were computed."""

    kind = models.CharField(
        _("kind"), max_length=10, choices=[("drain", _("count")), ("recount", _("recount"))]
    )
    finished_at = models.DateTimeField(_("finished at"))
    marks = models.PositiveIntegerField(_("marks taken"), default=0)
    differences = models.JSONField(_("differences"), default=list, blank=True)

    class Meta:
        verbose_name = _("tally run")
        verbose_name_plural = _("tally runs")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.kind} {self.finished_at:%Y-%m-%d %H:%M}"
