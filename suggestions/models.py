"""Suggestions of the improvement teams, and what became of them."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from enterprises.models import Enterprise, Numbered, OwnedQuerySet, OwnedStateful, Sex, Team
from score_mis.lib import codes, dates, photo_files, photos, workflow
from training.models import CounsellingVisit, Module


class Status(models.TextChoices):
    """States of a suggestion."""

    SUBMITTED = "submitted", _("submitted")
    DEFERRED = "deferred", _("deferred")
    ADOPTED = "adopted", _("adopted")
    REJECTED = "rejected", _("rejected")
    WITHDRAWN = "withdrawn", _("withdrawn")
    IMPLEMENTED = "implemented", _("implemented")
    VERIFIED = "verified", _("verified")
    CANCELLED = "cancelled", _("cancelled")
    VOID = "void", _("void")


TONES = {Status.ADOPTED: "warn", Status.IMPLEMENTED: "ok", Status.VERIFIED: "ok"}
ANSWER_WITHIN_DAYS = 7
"""What the programme asks of a team: an answer to the proposer within a week."""


class Category(models.TextChoices):
    """What a suggestion is about."""

    SAFETY = "safety", _("safety and health")
    QUALITY = "quality", _("quality")
    PRODUCTIVITY = "productivity", _("productivity")
    CLEANER = "cleaner", _("energy, material, environment")
    WORKPLACE = "workplace", _("workplace order (5S)")
    PEOPLE = "people", _("people and communication")
    OTHER = "other", _("other")


class ProposerRole(models.TextChoices):
    """What the proposer does in the enterprise."""

    FRONTLINE = "frontline", _("front-line worker")
    TECHNICIAN = "technician", _("technician")
    MANAGER = "manager", _("manager")


class SuggestionQuerySet(OwnedQuerySet):
    """Questions about suggestions."""

    def counted(self) -> "SuggestionQuerySet":
        """Those that count: all but void ones."""
        return self.filter(Suggestion.COUNTED)

    def undecided(self) -> "SuggestionQuerySet":
        """Waiting for an answer, oldest first."""
        return self.filter(status__in=[Status.SUBMITTED, Status.DEFERRED]).order_by("submitted_on", "pk")

    def to_implement(self) -> "SuggestionQuerySet":
        """Adopted and still to do, those due first."""
        return self.filter(status=Status.ADOPTED).order_by(
            F("due_on").asc(nulls_last=True), "adopted_on", "pk"
        )

    def implemented_lately(self) -> "SuggestionQuerySet":
        """Carried out, verified or not, the latest first."""
        return self.filter(status__in=[Status.IMPLEMENTED, Status.VERIFIED]).order_by(
            "-implemented_on", "-pk"
        )

    def overdue(self, today: date) -> "SuggestionQuerySet":
        """Adopted, still to do and past their day."""
        return self.filter(status=Status.ADOPTED, due_on__lt=today)

    def for_list(self) -> "SuggestionQuerySet":
        """With what a list shows."""
        return self.select_related("enterprise")


class Suggestion(Numbered, OwnedStateful):
    """An improvement suggestion. Completion is implemented of *adopted*, never of submitted."""

    COUNTED = ~Q(status=Status.VOID)
    mark_kind = "suggestion"
    number_letter = "S"
    title = models.CharField(_("title"), max_length=200)
    text = models.TextField(_("suggestion"), blank=True)
    category = models.CharField(_("category"), max_length=16, choices=Category, blank=True)
    team = models.ForeignKey(
        Team,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="suggestions",
        verbose_name=_("team"),
    )
    module = models.ForeignKey(
        Module,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="suggestions",
        verbose_name=_("module"),
    )
    visit = models.ForeignKey(
        CounsellingVisit,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="suggestions",
        verbose_name=_("raised during visit"),
    )
    is_anonymous = models.BooleanField(_("anonymous"), default=False)
    proposer = models.CharField(_("proposer"), max_length=120, blank=True)
    proposer_sex = models.CharField(_("sex"), max_length=10, choices=Sex, blank=True)
    proposer_role = models.CharField(
        _("role of the proposer"), max_length=12, choices=ProposerRole, blank=True
    )
    department = models.CharField(_("department"), max_length=120, blank=True)
    decision_reason = models.TextField(_("answer to the proposer"), blank=True)
    owner = models.CharField(_("who carries it out"), max_length=120, blank=True)
    due_on = models.DateField(_("due on"), null=True, blank=True)
    cost = models.DecimalField(
        _("cost"), max_digits=12, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    saving_estimated = models.DecimalField(
        _("saving a year, estimated"),
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    saving_actual = models.DecimalField(
        _("saving a year, actual"),
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    status = models.CharField(
        _("status"), max_length=12, choices=Status, default=Status.SUBMITTED, editable=False
    )
    submitted_on = models.DateField(_("submitted on"), null=True, editable=False)
    decided_on = models.DateField(_("decided on"), null=True, editable=False)
    adopted_on = models.DateField(_("adopted on"), null=True, editable=False)
    implemented_on = models.DateField(_("implemented on"), null=True, editable=False)
    implemented_by = models.ForeignKey(
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
    objects = SuggestionQuerySet.as_manager()

    class Meta:
        verbose_name = _("suggestion")
        verbose_name_plural = _("suggestions")
        ordering = ["-submitted_on", "-pk"]
        indexes = [
            # in the order of the list; what it is filtered and counted by most is found in the index itself
            models.Index(
                fields=["submitted_on", "id", "enterprise", "category", "status"], name="suggestion_in_order"
            ),
            models.Index(
                fields=["adopted_on", "enterprise", "category"],
                condition=Q(adopted_on__isnull=False),
                name="suggestion_by_adopted",
            ),
            models.Index(
                fields=["decided_on", "enterprise"],
                condition=Q(decided_on__isnull=False),
                name="suggestion_by_decided",
            ),
            models.Index(fields=["enterprise", "status", "submitted_on"], name="suggestion_by_enterprise"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["enterprise", "number"], name="suggestion_number_once"),
            models.CheckConstraint(condition=Q(status__in=Status.values), name="suggestion_status_known"),
            models.CheckConstraint(condition=Q(submitted_on__isnull=False), name="suggestion_has_a_day"),
            models.CheckConstraint(
                condition=Q(decided_on__isnull=True) | Q(decided_on__gte=F("submitted_on")),
                name="suggestion_decided_after_submitted",
                violation_error_message=_("The decision lies before the day of submission."),
            ),
            models.CheckConstraint(
                condition=Q(adopted_on__isnull=True)
                | Q(decided_on__isnull=False, adopted_on=F("decided_on")),
                name="suggestion_adopted_is_a_decision",
            ),
            models.CheckConstraint(
                condition=Q(implemented_on__isnull=True)
                | Q(adopted_on__isnull=False, implemented_on__gte=F("adopted_on")),
                name="suggestion_implemented_after_adopted",
                violation_error_message=_("A suggestion is implemented only after it was adopted."),
            ),
            models.CheckConstraint(
                condition=Q(verified_on__isnull=True)
                | Q(implemented_on__isnull=False, verified_on__gte=F("implemented_on")),
                name="suggestion_verified_after_implemented",
                violation_error_message=_("A suggestion is verified only after it was implemented."),
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["adopted", "implemented", "verified", "cancelled"])
                | Q(adopted_on__isnull=False),
                name="suggestion_adopted_has_a_day",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["implemented", "verified"]) | Q(implemented_on__isnull=False),
                name="suggestion_implemented_has_a_day",
            ),
            models.CheckConstraint(
                condition=~Q(status="verified") | Q(verified_on__isnull=False, verified_by__isnull=False),
                name="suggestion_verified_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(verified_by__isnull=True)
                | Q(implemented_by__isnull=True)
                | ~Q(verified_by=F("implemented_by")),
                name="suggestion_verified_by_another",
                violation_error_message=_("Whoever implemented a suggestion cannot verify it."),
            ),
            models.CheckConstraint(
                condition=Q(is_anonymous=False) | Q(proposer=""),
                name="suggestion_anonymous_has_no_name",
                violation_error_message=_("An anonymous suggestion carries no name."),
            ),
            models.CheckConstraint(
                condition=Q(saving_actual__isnull=True) | Q(saving_actual__gte=0),
                name="suggestion_saving_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"

    def get_absolute_url(self) -> str:
        """The suggestion's page."""
        return reverse("suggestions:detail", args=[self.pk])

    def clean(self) -> None:
        """Team and visit belong to the same enterprise; who stays anonymous gives no name."""
        errors = {}
        for name in ("team", "visit"):
            linked = getattr(self, name)
            if linked is not None and linked.enterprise_id != self.enterprise_id:
                errors[name] = _("This belongs to another enterprise.")
        if self.is_anonymous and self.proposer:
            errors["proposer"] = _("An anonymous suggestion carries no name.")
        workflow.raise_if(errors)

    @property
    def tone(self) -> str:
        """How the state is coloured: what is done, what waits for somebody's hands, the rest."""
        return TONES.get(Status(self.status), "idle")

    def is_overdue(self, today: date) -> bool:
        """Whether it should have been carried out before today."""
        return self.status == Status.ADOPTED and self.due_on is not None and self.due_on < today

    def days_open(self, today: date) -> int | None:
        """How many days it has waited for an answer; None once it has one."""
        if self.status not in (Status.SUBMITTED, Status.DEFERRED) or self.submitted_on is None:
            return None
        return (today - self.submitted_on).days

    @property
    def days_to_answer(self) -> int | None:
        """Days from submission to decision; None while there is no decision."""
        if self.decided_on is None or self.submitted_on is None:
            return None
        return (self.decided_on - self.submitted_on).days

    def add_photos(self, files: Sequence[Any], kind: str, by: Any) -> None:
        """Attach accepted photos."""
        photo_files.attach(self.photos, files, kind=kind, by=by)


class SuggestionChange(workflow.Change):
    """A move of a suggestion."""

    record_field = "suggestion"
    suggestion = models.ForeignKey(Suggestion, on_delete=models.PROTECT, related_name="changes")

    class Meta(workflow.Change.Meta):
        abstract = False
        verbose_name = _("change of a suggestion")
        verbose_name_plural = _("changes of suggestions")
        constraints = workflow.change_constraints("suggestion_change", "suggestion")
        indexes = workflow.change_indexes("suggestion_change", "suggestion")


class SuggestionPhoto(photos.StepPhoto):
    """A photo of what a suggestion is about, before or after."""

    suggestion = models.ForeignKey(Suggestion, on_delete=models.PROTECT, related_name="photos")

    class Meta(photos.StepPhoto.Meta):
        abstract = False
        verbose_name = _("photo of a suggestion")
        verbose_name_plural = _("photos of suggestions")


class Pile(models.Model):
    """Paper slips typed in together. The token is the address of its page."""

    token = models.UUIDField(_("token"), unique=True, editable=False)
    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="+", db_index=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    entered_at = models.DateTimeField(_("entered at"), default=dates.now, editable=False)
    keys = models.JSONField(_("suggestions"), default=list, editable=False)

    class Meta:
        verbose_name = _("pile of slips")
        verbose_name_plural = _("piles of slips")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.pk} ({len(self.keys)})"

    def get_absolute_url(self) -> str:
        """The page that shows what was saved."""
        return reverse("suggestions:pile", args=[self.token])

    def suggestions(self) -> SuggestionQuerySet:
        """The suggestions in the order of the slips; one query."""
        return Suggestion.objects.filter(pk__in=self.keys).select_related("enterprise").order_by("number")


class Slip(models.Model):
    """What a proposer takes home: a code that opens one page, with what became of the suggestion and nothing else."""

    suggestion = models.OneToOneField(Suggestion, on_delete=models.PROTECT, related_name="slip")
    code = models.CharField(_("slip code"), max_length=16, unique=True, editable=False)
    made_at = models.DateTimeField(_("made at"), default=dates.now, editable=False)

    class Meta:
        verbose_name = _("slip for a proposer")
        verbose_name_plural = _("slips for proposers")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def shown_code(self) -> str:
        """The code as people read and type it."""
        return codes.grouped(self.code)
