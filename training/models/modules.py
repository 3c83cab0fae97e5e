"""Modules and the enrolments of enterprises in them."""

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy as _
from simple_history.models import HistoricalRecords

from enterprises.models import Area, OwnedQuerySet, OwnedStateful, Programme, Reach
from score_mis.lib import workflow
from score_mis.lib.names import Bilingual, has_a_name


class ModuleQuerySet(models.QuerySet):
    """Questions about modules."""

    def visible_to(self, user) -> "ModuleQuerySet":  # noqa: ANN001
        """The catalogue of each programme the user has a part in."""
        areas = Area.objects.filter(Reach.of(user).areas_q())
        return self.filter(programme__in=areas.order_by().values("programme"))


class Module(Bilingual):
    """A SCORE module; the catalogue is data because it was renamed and grew."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="modules")
    number = models.PositiveSmallIntegerField(_("number"), validators=[MinValueValidator(1)])
    mandatory = models.BooleanField(_("mandatory"), default=False)
    description_en = models.TextField(_("description (English)"), blank=True)
    description_zh = models.TextField(_("description (Chinese)"), blank=True)
    is_offered = models.BooleanField(_("is offered"), default=True)
    history = HistoricalRecords()
    objects = ModuleQuerySet.as_manager()

    class Meta:
        verbose_name = _("module")
        verbose_name_plural = _("modules")
        ordering = ["number"]
        constraints = [
            has_a_name("module_has_a_name"),
            models.UniqueConstraint(
                fields=["programme", "number"],
                name="module_number_once",
                violation_error_message=_("Another module has this number."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"

    def get_absolute_url(self) -> str:
        """The module's page."""
        return reverse("training:module_detail", args=[self.pk])

    @property
    def description(self) -> str:
        """The description in the reader's language, or the other one."""
        if (get_language() or "").startswith("zh"):
            return self.description_zh or self.description_en
        return self.description_en or self.description_zh


class EnrolmentStatus(models.TextChoices):
    """States of an enterprise in a module."""

    PLANNED = "planned", _("planned")
    BASELINE = "baseline", _("baseline")
    IN_TRAINING = "in_training", _("in training")
    IN_COUNSELLING = "in_counselling", _("in counselling")
    COMPLETED = "completed", _("completed")
    DROPPED = "dropped", _("dropped")
    VOID = "void", _("void")


ENROLMENT_TONES: dict[str, str] = {
    EnrolmentStatus.PLANNED: "idle",
    EnrolmentStatus.BASELINE: "warn",
    EnrolmentStatus.IN_TRAINING: "warn",
    EnrolmentStatus.IN_COUNSELLING: "warn",
    EnrolmentStatus.COMPLETED: "ok",
    EnrolmentStatus.DROPPED: "bad",
    EnrolmentStatus.VOID: "idle",
}


class EnrolmentQuerySet(OwnedQuerySet):
    """Questions about enrolments."""

    def for_list(self) -> "EnrolmentQuerySet":
        """With what a list shows."""
        return self.select_related("enterprise", "module")


class Enrolment(OwnedStateful):
    """One enterprise in one module."""

    mark_kind = "enrolment"
    module = models.ForeignKey(
        Module, on_delete=models.PROTECT, related_name="enrolments", verbose_name=_("module")
    )
    consultants = models.ManyToManyField(
        settings.AUTH_USER_MODEL, blank=True, related_name="+", verbose_name=_("consultants")
    )
    inspectors = models.ManyToManyField(
        settings.AUTH_USER_MODEL, blank=True, related_name="+", verbose_name=_("inspectors")
    )
    planned_start_on = models.DateField(_("planned start"), null=True, blank=True)
    notes = models.TextField(_("notes"), blank=True)
    status = models.CharField(
        _("status"), max_length=16, choices=EnrolmentStatus, default=EnrolmentStatus.PLANNED, editable=False
    )
    planned_on = models.DateField(_("entered in the plan on"), null=True, editable=False)
    started_on = models.DateField(_("started on"), null=True, editable=False)
    trained_on = models.DateField(_("training began on"), null=True, editable=False)
    counselled_on = models.DateField(_("counselling began on"), null=True, editable=False)
    completed_on = models.DateField(_("completed on"), null=True, editable=False)
    dropped_on = models.DateField(_("dropped on"), null=True, editable=False)
    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("enrolment")
        verbose_name_plural = _("enrolments")
        ordering = ["module__number", "enterprise__code"]
        indexes = [
            models.Index(fields=["planned_on", "id"], name="enrolment_in_order"),
            models.Index(fields=["module", "status"], name="enrolment_by_module"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise", "module"],
                condition=~Q(status="void"),
                name="enrolment_once_a_module",
                violation_error_message=_("This enterprise is enrolled in the module already."),
            ),
            models.CheckConstraint(
                condition=Q(status__in=EnrolmentStatus.values), name="enrolment_status_known"
            ),
            models.CheckConstraint(
                condition=~Q(status="completed") | Q(started_on__isnull=False, completed_on__isnull=False),
                name="enrolment_completed_was_started",
                violation_error_message=_("A module that was never started cannot be completed."),
            ),
            models.CheckConstraint(
                condition=Q(completed_on__isnull=True) | Q(completed_on__gte=F("started_on")),
                name="enrolment_completed_after_started",
                violation_error_message=_("The module was completed before it started."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enterprise} · {self.module}"

    def get_absolute_url(self) -> str:
        """The enrolment's page."""
        return reverse("training:enrolment_detail", args=[self.pk])

    @property
    def status_tone(self) -> str:
        """The colour and sign of the state, for `_status.html`."""
        return ENROLMENT_TONES[self.status]


class EnrolmentChange(workflow.Change):
    """A move of an enrolment."""

    record_field = "enrolment"
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="changes")

    class Meta(workflow.Change.Meta):
        abstract = False
        verbose_name = _("change of an enrolment")
        verbose_name_plural = _("changes of enrolments")
        constraints = workflow.change_constraints("enrolment_change", "enrolment")
        indexes = workflow.change_indexes("enrolment_change", "enrolment")
