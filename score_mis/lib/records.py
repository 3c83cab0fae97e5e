"""Records without states: their forms, their one form page, and their history out of django-simple-history."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.contrib import messages
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from score_mis.lib import dates
from score_mis.lib.moves import form_field


class RecordForm(forms.ModelForm):
    """A model form with the site's widgets. `given` names fields the view has set: constraints look at them too.

    A subclass writes `class Meta(RecordForm.Meta)`.
    """

    given: tuple[str, ...] = ()

    class Meta:
        formfield_callback = form_field

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.prepare()
        self.helper = FormHelper()
        self.helper.form_tag = False

    def prepare(self) -> None:
        """Narrow choices; for subclasses."""

    def _get_validation_exclusions(self) -> set[str]:
        """Leave the given fields in, so that a constraint over them is a message and not a server error."""
        return super()._get_validation_exclusions() - set(self.given)

    def save(self, commit: bool = True) -> Any:
        """Save with the programme's moment of entry, which a demonstration's clock may have fixed."""
        self.instance._history_date = dates.now()
        return super().save(commit)


def record_page(
    request: HttpRequest,
    form: forms.BaseForm,
    *,
    title: str,
    done_url: str,
    lead: str = "",
    template: str = "_form_page.html",
    context: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """Show a bound or unbound form; when it is sent and valid save it and go to `done_url` (so does Cancel)."""
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return redirect(done_url)
    page = {"form": form, "title": title, "lead": lead, "cancel_url": done_url, **(context or {})}
    return render(request, template, page)


@dataclass(kw_only=True)
class Edit:
    """One row of the history of a record without states, as `_history.html` shows it."""

    pk: int
    move_label: str
    happened_on: date
    entered_at: datetime
    by: Any
    details_list: list[tuple[str, str]] = field(default_factory=list)


def history(record: Any, limit: int = 50) -> list[Edit]:
    """Return the latest edits of a record, newest first; one query, and one more for each changed link."""
    rows = list(record.history.select_related("history_user").order_by("-history_id")[: limit + 1])
    labels = {"+": _("added"), "~": _("edited"), "-": _("removed")}
    return [
        Edit(
            pk=row.pk,
            move_label=labels[row.history_type],
            happened_on=timezone.localdate(row.history_date),
            entered_at=row.history_date,
            by=row.history_user or _("the system"),
            details_list=_differences(row, older) if older else [],
        )
        for row, older in zip(rows, [*rows[1:], None], strict=False)
    ][:limit]


def _differences(row: Any, older: Any) -> list[tuple[str, str]]:
    """Return label and "old → new" of the fields people can edit that differ between two rows of the history."""
    return [
        (capfirst(str(column.verbose_name)), f"{_shown(older, column)} → {_shown(row, column)}")
        for column in row.tracked_fields
        if column.editable and getattr(row, column.attname) != getattr(older, column.attname)
    ]


def _shown(row: Any, column: models.Field) -> str:
    """Return a value as people read it: links by name, choices by label, nothing as a dash."""
    value = getattr(row, column.name)
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, date):
        return date_format(value)
    return str(dict(column.flatchoices).get(value, value))
