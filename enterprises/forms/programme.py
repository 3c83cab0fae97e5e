"""Forms about the programme: itself, milestones, cohorts, targets."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from enterprises.choosing import AreaField, choose_enterprise
from enterprises.models import Cohort, Milestone, Programme, Reach, Target
from enterprises.staff import areas_within, enterprises_within
from score_mis.lib.records import RecordForm

INDICATORS: dict[str, Any] = {}
"""Key and name of each indicator that may have a target. The app that defines indicators fills it at start."""


class ProgrammeForm(RecordForm):
    """Names of the programme and of the authority it works with."""

    class Meta(RecordForm.Meta):
        model = Programme
        fields = ["name_en", "name_zh", "authority_en", "authority_zh", "launched_on"]


class MilestoneForm(RecordForm):
    """A dated point of the programme."""

    given = ("programme",)

    class Meta(RecordForm.Meta):
        model = Milestone
        fields = ["name_en", "name_zh", "planned_on", "held_on"]


class CohortForm(RecordForm):
    """Enterprises that started together."""

    given = ("programme",)

    class Meta(RecordForm.Meta):
        model = Cohort
        fields = ["name_en", "name_zh", "started_on"]


class TargetForm(RecordForm):
    """What an indicator shall be on a day: for the programme, an area or an enterprise."""

    given = ("programme",)

    class Meta(RecordForm.Meta):
        model = Target
        fields = ["indicator", "due_on", "baseline", "value", "area", "enterprise"]

    def __init__(self, *args: Any, reach: Reach, **kwargs: Any) -> None:
        self.reach = reach
        super().__init__(*args, **kwargs)

    def prepare(self) -> None:
        """Offer indicators by name and places within reach."""
        if INDICATORS:
            self.fields["indicator"] = forms.ChoiceField(
                label=self.fields["indicator"].label, choices=[("", "---------"), *INDICATORS.items()]
            )
        self.fields["area"] = AreaField(
            areas_within(self.reach),
            label=self.fields["area"].label,
            required=False,
            help_text=_("Neither an area nor an enterprise: the target is for the whole programme."),
        )
        choose_enterprise(self, enterprises_within(self.reach))
