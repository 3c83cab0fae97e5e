"""Roles and assignments: who may see and do what, where, from when until when."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from score_mis.lib import dates


class Role(models.TextChoices):
    """The six roles. The administrator is a flag of the account and never an assignment."""

    EIT_MEMBER = "eit_member", _("EIT member")
    CONSULTANT = "consultant", _("Consultant")
    INSPECTOR = "inspector", _("Inspector")
    AUTHORITY = "authority", _("Authority")
    PROGRAMME_STAFF = "programme_staff", _("Programme staff")
    ADMINISTRATOR = "administrator", _("Administrator")


ASSIGNABLE = [choice for choice in Role.choices if choice[0] != Role.ADMINISTRATOR]

TEAM_LEADER = "team_leader"
"""Not an assignment: an EIT member who is leader or deputy of a team of the enterprise today."""


class AssignmentQuerySet(models.QuerySet):
    """Questions about assignments."""

    def active(self, today: date) -> "AssignmentQuerySet":
        """Those that hold on a day, both ends included."""
        return self.filter(Q(until_on__isnull=True) | Q(until_on__gte=today), from_on__lte=today)

    def not_ended(self, today: date) -> "AssignmentQuerySet":
        """Those that hold on a day or begin later."""
        return self.filter(Q(until_on__isnull=True) | Q(until_on__gte=today))

    def reaching(self, enterprise) -> "AssignmentQuerySet":  # noqa: ANN001 (its class builds on this module)
        """Those at the enterprise, or at an area around it."""
        return self.filter(Q(enterprise=enterprise) | Q(area__in=enterprise.area.ancestor_ids()))

    def for_list(self) -> "AssignmentQuerySet":
        """With what a list shows."""
        return self.select_related("user", "area", "enterprise")


class Assignment(models.Model):
    """One role of one person, at one area (and all below it) or at one enterprise, for a time."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="assignments",
        verbose_name=_("person"),
    )
    role = models.CharField(_("role"), max_length=20, choices=ASSIGNABLE)
    area = models.ForeignKey(
        "enterprises.Area",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="assignments",
        verbose_name=_("area"),
    )
    enterprise = models.ForeignKey(
        "enterprises.Enterprise",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="assignments",
        verbose_name=_("enterprise"),
    )
    from_on = models.DateField(_("from"))
    until_on = models.DateField(_("until"), null=True, blank=True)
    history = HistoricalRecords()
    objects = AssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        ordering = ["-from_on", "pk"]
        indexes = [models.Index(fields=["user", "from_on"], name="assignment_by_user")]
        constraints = [
            models.CheckConstraint(
                condition=Q(area__isnull=True, enterprise__isnull=False)
                | Q(area__isnull=False, enterprise__isnull=True),
                name="assignment_at_one_place",
                violation_error_message=_("Choose an area or an enterprise, exactly one of them."),
            ),
            models.CheckConstraint(
                condition=Q(until_on__isnull=True) | Q(until_on__gte=F("from_on")),
                name="assignment_until_after_from",
                violation_error_message=_("The last day lies before the first."),
            ),
            models.CheckConstraint(
                condition=~Q(role="eit_member") | Q(enterprise__isnull=False),
                name="assignment_eit_member_at_enterprise",
                violation_error_message=_("An EIT member belongs to one enterprise."),
            ),
            models.CheckConstraint(
                condition=Q(role__in=[value for value, _label in ASSIGNABLE]),
                name="assignment_role_is_assignable",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()} · {self.area or self.enterprise}"


@dataclass(frozen=True)
class Reach:
    """The places a person's assignments cover on a day."""

    paths: tuple[str, ...] = ()
    enterprise_ids: tuple[int, ...] = ()
    roles: frozenset[str] = frozenset()

    @classmethod
    def of(cls, user, today: date | None = None, role: str = "") -> "Reach":  # noqa: ANN001 (any user, also anonymous)
        """Read the assignments that hold on a day (default: the programme's today), of one role if given; a query.

        For the person of a request the same question is answered once, and from what the request knows already where
        it says so by `person.held_on(day)`; what it changes of the person's own assignments shows in the next one.
        """
        if not user.is_authenticated:
            return cls()
        today = today or dates.today()
        known = getattr(user, "known", {})
        if (cls, today, role) not in known:
            known[(cls, today, role)] = cls._read(user, today, role)
        return known[(cls, today, role)]

    @classmethod
    def _read(cls, user, today: date, role: str) -> "Reach":  # noqa: ANN001
        held_on = getattr(user, "held_on", None)
        rows = held_on(today) if held_on else None
        if rows is None:
            found = Assignment.objects.filter(user_id=user.pk).active(today)
            rows = list(found.values_list("role", "area__path", "enterprise_id"))
        return cls.of_rows([row for row in rows if not role or row[0] == role])

    @classmethod
    def of_rows(cls, rows: Collection[tuple[str, str | None, int | None]]) -> "Reach":
        """The places of assignments, given as their role, their area's path or their enterprise; no query."""
        return cls(
            paths=tuple(sorted({path for _role, path, _enterprise in rows if path})),
            enterprise_ids=tuple(sorted({pk for _role, _path, pk in rows if pk})),
            roles=frozenset(role for role, _path, _pk in rows),
        )

    def enterprises_q(self) -> Q:
        """The condition on enterprises."""
        condition = Q(pk__in=self.enterprise_ids)
        for path in self.paths:
            condition |= Q(area__path__startswith=path)
        return condition

    def areas_q(self) -> Q:
        """The condition on areas: those covered, and those of the single enterprises."""
        condition = Q(
            pk__in=Assignment.objects.filter(enterprise__in=self.enterprise_ids).values("enterprise__area")
        )
        for path in self.paths:
            condition |= Q(path__startswith=path)
        return condition

    def placed_q(self) -> Q:
        """The condition on what is placed at an area or an enterprise (assignments, targets)."""
        condition = Q(enterprise__in=self.enterprise_ids)
        for path in self.paths:
            condition |= Q(area__path__startswith=path) | Q(enterprise__area__path__startswith=path)
        return condition

    def covers(self, path: str) -> bool:
        """Whether an area, given by its path, is covered."""
        return path.startswith(self.paths)

    def areas_around(self) -> set[int]:
        """The ids of the covered areas and of all that lie around them."""
        return {int(part) for path in self.paths for part in path.split("/") if part}
