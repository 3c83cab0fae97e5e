"""Forms of modules, workshops and participants."""

from datetime import date
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _, gettext_lazy

from accounts.models import User
from enterprises.choosing import choose_enterprise
from enterprises.models import Area, Enterprise
from score_mis.lib.records import RecordForm
from training import services
from training.models import Module, Participant, ParticipantKind, Workshop

MOST_ALIKE = 200
ROWS = 4


class ModuleForm(RecordForm):
    """Add or edit a module of the programme's catalogue."""

    given = ("programme",)

    class Meta(RecordForm.Meta):
        model = Module
        fields = (
            *("number", "name_en", "name_zh", "mandatory", "is_offered"),
            *("description_en", "description_zh"),
        )

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        self.by = by
        super().__init__(*args, **kwargs)

    def save(self, commit: bool = True) -> Module:
        """Save with the person's name in the history."""
        return services.save_module(self.instance, by=self.by)


class WorkshopForm(RecordForm):
    """Add or edit a workshop in one of the areas where the person may hold one."""

    class Meta(RecordForm.Meta):
        model = Workshop
        fields = ("name_en", "name_zh", "kind", "module", "area", "held_on", "days", "place", "notes")

    def __init__(self, *args: Any, areas: QuerySet[Area], by: User, today: date, **kwargs: Any) -> None:
        self.areas, self.by, self.today = areas, by, today
        super().__init__(*args, **kwargs)

    def prepare(self) -> None:
        """Offer the areas, and the modules of their programme."""
        self.fields["area"].queryset = self.areas
        programmes = self.areas.order_by().values("programme")
        self.fields["module"].queryset = Module.objects.filter(
            Q(is_offered=True) | Q(pk=self.instance.module_id), programme__in=programmes
        )
        alone = self.areas[:2]
        if self.instance.pk is None and len(alone) == 1:
            self.initial["area"] = alone[0].pk

    def clean_held_on(self) -> date:
        """A workshop may be to come, but not one that people took part in."""
        day = self.cleaned_data["held_on"]
        if day > self.today and self.instance.pk and self.instance.participants.exists():
            raise forms.ValidationError(_("The day lies in the future."))
        return day

    def clean(self) -> dict[str, Any]:
        """The area says which programme the workshop belongs to."""
        values = super().clean() or self.cleaned_data
        area, module = values.get("area"), values.get("module")
        if area:
            self.instance.programme_id = area.programme_id
        if area and module and module.programme_id != area.programme_id:
            self.add_error("module", _("This module belongs to another programme."))
        return values

    def save(self, commit: bool = True) -> Workshop:
        """Save with the marks of the days that count differently now."""
        return services.save_workshop(self.instance, by=self.by)


class ParticipantForm(RecordForm):
    """What is known of one participant."""

    class Meta(RecordForm.Meta):
        model = Participant
        fields = ("kind", "enterprise", "name", "sex", "standing")

    def __init__(self, *args: Any, enterprises: QuerySet[Enterprise], by: User, **kwargs: Any) -> None:
        self.enterprises, self.by = enterprises, by
        super().__init__(*args, **kwargs)

    def prepare(self) -> None:
        """Offer the enterprises the person sees, and the one that was named already."""
        named = Q(pk=self.instance.enterprise_id)
        choose_enterprise(self, Enterprise.objects.filter(named | Q(pk__in=self.enterprises.values("pk"))))

    def clean(self) -> dict[str, Any]:
        """People from enterprises, and only they, have an enterprise."""
        values = super().clean() or self.cleaned_data
        kind, enterprise = values.get("kind"), values.get("enterprise")
        if (
            kind
            and "enterprise" not in self.errors
            and (kind == ParticipantKind.ENTERPRISE) != bool(enterprise)
        ):
            self.add_error(
                "enterprise", _("Name the enterprise of people from enterprises, and only of them.")
            )
        return values

    def save(self, commit: bool = True) -> Participant:
        """Save with the marks of everybody at the workshop."""
        return services.save_participant(self.instance, by=self.by)


class ParticipantRow(ParticipantForm):
    """One row of the quick entry: one person by name, or so many of a kind."""

    number = forms.IntegerField(
        label=gettext_lazy("How many"),
        initial=1,
        min_value=1,
        max_value=MOST_ALIKE,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )

    def clean(self) -> dict[str, Any]:
        """A name stands for one person."""
        values = super().clean()
        if values.get("name") and values.get("number", 1) > 1:
            self.add_error("number", _("A name stands for one person. Leave the name empty to add several."))
        return values

    def values(self) -> tuple[dict[str, Any], int]:
        """The participant's fields, and how many there are."""
        fields = {name: self.cleaned_data[name] for name in self.Meta.fields}
        return fields, self.cleaned_data["number"]


class _ParticipantRows(forms.BaseFormSet):
    def clean(self) -> None:
        """At least one row is filled."""
        if not any(self.errors) and not any(row.has_changed() for row in self.forms):
            raise forms.ValidationError(_("Fill at least one row."))


ParticipantRows = forms.formset_factory(
    ParticipantRow, formset=_ParticipantRows, extra=ROWS, max_num=40, validate_max=True
)
