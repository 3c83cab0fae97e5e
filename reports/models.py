"""Tallies: counts for dashboards, rebuilt from the records by the drainer (`reports.tallies`), never incremented.

Their links to areas and enterprises are no constraints of the database: checking one locks the row it points to, and a
drain must neither wait for people at work, nor fail because of them, nor make them wait.
"""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from enterprises.models import Area, Enterprise
from reports.fields import BreakdownField, LevelField, MeasureField

BIG = 1
"""Country (0) and provinces (1) keep day cells for every breakdown; smaller areas read the running month live."""


class Cell(models.Model):
    """How much of a measure falls on a day or a month in an area. `n` may be negative (sent back).

    `direct` cells are counted from the records of enterprises that lie directly in the area; the others are sums over
    an area with parts, everything below included. `dim` and `key` say which breakdown. A full build writes a new
    `generation` beside the one in use. The order of the fields leaves no gaps between them in a row.
    """

    area = models.ForeignKey(
        Area, on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    n = models.IntegerField()
    generation = models.IntegerField()
    measure = MeasureField()
    dim = BreakdownField()
    level = LevelField()
    direct = models.BooleanField()
    key = models.CharField(max_length=40, blank=True)
    amount = models.DecimalField(max_digits=18, decimal_places=2, null=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.measure} {self.dim} {self.key}: {self.n}"


class AreaDay(Cell):
    """What falls on a day: without breakdown in every area, with every breakdown in country and provinces."""

    pk = models.CompositePrimaryKey(
        "generation", "measure", "dim", "area_id", "day", "level", "direct", "key"
    )
    day = models.DateField()

    class Meta:
        verbose_name = _("tally of a day")
        verbose_name_plural = _("tallies of days")


class AreaMonth(Cell):
    """What falls in a month, named by its first day: every breakdown in every area."""

    pk = models.CompositePrimaryKey(
        "generation", "measure", "dim", "area_id", "month", "level", "direct", "key"
    )
    month = models.DateField()

    class Meta:
        verbose_name = _("tally of a month")
        verbose_name_plural = _("tallies of months")


class Staged(models.Model):
    """A row of a record that is about to be counted, with everything it is counted by.

    It stands in a temporary table of the drainer's connection (`reports.tallies.staging`), not in the database. `wide`
    rows are read for the day cells of big areas, the others for the areas in which their enterprises lie. The columns
    `by_…` are the keys of the breakdowns; NULL where a measure does not have one.
    """

    area = models.ForeignKey(Area, on_delete=models.DO_NOTHING, related_name="+", db_constraint=False)
    n = models.IntegerField()
    day = models.DateField()
    month = models.DateField()
    measure = MeasureField()
    level = LevelField()
    wide = models.BooleanField()
    amount = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    by_sector = models.TextField(null=True)
    by_category = models.TextField(null=True)
    by_module = models.TextField(null=True)
    by_sex = models.TextField(null=True)
    by_role = models.TextField(null=True)
    by_sex_role = models.TextField(null=True)
    by_performed_by = models.TextField(null=True)
    by_item = models.TextField(null=True)
    by_lag = models.TextField(null=True)
    by_submitted = models.TextField(null=True)
    by_adopted = models.TextField(null=True)
    by_identified = models.TextField(null=True)
    by_planned = models.TextField(null=True)
    by_started = models.TextField(null=True)
    by_started_module = models.TextField(null=True)

    class Meta:
        managed = False
        verbose_name = _("staged row")
        verbose_name_plural = _("staged rows")

    def __str__(self) -> str:
        return f"{self.measure} {self.day}"


class TallyState(models.Model):
    """The one row that says which generation is in use, how often the tallies changed, and when last."""

    generation = models.IntegerField(default=1)
    version = models.BigIntegerField(default=0)
    computed_at = models.DateTimeField(_("computed at"), null=True)

    class Meta:
        verbose_name = _("state of the tallies")
        verbose_name_plural = _("state of the tallies")

    def __str__(self) -> str:
        return f"{self.generation}.{self.version}"


class TallyBuild(models.Model):
    """A full build into a new generation: which steps are done. It can be stopped, and goes on where it stood."""

    generation = models.IntegerField(unique=True)
    started_at = models.DateTimeField(_("started at"), auto_now_add=True)
    finished_at = models.DateTimeField(_("finished at"), null=True)
    steps = models.PositiveIntegerField(_("steps"))
    done = models.JSONField(_("done"), default=list)

    class Meta:
        verbose_name = _("full build")
        verbose_name_plural = _("full builds")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.generation}: {len(self.done)}/{self.steps}"

    @property
    def percent(self) -> int:
        """Whole percent of the steps."""
        return 100 * len(self.done) // self.steps if self.steps else 0


class LateMark(models.Model):
    """A mark that was taken while a full build ran; its day is counted again in the new generation too."""

    kind = models.CharField(max_length=16)
    area = models.ForeignKey(Area, on_delete=models.CASCADE, related_name="+", db_constraint=False)
    day = models.DateField(null=True)

    class Meta:
        verbose_name = _("late mark")
        verbose_name_plural = _("late marks")

    def __str__(self) -> str:
        return f"{self.kind} {self.area_id} {self.day}"


class ItemLook(models.Model):
    """When an enterprise's checks looked at a checklist item for the first and the last time; for item coverage."""

    enterprise = models.ForeignKey(
        Enterprise, on_delete=models.CASCADE, related_name="looks", db_constraint=False
    )
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


class FirstRecord(models.Model):
    """The day of an enterprise's first suggestion, check, hazard or visit; for reporting coverage."""

    enterprise = models.OneToOneField(
        Enterprise,
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="first_record",
        db_constraint=False,
    )
    first_on = models.DateField(db_index=True)

    class Meta:
        verbose_name = _("first record of an enterprise")
        verbose_name_plural = _("first records of enterprises")

    def __str__(self) -> str:
        return f"{self.enterprise_id} {self.first_on}"


class Recount(models.Model):
    """One recount: when it ended, and what differed from the records."""

    finished_at = models.DateTimeField(_("finished at"))
    differences = models.JSONField(_("differences"), default=list, blank=True)

    class Meta:
        verbose_name = _("recount")
        verbose_name_plural = _("recounts")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.finished_at:%Y-%m-%d %H:%M}"


class Answer(models.Model):
    """A question that a job answers, and the inside of the page that is its answer."""

    key = models.CharField(max_length=64, unique=True)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    path = models.TextField()
    language = models.CharField(max_length=10)
    asked_at = models.DateTimeField(db_index=True)
    answered_at = models.DateTimeField(null=True)
    inside = models.JSONField(null=True)

    class Meta:
        verbose_name = _("answer of a job")
        verbose_name_plural = _("answers of jobs")

    def __str__(self) -> str:
        return self.path

    def shown(self) -> dict[str, Any]:
        """The parts of the page; they were made by our own templates, which escaped what people wrote."""
        texts = {name: text for name, text in (self.inside or {}).items() if isinstance(text, str)}
        safe = {name: SafeString(text) for name, text in texts.items()}  # nosec B703 (escaped when made)
        return {**(self.inside or {}), **safe}
