"""Safety checks: somebody looked at items of a checklist at a site, and said what was seen."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from enterprises.models import Numbered, OwnedQuerySet, OwnedStateful
from hazards.models.checklist import ChecklistVersion
from score_mis.lib import workflow


class CheckStatus(models.TextChoices):
    """States of a check. A submitted check is immutable; a correction is a new check that supersedes it."""

    DRAFT = "draft", _("draft")
    SUBMITTED = "submitted", _("submitted")
    SUPERSEDED = "superseded", _("superseded")
    VOID = "void", _("void")


class PerformedBy(models.TextChoices):
    """Who looked."""

    SELF_CHECK = "self_check", _("enterprise self-check")
    INSPECTOR = "inspector", _("inspector")
    CONSULTANT = "consultant", _("consultant")
    JOINT = "joint", _("consultant and inspector together")


class Answer(models.TextChoices):
    """What was seen. The stored letters are short: a check's answers are one packed value."""

    OK = "o", _("OK")
    HAZARD = "h", _("Hazard")
    NOT_APPLICABLE = "n", _("N.A.")


class CheckQuerySet(OwnedQuerySet):
    """Questions about checks."""

    def counted(self) -> "CheckQuerySet":
        """Those that count: submitted and not superseded."""
        return self.filter(SafetyCheck.COUNTED)

    def for_list(self) -> "CheckQuerySet":
        """With what a list shows; without the answers."""
        return self.select_related("enterprise").defer("answers")


class SafetyCheck(Numbered, OwnedStateful):
    """One check event. `answers` is {item code: letter of Answer}; an item that is absent was not looked at."""

    COUNTED = Q(status=CheckStatus.SUBMITTED)
    mark_kind = "check"
    number_letter = "C"
    version = models.ForeignKey(
        ChecklistVersion, on_delete=models.PROTECT, related_name="checks", verbose_name=_("checklist")
    )
    performed_by = models.CharField(_("performed by"), max_length=12, choices=PerformedBy)
    inspector = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("inspector"),
    )
    consultant = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("consultant"),
    )
    people = models.CharField(_("people who checked"), max_length=300, blank=True)
    site_area = models.CharField(_("area of the site"), max_length=120, blank=True)
    note = models.TextField(_("note"), blank=True)
    answers = models.JSONField(_("answers"), default=dict, blank=True)
    replaces = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="replaced_by",
        verbose_name=_("corrects"),
    )
    status = models.CharField(
        _("status"), max_length=12, choices=CheckStatus, default=CheckStatus.DRAFT, editable=False
    )
    started_on = models.DateField(_("begun on"), null=True, editable=False)
    checked_on = models.DateField(_("checked on"), null=True, editable=False)
    objects = CheckQuerySet.as_manager()

    class Meta:
        verbose_name = _("safety check")
        verbose_name_plural = _("safety checks")
        ordering = ["-checked_on", "-pk"]
        indexes = [
            # in the order of the list; what it is filtered and counted by most is found in the index itself
            models.Index(
                fields=["checked_on", "id", "enterprise", "performed_by", "status"], name="check_in_order"
            ),
            models.Index(fields=["enterprise", "status", "checked_on"], name="check_by_enterprise"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["enterprise", "number"], name="check_number_once"),
            models.CheckConstraint(condition=Q(status__in=CheckStatus.values), name="check_status_known"),
            models.CheckConstraint(
                condition=~Q(status__in=["submitted", "superseded"]) | Q(checked_on__isnull=False),
                name="check_submitted_has_a_day",
            ),
            models.CheckConstraint(
                condition=Q(inspector__isnull=True)
                | ~Q(inspector=F("consultant"))
                | Q(consultant__isnull=True),
                name="check_pair_is_two_people",
                violation_error_message=_("Consultant and inspector are two people."),
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        """The check's page."""
        return reverse("hazards:check_detail", args=[self.pk])

    def fill_change(self, change: "CheckChange") -> None:
        """Answers stand on the check itself, which is immutable once submitted: the row does not repeat them."""
        change.details.pop("answers", None)

    def count_of(self, answer: str) -> int:
        """How many items got this answer."""
        return sum(1 for given in self.answers.values() if given == answer)


class CheckChange(workflow.Change):
    """A move of a check."""

    record_field = "check_event"
    check_event = models.ForeignKey(SafetyCheck, on_delete=models.PROTECT, related_name="changes")

    class Meta(workflow.Change.Meta):
        abstract = False
        verbose_name = _("change of a check")
        verbose_name_plural = _("changes of checks")
        constraints = workflow.change_constraints("check_change", "check_event")
        indexes = workflow.change_indexes("check_change", "check_event")
