"""The form of a report."""

from typing import Any

from django import forms
from django.utils.translation import gettext, gettext_lazy as _

from enterprises.choosing import AreaField, choose_enterprise
from enterprises.models import Area, Enterprise, Reach
from publications.choices import LANGUAGES
from publications.models import Report
from score_mis.lib import dates
from score_mis.lib.records import RecordForm


class ReportForm(RecordForm):
    """What is to be reported. The programme and who enters it are given."""

    given = ("programme",)
    languages = forms.MultipleChoiceField(
        label=_("Languages"),
        choices=list(LANGUAGES.items()),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Each is a document of its own; the last has both languages side by side."),
    )

    class Meta(RecordForm.Meta):
        model = Report
        fields = [
            "kind",
            "milestone",
            "name_en",
            "name_zh",
            "area",
            "sector",
            "enterprise",
            "cohort",
            "as_of",
            "since",
            "languages",
        ]

    def __init__(self, *args: Any, reach: Reach, **kwargs: Any) -> None:
        self.reach = reach
        super().__init__(*args, **kwargs)

    def prepare(self) -> None:
        """Offer the places within reach, and the milestones of the programme."""
        programme = self.instance.programme
        self.fields["area"] = AreaField(
            Area.objects.filter(self.reach.areas_q()).in_tree_order(), label=self.fields["area"].label
        )
        choose_enterprise(self, Enterprise.objects.filter(self.reach.enterprises_q()).order_by("code"))
        self.fields["milestone"].queryset = programme.milestones.all()
        self.fields["cohort"].queryset = programme.cohorts.all()
        self.fields["as_of"].widget.attrs["max"] = dates.today().isoformat()

    def clean_as_of(self) -> Any:
        """A day that has come."""
        day = self.cleaned_data["as_of"]
        if day > dates.today():
            raise forms.ValidationError(gettext("The cut-off day lies in the future."))
        return day


class VerifyForm(forms.Form):
    """A file to be looked at, or the code that is printed on a report."""

    code = forms.CharField(
        label=_("Code of the report"),
        required=False,
        max_length=60,
        help_text=_("Six characters, on the cover and at the foot of every page."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )
    file = forms.FileField(
        label=_("File of the report"),
        required=False,
        help_text=_("PDF, DOCX, XLSX or JSON, up to 60 MB. It is looked at and not kept."),
    )

    def clean(self) -> dict[str, Any]:
        """One of the two is needed."""
        found = super().clean() or {}
        if not self.errors and not found.get("code") and not found.get("file"):
            raise forms.ValidationError(gettext("Type a code or choose a file."))
        return found
