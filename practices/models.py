"""Good-practice cards: what one enterprise solved, told so that others can do the same.

A published card is read by everybody with a role, at every enterprise; so it is published only with the enterprise's
consent, which the database asks for too, and it names no worker.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any, Self

from django.conf import settings
from django.core.validators import MaxLengthValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from enterprises.models import Enterprise, Mark, Numbered, OwnedStateful, Reach, Role
from hazards.models import Hazard
from score_mis.lib import dates, photo_files, photos, workflow
from suggestions.models import Category, Suggestion
from training.models import Module
from training.people import workplaces

LONGEST = 800
"""Letters of each text: a card is one page with its photos."""
INSIDERS = (Role.EIT_MEMBER, Role.CONSULTANT, Role.INSPECTOR, Role.PROGRAMME_STAFF)
"""Who sees the cards of an enterprise before they are published, its consent and its history."""


class Status(models.TextChoices):
    """States of a card."""

    DRAFT = "draft", pgettext_lazy("good practice", "draft")
    RETURNED = "returned", pgettext_lazy("good practice", "returned")
    REVIEWED = "reviewed", pgettext_lazy("good practice", "reviewed")
    PUBLISHED = "published", pgettext_lazy("good practice", "published")
    WITHDRAWN = "withdrawn", pgettext_lazy("good practice", "withdrawn")
    VOID = "void", pgettext_lazy("good practice", "void")


TONES = {Status.DRAFT: "warn", Status.RETURNED: "bad", Status.REVIEWED: "warn", Status.PUBLISHED: "ok"}


class PracticeQuerySet(models.QuerySet):
    """Questions about cards."""

    def inside(self, user: Any) -> Self:
        """Those of the enterprises where the person works, whatever their state."""
        known = Reach.of(user)
        roles = [role for role in INSIDERS if role in known.roles]
        return self.filter(enterprise__in=workplaces(user, roles, dates.today()))

    def visible_to(self, user: Any) -> Self:
        """Published cards of all enterprises for everybody with a role; others as `inside` says."""
        if not Reach.of(user).roles:
            return self.none()
        return self.filter(Q(status=Status.PUBLISHED) | Q(pk__in=Practice.objects.inside(user).values("pk")))

    def published(self) -> Self:
        """Those in the library, the newest first."""
        return self.filter(status=Status.PUBLISHED)

    def for_list(self) -> Self:
        """With what a list shows."""
        return self.select_related("enterprise__sector", "enterprise__area", "module")


class Practice(Numbered, OwnedStateful):
    """A good practice of one enterprise on a card."""

    number_letter = "P"
    title = models.CharField(_("title"), max_length=200)
    problem = models.TextField(_("problem"), blank=True, validators=[MaxLengthValidator(LONGEST)])
    idea = models.TextField(_("idea"), blank=True, validators=[MaxLengthValidator(LONGEST)])
    result = models.TextField(_("result"), blank=True, validators=[MaxLengthValidator(LONGEST)])
    category = models.CharField(_("category"), max_length=16, choices=Category, blank=True)
    module = models.ForeignKey(
        Module, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("module")
    )
    suggestion = models.ForeignKey(
        Suggestion,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="practices",
        verbose_name=_("suggestion it came from"),
    )
    hazards = models.ManyToManyField(
        Hazard, blank=True, related_name="practices", verbose_name=_("hazards removed")
    )
    saving = models.DecimalField(
        _("saving a year, actual"),
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    currency = models.CharField(
        _("currency"), max_length=3, editable=False, validators=[RegexValidator(r"^[A-Z]{3}$")]
    )
    consent_by = models.CharField(_("who consented"), max_length=120, blank=True)
    consent_role = models.CharField(_("in which role"), max_length=120, blank=True)
    consent_on = models.DateField(_("consented on"), null=True, blank=True)
    consent_note = models.TextField(_("note on the consent"), blank=True)
    consent_withdrawn_on = models.DateField(_("consent withdrawn on"), null=True, editable=False)
    status = models.CharField(
        _("status"), max_length=12, choices=Status, default=Status.DRAFT, editable=False
    )
    drafted_on = models.DateField(_("drafted on"), null=True, editable=False)
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        db_index=False,
    )
    reviewed_on = models.DateField(_("reviewed on"), null=True, editable=False)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        db_index=False,
    )
    published_on = models.DateField(_("published on"), null=True, editable=False)
    withdrawn_on = models.DateField(_("withdrawn on"), null=True, editable=False)
    objects = PracticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("good practice")
        verbose_name_plural = _("good practices")
        ordering = ["-published_on", "-pk"]
        indexes = [
            models.Index(fields=["published_on", "id", "status"], name="practice_in_order"),
            models.Index(fields=["enterprise", "status"], name="practice_by_enterprise"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["enterprise", "number"], name="practice_number_once"),
            models.UniqueConstraint(
                fields=["suggestion"],
                condition=~Q(status="void"),
                name="practice_once_a_suggestion",
                violation_error_message=_("There is a card of this suggestion already."),
            ),
            models.CheckConstraint(condition=Q(status__in=Status.values), name="practice_status_known"),
            models.CheckConstraint(
                condition=Q(drafted_on__isnull=False, drafted_by__isnull=False), name="practice_was_drafted"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["reviewed", "published"])
                | Q(reviewed_on__isnull=False, reviewed_by__isnull=False),
                name="practice_reviewed_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(reviewed_by__isnull=True) | ~Q(reviewed_by=F("drafted_by")),
                name="practice_reviewed_by_another",
                violation_error_message=_("Whoever drafted a card cannot review it."),
            ),
            models.CheckConstraint(
                condition=~Q(status="published")
                | (
                    ~Q(consent_by="")
                    & ~Q(consent_role="")
                    & Q(consent_on__isnull=False, consent_withdrawn_on__isnull=True)
                ),
                name="practice_published_with_consent",
                violation_error_message=_("A card is published only with the enterprise's consent."),
            ),
            models.CheckConstraint(
                condition=~Q(status="published")
                | Q(published_on__isnull=False, published_on__gte=F("consent_on")),
                name="practice_published_after_consent",
                violation_error_message=_("A card is published only after the enterprise consented."),
            ),
            models.CheckConstraint(
                condition=Q(saving__isnull=True) | (Q(saving__gte=0) & ~Q(currency="")),
                name="practice_saving_has_a_currency",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"

    def get_absolute_url(self) -> str:
        """The card's page."""
        return reverse("practices:detail", args=[self.pk])

    @property
    def tone(self) -> str:
        """How the state is coloured."""
        return TONES.get(Status(self.status), "idle")

    @property
    def has_consent(self) -> bool:
        """Whether the enterprise's consent is recorded and stands."""
        return (
            bool(self.consent_by and self.consent_role and self.consent_on) and not self.consent_withdrawn_on
        )

    def clean(self) -> None:
        """The suggestion belongs to the same enterprise."""
        if self.suggestion is not None and self.suggestion.enterprise_id != self.enterprise_id:
            workflow.raise_if({"suggestion": _("This belongs to another enterprise.")})

    @classmethod
    def before_insert(cls, records: Sequence[Any]) -> None:
        """Number new cards; amounts are in the currency of the programme of this day, and keep it."""
        super().before_insert(records)
        owners = Enterprise.objects.select_related("programme").in_bulk([r.enterprise_id for r in records])
        for record in records:
            record.currency = owners[record.enterprise_id].programme.currency

    def marks(self) -> list[Mark]:
        """No figure counts cards."""
        return []

    def counted_days(self) -> set[date]:
        """No figure counts cards."""
        return set()

    def add_photos(self, files: Sequence[Any], kind: str, by: Any) -> None:
        """Attach accepted photos, or the names of stored ones."""
        photo_files.attach(self.photos, files, kind=kind, by=by)


class PracticeChange(workflow.Change):
    """A move of a card."""

    record_field = "practice"
    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="changes")

    class Meta(workflow.Change.Meta):
        abstract = False
        verbose_name = _("change of a good practice")
        verbose_name_plural = _("changes of good practices")
        constraints = workflow.change_constraints("practice_change", "practice")
        indexes = workflow.change_indexes("practice_change", "practice")


class PracticePhoto(photos.StepPhoto):
    """A photo of a good practice, before or after. Its file may be that of the suggestion or hazard it came from."""

    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="photos")

    class Meta(photos.StepPhoto.Meta):
        abstract = False
        verbose_name = _("photo of a good practice")
        verbose_name_plural = _("photos of good practices")
