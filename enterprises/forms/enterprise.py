"""Forms about an enterprise: its profile, its workforce, its monthly plan."""

from datetime import date
from typing import Any

from crispy_forms.layout import Fieldset, Layout
from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from enterprises.choosing import AreaField
from enterprises.models import Area, Cohort, Level, MonthlyPlan, Reach, Role, WorkforceCount
from enterprises.staff import areas_within
from score_mis.lib.moves import MoveForm
from score_mis.lib.records import RecordForm


class EnterpriseForm(MoveForm):
    """Any move of an enterprise; where the profile may change, only places of the acting staff can be chosen."""

    def prepare(self) -> None:
        """Narrow area and cohort, leave out the programme, and group the fields."""
        if "area" not in self.fields:
            return
        del self.fields["programme"]
        reach = Reach.of(self.by, self.today, role=Role.PROGRAMME_STAFF)
        areas = areas_within(reach).filter(level__gte=Level.PREFECTURE)
        if self.record.pk:
            areas = areas | Area.objects.filter(pk=self.record.area_id)
        self.fields["area"] = AreaField(areas, label=self.fields["area"].label)
        self.fields["cohort"].queryset = Cohort.objects.filter(programme=self.record.programme_id)
        if not self.record.pk:
            self.initial["area"] = areas.first() if areas.count() == 1 else None
        self.fields["phone"].widget.input_type = "tel"
        self.fields["uscc"].widget.attrs |= {"autocomplete": "off", "spellcheck": "false"}
        rest = [name for name in ("notes", "happened_on") if name in self.fields]
        self.helper.layout = Layout(
            Fieldset(_("Name"), "name_en", "name_zh", "code", "uscc"),
            Fieldset(_("Place and kind"), "area", "sector", "cohort", "ownership", "products"),
            Fieldset(_("Contact"), "address", "contact", "phone", "language"),
            Fieldset(_("Remarks"), *rest),
        )


class WorkforceForm(RecordForm):
    """How many people worked there on a day."""

    given = ("enterprise",)

    class Meta(RecordForm.Meta):
        model = WorkforceCount
        fields = ["counted_on", "total", "women", "casual"]

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        self.today = today
        super().__init__(*args, **kwargs)

    def clean_counted_on(self) -> date:
        """A count is never of a day to come."""
        day = self.cleaned_data["counted_on"]
        if day > self.today:
            raise ValidationError(_("The day lies in the future."))
        return day


class PlanForm(RecordForm):
    """How many checks and visits are planned in one month; a month without numbers has no plan."""

    given = ("enterprise", "month")

    class Meta(RecordForm.Meta):
        model = MonthlyPlan
        fields = ["checks", "visits"]

    def prepare(self) -> None:
        """Name the month in the labels, which only screen readers need; nothing typed means nothing planned."""
        month = date_format(self.instance.month, "YEAR_MONTH_FORMAT")
        for field in self.fields.values():
            field.label = f"{field.label}, {month}"
            field.required = False
            field.widget.attrs |= {"inputmode": "numeric", "min": 0, "class": "form-control"}

    def clean(self) -> dict[str, Any]:
        """An empty cell is a zero."""
        cleaned = super().clean() or self.cleaned_data
        return {name: cleaned.get(name) or 0 for name in self.fields if name not in self.errors}

    @property
    def is_wanted(self) -> bool:
        """Whether the month has a plan, or got one just now."""
        return bool(self.instance.pk or any(self.cleaned_data.values()))
