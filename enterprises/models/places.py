"""Areas (administrative divisions, with a dated parent) and sectors."""

from django.db import connection, models
from django.db.models import Q
from django.db.models.functions import Collate
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from enterprises.models.people import Reach
from enterprises.models.programme import Programme
from score_mis.lib.names import Bilingual, has_a_name


class Level(models.IntegerChoices):
    """Levels of administrative divisions."""

    COUNTRY = 0, _("country")
    PROVINCE = 1, _("province")
    PREFECTURE = 2, _("prefecture")
    DISTRICT = 3, _("district")
    TOWNSHIP = 4, _("township")


class AreaQuerySet(models.QuerySet):
    """Questions about areas."""

    def below(self, area: "Area") -> "AreaQuerySet":
        """The area itself and everything below it."""
        return self.filter(path__startswith=area.path)

    def visible_to(self, user) -> "AreaQuerySet":  # noqa: ANN001 (any user object, anonymous included)
        """Areas the user is assigned to, those below, and those of enterprises the user is assigned to."""
        return self.filter(Reach.of(user).areas_q())

    def in_tree_order(self) -> "AreaQuerySet":
        """Each area followed by those below it, whatever the database's language sorts first."""
        return self.order_by(Collate("path", "C" if connection.vendor == "postgresql" else "BINARY"))


class Area(Bilingual):
    """An administrative division. `path` lists the ids from the root, "/1/4/9/": a code's digits are no tree.

    Source of the codes in China: GB/T 2260 (Fangshan district: 110111).
    """

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="areas")
    code = models.CharField(_("code"), max_length=12)
    level = models.PositiveSmallIntegerField(_("level"), choices=Level.choices)
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("part of"),
    )
    path = models.CharField(max_length=200, editable=False, db_index=True)
    history = HistoricalRecords()
    objects = AreaQuerySet.as_manager()

    class Meta:
        verbose_name = _("area")
        verbose_name_plural = _("areas")
        ordering = ["path"]
        constraints = [
            has_a_name("area_has_a_name"),
            models.UniqueConstraint(
                fields=["programme", "code"],
                name="area_code_once",
                violation_error_message=_("This code is taken."),
            ),
        ]

    def ancestor_ids(self) -> list[int]:
        """The ids from the root down to this area, from `path`; no query."""
        return [int(part) for part in self.path.split("/") if part]

    @property
    def depth(self) -> int:
        """How many areas lie around this one, from `path`; no query."""
        return self.path.count("/") - 2


class AreaAncestor(models.Model):
    """An area and one that it lies in, itself included: today's tree as pairs, kept by `enterprises.services`."""

    area = models.ForeignKey(Area, on_delete=models.CASCADE, related_name="above")
    ancestor = models.ForeignKey(Area, on_delete=models.CASCADE, related_name="below")

    class Meta:
        verbose_name = _("ancestor of an area")
        verbose_name_plural = _("ancestors of areas")
        constraints = [models.UniqueConstraint(fields=["area", "ancestor"], name="area_ancestor_once")]

    def __str__(self) -> str:
        return f"{self.area_id} ⊂ {self.ancestor_id}"


class AreaParent(models.Model):
    """Which area an area was part of, from when until when; the open row is today's."""

    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="parents")
    parent = models.ForeignKey(Area, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    from_on = models.DateField(_("from"))
    until_on = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("parent of an area")
        verbose_name_plural = _("parents of areas")
        ordering = ["from_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["area"], condition=Q(until_on__isnull=True), name="area_has_one_parent_today"
            ),
            models.CheckConstraint(
                condition=Q(until_on__isnull=True) | Q(until_on__gte=models.F("from_on")),
                name="area_parent_until_after_from",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.area} ⊂ {self.parent}"


class Sector(Bilingual):
    """A division of industry. Source of the codes: GB/T 4754-2017; ISIC where it is known."""

    code = models.CharField(_("code"), max_length=10)
    edition = models.CharField(_("edition"), max_length=30, default="GB/T 4754-2017")
    isic = models.CharField("ISIC", max_length=10, blank=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("sector")
        verbose_name_plural = _("sectors")
        ordering = ["code"]
        constraints = [
            has_a_name("sector_has_a_name"),
            models.UniqueConstraint(
                fields=["edition", "code"],
                name="sector_code_once",
                violation_error_message=_("This code is taken."),
            ),
        ]
