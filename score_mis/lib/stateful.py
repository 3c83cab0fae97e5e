"""Records with states and the rows that keep their moves. Who writes them: `score_mis.lib.workflow`.

Every move has an *event day* (when it happened) beside its *entry time* (when it was typed). Change rows are never
edited; a wrong date is mended by a new row that supersedes the old one. `in_force` is true for the event rows that
count: not for edits, which are no events, and not for superseded rows. `until_on` is the day of the next event, so a
row in force says which state held on which days.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy

from score_mis.lib import dates

NEW = ""  # the source state of a record that does not exist yet


EDIT = "edit"


VOID = "void"


class TransitionError(Exception):
    """A move that cannot be made now; its text may be shown to the user."""


class Change(models.Model):
    """One move of one record. Concrete classes add the foreign key named by `record_field`."""

    record_field: str

    seq = models.PositiveIntegerField(gettext_lazy("sequence"))
    move = models.CharField(gettext_lazy("move"), max_length=24)
    source = models.CharField(gettext_lazy("from"), max_length=16, blank=True)
    target = models.CharField(gettext_lazy("to"), max_length=16)
    happened_on = models.DateField(gettext_lazy("event day"))
    until_on = models.DateField(gettext_lazy("held until"), null=True, blank=True)
    entered_at = models.DateTimeField(gettext_lazy("entered at"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,  # nobody asks for all that a person did; people are never deleted
        verbose_name=gettext_lazy("by"),
    )
    reason = models.TextField(gettext_lazy("reason"), blank=True)
    details = models.JSONField(gettext_lazy("details"), default=dict, blank=True)
    in_force = models.BooleanField(gettext_lazy("in force"), default=True)
    supersedes = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="superseded_by",
        verbose_name=gettext_lazy("supersedes"),
    )

    class Meta:
        abstract = True
        ordering = ["seq", "pk"]

    def __str__(self) -> str:
        return f"{self.move} {self.happened_on}"

    @property
    def record(self) -> "Stateful":
        """The record this row belongs to; one query unless it was fetched along."""
        return getattr(self, self.record_field)

    @property
    def is_event(self) -> bool:
        """Whether the row tells of something that happened, not of a mere edit."""
        return self.move != EDIT


def change_constraints(name: str, record_field: str) -> list[models.BaseConstraint]:
    """Return the constraints every change table has: one row in force a step, intervals that do not run backwards."""
    return [
        models.UniqueConstraint(
            fields=[record_field, "seq"], condition=Q(in_force=True), name=f"{name}_one_row_in_force_a_step"
        ),
        models.CheckConstraint(
            condition=Q(until_on__isnull=True) | Q(until_on__gte=F("happened_on")),
            name=f"{name}_until_after_start",
        ),
    ]


def change_indexes(name: str, record_field: str) -> list[models.Index]:
    """Return the indexes every change table has: rows in force by day, for tallies and lists of any past day.

    The day's index is in the order of the lists of evidence.
    """
    return [
        models.Index(fields=["happened_on", "id"], name=f"{name}_by_day"),
        models.Index(fields=[record_field, "target"], condition=Q(in_force=True), name=f"{name}_by_state"),
    ]


class Stateful(models.Model):
    """A record with states. Subclasses have `status`, a `Table` in `<app>/workflow.py`, and the three methods below."""

    owner_fields: tuple[str, ...] = ()  # links that say whose record this is, and so who may do what
    if TYPE_CHECKING:  # what each record has in a shape of its own
        status: Any
        changes: Any
        get_status_display: Any
        get_absolute_url: Any
        _prefetched_objects_cache: dict

    class Meta:
        abstract = True

    def roles_of(self, user: Any, today: date) -> frozenset[str]:
        """Return the roles `user` holds for this record on `today`."""
        raise NotImplementedError

    def role_key(self) -> Any:
        """Return what the roles depend on, so that bulk work asks once for it."""
        raise NotImplementedError

    def marks(self) -> list[Any]:
        """Return unsaved marks for every day on which this record counts or counted."""
        raise NotImplementedError

    @classmethod
    def before_insert(cls, records: Sequence[Any]) -> None:
        """Prepare new records, for example number them; runs inside the transaction."""

    def add_photos(self, photos: Sequence[Any], kind: str, by: Any) -> None:
        """Attach photos that came with a move; records without photos take none."""
        if photos:
            raise TypeError(f"{type(self).__name__} takes no photos")

    @property
    def status_label(self) -> str:
        """The name of the state in the reader's language."""
        return self.get_status_display()


StatefulT = TypeVar("StatefulT", bound=Stateful)


def append_marks(marks: list[Any]) -> None:
    """Save marks through the manager of their class."""
    if marks:
        type(marks[0])._default_manager.append(marks)


def raise_if(errors: Mapping[str, Any]) -> None:
    """Raise the field errors that were collected, if any."""
    if errors:
        raise ValidationError(dict(errors))


def check_plausible(values: Mapping[str, Any]) -> None:
    """Days among the values are days that can be, not slips such as the year 20017."""
    errors: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, date):
            for validator in dates.PLAUSIBLE:
                try:
                    validator(value)
                except ValidationError as error:
                    errors[name] = error
    raise_if(errors)


def save_checked(record: models.Model) -> None:
    """Validate the fields and the model's rules, and save; the database checks the constraints.

    Only when it refuses is it found out which constraint, so that people read that one's sentence.
    """
    record.full_clean(validate_constraints=False)
    try:
        with transaction.atomic():
            record.save()
    except IntegrityError:
        record.validate_constraints()
        raise
