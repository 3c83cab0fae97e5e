"""The form of a sheet: whose records, which days, which language and format."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils import translation
from django.utils.translation import get_language, gettext as _, gettext_lazy

from enterprises.choosing import AreaByCodeField, EnterpriseField
from enterprises.models import Area, Enterprise, Programme
from score_mis.lib.filejobs import CannotMake
from score_mis.lib.moves import DayField
from sheets.asked import QUARTER, Asked, quarter, quarter_of
from sheets.making import BOTH, languages_of
from sheets.models import SheetFile
from sheets.sheet import Sheet

FORMATS = (
    ("pdf", gettext_lazy("PDF, to print")),
    ("xlsx", gettext_lazy("Excel workbook (XLSX)")),
    ("csv", gettext_lazy("CSV, for other programs")),
)
LANGUAGES = (
    ("en", "English"),
    ("zh-hans", "简体中文"),
    (BOTH, gettext_lazy("both languages, one after the other")),
)
MOST_QUARTERS = 40
"""Quarters that are offered, the latest first."""


class QuarterField(forms.ChoiceField):
    """A quarter of those that are offered; one that lies ahead is told apart."""

    def validate(self, value: Any) -> None:
        """Refuse what is not offered."""
        if value and QUARTER.fullmatch(value) and value > max(key for key, _words in self.choices):
            raise forms.ValidationError(_("This quarter has not begun."))
        super().validate(value)


class SheetForm(forms.Form):
    """What a sheet is asked of. A wrong value keeps what was typed, with a sentence beside it."""

    area = forms.CharField(label=gettext_lazy("Area"), required=False)
    enterprise = forms.CharField(label=gettext_lazy("Enterprise"), required=False)
    quarter = QuarterField(label=gettext_lazy("Quarter"))
    since = DayField(label=gettext_lazy("Period from"), required=False)
    day = DayField(label=gettext_lazy("Up to"))
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=LANGUAGES)
    format = forms.ChoiceField(label=gettext_lazy("Format"), choices=FORMATS)

    def __init__(self, data: Any, *, sheet: Sheet, user: Any, today: date, given: Mapping[str, str]) -> None:
        self.sheet, self.user, self.today = sheet, user, today
        super().__init__(data, initial=self._initial(given))
        for name in {"quarter", "since", "day"} - set(sheet.fields):
            del self.fields[name]
        if "quarter" in self.fields:
            self.fields["quarter"].choices = self._quarters()
        if "since" in self.fields:
            self.fields["since"].required = "since" in sheet.needs
        for name in {"since", "day"} & set(self.fields):
            self.fields[name].widget.attrs["max"] = today.isoformat()
        self._places()

    def _initial(self, given: Mapping[str, str]) -> dict[str, Any]:
        first, _last = quarter(quarter_of(self.today))
        usual = {
            "quarter": quarter_of(self.today),
            "since": first if "since" in self.sheet.needs else None,
            "day": self.today,
            "language": get_language(),
            "format": "pdf",
        }
        return usual | {name: value for name, value in given.items() if value and name in self.base_fields}

    def _places(self) -> None:
        """Areas and enterprises within reach; a sheet of one enterprise asks for no area."""
        seen = Enterprise.objects.visible_to(self.user, self.today).order_by("code")
        single = {"empty_label": None} if self.sheet.of_one else {"empty_label": _("All")}
        self.fields["enterprise"] = EnterpriseField(
            seen, label=_("Enterprise"), required=self.sheet.of_one, **single
        )
        if self.sheet.of_one:
            del self.fields["area"]
            return
        areas = Area.objects.visible_to(self.user).in_tree_order()
        self.fields["area"] = AreaByCodeField(areas, label=_("Area"), required=False, empty_label=_("All"))

    def _quarters(self) -> list[tuple[str, str]]:
        """From the programme's first quarter to this one, the latest first."""
        programme = Programme.objects.current()
        first = programme.launched_on if programme else self.today
        found: list[tuple[str, str]] = []
        year, number = self.today.year, (self.today.month + 2) // 3
        while (year, number) >= (first.year, (first.month + 2) // 3) and len(found) < MOST_QUARTERS:
            words = _("quarter %(number)s of %(year)s") % {"number": number, "year": year}
            found.append((f"{year:04d}-Q{number}", words))
            year, number = (year, number - 1) if number > 1 else (year - 1, 4)
        return found

    def clean(self) -> dict[str, Any]:
        """Days in their order and not ahead; one language in a CSV; and what the person may see."""
        found = super().clean() or self.cleaned_data
        since, day = found.get("since"), found.get("day")
        if day and day > self.today:
            self.add_error("day", _("The day lies in the future."))
        elif since and day and since > day:
            self.add_error("since", _("The period begins after it ends."))
        if found.get("format") == "csv" and found.get("language") == BOTH:
            self.add_error("language", _("A CSV file has one language."))
        if not self.errors:
            try:
                self.asked = Asked.of(self.user, self.texts(), self.today)
            except CannotMake as error:
                self.add_error(None, str(error))
        return found

    def texts(self) -> dict[str, str]:
        """The question as texts, as a job keeps it."""
        found = self.cleaned_data
        texts = {
            "area": found["area"].code if found.get("area") else "",
            "enterprise": str(found["enterprise"].pk) if found.get("enterprise") else "",
            "quarter": found.get("quarter", ""),
            "since": found["since"].isoformat() if found.get("since") else "",
            "day": found["day"].isoformat() if found.get("day") else "",
        }
        return {name: text for name, text in texts.items() if text}

    def job(self) -> SheetFile:
        """The wish, not saved yet."""
        found = self.cleaned_data
        with translation.override(languages_of(found["language"])[0]):
            days = [found.get("quarter") or self.asked.day.isoformat()]
            if self.asked.since and not found.get("quarter"):
                days.insert(0, self.asked.since.isoformat())
            name = " · ".join([str(self.sheet.name), self.asked.scope.title(), *days])
        return SheetFile(
            asked_by=self.user,
            sheet=self.sheet.key,
            asked=self.texts(),
            language=found["language"],
            format=found["format"],
            name=name[:200],
        )
