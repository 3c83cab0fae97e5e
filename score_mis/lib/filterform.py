"""The fields of a filter form, written as strings: the same HTML as crispy's, in a tenth of its time.

Filters stand above every list, and nearly always they are right; a form with errors is left to crispy, and so is one
with a widget that is not written here.
"""

from collections import OrderedDict
from collections.abc import Mapping
from copy import copy
from html import escape
from typing import Any

import django_filters
from django import forms
from django.forms.boundfield import BoundField
from django.utils.safestring import SafeString

from score_mis.lib.tables import html_of

INPUTS = {f"django/forms/widgets/{name}.html" for name in ("checkbox", "date", "hidden", "number", "text")}
SELECT = "django/forms/widgets/select.html"
OPTION = "django/forms/widgets/select_option.html"


class _Filters(OrderedDict):
    """The filters of a class; those of an instance are copies with options of their own, made without the deep end."""

    def __deepcopy__(self, memo: dict[int, Any]) -> "_Filters":
        return _Filters((name, self._copied(filter_)) for name, filter_ in self.items())

    @staticmethod
    def _copied(filter_: django_filters.Filter) -> django_filters.Filter:
        fresh = copy(filter_)
        fresh.__dict__.pop("_field", None)
        fresh.extra = dict(filter_.extra)
        fresh.method = filter_.method  # which binds it to the copy
        return fresh


class ListFilter(django_filters.FilterSet):
    """What a list can be narrowed by."""

    @classmethod
    def get_filters(cls) -> _Filters:
        """The filters of the class."""
        return _Filters(super().get_filters())


def fields_of(form: forms.BaseForm) -> SafeString:
    """The fields of a form without errors; empty where crispy must write them."""
    if form.errors or not all(_is_known(field.field) for field in form):
        return SafeString("")
    return SafeString("".join(_hidden(field) if field.is_hidden else _shown(field) for field in form))


def _is_known(field: forms.Field) -> bool:
    known = field.widget.template_name in INPUTS or (
        field.widget.template_name == SELECT and getattr(field.widget, "option_template_name", "") == OPTION
    )
    return known and not field.required


def _hidden(field: BoundField) -> str:
    return _widget(field, "")


def _shown(field: BoundField) -> str:
    """A field with its label, as the site's other forms have it."""
    target, label = escape(field.id_for_label), html_of(field.label)
    begin = f'<div id="div_{escape(field.auto_id)}" class='
    if isinstance(field.field.widget, forms.CheckboxInput):
        words = f'<label for="{target}" class="form-check-label">{label}</label>'
        check = f"{_widget(field, 'form-check-input')}{words}{_help(field)}"
        return f'<div class="mb-3">{begin}"form-check">{check}</div></div>'
    words = f'<label for="{target}" class="form-label">{label}</label>'
    set_as = "form-select" if isinstance(field.field.widget, forms.Select) else "form-control"
    return f'{begin}"mb-3">{words}{_widget(field, set_as)}{_help(field)}</div>'


def _help(field: BoundField) -> str:
    if not field.help_text:
        return ""
    return f'<div id="{escape(field.auto_id)}_helptext" class="form-text">{html_of(field.help_text)}</div>'


def _widget(field: BoundField, classes: str) -> str:
    widget = field.field.widget
    attrs = field.build_widget_attrs({}, widget)
    if field.auto_id and "id" not in widget.attrs:
        attrs["id"] = field.auto_id
    if classes:
        own = widget.attrs.get("class", "")
        attrs["class"] = " ".join([*own.split(), type(widget).__name__.lower(), classes])
    found = widget.get_context(field.html_name, field.value(), attrs)["widget"]
    name, its = escape(found["name"]), _attributes(found["attrs"])
    if found["template_name"] == SELECT:
        return f'<select name="{name}"{its}>{"".join(map(_group, found["optgroups"]))}</select>'
    value = "" if found["value"] is None else f' value="{html_of(found["value"])}"'
    return f'<input type="{escape(found["type"])}" name="{name}"{value}{its}>'


def _group(group: tuple[Any, list[dict[str, Any]], int]) -> str:
    """Options, within their group where they have one."""
    name, options, _number = group
    written = "".join(
        f'<option value="{html_of(option["value"])}"{_attributes(option["attrs"])}>'
        f"{html_of(option['label'])}</option>"
        for option in options
    )
    return f'<optgroup label="{html_of(name)}">{written}</optgroup>' if name else written


def _attributes(attrs: Mapping[str, Any]) -> str:
    """Attributes as Django's widgets have them: True stands alone, False is left out."""
    return "".join(
        f" {escape(name)}" if value is True else f' {escape(name)}="{html_of(value)}"'
        for name, value in attrs.items()
        if value is not False
    )
