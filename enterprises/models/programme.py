"""The programme, its milestones, cohorts, targets and monthly plans."""

from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _, pgettext_lazy
from simple_history.models import HistoricalRecords

from enterprises.models.people import Reach
from score_mis.lib.names import Bilingual, has_a_name


class ProgrammeQuerySet(models.QuerySet["Programme"]):
    """Questions about programmes."""

    def current(self) -> "Programme | None":
        """The programme the pages show: the first one; one query."""
        return self.order_by("pk").first()


class Programme(Bilingual):
    """One SCORE programme; everything else belongs to one."""

    authority_en = models.CharField(_("work-safety authority (English)"), max_length=200, blank=True)
    authority_zh = models.CharField(_("work-safety authority (Chinese)"), max_length=200, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=40, default="Asia/Shanghai")
    currency = models.CharField(
        _("currency"),
        max_length=3,
        default="CNY",
        validators=[RegexValidator(r"^[A-Z]{3}$", _("Use the three letters of ISO 4217."))],
    )
    launched_on = models.DateField(_("launched on"))
    is_generated = models.BooleanField(
        _("generated data"),
        default=False,
        help_text=_("Every page and file says that the records are generated."),
    )
    history = HistoricalRecords()
    objects = ProgrammeQuerySet.as_manager()

    class Meta:
        verbose_name = _("programme")
        verbose_name_plural = _("programmes")
        constraints = [has_a_name("programme_has_a_name")]


class Milestone(Bilingual):
    """A dated point of the programme: mid-term review, wrap-up."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="milestones")
    planned_on = models.DateField(_("planned on"))
    held_on = models.DateField(_("held on"), null=True, blank=True)

    class Meta:
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        ordering = ["planned_on"]
        constraints = [has_a_name("milestone_has_a_name")]


class Cohort(Bilingual):
    """Enterprises that started together."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="cohorts")
    started_on = models.DateField(_("started on"))
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("cohort")
        verbose_name_plural = _("cohorts")
        ordering = ["started_on", "pk"]
        constraints = [has_a_name("cohort_has_a_name")]


class TargetQuerySet(models.QuerySet):
    """Questions about targets."""

    def visible_to(self, user) -> "TargetQuerySet":  # noqa: ANN001 (any user object, anonymous included)
        """Those of the programme, of the user's places and of the areas around them."""
        reach = Reach.of(user)
        if not reach.roles:
            return self.none()
        whole = Q(area__isnull=True, enterprise__isnull=True)
        return self.filter(whole | reach.placed_q() | Q(area__in=reach.areas_around()))

    def for_list(self) -> "TargetQuerySet":
        """With what a list shows."""
        return self.select_related("area", "enterprise")


class Target(models.Model):
    """An indicator's baseline and what it shall be on a day: for the programme, an area or an enterprise."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="targets")
    area = models.ForeignKey(
        "enterprises.Area", on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("area")
    )
    enterprise = models.ForeignKey(
        "enterprises.Enterprise",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("enterprise"),
    )
    indicator = models.SlugField(_("indicator"), max_length=60)
    due_on = models.DateField(_("due on"))
    baseline = models.DecimalField(
        pgettext_lazy("indicator", "baseline"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    value = models.DecimalField(_("target"), max_digits=14, decimal_places=2)
    history = HistoricalRecords()
    objects = TargetQuerySet.as_manager()

    class Meta:
        verbose_name = _("target")
        verbose_name_plural = _("targets")
        ordering = ["due_on", "indicator"]
        constraints = [
            models.CheckConstraint(
                condition=Q(area__isnull=True) | Q(enterprise__isnull=True),
                name="target_for_one_scope",
                violation_error_message=_("Choose an area or an enterprise, not both."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.due_on}"


class MonthlyPlan(models.Model):
    """How many checks and visits are planned in an enterprise in a month (regular supervision)."""

    enterprise = models.ForeignKey(
        "enterprises.Enterprise", on_delete=models.PROTECT, related_name="plans", verbose_name=_("enterprise")
    )
    month = models.DateField(_("month"), help_text=_("The first day of the month."))
    checks = models.PositiveSmallIntegerField(
        _("planned checks"), default=0, validators=[MinValueValidator(0)]
    )
    visits = models.PositiveSmallIntegerField(
        _("planned visits"), default=0, validators=[MinValueValidator(0)]
    )
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("monthly plan")
        verbose_name_plural = _("monthly plans")
        ordering = ["month"]
        indexes = [models.Index(fields=["month", "enterprise", "checks"], name="plan_by_month")]
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise", "month"],
                name="plan_once_a_month",
                violation_error_message=_("This enterprise has a plan for the month already."),
            ),
            models.CheckConstraint(
                condition=Q(month__day=1),
                name="plan_month_is_a_first_day",
                violation_error_message=_("Give the first day of the month."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enterprise} {self.month:%Y-%m}"
