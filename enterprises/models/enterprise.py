"""The enterprise: its identity, place, status and workforce."""

from collections.abc import Iterable
from datetime import date
from typing import Any, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords
from stdnum.cn import uscc
from stdnum.exceptions import ValidationError as NumberError

from enterprises.models.marks import Mark
from enterprises.models.people import TEAM_LEADER, Assignment, Reach, Role
from enterprises.models.places import Area, Sector
from enterprises.models.programme import Cohort, Programme
from score_mis.lib import workflow
from score_mis.lib.names import Bilingual, has_a_name


class Status(models.TextChoices):
    """States of an enterprise in the programme."""

    CANDIDATE = "candidate", _("candidate")
    ENROLLED = "enrolled", _("enrolled")
    ACTIVE = "active", _("active")
    COMPLETED = "completed", _("completed")
    DROPPED = "dropped", _("dropped")


TONES: dict[str, str] = {
    Status.CANDIDATE: "idle",
    Status.ENROLLED: "warn",
    Status.ACTIVE: "ok",
    Status.COMPLETED: "ok",
    Status.DROPPED: "bad",
}


PLACE = ("area_id", "sector_id")
"""What decides in which tallies an enterprise stands."""


class Ownership(models.TextChoices):
    """Who owns the enterprise."""

    PRIVATE = "private", _("private")
    STATE = "state", _("state-owned")
    COLLECTIVE = "collective", _("collective")
    FOREIGN = "foreign", _("foreign-invested")
    JOINT = "joint", _("joint venture")
    OTHER = "other", _("other")


def validate_uscc(value: str) -> None:
    """Refuse a unified social credit code with a wrong length or check digit (GB 32100-2015)."""
    try:
        uscc.validate(value)
    except NumberError as error:
        raise ValidationError(
            _("This is not a valid unified social credit code (18 characters with a check digit).")
        ) from error


class EnterpriseQuerySet(models.QuerySet):
    """Questions about enterprises; `visible_to` is the root of every right to see."""

    def visible_to(self, user, today: date | None = None) -> "EnterpriseQuerySet":  # noqa: ANN001
        """Those covered by an assignment of the user that holds today; one small query for the assignments."""
        return self.filter(Reach.of(user, today).enterprises_q())

    def led_by(self, user, today: date) -> "EnterpriseQuerySet":  # noqa: ANN001
        """Those of whose teams the user is leader or deputy on a day."""
        leads = Q(
            teams__members__position__in=["leader", "deputy"],
            teams__members__user=user,
            teams__members__from_on__lte=today,
        )
        still = Q(teams__members__until_on__isnull=True) | Q(teams__members__until_on__gte=today)
        works = Q(teams__dissolved_on__isnull=True) | Q(teams__dissolved_on__gte=today)
        return self.filter(leads & still & works)

    def under(self, area: Area) -> "EnterpriseQuerySet":
        """Those whose site lies in the area."""
        return self.filter(area__path__startswith=area.path)

    def for_list(self) -> "EnterpriseQuerySet":
        """With what a list shows."""
        return self.select_related("area", "sector", "cohort")


class Enterprise(Bilingual, workflow.Stateful):
    """A factory in the programme. `area` is the district of the site, not of the registration."""

    owner_fields = ("area",)
    read_at: tuple[int, int] | None = None
    """Area and sector as they were read from the database, or when marks were last asked for; None for a new record."""

    programme = models.ForeignKey(
        Programme,
        on_delete=models.PROTECT,
        related_name="enterprises",
        db_index=False,  # "enterprise_code_once" begins with it
    )
    code = models.CharField(
        _("short code"), max_length=12, help_text=_("Begins the numbers on slips and ledgers.")
    )
    uscc = models.CharField(
        _("unified social credit code"),
        max_length=18,
        null=True,
        blank=True,
        unique=True,
        validators=[validate_uscc],
        error_messages={"unique": _("Another enterprise has this code.")},
    )
    area = models.ForeignKey(
        Area,
        on_delete=models.PROTECT,
        db_index=False,  # "enterprise_by_place" begins with it
        verbose_name=_("district of the site"),
    )
    sector = models.ForeignKey(Sector, on_delete=models.PROTECT, verbose_name=_("sector"))
    cohort = models.ForeignKey(
        Cohort,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="enterprises",
        verbose_name=_("cohort"),
    )
    ownership = models.CharField(_("ownership"), max_length=12, choices=Ownership, default=Ownership.PRIVATE)
    language = models.CharField(
        _("language of letters"), max_length=10, choices=settings.LANGUAGES, default="zh-hans"
    )
    address = models.CharField(_("address of the site"), max_length=300, blank=True)
    contact = models.CharField(_("contact person"), max_length=120, blank=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    products = models.CharField(_("main products"), max_length=300, blank=True)
    notes = models.TextField(_("notes"), blank=True)
    status = models.CharField(
        _("status"), max_length=12, choices=Status, default=Status.CANDIDATE, editable=False
    )
    registered_on = models.DateField(_("registered on"), null=True, editable=False)
    enrolled_on = models.DateField(_("enrolled on"), null=True, editable=False)
    active_on = models.DateField(_("active since"), null=True, editable=False)
    completed_on = models.DateField(_("completed on"), null=True, editable=False)
    dropped_on = models.DateField(_("dropped on"), null=True, editable=False)
    objects = EnterpriseQuerySet.as_manager()

    class Meta:
        verbose_name = _("enterprise")
        verbose_name_plural = _("enterprises")
        ordering = ["code"]
        indexes = [
            models.Index(fields=["code", "id"], name="enterprise_in_order"),
            models.Index(fields=["area", "sector"], name="enterprise_by_place"),
            models.Index(fields=["status", "area"], name="enterprise_by_status"),
        ]
        constraints = [
            has_a_name("enterprise_has_a_name"),
            models.UniqueConstraint(
                fields=["programme", "code"],
                name="enterprise_code_once",
                violation_error_message=_("Another enterprise has this short code."),
            ),
            models.CheckConstraint(condition=Q(status__in=Status.values), name="enterprise_status_known"),
            models.CheckConstraint(
                condition=~Q(status__in=["enrolled", "active", "completed"]) | Q(enrolled_on__isnull=False),
                name="enterprise_enrolled_has_a_day",
            ),
            models.CheckConstraint(
                condition=~Q(status="dropped") | Q(dropped_on__isnull=False),
                name="enterprise_dropped_has_a_day",
            ),
            models.CheckConstraint(
                condition=Q(active_on__isnull=True) | Q(active_on__gte=F("enrolled_on")),
                name="enterprise_active_after_enrolled",
                violation_error_message=_("The enterprise cannot be active before it is enrolled."),
            ),
            models.CheckConstraint(
                condition=Q(completed_on__isnull=True) | Q(completed_on__gte=F("active_on")),
                name="enterprise_completed_after_active",
                violation_error_message=_("The enterprise cannot complete before it was active."),
            ),
        ]

    def get_absolute_url(self) -> str:
        """The enterprise's page."""
        return reverse("enterprises:detail", args=[self.pk])

    @property
    def status_tone(self) -> str:
        """The colour and sign of the state, for `_status.html`."""
        return TONES[self.status]

    def clean(self) -> None:
        """The place belongs to the same programme."""
        if self.area_id and self.programme_id and self.area.programme_id != self.programme_id:
            raise ValidationError({"area": _("This area belongs to another programme.")})
        self.uscc = self.uscc or None

    def roles_of(self, user, today: date) -> frozenset[str]:  # noqa: ANN001
        """The roles a person holds here on a day: assignments at this enterprise or above; 1-2 queries."""
        if not user.is_authenticated:
            return frozenset()
        here = Q(enterprise=self) if self.pk else Q(pk__in=[])
        rows = Assignment.objects.filter(here | Q(area__in=self.area.ancestor_ids()), user_id=user.pk).active(
            today
        )
        roles = set(rows.values_list("role", flat=True))
        if Role.EIT_MEMBER in roles and self._led_by(user, today):
            roles.add(TEAM_LEADER)
        if user.is_superuser:
            roles.add(Role.ADMINISTRATOR)
        return frozenset(roles)

    def _led_by(self, user, today: date) -> bool:  # noqa: ANN001
        return bool(self.pk) and Enterprise.objects.filter(pk=self.pk).led_by(user, today).exists()

    def role_key(self) -> object:
        """Roles depend on the enterprise, or on the area while it is new."""
        return ("enterprise", self.pk) if self.pk else ("area", self.area_id)

    def marks_for(self, kind: str, days: Iterable[date | None]) -> list[Mark]:
        """Unsaved marks of a kind of record for days of this enterprise; every owned record's `marks()` ends here."""
        return [Mark(kind=kind, area_id=self.area_id, enterprise=self, day=day) for day in days]

    @classmethod
    def from_db(cls, db: Any, field_names: Any, values: Any, **kwargs: Any) -> Self:
        """Remember the place the enterprise was read with."""
        record = super().from_db(db, field_names, values, **kwargs)
        is_whole = len(values) == len(cls._meta.concrete_fields)
        record.read_at = record.place() if is_whole or set(PLACE).issubset(field_names) else None
        return record

    def place(self) -> tuple[int, int]:
        """What decides in which tallies its records stand: area and sector."""
        return self.area_id, self.sector_id

    def marks(self) -> list[Mark]:
        """The days of its own moves; and range marks for the areas left and entered when its place changed.

        Asked for before and after a move. One object may be moved again and again: each time from where it was last.
        """
        marks = self.marks_for("enterprise", {change.happened_on for change in self.changes.all()})
        if self.read_at not in (None, self.place()):
            marks += [Mark(area_id=pk) for pk in self._recounted_areas(*self.read_at)]
        self.read_at = self.place()
        return marks

    def _recounted_areas(self, area_id: int, sector_id: int) -> set[int]:
        """The areas whose figures change with a move from a place to the present one.

        Areas around both keep theirs, but for the two themselves: what lies directly in an area is counted apart.
        """
        left = set(self.area.ancestor_ids())
        entered = left if area_id == self.area_id else set(Area.objects.get(pk=area_id).ancestor_ids())
        if sector_id != self.sector_id:
            return left | entered
        return (left ^ entered) | {area_id, self.area_id}


class EnterpriseChange(workflow.Change):
    """A move of an enterprise."""

    record_field = "enterprise"
    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="changes")

    class Meta(workflow.Change.Meta):
        abstract = False
        verbose_name = _("change of an enterprise")
        verbose_name_plural = _("changes of enterprises")
        constraints = workflow.change_constraints("enterprise_change", "enterprise")
        indexes = workflow.change_indexes("enterprise_change", "enterprise")


class WorkforceCount(models.Model):
    """How many people worked there on a day."""

    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="workforce")
    counted_on = models.DateField(_("counted on"))
    total = models.PositiveIntegerField(_("workers, total"))
    women = models.PositiveIntegerField(_("of these women"), null=True, blank=True)
    casual = models.PositiveIntegerField(_("of these casual"), null=True, blank=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("workforce")
        verbose_name_plural = _("workforce counts")
        ordering = ["-counted_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise", "counted_on"],
                name="workforce_once_a_day",
                violation_error_message=_("There is a count for this day already."),
            ),
            models.CheckConstraint(
                condition=Q(women__isnull=True) | Q(women__lte=F("total")),
                name="workforce_women_within_total",
                violation_error_message=_("There cannot be more women than workers."),
            ),
            models.CheckConstraint(
                condition=Q(casual__isnull=True) | Q(casual__lte=F("total")),
                name="workforce_casual_within_total",
                violation_error_message=_("There cannot be more casual workers than workers."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.counted_on}: {self.total}"
