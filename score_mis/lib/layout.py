"""Pieces of form layouts (crispy) that several apps use."""

from typing import Any

from crispy_forms.layout import Fieldset, LayoutObject
from django import forms
from django.template.loader import render_to_string
from django.utils.safestring import SafeString


class More(Fieldset):
    """Fields few people need, folded away under a legend; open when one of them has an error."""

    template = "_more.html"

    def render(self, form: Any, context: Any, *args: Any, **kwargs: Any) -> str:
        """Open the fold around errors, so that no message hides."""
        inside = {pointer.name for pointer in self.get_field_names()}
        with context.push(more_is_open=bool(inside & set(form.errors))):
            return super().render(form, context, *args, **kwargs)


class Opener(forms.RadioSelect):
    """Radios of which one opens more fields in place; see `Opens`."""

    def __init__(self, *args: Any, opens: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.opens = opens

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Mark the one that opens more."""
        option = super().create_option(name, value, *args, **kwargs)
        option["attrs"]["class"] = f"form-check-input{' opens-more' if value == self.opens else ''}"
        return option


class Opens(LayoutObject):
    """The radios of a field (an `Opener`), and the fields that one of them opens. Without `:has` all are shown."""

    template = "_opens.html"

    def __init__(self, name: str, *fields: str) -> None:
        self.name, self.fields = name, list(fields)

    def render(self, form: Any, context: Any, template_pack: Any = None, **kwargs: Any) -> SafeString:
        """Write radios and fields as one group."""
        inside = self.get_rendered_fields(form, context, **kwargs)
        form.rendered_fields.add(self.name)
        return render_to_string(self.template, {"field": form[self.name], "inside": inside})
