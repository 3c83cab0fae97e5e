"""Forms of enrolments."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from enterprises.models import Role
from score_mis.lib.workflow import VOID
from training import services
from training.forms.owner import OwnedMoveForm
from training.models import Enrolment, Module
from training.people import people_with


class EnrolmentForm(OwnedMoveForm):
    """Plan or edit an enrolment, with the people who carry it."""

    record: Enrolment

    def prepare(self) -> None:
        """Offer the modules that are left, and people who work with the enterprise today."""
        super().prepare()
        if "module" in self.fields:
            taken = Enrolment.objects.filter(enterprise=self.record.enterprise_id).exclude(status=VOID)
            self.fields["module"].queryset = Module.objects.filter(
                Q(is_offered=True), programme=self.record.enterprise.programme_id
            ).exclude(pk__in=taken.values("module"))
        self._offer_people("consultants", _("Consultants"), Role.CONSULTANT)
        self._offer_people("inspectors", _("Inspectors"), Role.INSPECTOR)
        if "notes" in self.fields:
            self.order_fields([name for name in self.fields if name != "notes"])

    def _offer_people(self, name: str, label: Any, role: str) -> None:
        named = list(getattr(self.record, name).values_list("pk", flat=True)) if self.record.pk else []
        self.fields[name] = forms.ModelMultipleChoiceField(
            label=label,
            queryset=people_with(role, self.record.enterprise, self.today, keep=named),
            widget=forms.CheckboxSelectMultiple,
            required=False,
            help_text=_("Those who have this role for the enterprise today."),
        )
        self.initial[name] = named or ([self.by.pk] if self._is_new_and_mine(role) else [])

    def _is_new_and_mine(self, role: str) -> bool:
        return not self.record.pk and role in self.record.roles_of(self.by, self.today)

    def make(self) -> Enrolment:
        """Make the move and set the people in one go."""
        people: dict[str, list[User]] = {
            name: list(self.cleaned_data[name]) for name in ("consultants", "inspectors")
        }
        return services.save_enrolment(
            self.record,
            self.row.move,
            by=self.by,
            today=self.today,
            on=self.cleaned_data.get("happened_on"),
            fields=self.values(),
            consultants=people["consultants"],
            inspectors=people["inspectors"],
        )
