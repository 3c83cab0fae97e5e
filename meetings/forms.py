"""Forms of meetings and decisions."""

from datetime import date
from typing import Any

from crispy_forms.layout import Layout
from django.db.models import Q, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from enterprises.choosing import ListedField, PersonField, choose_enterprise
from enterprises.models import Area, Enterprise, Programme
from enterprises.staff import areas_within, people_within, staff_reach
from meetings.models import Decision, Meeting
from publications.models import Snapshot
from score_mis.lib.moves import MoveForm
from score_mis.lib.records import RecordForm


class SnapshotField(ListedField):
    """A frozen report by its title, day and code."""

    def label_from_instance(self, obj: Snapshot) -> str:
        """Title, cut-off day and code."""
        return f"{obj.report} · {date_format(obj.as_of)} · {obj.code}"


class MeetingForm(RecordForm):
    """Add or edit a meeting in one of the areas where the person works as programme staff."""

    class Meta(RecordForm.Meta):
        model = Meeting
        fields = ("title", "milestone", "area", "held_on", "as_of", "place", "snapshot", "notes")

    def __init__(self, *args: Any, by: User, today: date, programme: Programme, **kwargs: Any) -> None:
        self.by, self.today, self.programme = by, today, programme
        super().__init__(*args, **kwargs)

    def prepare(self) -> None:
        """Offer the areas and milestones of the programme; the whole of it to who works in all of it."""
        self.instance.programme = self.programme
        self.fields["area"].queryset = areas_within(staff_reach(self.by, self.today)).filter(
            programme=self.programme
        )
        self.fields["milestone"].queryset = self.programme.milestones.all()
        frozen = Snapshot.objects.visible_to(self.by).select_related("report").order_by("-frozen_at", "-pk")
        self.fields["snapshot"] = SnapshotField(frozen, label=self.fields["snapshot"].label, required=False)

    def clean(self) -> dict[str, Any]:
        """Nobody holds a meeting about more than their own areas; figures of days to come there are none."""
        values = super().clean() or self.cleaned_data
        whole = Area.objects.filter(programme=self.programme, parent__isnull=True)
        if "area" in values and values["area"] is None and not self._covers(whole):
            self.add_error("area", _("Choose an area: you do not work in the whole programme."))
        held_on, as_of = values.get("held_on"), values.get("as_of")
        if held_on and as_of and as_of > held_on:
            self.add_error("as_of", _("The figures of a meeting are not of a later day."))
        return values

    def _covers(self, whole: QuerySet[Area]) -> bool:
        reach = staff_reach(self.by, self.today)
        return all(reach.covers(area.path) for area in whole)


class DecisionForm(MoveForm):
    """Any move of a decision."""

    record: Decision

    def prepare(self) -> None:
        """Narrow enterprise and owner to those the person sees; a decision is taken on the day of its meeting."""
        self.fields.pop("meeting", None)
        if "enterprise" in self.fields:
            choose_enterprise(self, self._enterprises())
            self.initial["enterprise"] = self.record.enterprise_id
            day = min(self.record.meeting.held_on, self.today)
            self.fields["happened_on"].initial = day
        if "owner" in self.fields:
            old = self.fields["owner"]
            self.fields["owner"] = PersonField(
                self._people(), label=old.label, help_text=old.help_text, required=False, empty_label="–"
            )
        if "what" in self.fields:
            order = ("what", "enterprise", "owner", "owner_name", "due_on", "happened_on")
            self.helper.layout = Layout(*[name for name in order if name in self.fields])

    def _enterprises(self) -> QuerySet[Enterprise]:
        seen = Enterprise.objects.visible_to(self.by).order_by("code")
        area = self.record.meeting.area
        return seen.under(area) if area else seen

    def _people(self) -> QuerySet[User]:
        mine = people_within(staff_reach(self.by, self.today), self.today).filter(is_active=True)
        return User.objects.filter(Q(pk__in=mine.values("pk")) | Q(pk=self.record.owner_id)).order_by("name")

    def clean(self) -> dict[str, Any]:
        """One owner: a person or a name."""
        values = super().clean() or self.cleaned_data
        named = bool(values.get("owner")), bool(values.get("owner_name"))
        if "owner_name" in self.fields and "owner" not in self.errors and named[0] == named[1]:
            self.add_error("owner", _("Choose a person or write a name, exactly one of them."))
        return values
