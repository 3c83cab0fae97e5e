"""Choosing an enterprise, an area or a person: from a list while that is short, else by its code."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model, Q
from django.forms.models import ModelChoiceIterator
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from score_mis.lib.keys import as_key

MOST_LISTED = 200
"""Nobody finds what they look for in a longer list, and a page would be made of it."""


class _Listed(ModelChoiceIterator):
    """The choices of a short list, read once with the field."""

    field: "ListedField"

    def __iter__(self) -> Iterator[Any]:
        if self.field.empty_label is not None:
            yield "", self.field.empty_label
        yield from map(self.choice, self.field.listed)

    def __len__(self) -> int:
        return len(self.field.listed) + (self.field.empty_label is not None)

    def __bool__(self) -> bool:
        return len(self) > 0


class ListedField(forms.ModelChoiceField):
    """One of a few records, all read with one query; `listed` are they."""

    iterator = _Listed
    listed: Sequence[Any] = ()
    found: Any = None
    queryset: Any

    def __init__(self, queryset: Any, **kwargs: Any) -> None:
        super().__init__(queryset, **kwargs)
        self.listed = self.read(queryset)

    def read(self, queryset: Any) -> Sequence[Any]:
        """What is listed."""
        return list(queryset)

    def to_python(self, value: Any) -> Any:
        """Find the record by its key; no query."""
        if value in self.empty_values:
            return None
        self.found = self.named(str(getattr(value, "pk", value)).strip())
        if self.found is None:
            raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")
        return self.found

    def named(self, text: str) -> Any:
        """The listed record with this key."""
        return next((record for record in self.listed if str(record.pk) == text), None)


class ChosenField(ListedField):
    """One of the records a person sees; where these are many (`is_many`), none is listed and their code is typed."""

    code = "code"
    hint: Any = _("Short code")
    is_many = False

    def read(self, queryset: Any) -> Sequence[Any]:
        """All, unless they are many: that is found out from their keys."""
        keys = list(queryset.order_by().values_list("pk")[: MOST_LISTED + 1])
        self.is_many = len(keys) > MOST_LISTED
        if not self.is_many:
            return list(queryset) if keys else ()
        self.widget = forms.TextInput(attrs={"placeholder": self.hint, "autocomplete": "off"})
        return ()

    @property
    def is_single(self) -> bool:
        """Whether there is nothing to choose."""
        return not self.is_many and len(self.listed) < 2

    def named(self, text: str) -> Any:
        """The record with this key or this code: where keys are picked the key goes first, else the code."""
        if not self.is_many:
            return super().named(text) or next(filter(partial(self._has_code, text), self.listed), None)
        either = Q(**{f"{self.code}__iexact": text}) | Q(pk=as_key(text))
        seen = self.queryset.model._default_manager.filter(pk__in=self.queryset.order_by().values("pk"))
        found = sorted(seen.filter(either).order_by("pk")[:3], key=partial(self._has_code, text))
        return found[-1] if found else None

    def _has_code(self, text: str, record: Any) -> bool:
        return str(getattr(record, self.code)).casefold() == text.casefold()

    def prepare_value(self, value: Any) -> Any:
        """Where the code is typed, show that of what is chosen already, or was named by its key in an address."""
        if self.is_many and isinstance(value, int):
            value = self.queryset.filter(pk=value).first() or value
        if self.is_many and self.found is not None and value == str(self.found.pk):
            value = self.found
        if self.is_many and isinstance(value, Model):
            return getattr(value, self.code)
        return super().prepare_value(value)


class EnterpriseField(ChosenField):
    """An enterprise."""


class FullyNamedField(EnterpriseField):
    """An enterprise with its code and both its names."""

    def label_from_instance(self, obj: Any) -> str:
        """Code and names."""
        return " · ".join(filter(None, (obj.code, obj.name, obj.other_name)))


class AreaField(ChosenField):
    """An area; a list shows how they lie in one another."""

    hint = _("Code")

    def label_from_instance(self, obj: Any) -> str:
        """The name, indented by the areas around it."""
        return "\u2003" * obj.depth + obj.name


class AreaByCodeField(AreaField):
    """An area that addresses name by its code; keys and codes are both numbers, so that only one of them can do."""

    def __init__(self, queryset: Any, **kwargs: Any) -> None:
        super().__init__(queryset, **{"to_field_name": self.code, **kwargs})

    def named(self, text: str) -> Any:
        """The area with this code."""
        if self.is_many:
            return self.queryset.filter(code=text).first()
        return next(filter(partial(self._has_code, text), self.listed), None)


class PersonField(ChosenField):
    """A person."""

    code = "username"
    hint = _("Sign-in name")


class EnterpriseChoiceFilter(django_filters.ModelChoiceFilter):
    """Records of one enterprise."""

    field_class = EnterpriseField


class AreaChoiceFilter(django_filters.ModelChoiceFilter):
    """Records of one area."""

    field_class = AreaByCodeField


class PersonChoiceFilter(django_filters.ModelChoiceFilter):
    """Records of one person."""

    field_class = PersonField


class ShortChoiceFilter(django_filters.ModelChoiceFilter):
    """Records of one of a few, such as modules and sectors."""

    field_class = ListedField


class EnterpriseChoice(forms.Form):
    """Which enterprise a page is for; sent by GET. What is picked is a key, `enterprise`; what is typed a `code`."""

    def __init__(self, data: Any = None, *, possible: Any) -> None:
        super().__init__(data)
        field = FullyNamedField(possible, label=_("Enterprise"), empty_label=None)
        self.is_single = field.is_single
        self.name = "code" if field.is_many else "enterprise"
        self.fields[self.name] = field

    @classmethod
    def of(cls, request: HttpRequest, possible: Any) -> "EnterpriseChoice":
        """The form as it is first shown, or with the code that was typed into it."""
        return cls(request.GET if "code" in request.GET else None, possible=possible)

    def address(self, request: HttpRequest) -> str:
        """The page again, for the enterprise whose code was typed; empty where none was found."""
        if not (self.is_bound and self.is_valid()):
            return ""
        asked = request.GET.copy()
        del asked["code"]
        asked["enterprise"] = str(self.cleaned_data[self.name].pk)
        return f"{request.path}?{asked.urlencode()}"


def choose_enterprise(form: forms.BaseForm, queryset: Any, name: str = "enterprise") -> None:
    """Let a form's field offer these enterprises, as a list or by their code."""
    old = form.fields[name]
    form.fields[name] = EnterpriseField(
        queryset, label=old.label, required=old.required, help_text=old.help_text
    )
