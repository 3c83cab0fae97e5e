"""Choices that are typed or pasted as words: their names in any language of the site, or the beginning of one."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.translation import gettext as _


class WordsField(forms.CharField):
    """One of a few choices as a word. What was typed stays on the page, whether it is one of them or not."""

    def __init__(self, kinds: Iterable[tuple[Any, Any]], **kwargs: Any) -> None:
        self.kinds = [(str(value), label) for value, label in kinds]
        super().__init__(required=False, strip=True, **kwargs)

    def clean(self, value: Any) -> str:
        """Return the choice's value; empty for nothing."""
        typed = super().clean(value)
        if not typed:
            return ""
        found = self._named(typed.casefold())
        if len(found) != 1:
            raise ValidationError(
                _("“%(typed)s” is none of these: %(names)s.")
                % {"typed": typed, "names": ", ".join(str(label) for _value, label in self.kinds)}
            )
        return found.pop()

    def _named(self, typed: str) -> set[str]:
        """The values that a word names: exactly, else by its beginning."""
        names = self.names()
        exact = {value for name, value in names if name == typed}
        return exact or {value for name, value in names if name.startswith(typed)}

    def names(self) -> list[tuple[str, str]]:
        """Every name with the value it stands for."""
        found = [(value, value) for value, _label in self.kinds]
        for language, _name in settings.LANGUAGES:
            with translation.override(language):
                found += [(str(label).casefold(), value) for value, label in self.kinds]
        return found
