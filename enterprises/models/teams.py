"""The enterprise improvement teams (EIT)."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from enterprises.models.enterprise import Enterprise
from enterprises.models.owned import OwnedQuerySet
from score_mis.lib.names import Bilingual, has_a_name


class Sex(models.TextChoices):
    """As people state it; left empty when not known."""

    FEMALE = "female", _("female")
    MALE = "male", _("male")


class Standing(models.TextChoices):
    """Worker or manager."""

    WORKER = "worker", _("worker")
    MANAGER = "manager", _("manager")


class Position(models.TextChoices):
    """A place in the team."""

    LEADER = "leader", _("leader")
    DEPUTY = "deputy", _("deputy leader")
    SECRETARY = "secretary", _("secretary")
    LIAISON = "liaison", _("liaison officer")
    MEMBER = "member", _("member")


class Team(Bilingual):
    """An EIT; an enterprise may have several, one a department."""

    enterprise = models.ForeignKey(
        Enterprise, on_delete=models.PROTECT, related_name="teams", verbose_name=_("enterprise")
    )
    department = models.CharField(_("department"), max_length=120, blank=True)
    formed_on = models.DateField(_("formed on"))
    dissolved_on = models.DateField(_("dissolved on"), null=True, blank=True)
    history = HistoricalRecords()
    objects = OwnedQuerySet.as_manager()

    class Meta:
        verbose_name = _("improvement team")
        verbose_name_plural = _("improvement teams")
        ordering = ["enterprise", "formed_on"]
        constraints = [
            has_a_name("team_has_a_name"),
            models.CheckConstraint(
                condition=Q(dissolved_on__isnull=True) | Q(dissolved_on__gte=F("formed_on")),
                name="team_dissolved_after_formed",
                violation_error_message=_("The team was dissolved before it was formed."),
            ),
        ]

    def get_absolute_url(self) -> str:
        """The team's page."""
        return reverse("enterprises:team_detail", args=[self.pk])


class TeamMemberQuerySet(models.QuerySet):
    """Questions about team members."""

    def active(self, today: date) -> "TeamMemberQuerySet":
        """Those who are in a team on a day."""
        return self.filter(Q(until_on__isnull=True) | Q(until_on__gte=today), from_on__lte=today)

    def visible_to(self, user) -> "TeamMemberQuerySet":  # noqa: ANN001 (any user object, anonymous included)
        """Those of enterprises the user may see."""
        return self.filter(team__enterprise__in=Enterprise.objects.visible_to(user))


class TeamMember(models.Model):
    """A person in a team; `user` where the person signs in."""

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="members", verbose_name=_("team"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="team_places",
        verbose_name=_("account"),
    )
    name = models.CharField(_("name"), max_length=120)
    position = models.CharField(
        _("position in the team"), max_length=10, choices=Position, default=Position.MEMBER
    )
    standing = models.CharField(_("worker or manager"), max_length=10, choices=Standing)
    sex = models.CharField(_("sex"), max_length=10, choices=Sex, blank=True)
    from_on = models.DateField(_("from"))
    until_on = models.DateField(_("until"), null=True, blank=True)
    history = HistoricalRecords()
    objects = TeamMemberQuerySet.as_manager()

    class Meta:
        verbose_name = _("team member")
        verbose_name_plural = _("team members")
        ordering = ["team", "from_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(until_on__isnull=True) | Q(until_on__gte=F("from_on")),
                name="team_member_until_after_from",
                violation_error_message=_("The last day lies before the first."),
            ),
        ]

    def __str__(self) -> str:
        return self.name
