"""The words for the fields of a form that was sent, for whoever compares two versions of it."""

import inspect
import re
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from django import forms
from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

OF_MOVES = {"happened_on": _("Day"), "reason": _("Reason"), "photo": _("Photos")}
"""What `score_mis.lib.moves.MoveForm` adds to the fields of a record."""
OF_A_ROW = re.compile(r"(?P<rows>[a-z]+)-(?P<place>\d+)-(?P<name>\w+)")
OF_AN_ITEM = re.compile(r"(?P<item>[A-Z]+-\d+)-(?P<name>\w+)")


def labels(names: Iterable[str], app: str, view: Callable[..., Any] | None = None) -> dict[str, str]:
    """Return what the page of a view of an app writes beside fields of these names; the name where none is known."""
    shown = _named_in(view) if view else []
    return {name: _label(name, app, shown) for name in names}


def _label(name: str, app: str, shown: list[Any]) -> str:
    """Rows are told by their number, items of a checklist by their code; both are forms within a form."""
    if found := OF_A_ROW.fullmatch(name):
        return f"{_word(found['name'], app, shown, is_part=True)} ({int(found['place']) + 1})"
    if found := OF_AN_ITEM.fullmatch(name):
        return f"{found['item']} · {_word(found['name'], app, shown, is_part=True)}"
    return _word(name, app, shown)


def _word(name: str, app: str, shown: list[Any], *, is_part: bool = False) -> str:
    """The label in a form that the view shows, else one of the app: of its columns, for parts of its forms first."""
    sources = [partial(_column, name, app), partial(_in_forms, name, _forms_of(app))]
    if is_part:
        sources.reverse()
    known = _in_forms(name, shown) or str(OF_MOVES.get(name, ""))
    return known or sources[0]() or sources[1]() or name


def _in_forms(name: str, found: Iterable[Any]) -> str:
    fields = (form.base_fields.get(name) for form in found)
    return next((str(field.label) for field in fields if field is not None and field.label), "")


def _named_in(view: Callable[..., Any]) -> list[Any]:
    """The forms that a view's own lines name, and those of the rows that it names."""
    written = inspect.unwrap(view)
    if not inspect.isfunction(written):
        return []
    named = inspect.getclosurevars(written).globals.values()
    found = [getattr(thing, "form", thing) for thing in named if isinstance(thing, type)]
    return [form for form in found if hasattr(form, "base_fields")]


def _forms_of(app: str) -> list[Any]:
    """The forms of an app by name: the order in which they were imported says nothing."""
    found = [form for form in _forms(forms.BaseForm) if form.__module__.split(".")[0] == app]
    return sorted(found, key=lambda form: (form.__module__, form.__qualname__))


def _column(name: str, app: str) -> str:
    if app not in apps.app_configs:
        return ""
    for model in apps.get_app_config(app).get_models():
        try:
            return capfirst(str(getattr(model._meta.get_field(name), "verbose_name", "")))
        except FieldDoesNotExist:
            continue
    return ""


def _forms(parent: type) -> Iterable[Any]:
    """All forms that have fields."""
    forms_below: list[Any] = type.__subclasses__(parent)
    for form in forms_below:
        if hasattr(form, "base_fields"):
            yield form
        yield from _forms(form)
