"""Messages that were sent, what they told of, and what people wish to get.

A message is written before it is sent, and its outcome after. Where the process ends in between, nobody knows whether
the mail went out: a digest is then not sent a second time that day (the next one tells of all that is still due), an
escalation is (twice is better than never).
"""

from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _, pgettext_lazy
from simple_history.models import HistoricalRecords

from enterprises.models.owned import sees_everything
from enterprises.staff import people_within, staff_reach
from hazards.models import Hazard


class Kind(models.TextChoices):
    """What a message is for."""

    DIGEST = "digest", _("daily digest")
    ESCALATION = "escalation", _("long overdue hazards")


class Outcome(models.TextChoices):
    """What became of a message."""

    SENDING = "sending", _("being sent")
    SENT = "sent", pgettext_lazy("message", "sent")
    FAILED = "failed", pgettext_lazy("message", "failed")
    LAPSED = "lapsed", _("no longer needed")
    UNKNOWN = "unknown", _("not known")


TONES: dict[str, str] = {
    Outcome.SENDING: "warn",
    Outcome.SENT: "ok",
    Outcome.FAILED: "bad",
    Outcome.LAPSED: "idle",
    Outcome.UNKNOWN: "warn",
}


class MessageQuerySet(models.QuerySet["Message"]):
    """Questions about messages."""

    def visible_to(self, user: Any, today: date) -> "MessageQuerySet":
        """All for an administrator; those to people within reach for programme staff; PermissionDenied for others."""
        if user.is_superuser:
            return self.all()
        reach = staff_reach(user, today)
        return self.all() if sees_everything(user) else self.filter(person__in=people_within(reach, today))

    def for_list(self) -> "MessageQuerySet":
        """With what a list shows."""
        return self.select_related("person")


class Message(models.Model):
    """One mail to one person; of each kind at most one a day."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,  # "message_once_a_day" begins with it
        verbose_name=_("person"),
    )
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    day = models.DateField(_("day"))
    address = models.EmailField(_("mail address"))
    about = models.TextField(_("about"), blank=True)
    outcome = models.CharField(_("outcome"), max_length=8, choices=Outcome, default=Outcome.SENDING)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    tries = models.PositiveSmallIntegerField(_("tries"), default=1)
    tried_at = models.DateTimeField(_("tried at"))
    again_at = models.DateTimeField(_("tried again from"), null=True, blank=True)
    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("mail", "message")
        verbose_name_plural = pgettext_lazy("mail", "messages")
        ordering = ["-day", "-pk"]
        indexes = [
            models.Index(fields=["day", "id", "kind", "outcome"], name="message_in_order"),
            models.Index(
                fields=["again_at"],
                condition=Q(outcome__in=["failed", "sending"]),
                name="message_to_try_again",
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["person", "kind", "day"], name="message_once_a_day"),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="message_kind_known"),
            models.CheckConstraint(condition=Q(outcome__in=Outcome.values), name="message_outcome_known"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.day} {self.address}"


class Escalation(models.Model):
    """A hazard of which a person was told when it had been overdue for so many days.

    Once for each deadline in force: an extended hazard that becomes overdue again is told of again.
    """

    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="escalations")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    hazard = models.ForeignKey(
        Hazard,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,  # "escalation_once" begins with it
    )
    deadline = models.DateField(_("deadline"))
    step = models.PositiveSmallIntegerField(_("days overdue"))

    class Meta:
        verbose_name = _("escalation")
        verbose_name_plural = _("escalations")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["hazard", "person", "deadline", "step"], name="escalation_once")
        ]

    def __str__(self) -> str:
        return f"{self.hazard_id} {self.step}"


class Wish(models.Model):
    """What mail a person wishes to get; who has none wishes all."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="mail_wish",
        verbose_name=_("person"),
    )
    digest = models.BooleanField(
        _("A mail a day about what is due"),
        default=True,
        help_text=_("Comes only on days on which something is due within three days or overdue."),
    )
    escalation = models.BooleanField(
        _("Hazards overdue for 7 and for 30 days"),
        default=True,
        help_text=_(
            "For inspectors and authorities. You may turn this off too: the hazards stay on your home page, and an "
            "area where every authority has turned it off is reported to the one above."
        ),
    )
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("wish about mail")
        verbose_name_plural = _("wishes about mail")

    def __str__(self) -> str:
        return str(self.person)


class Round(models.Model):
    """The reminders of a day: begun, and finished when everybody has been looked at."""

    day = models.DateField(_("day"), unique=True)
    begun_at = models.DateTimeField(_("begun at"))
    touched_at = models.DateTimeField(_("last at work"))
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    looked_at = models.PositiveIntegerField(_("people looked at"), default=0)
    without_address = models.PositiveIntegerField(_("without mail address"), default=0)

    class Meta:
        verbose_name = _("round of reminders")
        verbose_name_plural = _("rounds of reminders")
        ordering = ["-day"]

    def __str__(self) -> str:
        return str(self.day)
