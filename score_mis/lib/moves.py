"""Moves as forms and pages: everything follows from the row of the table, so no app writes a move page of its own."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.db import models
from django.forms.models import fields_for_model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format, number_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _, gettext_lazy

from score_mis.lib import dates, photos, workflow
from score_mis.lib.keys import as_key
from score_mis.lib.workflow import NEW, Change, Stateful, Transition, TransitionError

KEY = re.compile(r" \(#\d+\)$")  # change rows name a record by its words and its key


class DayInput(forms.DateInput):
    """The browser's own date picker."""

    input_type = "date"

    def __init__(self, attrs: Mapping[str, Any] | None = None) -> None:
        super().__init__(attrs=dict(attrs or {}), format="%Y-%m-%d")


class DayField(forms.DateField):
    """A day that can be: the site's date picker, and no slip such as the year 20017."""

    widget = DayInput
    default_validators = list(dates.PLAUSIBLE)


def form_field(model_field: models.Field, **options: Any) -> forms.Field | None:
    """Return the form field of a model field with the site's own widgets: native dates, short text areas."""
    if isinstance(model_field, models.DateField):
        options["form_class"] = DayField
    elif isinstance(model_field, models.TimeField):
        options["widget"] = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    elif isinstance(model_field, models.TextField):
        options["widget"] = forms.Textarea(attrs={"rows": 3})
    return model_field.formfield(**options)


class MoveForm(forms.Form):
    """The fields of one move of one record, its event day, reason and photo. Adding and editing are moves too.

    Subclasses may narrow choices in `prepare` and set a crispy layout. `save` makes the move and returns the record, or
    puts what was wrong next to the fields and returns None.
    """

    def __init__(
        self, data: Any = None, files: Any = None, *, record: Stateful, row: Transition, by: Any, today: date
    ) -> None:
        super().__init__(data, files)
        self.record, self.row, self.by, self.today = record, row, by, today
        shown = [name for name in row.fields if record._meta.get_field(name).editable]
        self.fields.update(
            fields_for_model(type(record), fields=shown, formfield_callback=form_field) if shown else {}
        )
        for name in row.fields:
            if name in self.fields:
                value = getattr(record, record._meta.get_field(name).attname)
                self.initial[name] = value
                self.fields[name].required = self.fields[name].required or name in row.required
        if row.reason:
            self.fields["reason"] = forms.CharField(
                label=_("Reason"), widget=forms.Textarea(attrs={"rows": 2}), max_length=2000
            )
        if row.is_event:
            self.fields["happened_on"] = DayField(
                label=_("Day"),
                initial=today,
                widget=DayInput(attrs={"max": today.isoformat()}),
                help_text=_("When it happened, not when you enter it."),
            )
        if row.photo:
            self.fields["photo"] = photos.PhotosField(label=_("Photos"), required=False)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.prepare()

    def prepare(self) -> None:
        """Narrow choices to what fits the record and lay out `self.helper`; for subclasses."""

    def values(self) -> dict[str, Any]:
        """The record's fields among the cleaned values."""
        return {name: self.cleaned_data[name] for name in self.row.fields if name in self.cleaned_data}

    def save(self) -> Stateful | None:
        """Make the move; None when it was refused, with the errors in the form."""
        try:
            return self.make()
        except ValidationError as error:
            self.take_errors(error)
        except TransitionError as error:
            self.add_error(None, str(error))
        return None

    def make(self) -> Stateful:
        """Make the move with the cleaned values; subclasses that write more with it do so here."""
        return workflow.perform(
            self.record,
            self.row.move,
            by=self.by,
            today=self.today,
            on=self.cleaned_data.get("happened_on"),
            reason=self.cleaned_data.get("reason", ""),
            fields=self.values(),
            photos=self.cleaned_data.get("photo") or [],
            seen=self._seen_when_opened(),
        )

    def ask_again(self, files: Any) -> None:
        """Say beside the field that photos have to be chosen again: a browser cannot be given them back."""
        if "photo" in self.fields and files.getlist("photo"):
            self["photo"].help_text = _(
                "The photos were not kept, for the form is not saved yet. Choose them again."
            )

    @property
    def seen(self) -> int | None:
        """What the page carries along, so that nobody overwrites what they have not seen; one query."""
        return workflow.latest_entry(self.record)

    def _seen_when_opened(self) -> int | None:
        return as_key(self.data.get("seen"))

    def take_errors(self, error: ValidationError) -> None:
        """Put errors next to their fields; those of fields that are not shown go on top with the field's name."""
        found = error.message_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.messages}
        for name, texts in found.items():
            for text in texts:
                if name in self.fields:
                    self.add_error(name, text)
                elif name == NON_FIELD_ERRORS:
                    self.add_error(None, text)
                else:
                    self.add_error(None, f"{_field_label(self.record, name)}: {text}")


def _field_label(record: Stateful, name: str) -> str:
    names = {field.name: field for field in record._meta.get_fields()}
    return capfirst(str(getattr(names.get(name), "verbose_name", name)))


def row_or_refuse(record: Stateful, move: str, by: Any, today: date) -> Transition:
    """Return the row of a move for a person now.

    Raises Http404 (no such move), PermissionDenied (wrong role) or TransitionError (wrong moment).
    """
    table = workflow.table_of(record)
    if not table.knows(move):
        raise Http404
    roles = record.roles_of(by, today)
    source = record.status if record.pk else NEW
    row = table.row(move, source)
    if row is None:
        if not any(other.move == move and other.roles & roles for other in table.rows):
            raise PermissionDenied
        raise TransitionError(
            _(
                "This step is not possible: the record is now “%(state)s”. Somebody may have been quicker; look again."
            )
            % {"state": record.status_label}
        )
    if not row.roles & roles:
        raise PermissionDenied
    for check in row.before:
        refusal = check(record, by)
        if refusal:
            raise TransitionError(refusal)
    return row


def move_page(
    request: HttpRequest,
    record: Stateful,
    move: str,
    *,
    today: date,
    form_class: Callable[..., MoveForm] = MoveForm,
    template: str = "move.html",
    context: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """Show the form of a move and make it; afterwards show the record. Used by every `<record>_move|add|edit` view."""
    try:
        row = row_or_refuse(record, move, request.user, today)
    except TransitionError as error:
        messages.error(request, str(error))
        return redirect(record)
    form = form_class(
        request.POST if request.method == "POST" else None,
        request.FILES if request.method == "POST" else None,
        record=record,
        row=row,
        by=request.user,
        today=today,
    )
    if request.method == "POST" and form.is_valid():
        saved = form.save()
        if saved is not None:
            messages.success(request, _("Saved: %(step)s.") % {"step": row.done})
            return redirect(saved)
    form.ask_again(request.FILES)
    cancel = record.get_absolute_url() if record.pk else None
    return render(
        request,
        template,
        {"form": form, "record": record, "row": row, "cancel_url": cancel, **(context or {})},
    )


def buttons(
    record: Stateful,
    *,
    by: Any,
    today: date,
    url_name: str,
    hide: frozenset[str] = frozenset(),
    roles: frozenset[str] | None = None,
) -> list[dict]:
    """Return the moves a person may make now, for `_moves.html`; `url_name` takes primary key and move.

    Lists that know the person's roles already give them, and spend no query on each record.
    """
    return [
        {
            "url": reverse(url_name, args=[record.pk, row.move]),
            "label": row.label,
            "style": row.style,
            "move": row.move,
        }
        for row in workflow.available(record, by=by, today=today, roles=roles)
        if row.move not in hide
    ]


class CorrectionForm(forms.Form):
    """Another day for a past step, and why."""

    happened_on = DayField(label=gettext_lazy("Right day"))
    reason = forms.CharField(
        label=gettext_lazy("Reason"), widget=forms.Textarea(attrs={"rows": 2}), max_length=2000
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False


def correct_page(request: HttpRequest, record: Stateful, change_pk: int, *, today: date) -> HttpResponse:
    """Show the form that mends the date of a past step, and mend it."""
    table = workflow.table_of(record)
    if not table.correct_roles & record.roles_of(request.user, today):
        raise PermissionDenied
    try:
        change = record.changes.get(pk=change_pk, in_force=True)
    except table.changes.DoesNotExist:
        messages.error(request, _("This entry was already corrected, or is not an event."))
        return redirect(record)
    form = CorrectionForm(request.POST or None, initial={"happened_on": change.happened_on})
    if request.method == "POST" and form.is_valid():
        try:
            workflow.correct(
                change,
                by=request.user,
                today=today,
                on=form.cleaned_data["happened_on"],
                reason=form.cleaned_data["reason"],
            )
        except ValidationError as error:
            for name, texts in error.message_dict.items():
                form.add_error(name if name in form.fields else None, texts)
        except TransitionError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The date was corrected; the old entry stays in the history."))
            return redirect(record)
    return render(
        request,
        "correct.html",
        {"form": form, "record": record, "change": change, "cancel_url": record.get_absolute_url()},
    )


def history(
    record: Stateful, *, by: Any, today: date, url_name: str, hide: frozenset[str] = frozenset()
) -> list[Change]:
    """Return the change rows, newest first, with what `_history.html` shows; `url_name` takes record and change.

    Values of fields in `hide` are not told, whatever they were.
    """
    table = workflow.table_of(record)
    may_correct = bool(table.correct_roles & record.roles_of(by, today))
    done = {row.move: row.done for row in table.rows}
    labels = dict(type(record)._meta.get_field("status").choices)
    rows = list(record.changes.select_related("by", "superseded_by").order_by("-seq", "-pk"))
    for change in rows:
        change.move_label = done.get(change.move, change.move)
        change.source_label = labels.get(change.source, "")
        change.target_label = labels.get(change.target, "")
        change.superseded = hasattr(change, "superseded_by")
        change.details_list = _details(record, change, hide)
        change.can_correct = may_correct and change.in_force
        change.correct_url = reverse(url_name, args=[record.pk, change.pk])
    return rows


def _details(record: Stateful, change: Change, hide: frozenset[str]) -> list[tuple[str, str]]:
    """Return label and "old → new" of what a step changed; not for a new record, nor twice for a corrected day."""
    if change.source == NEW or change.supersedes_id:
        return []
    return [
        (_field_label(record, name), f"{_shown(record, name, old)} → {_shown(record, name, new)}")
        for name, (old, new) in change.details.items()
        if name not in hide
    ]


def _shown(record: Stateful, name: str, value: Any) -> str:
    """Return a kept value as people read it: choices by label, days and numbers in their form, nothing as a dash."""
    if value is None or value == "":
        return "–"
    column = record._meta.get_field(name)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(column, models.DateField):
        return date_format(date.fromisoformat(value[:10]), "DATE_FORMAT")
    if isinstance(column, models.ForeignKey):
        return KEY.sub("", str(value))
    if isinstance(column, models.DecimalField):
        return number_format(value)
    return str(dict(column.flatchoices).get(value, value))
