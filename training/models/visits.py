"""Counselling visits and what was agreed during them."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from enterprises.models import Enterprise, OwnedQuerySet, OwnedStateful
from score_mis.lib import photo_files, photos, workflow
from training.models.modules import Module


class VisitType(models.TextChoices):
    """What a visit is for."""

    INTAKE = "intake", _("intake")
    FOLLOW_UP = "follow_up", _("follow-up")
    FINAL = "final", _("final assessment")
    YEAR_AFTER = "year_after", _("a year after")
    MONITORING = "monitoring", _("monitoring")
    JOINT_INSPECTION = "joint_inspection", _("joint inspection")


class VisitStatus(models.TextChoices):
    """States of a visit."""

    PLANNED = "planned", _("planned")
    DONE = "done", _("done")
    SUBMITTED = "submitted", _("submitted")
    REVIEWED = "reviewed", _("reviewed")
    CANCELLED = "cancelled", _("cancelled")
    VOID = "void", _("void")


LOGGED = frozenset({VisitStatus.DONE, VisitStatus.SUBMITTED, VisitStatus.REVIEWED})
VISIT_TONES: dict[str, str] = {
    VisitStatus.PLANNED: "idle",
    VisitStatus.DONE: "warn",
    VisitStatus.SUBMITTED: "warn",
    VisitStatus.REVIEWED: "ok",
    VisitStatus.CANCELLED: "bad",
    VisitStatus.VOID: "idle",
}


SMALL = ("sequence", "women_workers", "men_workers", "women_managers", "men_managers")
LARGEST = MaxValueValidator(32_767)
"""What small numbers can be on PostgreSQL; SQLite would take more, and such records could not move there."""


class VisitQuerySet(OwnedQuerySet):
    """Questions about visits."""

    def for_list(self) -> "VisitQuerySet":
        """With what a list shows."""
        return self.select_related("enterprise", "module", "consultant", "inspector")

    def late(self, today: date) -> "VisitQuerySet":
        """Still planned, though their day has passed."""
        return self.filter(status=VisitStatus.PLANNED, due_on__lt=today)

    def on_calendar(self) -> "VisitQuerySet":
        """Those that take place or took place."""
        return self.exclude(status__in=[VisitStatus.CANCELLED, VisitStatus.VOID])

    def joined_by(self, user: Any) -> "VisitQuerySet":
        """Those of which the person is the consultant or the inspector."""
        return self.filter(Q(consultant=user) | Q(inspector=user))


class CounsellingVisit(OwnedStateful):
    """A visit of a consultant, usually with an inspector, to an enterprise."""

    mark_kind = "visit"
    module = models.ForeignKey(
        Module,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="visits",
        verbose_name=_("module"),
    )
    type = models.CharField(_("type"), max_length=16, choices=VisitType, default=VisitType.FOLLOW_UP)
    sequence = models.PositiveSmallIntegerField(
        _("visit number"), default=1, validators=[MinValueValidator(1)]
    )
    due_on = models.DateField(_("planned day"))
    starts_at = models.TimeField(_("starts at"), null=True, blank=True)
    consultant = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="visits_led",
        db_index=False,  # "visit_by_consultant" begins with it
        verbose_name=_("consultant"),
    )
    inspector = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="visits_joined",
        verbose_name=_("inspector"),
    )
    women_workers = models.PositiveSmallIntegerField(_("women workers met"), default=0)
    men_workers = models.PositiveSmallIntegerField(_("men workers met"), default=0)
    women_managers = models.PositiveSmallIntegerField(_("women managers met"), default=0)
    men_managers = models.PositiveSmallIntegerField(_("men managers met"), default=0)
    topics = models.TextField(_("topics"), blank=True)
    observations = models.TextField(_("observations"), blank=True)
    next_visit_on = models.DateField(_("next visit"), null=True, blank=True)
    status = models.CharField(
        _("status"), max_length=12, choices=VisitStatus, default=VisitStatus.PLANNED, editable=False
    )
    planned_on = models.DateField(_("entered in the plan on"), null=True, editable=False)
    done_on = models.DateField(_("done on"), null=True, editable=False)
    submitted_on = models.DateField(_("submitted on"), null=True, editable=False)
    reviewed_on = models.DateField(_("reviewed on"), null=True, editable=False)
    cancelled_on = models.DateField(_("cancelled on"), null=True, editable=False)
    objects = VisitQuerySet.as_manager()

    class Meta:
        verbose_name = _("counselling visit")
        verbose_name_plural = _("counselling visits")
        ordering = ["-due_on", "-pk"]
        indexes = [
            models.Index(fields=["due_on", "id", "enterprise", "status"], name="visit_in_order"),
            models.Index(
                fields=["submitted_on", "id"], condition=Q(status="submitted"), name="visit_to_review"
            ),
            models.Index(fields=["done_on", "enterprise"], name="visit_by_day"),
            models.Index(fields=["consultant", "status"], name="visit_by_consultant"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=VisitStatus.values), name="visit_status_known"),
            models.CheckConstraint(
                condition=~Q(status__in=["done", "submitted", "reviewed"]) | Q(done_on__isnull=False),
                name="visit_done_has_a_day",
            ),
            models.CheckConstraint(
                condition=Q(submitted_on__isnull=True) | Q(submitted_on__gte=F("done_on")),
                name="visit_submitted_after_done",
            ),
            models.CheckConstraint(
                condition=Q(inspector__isnull=True) | ~Q(inspector=F("consultant")),
                name="visit_pair_is_two_people",
                violation_error_message=_("Consultant and inspector are two people."),
            ),
            models.CheckConstraint(
                condition=Q(next_visit_on__isnull=True)
                | Q(done_on__isnull=True)
                | Q(next_visit_on__gte=F("done_on")),
                name="visit_next_after_this",
                violation_error_message=_("The next visit lies before this one."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enterprise} · {self.get_type_display()} {self.sequence}"

    def get_absolute_url(self) -> str:
        """The visit's page."""
        return reverse("training:visit_detail", args=[self.pk])

    def clean(self) -> None:
        """Small numbers are small on every database."""
        errors = {}
        for name in SMALL:
            try:
                LARGEST(getattr(self, name))
            except ValidationError as error:
                errors[name] = error
        workflow.raise_if(errors)

    @property
    def status_tone(self) -> str:
        """The colour and sign of the state, for `_status.html`."""
        return VISIT_TONES[self.status]

    def counted_days(self) -> set[date]:
        """Change days, and the planned day (old planned days stand in the details of the change rows)."""
        return super().counted_days() | {self.due_on}

    @property
    def is_logged(self) -> bool:
        """Whether it took place and counts."""
        return self.status in LOGGED

    def people_met(self) -> int:
        """How many people were met."""
        return self.women_workers + self.men_workers + self.women_managers + self.men_managers

    def add_photos(self, files: Sequence[Any], kind: str, by: Any) -> None:
        """Attach accepted photos."""
        photo_files.attach(self.photos, files, by=by)


class VisitChange(workflow.Change):
    """A move of a visit."""

    record_field = "visit"
    visit = models.ForeignKey(CounsellingVisit, on_delete=models.PROTECT, related_name="changes")

    class Meta(workflow.Change.Meta):
        abstract = False
        verbose_name = _("change of a visit")
        verbose_name_plural = _("changes of visits")
        constraints = workflow.change_constraints("visit_change", "visit")
        indexes = workflow.change_indexes("visit_change", "visit")


class VisitPhoto(photos.Photo):
    """A photo taken during a visit."""

    visit = models.ForeignKey(CounsellingVisit, on_delete=models.PROTECT, related_name="photos")

    class Meta(photos.Photo.Meta):
        abstract = False
        verbose_name = _("photo of a visit")
        verbose_name_plural = _("photos of visits")


class VisitActionQuerySet(models.QuerySet):
    """Questions about agreed actions."""

    def visible_to(self, user) -> "VisitActionQuerySet":  # noqa: ANN001
        """Those of enterprises the user may see."""
        return self.filter(visit__enterprise__in=Enterprise.objects.visible_to(user))

    def carried_to(self, visit: CounsellingVisit) -> "VisitActionQuerySet":
        """The open ones that other visits of the same enterprise left behind."""
        earlier = self.filter(visit__enterprise=visit.enterprise_id, visit__done_on__isnull=False)
        return earlier.exclude(visit=visit.pk).open().select_related("visit__enterprise")

    def open(self) -> "VisitActionQuerySet":
        """Not done yet, of visits that count."""
        return self.filter(done_on__isnull=True).exclude(visit__status__in=["void", "cancelled"])


class VisitAction(models.Model):
    """What was agreed during a visit: who does what by when."""

    visit = models.ForeignKey(
        CounsellingVisit, on_delete=models.PROTECT, related_name="actions", verbose_name=_("visit")
    )
    text = models.CharField(_("agreed action"), max_length=500)
    owner = models.CharField(_("who"), max_length=120)
    due_on = models.DateField(_("due on"))
    done_on = models.DateField(_("done on"), null=True, blank=True)
    done_at_visit = models.ForeignKey(
        CounsellingVisit,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="actions_ticked",
        verbose_name=_("ticked at visit"),
    )
    history = HistoricalRecords()
    objects = VisitActionQuerySet.as_manager()

    class Meta:
        verbose_name = _("agreed action")
        verbose_name_plural = _("agreed actions")
        ordering = ["due_on", "pk"]
        indexes = [
            models.Index(fields=["due_on"], condition=Q(done_on__isnull=True), name="action_open_by_day")
        ]

    def __str__(self) -> str:
        return self.text

    def clean(self) -> None:
        """An action is not done before its visit."""
        visit_day = self.visit.done_on if self.visit_id else None
        if self.done_on and visit_day and self.done_on < visit_day:
            raise ValidationError({"done_on": _("The action was agreed later than this day.")})
