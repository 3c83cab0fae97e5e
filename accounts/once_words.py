"""The words for the fields of a form that was sent, for whoever compares two versions of it."""

import re
from collections.abc import Iterable
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


def labels(names: Iterable[str], app: str) -> dict[str, str]:
    """Return what the pages of an app write beside fields of these names; the name itself where none is known."""
    return {name: _label(name, app) for name in names}


def _label(name: str, app: str) -> str:
    """Rows are told by their number, items of a checklist by their code."""
    if found := OF_A_ROW.fullmatch(name):
        return f"{_word(found['name'], app)} ({int(found['place']) + 1})"
    if found := OF_AN_ITEM.fullmatch(name):
        return f"{found['item']} · {_word(found['name'], app)}"
    return _word(name, app)


def _word(name: str, app: str) -> str:
    """The label of a form of the app, else the name of a column of its records."""
    if name in OF_MOVES:
        return str(OF_MOVES[name])
    for form in _forms(forms.BaseForm):
        field = form.base_fields.get(name) if form.__module__.split(".")[0] == app else None
        if field is not None and field.label:
            return str(field.label)
    return _column(name, app) or name


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
