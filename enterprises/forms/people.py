"""Forms about assignments."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from enterprises.choosing import AreaField, choose_enterprise
from enterprises.models import Assignment, Reach
from enterprises.staff import areas_within, enterprises_within
from score_mis.lib.records import RecordForm


class AssignmentForm(RecordForm):
    """A role at a place of the acting staff."""

    given = ("user",)

    class Meta(RecordForm.Meta):
        model = Assignment
        fields = ["role", "enterprise", "area", "from_on", "until_on"]

    def __init__(self, *args: Any, reach: Reach, **kwargs: Any) -> None:
        self.reach = reach
        super().__init__(*args, **kwargs)

    def prepare(self) -> None:
        """Offer places within reach."""
        choose_enterprise(self, enterprises_within(self.reach))
        self.fields["area"] = AreaField(
            areas_within(self.reach),
            label=self.fields["area"].label,
            required=False,
            help_text=_("Either an enterprise, or an area with all enterprises in it."),
        )
        self.fields["until_on"].help_text = _("The last day; empty while no end is known.")

    def clean(self) -> dict[str, Any]:
        """The same role at the same place is not held twice at a time."""
        cleaned = super().clean() or self.cleaned_data
        if {"role", "enterprise", "area", "from_on"} - set(cleaned):
            return cleaned
        same = Assignment.objects.filter(
            user=self.instance.user,
            role=cleaned["role"],
            enterprise=cleaned["enterprise"],
            area=cleaned["area"],
        ).not_ended(cleaned["from_on"])
        if cleaned.get("until_on"):
            same = same.filter(from_on__lte=cleaned["until_on"])
        if same.exists():
            raise ValidationError(_("This person holds this role there already in that time."))
        return cleaned


class AssignmentEndForm(RecordForm):
    """The last day of an assignment."""

    given = ("from_on",)

    class Meta(RecordForm.Meta):
        model = Assignment
        fields = ["until_on"]

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        self.today = today
        super().__init__(*args, **kwargs)

    def prepare(self) -> None:
        """The end is asked for, and is today unless another day is chosen."""
        field = self.fields["until_on"]
        field.required, field.label = True, _("Last day")
        field.help_text = _("The assignment stays in the records; after this day it gives no rights.")
        self.initial["until_on"] = self.instance.until_on or max(self.today, self.instance.from_on)
