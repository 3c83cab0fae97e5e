"""A pile of paper slips, typed in together: one row a slip, all of them saved or none."""

import csv
import re
from copy import copy
from datetime import date
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.conf import settings
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from enterprises.choosing import EnterpriseField
from enterprises.models import Enterprise, Sex
from score_mis.lib.layout import More
from score_mis.lib.moves import DayField, DayInput
from score_mis.lib.workflow import TransitionError
from suggestions.models import Category, Pile, ProposerRole, Suggestion
from suggestions.services import enter_pile
from suggestions.words import WordsField

MOST = 200
"""Rows on one page."""
EMPTY = 5
"""Empty rows to begin with, and after those that are typed."""
LINE = re.compile(r"[^\r\n]*(?:\r\n|[\r\n])|[^\r\n]+")
COLUMNS = ("title", "text", "category", "proposer", "proposer_role", "proposer_sex", "department")


def _column(name: str) -> Any:
    return Suggestion._meta.get_field(name)


class SlipForm(forms.Form):
    """One slip of paper. Every cell is a line of text, so that a row of a spreadsheet fits in as it is."""

    title = forms.CharField(label=_("Title"), max_length=200)
    text = forms.CharField(label=_("Details"), max_length=2000, required=False)
    category = WordsField(Category.choices, label=_("Category"))
    proposer = forms.CharField(label=_("Proposer"), max_length=120, required=False)
    proposer_role = WordsField(ProposerRole.choices, label=_("Role"))
    proposer_sex = WordsField(Sex.choices, label=_("Sex"))
    department = forms.CharField(label=_("Department"), max_length=120, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs |= {
                "class": "form-control",
                "autocomplete": "off",
                "data-cell": name,
                "aria-labelledby": f"head-{name} {self.prefix}-number",
            }
            if isinstance(field, WordsField):
                field.widget.attrs["list"] = f"words-{name}"

    def add_error(self, field: str | None, error: Any) -> None:
        """Mark the cell too, for those who see its colour and for those who hear it."""
        super().add_error(field, error)
        if field in self.fields:
            attrs = self.fields[field].widget.attrs
            attrs |= {"class": "form-control is-invalid", "aria-invalid": "true"}
            attrs["aria-describedby"] = f"{self[field].auto_id}-error"


class Slips(forms.BaseFormSet):
    """The rows of a pile. Rows without any word do not count."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"prefix": "row", **kwargs})

    def typed(self) -> list[dict[str, Any]]:
        """The clean values of the rows in which something stands."""
        return [form.cleaned_data for form in self.forms if form.has_changed()]

    def clean(self) -> None:
        """At least one row, and no more than fit."""
        if not any(form.has_changed() for form in self.forms):
            raise ValidationError(_("Type at least one suggestion."))

    def as_typed(self) -> list[dict[str, str]]:
        """What stands in the rows, right or wrong."""
        rows = [{name: str(form[name].value() or "").strip() for name in COLUMNS} for form in self.forms]
        return [row for row in rows if any(row.values())]


SlipRows: Any = forms.formset_factory(
    SlipForm, formset=Slips, extra=EMPTY, max_num=MOST, absolute_max=MOST + 1, validate_max=True
)


class PileForm(forms.Form):
    """What all slips of a pile share: where and when they were handed in."""

    happened_on = DayField(label=_("Submitted on"), help_text=_("When the slips were handed in."))
    pasted = forms.CharField(
        label=_("Rows copied from a spreadsheet"),
        required=False,
        strip=False,
        max_length=400_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("In the order of the columns below. “More rows” puts them there, to be looked at."),
    )

    def __init__(
        self, data: Any = None, *, possible: QuerySet[Enterprise], chosen: Enterprise | None, today: date
    ) -> None:
        super().__init__(data, initial={"happened_on": today})
        self.fields["happened_on"].widget = DayInput(attrs={"max": today.isoformat()})
        field = EnterpriseField(possible, label=_("Enterprise"), empty_label=None)
        self.only = field.listed[0] if field.is_single and field.listed else None
        if self.only is None:
            self.fields["enterprise"] = field
            self.initial["enterprise"] = chosen and chosen.pk
            self.order_fields(["enterprise"])
        self.helper = FormHelper()
        self.helper.form_tag = False
        shared = [name for name in self.fields if name != "pasted"]
        self.helper.layout = Layout(*shared, More(_("Paste many rows at once"), "pasted"))

    def again(self, rows: Slips) -> tuple["PileForm", Slips] | None:
        """The page again with the pasted rows below the typed ones, to be looked at; None where they are too many."""
        found = [*rows.as_typed(), *spread(self.data.get("pasted", ""))]
        if len(found) > MOST:
            self.add_error(
                "pasted",
                _("At most %(most)s rows at once; these are %(n)s.") % {"most": MOST, "n": len(found)},
            )
            return None
        form = copy(self)
        typed = {name: self.data.get(name) for name in self.fields if name != "pasted"}
        vars(form).update(is_bound=False, _errors=None, initial={**self.initial, **typed})
        return form, SlipRows(initial=found)

    @property
    def enterprise(self) -> Enterprise | None:
        """Whose suggestions these are."""
        return self.only or self.cleaned_data.get("enterprise")

    def save(self, rows: Slips, *, by: Any, today: date) -> Pile | None:
        """Enter the pile; None when it was refused, with the sentence in the form."""
        if self.enterprise is None:
            return None
        try:
            return enter_pile(
                rows=rows.typed(),
                enterprise=self.enterprise,
                by=by,
                today=today,
                on=self.cleaned_data["happened_on"],
            )
        except TransitionError as error:
            self.add_error(None, str(error))
        except ValidationError as error:
            self._take(error)
        return None

    def _take(self, error: ValidationError) -> None:
        found = error.message_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.messages}
        for name, texts in found.items():
            for text in texts:
                self.add_error(name if name in self.fields else None, text)


def cells_of(text: str) -> list[list[str]]:
    """The cells of copied rows. Quotes that no spreadsheet wrote, such as a single one, are letters as others are."""
    try:
        return list(csv.reader(LINE.findall(text), delimiter="\t", strict=True))
    except csv.Error:
        return [line.split("\t") for line in text.splitlines()]


def spread(text: str) -> list[dict[str, str]]:
    """Rows of a spreadsheet as they are copied, cells between tabs; a row of the columns' names is left out."""
    lines = cells_of(text)
    rows = [dict(zip(COLUMNS, (cell.strip() for cell in line), strict=False)) for line in lines]
    heads = set()
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            heads |= {str(field.label).casefold() for field in SlipForm.base_fields.values()}
    rows = [row for row in rows if any(row.values())]
    if rows and {cell.casefold() for cell in rows[0].values() if cell} <= heads:
        del rows[0]
    return rows


def words() -> dict[str, list[str]]:
    """What may be typed into the columns of words, in the reader's language, for the browser to offer."""
    return {
        name: [str(label) for _value, label in field.kinds]
        for name, field in SlipForm.base_fields.items()
        if isinstance(field, WordsField)
    }
