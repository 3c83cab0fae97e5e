"""Modules, enrolments, workshops and counselling visits."""

from datetime import date

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from enterprises.models import Area, Enterprise, Mark, OwnedQuerySet, OwnedStateful, Programme, Sex, Standing
from enterprises.models.people import Reach
from score_mis.lib import workflow
from score_mis.lib.names import Bilingual, has_a_name


class Module(Bilingual):
    """A SCORE module; the catalogue is data because it was renamed and grew."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="modules")
    number = models.PositiveSmallIntegerField(_("number"), validators=[MinValueValidator(1)])
    mandatory = models.BooleanField(_("mandatory"), default=False)
    description_en = models.TextField(_("description (English)"), blank=True)
    description_zh = models.TextField(_("description (Chinese)"), blank=True)
    is_offered = models.BooleanField(_("is offered"), default=True)
    history = HistoricalRecords()

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


class EnrolmentStatus(models.TextChoices):
    """States of an enterprise in a module."""

    PLANNED = "planned", _("planned")
    BASELINE = "baseline", _("baseline")
    IN_TRAINING = "in_training", _("in training")
    IN_COUNSELLING = "in_counselling", _("in counselling")
    COMPLETED = "completed", _("completed")
    DROPPED = "dropped", _("dropped")
    VOID = "void", _("void")


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
    objects = OwnedQuerySet.as_manager()

    class Meta:
        verbose_name = _("enrolment")
        verbose_name_plural = _("enrolments")
        ordering = ["module__number", "enterprise__code"]
        indexes = [models.Index(fields=["module", "status"], name="enrolment_by_module")]
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


class EnrolmentChange(workflow.Change):
    """A move of an enrolment."""

    record_field = "enrolment"
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="changes")

    class Meta(workflow.Change.Meta):
        abstract = False
        constraints = workflow.change_constraints("enrolment_change", "enrolment")
        indexes = workflow.change_indexes("enrolment_change", "enrolment")


class WorkshopKind(models.TextChoices):
    """What a workshop is for."""

    TRAINING = "training", _("training")
    MID_TERM_REVIEW = "mid_term_review", _("mid-term review")
    WRAP_UP = "wrap_up", _("wrap-up")
    OTHER = "other", _("other")


class ParticipantKind(models.TextChoices):
    """Whom a participant came from."""

    OFFICIAL = "official", _("official")
    BUREAU = "bureau", _("work-safety bureau")
    ENTERPRISE = "enterprise", _("enterprise")
    CONSULTANT = "consultant", _("consultant")
    INSPECTOR = "inspector", _("inspector")
    ILO = "ilo", _("ILO")


class WorkshopQuerySet(models.QuerySet):
    """Questions about workshops."""

    def visible_to(self, user) -> "WorkshopQuerySet":  # noqa: ANN001
        """Those held in areas the user may see, or with participants of enterprises the user may see."""
        areas = Area.objects.filter(Reach.of(user).areas_q())
        mine = Enterprise.objects.visible_to(user)
        return self.filter(
            Q(area__in=areas) | Q(pk__in=Participant.objects.filter(enterprise__in=mine).values("workshop"))
        )


class Workshop(Bilingual):
    """A joint classroom workshop or a meeting of the programme."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="workshops")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, verbose_name=_("area"))
    module = models.ForeignKey(
        Module,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="workshops",
        verbose_name=_("module"),
    )
    kind = models.CharField(_("kind"), max_length=16, choices=WorkshopKind, default=WorkshopKind.TRAINING)
    held_on = models.DateField(_("first day"))
    days = models.PositiveSmallIntegerField(_("days"), default=2, validators=[MinValueValidator(1)])
    place = models.CharField(_("place"), max_length=200, blank=True)
    notes = models.TextField(_("notes"), blank=True)
    history = HistoricalRecords()
    objects = WorkshopQuerySet.as_manager()

    class Meta:
        verbose_name = _("workshop")
        verbose_name_plural = _("workshops")
        ordering = ["-held_on", "pk"]
        constraints = [
            has_a_name("workshop_has_a_name"),
            models.CheckConstraint(condition=Q(days__gte=1), name="workshop_lasts_a_day"),
        ]

    def get_absolute_url(self) -> str:
        """The workshop's page."""
        return reverse("training:workshop_detail", args=[self.pk])

    def marks(self) -> list[Mark]:
        """The day of the workshop, for each enterprise that sent people; one query."""
        sent = Enterprise.objects.filter(pk__in=self.participants.values("enterprise"))
        return [mark for enterprise in sent for mark in enterprise.marks_for("workshop", {self.held_on})]


class ParticipantQuerySet(models.QuerySet):
    """Questions about participants."""

    def visible_to(self, user) -> "ParticipantQuerySet":  # noqa: ANN001
        """Those of enterprises the user may see; people without an enterprise only where the whole workshop is seen."""
        areas = Area.objects.filter(Reach.of(user).areas_q())
        return self.filter(
            Q(enterprise__in=Enterprise.objects.visible_to(user))
            | Q(enterprise__isnull=True, workshop__area__in=areas)
        )


class Participant(models.Model):
    """One person at one workshop; the name may stay empty."""

    workshop = models.ForeignKey(
        Workshop, on_delete=models.CASCADE, related_name="participants", verbose_name=_("workshop")
    )
    enterprise = models.ForeignKey(
        Enterprise, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("enterprise")
    )
    kind = models.CharField(_("comes from"), max_length=12, choices=ParticipantKind)
    name = models.CharField(_("name"), max_length=120, blank=True)
    sex = models.CharField(_("sex"), max_length=10, choices=Sex, blank=True)
    standing = models.CharField(_("worker or manager"), max_length=10, choices=Standing, blank=True)
    objects = ParticipantQuerySet.as_manager()

    class Meta:
        verbose_name = _("participant")
        verbose_name_plural = _("participants")
        ordering = ["workshop", "kind", "enterprise", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="enterprise", enterprise__isnull=False)
                | (~Q(kind="enterprise") & Q(enterprise__isnull=True)),
                name="participant_enterprise_named",
                violation_error_message=_(
                    "Name the enterprise of people from enterprises, and only of them."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.get_kind_display()


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


class VisitQuerySet(OwnedQuerySet):
    """Questions about visits."""

    def for_list(self) -> "VisitQuerySet":
        """With what a list shows."""
        return self.select_related("enterprise", "module", "consultant", "inspector")


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
            models.Index(fields=["due_on", "enterprise"], name="visit_by_due_day"),
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

    def counted_days(self) -> set[date]:
        """Change days, and the planned day (old planned days stand in the details of the change rows)."""
        return super().counted_days() | {self.due_on}

    def people_met(self) -> int:
        """How many people were met."""
        return self.women_workers + self.men_workers + self.women_managers + self.men_managers


class VisitChange(workflow.Change):
    """A move of a visit."""

    record_field = "visit"
    visit = models.ForeignKey(CounsellingVisit, on_delete=models.PROTECT, related_name="changes")

    class Meta(workflow.Change.Meta):
        abstract = False
        constraints = workflow.change_constraints("visit_change", "visit")
        indexes = workflow.change_indexes("visit_change", "visit")


class VisitActionQuerySet(models.QuerySet):
    """Questions about agreed actions."""

    def visible_to(self, user) -> "VisitActionQuerySet":  # noqa: ANN001
        """Those of enterprises the user may see."""
        return self.filter(visit__enterprise__in=Enterprise.objects.visible_to(user))

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
