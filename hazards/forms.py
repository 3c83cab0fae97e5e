"""Forms of checks and hazards: each is a move whose choices are narrowed to what fits."""

from typing import Any

from crispy_forms.layout import Layout
from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Count, QuerySet
from django.http import QueryDict
from django.utils.formats import date_format
from django.utils.translation import gettext, gettext_lazy as _

from enterprises.models import Role
from hazards.checking import correct_check, submit_check
from hazards.choosing import longest_unseen, usual_items
from hazards.models import (
    ChecklistItem,
    ChecklistVersion,
    Hazard,
    PerformedBy,
    SafetyCheck,
    Section,
)
from hazards.sheet import Sheet, delete_photos
from hazards.workflow import may_record
from score_mis.lib.layout import More, Opener, Opens
from score_mis.lib.moves import MoveForm
from score_mis.lib.workflow import Stateful
from suggestions.models import Suggestion
from training.people import people_with

ROUND = 20
RECENT = 200


class CheckForm(MoveForm):
    """What is known about a check besides its answers."""

    def narrow(self, *unused: str) -> None:
        """Leave out fields, and offer only kinds of check and people that fit the person and the enterprise."""
        for name in unused:
            self.fields.pop(name, None)
        roles = self.record.roles_of(self.by, self.today)
        kinds = [kind for kind in PerformedBy.choices if may_record(kind[0], roles)]
        self.fields["performed_by"].choices = kinds
        if len(kinds) == 1:
            self.initial["performed_by"] = kinds[0][0]
            self.fields["performed_by"].widget = forms.HiddenInput()
        self._narrow_people(roles)

    def _narrow_people(self, roles: frozenset[str]) -> None:
        if not roles & {Role.CONSULTANT, Role.INSPECTOR}:
            del self.fields["inspector"], self.fields["consultant"]
            return
        for name, role in (("inspector", Role.INSPECTOR), ("consultant", Role.CONSULTANT)):
            named = [getattr(self.record, f"{name}_id")]
            self.fields[name].queryset = people_with(role, self.record.enterprise, self.today, keep=named)
            if role in roles and not self.record.pk:
                self.initial[name] = self.by.pk

    def clean(self) -> dict[str, Any]:
        """A joint check names both of the pair."""
        data = super().clean() or self.cleaned_data
        if data.get("performed_by") == PerformedBy.JOINT:
            for name in ("inspector", "consultant"):
                if name in self.fields and not data.get(name):
                    self.add_error(name, _("A joint check names both of the pair."))
        return data


class Items(models.TextChoices):
    """Where the items of a new check come from."""

    USUAL = "usual", _("Today’s usual, from the last checks")
    LONGEST = "longest", _("The 20 items not looked at longest")
    SECTIONS = "sections", _("Whole sections")


class SectionsField(forms.ModelMultipleChoiceField):
    """Sections with their numbers of items."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: Section) -> str:
        """Code, name, number of items."""
        return f"{obj.code} · {obj.name} ({obj.item_count})"


class StartForm(CheckForm):
    """Begins a check: who checks, and which items."""

    def prepare(self) -> None:
        """Ask for little: what is the same for most checks is filled in."""
        self.narrow("enterprise", "replaces", "answers", "note")
        self.versions = ChecklistVersion.objects.in_force(self.today).filter(
            checklist__programme=self.record.enterprise.programme_id
        )
        version = self.fields["version"]
        version.queryset = self.versions.select_related("checklist")
        found = list(version.queryset[:2])
        if found:
            self.initial["version"] = found[0].pk
        if len(found) == 1:
            version.widget = forms.HiddenInput()
        self.initial["people"] = str(self.by)
        self._offer_items()
        who = self._offer_kinds()
        usual = ("version", who, Opens("items", "sections"), "site_area", "happened_on")
        self.helper.layout = Layout(*usual, More(_("More details"), "people"))

    def _offer_kinds(self) -> Any:
        """The person's own kind is chosen; a joint check opens the pair, where the only possible one is filled in."""
        kinds = self.fields["performed_by"].choices
        self.initial["performed_by"] = kinds[0][0]
        if len(kinds) == 1:
            return "performed_by"
        pair = [name for name in ("inspector", "consultant") if name in self.fields]
        for name in pair:
            people = list(self.fields[name].queryset[:2])
            if len(people) == 1:
                self.initial[name] = people[0].pk
        self.fields["performed_by"].widget = Opener(opens=PerformedBy.JOINT, choices=kinds)
        return Opens("performed_by", *pair)

    def _offer_items(self) -> None:
        """The usual items are offered where such a check was made before, and are the first choice of self-checks."""
        kinds = [value for value, _label in self.fields["performed_by"].choices]
        before = SafetyCheck.objects.counted().filter(
            enterprise=self.record.enterprise, performed_by__in=kinds
        )
        offered = [choice for choice in Items.choices if choice[0] != Items.USUAL or before.exists()]
        daily = offered[0][0] == Items.USUAL and kinds == [PerformedBy.SELF_CHECK]
        self.fields["items"] = forms.ChoiceField(
            label=gettext("Which items"),
            choices=offered,
            initial=Items.USUAL if daily else Items.LONGEST,
            widget=Opener(opens=Items.SECTIONS),
        )
        self.fields["sections"] = SectionsField(
            Section.objects.filter(version__in=self.versions).annotate(item_count=Count("items")),
            label=gettext("Sections"),
            required=False,
            help_text=gettext("None chosen means the whole list."),
        )

    def begin_with(self, asked: QueryDict) -> None:
        """Choose what the address asks for: `items`, and codes of a `section`."""
        if asked.get("items") in dict(self.fields["items"].choices):
            self.initial["items"] = asked["items"]
        codes = asked.getlist("section")
        if codes:
            offered = self.fields["sections"].queryset
            self.initial["sections"] = [section.pk for section in offered if section.code in codes]

    def clean(self) -> dict[str, Any]:
        """Choose the items."""
        data = super().clean()
        version, source = data.get("version"), data.get("items")
        if version is None:
            if not self.versions.exists():
                self.add_error(None, _("No checklist is in force yet. Programme staff must publish one."))
            return data
        self._forget_partner(data)
        items = list(ChecklistItem.objects.filter(version=version).order_by("position"))
        if source == Items.LONGEST:
            items = longest_unseen(self.record.enterprise, items, ROUND)
        elif source == Items.USUAL and "performed_by" in data:
            items = usual_items(self.record.enterprise, items, performed_by=data["performed_by"])
            if not items:
                self.add_error("items", _("There was no such check here yet; choose other items."))
        elif source == Items.SECTIONS:
            chosen = {section.pk for section in data.get("sections") or []}
            items = [item for item in items if item.section_id in chosen or not chosen]
        self.chosen = items
        return data

    def _forget_partner(self, data: dict[str, Any]) -> None:
        """Who would be the partner in a joint check is not named in another one."""
        for name in ("inspector", "consultant"):
            if name in data and data.get("performed_by") not in (name, PerformedBy.JOINT):
                data[name] = None

    def values(self) -> dict[str, Any]:
        """The draft begins with the chosen items, unanswered."""
        return {**super().values(), "answers": {item.code: "" for item in self.chosen}}


class ReviewForm(MoveForm):
    """Hands in a draft: on which day the check was made, and a note."""

    record: SafetyCheck

    def prepare(self) -> None:
        """All else stands on the sheet."""
        for name in self.row.fields:
            if name != "note":
                self.fields.pop(name, None)
        self.fields["happened_on"].label = _("Checked on")
        self.fields["happened_on"].initial = self.record.started_on
        self.order_fields(["happened_on", "note"])

    def make(self) -> SafetyCheck:
        """Submit the check with its hazards; photos of items that are no hazard after all are deleted."""
        sheet = Sheet.of_draft(self.record)
        day = self.cleaned_data["happened_on"]
        if not sheet.is_complete(day):
            raise ValidationError([problem["text"] for problem in sheet.problems()])
        saved = submit_check(
            self.record,
            by=self.by,
            today=self.today,
            on=day,
            answers=sheet.answers(),
            findings=sheet.findings(),
            fields=self.values(),
            seen=self._seen_when_opened(),
        )
        delete_photos(sheet.unused_photos())
        return saved


class DiscardForm(MoveForm):
    """Discards a draft with the photos that wait in it."""

    record: SafetyCheck

    def make(self) -> Stateful:
        """Make the move, then delete the photos."""
        names = [name for entry in Sheet.of_draft(self.record).entries for name in entry.photos]
        saved = super().make()
        delete_photos(names)
        return saved


class CorrectVersionForm(CheckForm):
    """Replaces a submitted check: what was wrong, and the day and people of the right one."""

    def prepare(self) -> None:
        """The old check's facts, to be changed where they were wrong."""
        self.narrow("answers")
        self.fields["happened_on"].label = _("Checked on")
        self.fields["happened_on"].initial = self.record.checked_on
        self.fields["reason"] = forms.CharField(
            label=_("What was wrong"), widget=forms.Textarea(attrs={"rows": 2}), max_length=2000
        )
        self.order_fields(["reason", "happened_on"])

    def replace(self, sheet: Sheet) -> Stateful | None:
        """Save the corrected check; None when it was refused, with the errors in the form."""
        self.sheet = sheet
        return self.save()

    def make(self) -> SafetyCheck:
        """Replace the check."""
        kept = {name: getattr(self.record, name) for name in self.row.fields if name != "answers"}
        return correct_check(
            self.record,
            by=self.by,
            today=self.today,
            on=self.cleaned_data["happened_on"],
            reason=self.cleaned_data["reason"],
            answers=self.sheet.answers(),
            findings=self.sheet.findings(),
            fields={**kept, **self.values()},
            seen=self._seen_when_opened(),
        )


class HazardForm(MoveForm):
    """Every move of a hazard, with choices of its own enterprise."""

    def prepare(self) -> None:
        """Leave out what is already known, narrow the rest."""
        self.fields.pop("enterprise", None)
        if self.record.check_event is None or self.row.move != "identify":
            self.fields.pop("check_event", None)
            self.fields.pop("item", None)
        self._narrow_links()
        if self.row.move == "identify":
            self._identify()
        if "evidence" in self.fields:
            self._rectify()
        if self.row.move == "extend":
            first = self.record.original_deadline
            self.fields["deadline"].help_text = gettext("First deadline: %(day)s") % {
                "day": date_format(first, "DATE_FORMAT") if first else "–"
            }
        if "contingency" in self.fields and self.record.level == "major" and self.row.move == "assign":
            self.fields["contingency"].required = True
        for name in ("responsible", "measures", "deadline"):
            if self.row.move == "assign":
                self.fields[name].required = True

    def _identify(self) -> None:
        self.initial["found_by"] = str(self.by)
        if "check_event" in self.fields:
            self.fields["check_event"].widget = forms.HiddenInput()
            self.initial["check_event"] = self.record.check_event.pk
            self.fields["check_event"].queryset = SafetyCheck.objects.filter(pk=self.record.check_event.pk)
            self.fields["item"].queryset = self.record.check_event.version.items.order_by("position")
        usual = ("check_event", "item", "description", "place", "level", "photo", "deadline", "happened_on")
        shown = [name for name in usual if name in self.fields]
        rest = [name for name in self.fields if name not in shown]
        self.helper.layout = Layout(*shown, More(_("More details"), *rest))

    def _rectify(self) -> None:
        """The photo first: it is why somebody stands there with a phone."""
        more = [More(_("More details"), "fixed_by")] if "fixed_by" in self.fields else []
        self.fields["photo"].label = _("Photos taken afterwards")
        self.helper.layout = Layout("photo", "evidence", "no_photo_reason", "happened_on", *more)

    def _narrow_links(self) -> None:
        """Visits, earlier hazards and suggestions of the same enterprise, newest first, a bounded number."""
        own = {"enterprise": self.record.enterprise_id}
        if "visit" in self.fields:
            self._offer("visit", self.record._meta.get_field("visit").related_model.objects.filter(**own))
        if "repeat_of" in self.fields:
            self._offer("repeat_of", Hazard.objects.counted().filter(**own).exclude(pk=self.record.pk))
        if "fixed_by" in self.fields:
            self._offer("fixed_by", Suggestion.objects.counted().filter(**own, adopted_on__isnull=False))

    def _offer(self, name: str, queryset: QuerySet) -> None:
        """Offer the newest records and the one that is chosen; a field without any choice is left out."""
        newest = list(queryset.order_by("-pk").values_list("pk", flat=True)[:RECENT])
        chosen = getattr(self.record, f"{name}_id")
        field = self.fields[name]
        offered = queryset.model.objects.filter(pk__in=[*newest, chosen])
        field.queryset = offered.select_related("enterprise").order_by("-pk")
        if not newest and chosen is None:
            del self.fields[name]
