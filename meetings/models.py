"""Review meetings, and the decisions taken in them: actions with an owner and a due day."""

from datetime import date
from typing import Any, Self

from django.conf import settings
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _, pgettext_lazy
from simple_history.models import HistoricalRecords

from enterprises.models import Area, Enterprise, Mark, Milestone, Programme, Reach, Role
from enterprises.models.owned import sees_everything
from enterprises.models.places import AreaAncestor
from publications.models import Snapshot
from score_mis.lib import workflow

DECISION_OWNER = "decision_owner"
"""Not an assignment: the person who is to carry a decision out."""
LONGEST = 500
"""Letters of a decision: it stands on a slide."""


class MeetingQuerySet(models.QuerySet):
    """Questions about meetings."""

    def visible_to(self, user: Any) -> Self:
        """Those about the whole programme, and those whose area is around a place of the person's, or within it."""
        reach = Reach.of(user)
        if not reach.roles:
            return self.none()
        if sees_everything(user):
            return self.all()
        sites = Enterprise.objects.filter(pk__in=reach.enterprise_ids).order_by().values("area")
        around = AreaAncestor.objects.filter(area__in=sites).values("ancestor")
        near = Q(area__in=reach.areas_around()) | Q(area__in=around)
        within = Q(area__in=Area.objects.filter(reach.areas_q()))
        return self.filter(Q(area__isnull=True) | near | within)

    def for_list(self) -> Self:
        """With what a list shows."""
        return self.select_related("area", "milestone")


class Meeting(models.Model):
    """A meeting that looks at the figures of an area, or of the whole programme, and decides what is to be done."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="meetings")
    milestone = models.ForeignKey(
        Milestone,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="meetings",
        verbose_name=_("milestone"),
    )
    title = models.CharField(_("title"), max_length=200)
    area = models.ForeignKey(
        Area,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("area"),
        help_text=_("Empty: the whole programme."),
    )
    held_on = models.DateField(_("held on"))
    as_of = models.DateField(
        _("figures as of"), null=True, blank=True, help_text=_("Empty: the day of the meeting.")
    )
    place = models.CharField(_("place"), max_length=200, blank=True)
    snapshot = models.ForeignKey(
        Snapshot,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="meetings",
        verbose_name=_("frozen report"),
    )
    notes = models.TextField(_("notes"), blank=True)
    history = HistoricalRecords()
    objects = MeetingQuerySet.as_manager()

    class Meta:
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        ordering = ["-held_on", "-pk"]
        indexes = [models.Index(fields=["held_on", "id"], name="meeting_in_order")]
        constraints = [models.CheckConstraint(condition=~Q(title=""), name="meeting_has_a_title")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The meeting's page."""
        return reverse("meetings:detail", args=[self.pk])

    def cut_off(self, today: date) -> date:
        """The day whose figures are shown: never one that is still to come."""
        return min(self.as_of or self.held_on, today)

    def roles_of(self, user: Any, today: date) -> frozenset[str]:
        """The roles a person holds for all of the meeting's area, or of the programme; a query for that."""
        top = self.area or Area.objects.filter(programme=self.programme_id, parent__isnull=True).first()
        if top is None:
            return frozenset()
        roles = Reach.of(user, today).roles
        return frozenset(role for role in roles if Reach.of(user, today, role).covers(top.path))


class Status(models.TextChoices):
    """States of a decision."""

    OPEN = "open", pgettext_lazy("decision", "open")
    DONE = "done", pgettext_lazy("decision", "done")
    CANCELLED = "cancelled", pgettext_lazy("decision", "cancelled")


TONES = {Status.OPEN: "warn", Status.DONE: "ok", Status.CANCELLED: "idle"}


class DecisionQuerySet(models.QuerySet):
    """Questions about decisions."""

    def visible_to(self, user: Any) -> Self:
        """Those about enterprises the person sees; those about none, of meetings they see; their own."""
        if sees_everything(user):
            return self.all()
        seen = Q(enterprise__in=Enterprise.objects.visible_to(user))
        general = Q(enterprise__isnull=True, meeting__in=Meeting.objects.visible_to(user))
        return self.filter(seen | general | Q(owner=user.pk))

    def open(self) -> Self:
        """Still to be carried out, those due first."""
        return self.filter(status=Status.OPEN).order_by("due_on", "pk")

    def waiting_for(self, user: Any, today: date) -> Self:
        """Open ones of a person; for a team also those at its enterprise whose owner does not sign in here."""
        theirs = Q(owner=user.pk)
        reach = Reach.of(user, today, Role.EIT_MEMBER)
        if reach.enterprise_ids:
            theirs |= Q(owner__isnull=True, enterprise__in=reach.enterprise_ids)
        return self.open().filter(theirs)

    def overdue(self, today: date) -> Self:
        """Open and past their day."""
        return self.filter(status=Status.OPEN, due_on__lt=today)

    def standing(self) -> Self:
        """All but those that were cancelled."""
        return self.exclude(status=Status.CANCELLED)

    def for_list(self) -> Self:
        """With what a list shows."""
        return self.select_related("meeting", "enterprise", "owner")


class Decision(workflow.Stateful):
    """What a meeting decided, who does it and by when; about one enterprise, or about none."""

    owner_fields = ("meeting", "enterprise")
    meeting = models.ForeignKey(
        Meeting, on_delete=models.PROTECT, related_name="decisions", verbose_name=_("meeting")
    )
    enterprise = models.ForeignKey(
        Enterprise,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="decisions",
        verbose_name=_("enterprise"),
    )
    what = models.TextField(_("what is to be done"), validators=[MaxLengthValidator(LONGEST)])
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who does it"),
        help_text=_("A person who signs in here; it stands on their home page and in their reminders."),
    )
    owner_name = models.CharField(_("or somebody else"), max_length=120, blank=True)
    due_on = models.DateField(_("due on"))
    outcome = models.TextField(_("what was done"), blank=True)
    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.OPEN, editable=False)
    decided_on = models.DateField(_("decided on"), null=True, editable=False)
    done_on = models.DateField(_("done on"), null=True, editable=False)
    objects = DecisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering = ["due_on", "pk"]
        indexes = [
            models.Index(fields=["due_on", "id", "status"], name="decision_in_order"),
            models.Index(fields=["owner", "status", "due_on"], name="decision_by_owner"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=Status.values), name="decision_status_known"),
            models.CheckConstraint(condition=~Q(what=""), name="decision_says_what"),
            models.CheckConstraint(condition=Q(decided_on__isnull=False), name="decision_has_a_day"),
            models.CheckConstraint(
                condition=Q(owner__isnull=False, owner_name="") | Q(owner__isnull=True) & ~Q(owner_name=""),
                name="decision_has_one_owner",
                violation_error_message=_("Choose a person or write a name, exactly one of them."),
            ),
            models.CheckConstraint(
                condition=Q(due_on__gte=F("decided_on")),
                name="decision_due_after_decided",
                violation_error_message=_("It is due before it was decided."),
            ),
            models.CheckConstraint(
                condition=Q(status="done", done_on__isnull=False)
                | ~Q(status="done") & Q(done_on__isnull=True),
                name="decision_done_has_a_day",
            ),
            models.CheckConstraint(
                condition=Q(done_on__isnull=True) | Q(done_on__gte=F("decided_on")),
                name="decision_done_after_decided",
                violation_error_message=_("It was done before it was decided."),
            ),
        ]

    def __str__(self) -> str:
        return " ".join(self.what[:80].split())

    def get_absolute_url(self) -> str:
        """The decision's page."""
        return reverse("meetings:decision_detail", args=[self.pk])

    @property
    def tone(self) -> str:
        """How the state is coloured."""
        return TONES[Status(self.status)]

    @property
    def who(self) -> str:
        """Who carries it out, in words."""
        return self.owner_name or str(self.owner or "")

    def is_overdue(self, today: date) -> bool:
        """Whether it should have been done before today."""
        return self.status == Status.OPEN and self.due_on < today

    def roles_of(self, user: Any, today: date) -> frozenset[str]:
        """The person's roles at the enterprise or for the meeting's area, and whether it is theirs to do."""
        roles = (self.enterprise or self.meeting).roles_of(user, today)
        return roles | {DECISION_OWNER} if self.owner_id and self.owner_id == user.pk else roles

    def role_key(self) -> object:
        """Roles depend on the enterprise, the meeting and the owner."""
        return self.meeting_id, self.enterprise_id, self.owner_id

    def marks(self) -> list[Mark]:
        """No figure counts decisions."""
        return []


class DecisionChange(workflow.Change):
    """A move of a decision."""

    record_field = "decision"
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="changes")

    class Meta(workflow.Change.Meta):
        abstract = False
        verbose_name = _("change of a decision")
        verbose_name_plural = _("changes of decisions")
        constraints = workflow.change_constraints("decision_change", "decision")
        indexes = workflow.change_indexes("decision_change", "decision")
