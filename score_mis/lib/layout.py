"""Pieces of form layouts (crispy) that several apps use."""

from typing import Any

from crispy_forms.layout import Fieldset


class More(Fieldset):
    """Fields few people need, folded away under a legend; open when one of them has an error."""

    template = "_more.html"

    def render(self, form: Any, context: Any, *args: Any, **kwargs: Any) -> str:
        """Open the fold around errors, so that no message hides."""
        inside = {pointer.name for pointer in self.get_field_names()}
        with context.push(more_is_open=bool(inside & set(form.errors))):
            return super().render(form, context, *args, **kwargs)
