"""Hazards: found, ordered, rectified by the enterprise, verified by somebody else."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from enterprises.models import Numbered, OwnedQuerySet, OwnedStateful
from hazards.models.checklist import ChecklistItem, ItemKind
from hazards.models.checks import SafetyCheck
from score_mis.lib import photo_files, photos, workflow
from suggestions.models import Suggestion
from training.models import CounsellingVisit

Category = ItemKind
OPEN = ("identified", "assigned")
RECTIFIED = ("rectified", "verified")
AGEING = ((1, 7, "0-7"), (8, 30, "8-30"), (31, 90, "31-90"), (91, None, ">90"))
"""Days overdue in four steps: first day, last day, name. Source: the programme's indicator definitions."""


class Level(models.TextChoices):
    """The two statutory levels in China."""

    GENERAL = "general", _("general")
    MAJOR = "major", _("major")


class HazardStatus(models.TextChoices):
    """States of a hazard. Rectified is the enterprise's claim; verified is somebody else's finding."""

    IDENTIFIED = "identified", _("identified")
    ASSIGNED = "assigned", pgettext_lazy("state of a hazard", "assigned")
    RECTIFIED = "rectified", _("rectified")
    VERIFIED = "verified", _("verified")
    VOID = "void", _("void")


class HazardQuerySet(OwnedQuerySet):
    """Questions about hazards."""

    def counted(self) -> "HazardQuerySet":
        """Those that count: all but void ones."""
        return self.filter(Hazard.COUNTED)

    def open(self) -> "HazardQuerySet":
        """Not rectified yet."""
        return self.filter(status__in=OPEN)

    def to_verify(self) -> "HazardQuerySet":
        """Rectified, waiting for somebody to look; oldest first."""
        return self.filter(status=HazardStatus.RECTIFIED).order_by("rectified_on", "pk")

    def overdue(self, today: date) -> "HazardQuerySet":
        """Open and past the deadline; the longest first."""
        return self.open().filter(deadline__lt=today).order_by("deadline", "pk")

    def for_list(self) -> "HazardQuerySet":
        """With what a list shows."""
        return self.select_related("enterprise", "item")


class Hazard(Numbered, OwnedStateful):
    """A hidden danger found at a site. One that returns is a new hazard with `repeat_of`."""

    COUNTED = ~Q(status=HazardStatus.VOID)
    mark_kind = "hazard"
    number_letter = "H"
    check_event = models.ForeignKey(
        SafetyCheck,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="hazards",
        verbose_name=_("found in check"),
    )
    item = models.ForeignKey(
        ChecklistItem,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="hazards",
        verbose_name=_("checklist item"),
    )
    visit = models.ForeignKey(
        CounsellingVisit,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="hazards",
        verbose_name=_("found during visit"),
    )
    repeat_of = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="repeats",
        verbose_name=_("repeat of"),
    )
    fixed_by = models.ForeignKey(
        Suggestion,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="hazards_fixed",
        verbose_name=_("suggestion that fixed it"),
    )
    description = models.TextField(_("what is wrong"))
    place = models.CharField(_("place"), max_length=200)
    found_by = models.CharField(_("found by"), max_length=200, blank=True)
    category = models.CharField(_("category"), max_length=12, choices=Category, blank=True)
    defect_type = models.CharField(_("type of defect"), max_length=120, blank=True)
    level = models.CharField(_("level"), max_length=8, choices=Level, default=Level.GENERAL)
    responsible = models.CharField(_("responsible person"), max_length=120, blank=True)
    measures = models.TextField(_("measures"), blank=True)
    funds = models.DecimalField(
        _("funds"), max_digits=12, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    deadline = models.DateField(_("deadline"), null=True, blank=True)
    original_deadline = models.DateField(_("original deadline"), null=True, editable=False)
    interim_control = models.TextField(_("interim control"), blank=True)
    contingency = models.TextField(_("contingency plan"), blank=True)
    evidence = models.TextField(_("what was done"), blank=True)
    no_photo_reason = models.CharField(_("why there is no photo"), max_length=200, blank=True)
    status = models.CharField(
        _("status"), max_length=12, choices=HazardStatus, default=HazardStatus.IDENTIFIED, editable=False
    )
    identified_on = models.DateField(_("identified on"), null=True, editable=False)
    assigned_on = models.DateField(_("ordered on"), null=True, editable=False)
    rectified_on = models.DateField(_("rectified on"), null=True, editable=False)
    rectified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        db_index=False,
    )
    verified_on = models.DateField(_("verified on"), null=True, editable=False)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        db_index=False,
    )
    verification_note = models.TextField(_("result of verification"), blank=True)
    objects = HazardQuerySet.as_manager()

    class Meta:
        verbose_name = _("hazard")
        verbose_name_plural = _("hazards")
        ordering = ["-identified_on", "-pk"]
        indexes = [
            # in the three orders of the list; what it is filtered by most is found in the index itself
            models.Index(
                fields=["identified_on", "id", "enterprise", "level", "category", "status"],
                name="hazard_in_order",
            ),
            models.Index(
                fields=["deadline", "id", "enterprise", "level"],
                condition=Q(status__in=OPEN),
                name="hazard_open_by_deadline",
            ),
            models.Index(
                fields=["level", "identified_on", "id", "enterprise"],
                condition=Q(status__in=OPEN),
                name="hazard_open_by_level",
            ),
            models.Index(
                fields=["original_deadline", "enterprise", "level"], name="hazard_by_original_deadline"
            ),
            models.Index(fields=["enterprise", "status", "identified_on"], name="hazard_by_enterprise"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["enterprise", "number"], name="hazard_number_once"),
            models.CheckConstraint(condition=Q(status__in=HazardStatus.values), name="hazard_status_known"),
            models.CheckConstraint(condition=Q(identified_on__isnull=False), name="hazard_has_a_day"),
            models.CheckConstraint(
                condition=Q(rectified_on__isnull=True) | Q(rectified_on__gte=F("identified_on")),
                name="hazard_rectified_after_identified",
                violation_error_message=_("A hazard is rectified only after it was identified."),
            ),
            models.CheckConstraint(
                condition=Q(verified_on__isnull=True)
                | Q(rectified_on__isnull=False, verified_on__gte=F("rectified_on")),
                name="hazard_verified_after_rectified",
                violation_error_message=_("A hazard is verified only after it was rectified."),
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["rectified", "verified"])
                | Q(rectified_on__isnull=False, rectified_by__isnull=False),
                name="hazard_rectified_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(status="verified") | Q(verified_on__isnull=False, verified_by__isnull=False),
                name="hazard_verified_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(verified_by__isnull=True)
                | Q(rectified_by__isnull=True)
                | ~Q(verified_by=F("rectified_by")),
                name="hazard_verified_by_another",
                violation_error_message=_("Whoever rectified a hazard cannot verify it."),
            ),
            models.CheckConstraint(
                condition=Q(deadline__isnull=True) | Q(deadline__gte=F("identified_on")),
                name="hazard_deadline_after_identified",
                violation_error_message=_("The deadline lies before the day of finding."),
            ),
            models.CheckConstraint(
                condition=Q(level="general")
                | Q(status__in=["identified", "void"])
                | (~Q(responsible="") & ~Q(measures="") & ~Q(contingency="") & Q(deadline__isnull=False)),
                name="hazard_major_is_ordered",
                violation_error_message=_(
                    "A major hazard needs responsible person, measures, deadline and contingency plan."
                ),
            ),
            models.CheckConstraint(
                condition=Q(item__isnull=True) | Q(check_event__isnull=False), name="hazard_item_has_a_check"
            ),
            models.CheckConstraint(condition=~Q(description=""), name="hazard_is_described"),
        ]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        """The hazard's page."""
        return reverse("hazards:hazard_detail", args=[self.pk])

    def clean(self) -> None:
        """What the hazard is linked to belongs to the same enterprise."""
        errors = {}
        for name in ("check_event", "visit", "repeat_of", "fixed_by"):
            linked = getattr(self, name)
            if linked is not None and linked.enterprise_id != self.enterprise_id:
                errors[name] = _("This belongs to another enterprise.")
        if self.pk and self.repeat_of_id == self.pk:
            errors["repeat_of"] = _("A hazard cannot repeat itself.")
        workflow.raise_if(errors)

    def fill_change(self, change: "HazardChange") -> None:
        """Keep the deadline in force after each move, and the first one for ever."""
        if self.original_deadline is None:
            self.original_deadline = self.deadline
        change.deadline = self.deadline

    def counted_days(self) -> set[date]:
        """Change days, the original deadline, and the days on which an overdue hazard changes its age."""
        rows = list(self.changes.all())
        days = {change.happened_on for change in rows}
        for deadline in {change.deadline for change in rows if change.deadline}:
            days |= {deadline + timedelta(days=first) for first, _last, _name in AGEING}
        if self.original_deadline:
            days.add(self.original_deadline)
        return days

    def extensions(self) -> list["HazardChange"]:
        """Steps that put the deadline off, oldest first, each with the day `before`; one query.

        Whoever made the step approved it: only an inspector can.
        """
        found: list[HazardChange] = []
        before = None
        for change in self.changes.filter(in_force=True).select_related("by").order_by("seq"):
            if before and change.deadline and change.deadline > before:
                change.before = before
                found.append(change)
            before = change.deadline
        return found

    def refusals(self) -> list["HazardChange"]:
        """Every time its rectification was sent back, the latest first; one query."""
        found = self.changes.filter(move="send_back", in_force=True)
        return list(found.select_related("by").order_by("-seq"))

    def once_more(self) -> "Hazard":
        """A new hazard, not saved yet: this one has come back."""
        same = {
            name: getattr(self, name) for name in ("description", "place", "category", "defect_type", "level")
        }
        return Hazard(enterprise=self.enterprise, repeat_of=self, **same)

    def earlier_alike(self) -> HazardQuerySet:
        """Hazards rectified before this one was found, of the same item, or at the same place; the latest first."""
        same = Q(item__code=self.item.code) if self.item else Q(item__isnull=True, place__iexact=self.place)
        earlier = Hazard.objects.counted().filter(same, enterprise=self.enterprise_id)
        return earlier.filter(rectified_on__lte=self.identified_on, pk__lt=self.pk).order_by(
            "-rectified_on", "-pk"
        )

    def days_overdue(self, today: date) -> int:
        """Days past the deadline, 0 when not overdue."""
        if self.status not in OPEN or self.deadline is None:
            return 0
        return max(0, (today - self.deadline).days)

    def add_photos(self, files: Sequence[Any], kind: str, by: Any) -> None:
        """Attach accepted photos."""
        photo_files.attach(self.photos, files, kind=kind, by=by)


class HazardChange(workflow.Change):
    """A move of a hazard, with the deadline in force after it."""

    record_field = "hazard"
    before: date | None = None
    """The deadline that an extension put off; set by `Hazard.extensions`."""
    hazard = models.ForeignKey(Hazard, on_delete=models.PROTECT, related_name="changes")
    deadline = models.DateField(_("deadline"), null=True)

    class Meta(workflow.Change.Meta):
        abstract = False
        verbose_name = _("change of a hazard")
        verbose_name_plural = _("changes of hazards")
        constraints = workflow.change_constraints("hazard_change", "hazard")
        indexes = [
            *workflow.change_indexes("hazard_change", "hazard"),
            models.Index(fields=["deadline"], condition=Q(in_force=True), name="hazard_change_by_deadline"),
            models.Index(fields=["until_on"], condition=Q(in_force=True), name="hazard_change_by_end"),
        ]


class HazardPhoto(photos.StepPhoto):
    """A photo of a hazard, before or after its rectification."""

    hazard = models.ForeignKey(Hazard, on_delete=models.PROTECT, related_name="photos")

    class Meta(photos.StepPhoto.Meta):
        abstract = False
        verbose_name = _("photo of a hazard")
        verbose_name_plural = _("photos of hazards")
