"""The fields of a filter form, written as strings: the same HTML as crispy's, in a tenth of its time.

Filters stand above every list, and nearly always they are right; a form with errors is left to crispy, and so is one
with a widget that is not written here.
"""

from collections import OrderedDict
from collections.abc import Mapping
from copy import copy
from typing import Any

import django_filters
from django import forms
from django.forms.boundfield import BoundField
from django.utils.safestring import SafeString

from score_mis.lib.markup import fill, fill_each, joined

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
    return joined(_widget(field, "") if field.is_hidden else _shown(field) for field in form)


def _is_known(field: forms.Field) -> bool:
    known = field.widget.template_name in INPUTS or (
        field.widget.template_name == SELECT and getattr(field.widget, "option_template_name", "") == OPTION
    )
    return known and not field.required


def _shown(field: BoundField) -> SafeString:
    """A field with its label, as the site's other forms have it."""
    widget = field.field.widget
    if isinstance(widget, forms.CheckboxInput):
        pattern = (
            '<div class="mb-3"><div id="div_{}" class="form-check">'
            '{}<label for="{}" class="form-check-label">{}</label>{}</div></div>'
        )
        written = _widget(field, "form-check-input")
        return fill(pattern, field.auto_id, written, field.id_for_label, field.label, _help(field))
    pattern = '<div id="div_{}" class="mb-3"><label for="{}" class="form-label">{}</label>{}{}</div>'
    written = _widget(field, "form-select" if isinstance(widget, forms.Select) else "form-control")
    return fill(pattern, field.auto_id, field.id_for_label, field.label, written, _help(field))


def _help(field: BoundField) -> str:
    if not field.help_text:
        return ""
    return fill('<div id="{}_helptext" class="form-text">{}</div>', field.auto_id, field.help_text)


def _widget(field: BoundField, classes: str) -> SafeString:
    widget = field.field.widget
    attrs = field.build_widget_attrs({}, widget)
    if field.auto_id and "id" not in widget.attrs:
        attrs["id"] = field.auto_id
    if classes:
        own = widget.attrs.get("class", "")
        attrs["class"] = " ".join([*own.split(), type(widget).__name__.lower(), classes])
    found = widget.get_context(field.html_name, field.value(), attrs)["widget"]
    name, its = found["name"], _attributes(found["attrs"])
    if found["template_name"] == SELECT:
        return fill('<select name="{}"{}>{}</select>', name, its, joined(map(_group, found["optgroups"])))
    value = "" if found["value"] is None else fill(' value="{}"', found["value"])
    return fill('<input type="{}" name="{}"{}{}>', found["type"], name, value, its)


def _group(group: tuple[Any, list[dict[str, Any]], int]) -> SafeString:
    """Options, within their group where they have one."""
    name, options, _number = group
    rows = ((option["value"], _attributes(option["attrs"]), option["label"]) for option in options)
    written = fill_each('<option value="{}"{}>{}</option>', rows)
    return fill('<optgroup label="{}">{}</optgroup>', name, written) if name else written


def _attributes(attrs: Mapping[str, Any]) -> SafeString:
    """Attributes as Django's widgets have them: True stands alone, False is left out."""
    return joined(
        fill(" {}", name) if value is True else fill(' {}="{}"', name, value)
        for name, value in attrs.items()
        if value is not False
    )
