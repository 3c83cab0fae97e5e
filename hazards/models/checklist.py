"""Checklists in versions. A published version never changes; a change is a new version."""

from datetime import date

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import get_language, gettext_lazy as _, pgettext_lazy
from simple_history.models import HistoricalRecords

from enterprises.models import Programme
from enterprises.models.people import Reach
from score_mis.lib.names import Bilingual, has_a_name


class ItemKind(models.TextChoices):
    """Classes of hazards. Source: GB/T 13861."""

    PERSON = "person", pgettext_lazy("class of hazards", "person")
    THING = "thing", _("thing")
    ENVIRONMENT = "environment", _("environment")
    MANAGEMENT = "management", _("management")


class Group(models.TextChoices):
    """Basic management or site, as Chinese hazard ledgers divide items."""

    MANAGEMENT = "management", _("basic management")
    SITE = "site", _("site")


class Checklist(Bilingual):
    """A list of things to look at; its items live in versions."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="checklists")
    code = models.SlugField(_("code"), max_length=40)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("checklist")
        verbose_name_plural = _("checklists")
        ordering = ["code"]
        constraints = [
            has_a_name("checklist_has_a_name"),
            models.UniqueConstraint(fields=["programme", "code"], name="checklist_code_once"),
        ]


class VersionQuerySet(models.QuerySet):
    """Questions about versions."""

    def visible_to(self, user) -> "VersionQuerySet":  # noqa: ANN001
        """Checklists are open to everybody with an assignment; drafts only to programme staff."""
        roles = Reach.of(user).roles
        if "programme_staff" in roles:
            return self.all()
        return self.filter(published_on__isnull=False) if roles else self.none()

    def in_force(self, day: date) -> "VersionQuerySet":
        """The version of each checklist that was published last, up to a day."""
        newer = ChecklistVersion.objects.filter(
            checklist=models.OuterRef("checklist"),
            published_on__lte=day,
            number__gt=models.OuterRef("number"),
        )
        return self.filter(published_on__lte=day).exclude(models.Exists(newer))


class ChecklistVersion(models.Model):
    """One version of a checklist; in force from its publication until the next one's."""

    checklist = models.ForeignKey(
        Checklist, on_delete=models.PROTECT, related_name="versions", verbose_name=_("checklist")
    )
    number = models.PositiveSmallIntegerField(_("version"))
    published_on = models.DateField(_("published on"), null=True, blank=True)
    objects = VersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("checklist version")
        verbose_name_plural = _("checklist versions")
        ordering = ["checklist", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["checklist", "number"], name="checklist_version_once"),
        ]

    def __str__(self) -> str:
        return f"{self.checklist} · {self.number}"

    @cached_property
    def item_codes(self) -> frozenset[str]:
        """The codes of all items; one query an instance."""
        return frozenset(self.items.values_list("code", flat=True))

    def get_absolute_url(self) -> str:
        """The version's page."""
        return reverse("hazards:checklist_detail", args=[self.pk])


class Section(Bilingual):
    """A chapter of a version."""

    version = models.ForeignKey(ChecklistVersion, on_delete=models.PROTECT, related_name="sections")
    code = models.CharField(_("code"), max_length=8)
    position = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name = _("section")
        verbose_name_plural = _("sections")
        ordering = ["version", "position"]
        constraints = [
            has_a_name("section_has_a_name"),
            models.UniqueConstraint(fields=["version", "code"], name="section_code_once"),
        ]


class ItemQuerySet(models.QuerySet):
    """Questions about items."""

    def visible_to(self, user) -> "ItemQuerySet":  # noqa: ANN001
        """Items of versions the user may see."""
        return self.filter(version__in=ChecklistVersion.objects.visible_to(user))

    def in_force(self, day: date) -> "ItemQuerySet":
        """Items of the versions in force on a day."""
        return self.filter(version__in=ChecklistVersion.objects.in_force(day))


class ChecklistItem(models.Model):
    """One thing to look at. `code` is stable over versions: answers are keyed by it."""

    version = models.ForeignKey(ChecklistVersion, on_delete=models.PROTECT, related_name="items")
    section = models.ForeignKey(
        Section, on_delete=models.PROTECT, related_name="items", verbose_name=_("section")
    )
    code = models.CharField(_("code"), max_length=12)
    position = models.PositiveSmallIntegerField()
    group = models.CharField(_("group"), max_length=12, choices=Group)
    kind = models.CharField(_("kind"), max_length=12, choices=ItemKind)
    text_en = models.CharField(_("text (English)"), max_length=300, blank=True)
    text_zh = models.CharField(_("text (Chinese)"), max_length=300, blank=True)
    reference_en = models.CharField(_("reference (English)"), max_length=300, blank=True)
    reference_zh = models.CharField(_("reference (Chinese)"), max_length=300, blank=True)
    level_hint = models.CharField(
        _("usual level"),
        max_length=8,
        choices=[("general", _("general")), ("major", _("major"))],
        default="general",
    )
    objects = ItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("checklist item")
        verbose_name_plural = _("checklist items")
        ordering = ["version", "position"]
        constraints = [
            models.UniqueConstraint(fields=["version", "code"], name="item_code_once"),
            models.CheckConstraint(condition=~Q(text_en="", text_zh=""), name="item_has_a_text"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.text}"

    @property
    def text(self) -> str:
        """The text in the reader's language, or the other one."""
        first, second = (self.text_zh, self.text_en) if _is_chinese() else (self.text_en, self.text_zh)
        return first or second

    @property
    def other_text(self) -> str:
        """The text in the other language."""
        return self.text_en if _is_chinese() else self.text_zh

    @property
    def reference(self) -> str:
        """The standard in the reader's language, or the other one."""
        first, second = (
            (self.reference_zh, self.reference_en)
            if _is_chinese()
            else (self.reference_en, self.reference_zh)
        )
        return first or second


def _is_chinese() -> bool:
    return (get_language() or "").startswith("zh")
