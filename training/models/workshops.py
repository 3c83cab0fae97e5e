"""Workshops and the people who took part."""

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from enterprises.models import Area, Enterprise, Mark, Programme, Reach, Sex, Standing
from enterprises.models.owned import sees_everything
from score_mis.lib.names import Bilingual, has_a_name
from training.models.modules import Module


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
        if sees_everything(user):
            return self.all()
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
        indexes = [models.Index(fields=["held_on", "id"], name="workshop_in_order")]
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
        if sees_everything(user):
            return self.all()
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
    history = HistoricalRecords()
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
