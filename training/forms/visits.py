"""Forms of counselling visits and agreed actions."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from crispy_forms.layout import HTML, Div, Layout
from django import forms
from django.db.models import Max, Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _, gettext_lazy

from accounts.models import User
from enterprises.models import Role, TeamMember
from score_mis.lib.keys import as_key
from score_mis.lib.moves import DayField
from score_mis.lib.records import RecordForm
from training import services
from training.forms.owner import OwnedMoveForm
from training.models import CounsellingVisit, Module, VisitAction, VisitType
from training.people import people_with

PEOPLE_MET = ("women_workers", "men_workers", "women_managers", "men_managers")
GROUPS = (
    *(("module",), ("type", "sequence"), ("due_on", "starts_at"), ("consultant", "inspector")),
    *(PEOPLE_MET[:2], PEOPLE_MET[2:], ("topics",), ("observations",), ("photo",), ("next_visit_on",)),
    *(("reason",), ("happened_on",)),
)
LOG_GROUPS = (
    *(("happened_on",), PEOPLE_MET[:2], PEOPLE_MET[2:], ("done",)),
    *(("topics",), ("observations",), ("photo",), ("next_visit_on",)),
)
SAVE_ON_ENTER = '<button type="submit" class="visually-hidden" tabindex="-1" aria-hidden="true"></button>'
"""Enter presses the first button of a form: this one, not the one for another row."""
ROWS = 2
MOST_ROWS = 30


def laid_out(form: forms.BaseForm, groups: Sequence[Sequence[str]]) -> Layout:
    """Return a layout of the groups, those with two fields side by side; fields the form lacks are left out."""
    present = [[name for name in group if name in form.fields] for group in groups]
    return Layout(*(beside(*group) for group in present if group))


def beside(*names: str) -> Div:
    """Return fields that share the width; counts do so on phones too."""
    column, row = ("col-6", "row align-items-end") if names[0] in PEOPLE_MET else ("col-sm-6", "row")
    return Div(
        *(Div(name, css_class=column if len(names) > 1 else "col-12") for name in names), css_class=row
    )


class VisitForm(OwnedMoveForm):
    """Any move of a visit but logging it."""

    record: CounsellingVisit

    def prepare(self) -> None:
        """Narrow modules and people to the enterprise, propose the next number, and put pairs side by side."""
        super().prepare()
        self._narrow()
        if self.record.pk is None:
            self._propose()
        for name in PEOPLE_MET:
            if name in self.fields:
                self.fields[name].widget.attrs["inputmode"] = "numeric"
        self.helper.layout = laid_out(self, GROUPS)

    def _narrow(self) -> None:
        enterprise = self.record.enterprise
        if "module" in self.fields:
            self.fields["module"].queryset = Module.objects.filter(
                Q(is_offered=True) | Q(pk=self.record.module_id), programme=enterprise.programme_id
            )
        for name, role in (("consultant", Role.CONSULTANT), ("inspector", Role.INSPECTOR)):
            if name in self.fields:
                named = getattr(self.record, f"{name}_id")
                self.fields[name].queryset = people_with(role, enterprise, self.today, keep=[named])

    def _propose(self) -> None:
        """The next number, the day the last visit named, and the only consultant or the one who plans."""
        enterprise = self.record.enterprise
        planned = CounsellingVisit.objects.filter(enterprise=enterprise).exclude(
            status__in=["void", "cancelled"]
        )
        last = planned.aggregate(last=Max("sequence"))["last"] or 0
        self.initial["sequence"] = last + 1
        self.initial["type"] = VisitType.FOLLOW_UP if last else VisitType.INTAKE
        named = planned.filter(done_on__isnull=False).order_by("-done_on", "-pk").first()
        if named and named.next_visit_on and named.next_visit_on >= self.today:
            self.initial["due_on"] = named.next_visit_on
        consultants = list(self.fields["consultant"].queryset[:2])
        if self.by in self.fields["consultant"].queryset:
            self.initial["consultant"] = self.by.pk
        elif len(consultants) == 1:
            self.initial["consultant"] = consultants[0].pk

    def clean(self) -> dict[str, Any]:
        """A visit is planned before it takes place."""
        values = super().clean() or self.cleaned_data
        since, due = values.get("happened_on"), values.get("due_on")
        if self.row.move == "plan" and since and due and due < since:
            self.add_error(
                "happened_on", _("Later than the planned day. Give the day on which the visit was agreed.")
            )
        return values


class ActionRow(forms.Form):
    """One agreed action, as a row of the log; an empty row is left out."""

    text = forms.CharField(label=gettext_lazy("Agreed action"), max_length=500)
    owner = forms.CharField(
        label=gettext_lazy("Who"), max_length=120, widget=forms.TextInput(attrs={"list": "team"})
    )
    due_on = DayField(label=gettext_lazy("Due on"))


ActionRows = forms.formset_factory(ActionRow, extra=ROWS, max_num=MOST_ROWS, validate_max=True)


class LogForm(VisitForm):
    """Log a visit: one page with what was found, what was agreed, and earlier actions to tick as done.

    Sent with `more` it comes back with another row for an action, and what was typed stays as it is.
    """

    def __init__(self, data: Any = None, files: Any = None, **known: Any) -> None:
        self.typed = data if data and "more" in data else None
        super().__init__(*((None, None) if self.typed else (data, files)), **known)

    @property
    def seen(self) -> int | None:
        """What the page carries along since it was opened first."""
        return as_key(self.typed.get("seen")) if self.typed else super().seen

    def prepare(self) -> None:
        """Add the open actions of earlier visits and the rows for new ones."""
        super().prepare()
        self.fields["happened_on"].label = _("Day of the visit")
        self.fields["happened_on"].help_text = ""
        carried = VisitAction.objects.carried_to(self.record)
        self.fields["done"] = forms.ModelMultipleChoiceField(
            label=_("Open actions of earlier visits"),
            queryset=carried,
            widget=forms.CheckboxSelectMultiple,
            required=False,
            help_text=_("Tick those that are done."),
        )
        self.fields["done"].label_from_instance = carried_label
        if not carried.exists():
            del self.fields["done"]
        self.actions = ActionRows(self.data if self.is_bound else None, prefix="actions")
        if self.typed:
            self._keep(self.typed)
        self.helper.layout = Layout(HTML(SAVE_ON_ENTER), *laid_out(self, LOG_GROUPS))

    def _keep(self, typed: Any) -> None:
        """Show what was typed, unchecked, and one row more; the cursor stands in it."""
        for name, field in self.fields.items():
            self.initial[name] = field.widget.value_from_datadict(typed, {}, name)
        rows = as_key(typed.get("actions-TOTAL_FORMS")) or ROWS
        self.actions.extra = min(rows + 1, MOST_ROWS)
        for row in self.actions:
            row.initial = {name: typed.get(row.add_prefix(name), "") for name in row.fields}
        row.fields["text"].widget.attrs["autofocus"] = True

    def team(self) -> list[str]:
        """The names of the enterprise's improvement team, offered for who carries an action out."""
        there = TeamMember.objects.filter(team__enterprise=self.record.enterprise_id).active(self.today)
        return sorted(set(there.values_list("name", flat=True)))

    def clean(self) -> dict[str, Any]:
        """Check the rows and the days that hang together."""
        values = super().clean()
        day = values.get("happened_on")
        if not self.actions.is_valid():
            self.add_error(None, _("Some agreed actions are not complete."))
        if day:
            self._check_days_after(day)
        for action in values.get("done", ()):
            if day and action.visit.done_on > day:
                self.add_error("done", _("“%(action)s” was agreed after this day.") % {"action": action})
        return values

    def _check_days_after(self, day: date) -> None:
        """What the visit agrees on lies after it."""
        again = self.cleaned_data.get("next_visit_on")
        if again and again < day:
            self.add_error("next_visit_on", _("The next visit lies before this one."))
        late = [row for row in self.actions if getattr(row, "cleaned_data", {}).get("due_on", day) < day]
        for row in late:
            row.add_error("due_on", _("The deadline lies before the visit."))
        if late:
            self.add_error(None, _("Some agreed actions have a wrong deadline."))

    def make(self) -> CounsellingVisit:
        """Log the visit with everything that belongs to it."""
        return services.log_visit(
            self.record,
            by=self.by,
            today=self.today,
            on=self.cleaned_data["happened_on"],
            fields=self.values(),
            agreed=[row.cleaned_data for row in self.actions if row.cleaned_data],
            done=self.cleaned_data.get("done", ()),
            photos=self.cleaned_data["photo"],
            seen=self._seen_when_opened(),
        )


def carried_label(action: VisitAction) -> str:
    """Return what is to be done, by whom and by when."""
    return _("%(action)s · %(owner)s · due %(day)s") % {
        "action": action.text,
        "owner": action.owner,
        "day": date_format(action.due_on),
    }


class ActionForm(RecordForm):
    """Add or edit an agreed action of a visit."""

    given = ("visit",)
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    class Meta(RecordForm.Meta):
        model = VisitAction
        fields = ("text", "owner", "due_on", "done_on")

    def __init__(self, *args: Any, today: date, by: User, **kwargs: Any) -> None:
        self.today, self.by = today, by
        super().__init__(*args, **kwargs)

    def prepare(self) -> None:
        """A new action is not done yet."""
        self.was_done_on = self.instance.done_on
        self.initial["seen"] = str(self.was_done_on or "")
        if self.instance.pk is None:
            del self.fields["done_on"]
        else:
            self.fields["done_on"].help_text = _("Leave empty while it is open.")

    def clean_seen(self) -> str:
        """Whoever saves has seen whether the action was ticked."""
        if self.cleaned_data["seen"] != self.initial["seen"]:
            raise forms.ValidationError(_("Somebody ticked this action meanwhile. Open the page again."))
        return self.cleaned_data["seen"]

    def clean_due_on(self) -> date:
        """The deadline is not before the visit."""
        due, visited = self.cleaned_data["due_on"], self.instance.visit.done_on
        if visited and due < visited:
            raise forms.ValidationError(_("The deadline lies before the visit."))
        return due

    def clean_done_on(self) -> date | None:
        """Nothing is done in the future."""
        done = self.cleaned_data["done_on"]
        if done and done > self.today:
            raise forms.ValidationError(_("The day lies in the future."))
        return done

    def save(self, commit: bool = True) -> VisitAction:
        """Save under the visit's lock."""
        return services.save_action(self.instance, by=self.by, seen=self.was_done_on)
