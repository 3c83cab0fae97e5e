"""Choosing an enterprise in a filter: from a list while that is short, else by its short code."""

from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _

from enterprises.models import Enterprise
from score_mis.lib.keys import as_key

MOST_LISTED = 200
"""Nobody finds their enterprise in a longer list, and a page would be made of it."""


class EnterpriseField(forms.ModelChoiceField):
    """One of the enterprises a person sees; where these are many, their short code is typed."""

    def __init__(self, queryset: Any, **kwargs: Any) -> None:
        super().__init__(queryset, **kwargs)
        if len(queryset.order_by().values("pk")[: MOST_LISTED + 1]) > MOST_LISTED:
            self.widget = forms.TextInput(attrs={"placeholder": _("Short code"), "autocomplete": "off"})

    def to_python(self, value: Any) -> Enterprise | None:
        """Find the enterprise by its key, as links name it, or by its short code."""
        if value in self.empty_values:
            return None
        key = Q(pk=as_key(str(value))) | Q(code__iexact=str(value).strip())
        found = Enterprise.objects.filter(key, pk__in=self.queryset or ()).order_by("pk").first()
        if found is None:
            raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")
        return found


class EnterpriseChoiceFilter(django_filters.ModelChoiceFilter):
    """Records of one enterprise."""

    field_class = EnterpriseField
