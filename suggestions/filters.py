"""What the list of suggestions can be narrowed by."""

import re
from datetime import date
from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from enterprises.choosing import EnterpriseChoiceFilter, ShortChoiceFilter
from enterprises.models import Enterprise
from score_mis.lib.filterform import ListFilter
from score_mis.lib.moves import DayInput
from suggestions.models import Category, Status, Suggestion
from training.models import Module

UNDECIDED = "undecided"
DONE = "done"
GROUPS = {
    UNDECIDED: (Status.SUBMITTED, Status.DEFERRED),
    DONE: (Status.IMPLEMENTED, Status.VERIFIED),
}
STATUSES = [
    (
        pgettext_lazy("states", "Together"),
        [(UNDECIDED, _("waiting for an answer")), (DONE, _("implemented, verified or not"))],
    ),
    (_("Single"), Status.choices),
]
REFERENCE = re.compile(r"(?P<code>.+)-S(?P<number>\d{1,9})", re.IGNORECASE)


class TickFilter(django_filters.BooleanFilter):
    """A box that narrows when it is ticked and does nothing when it is not."""

    field_class = forms.BooleanField


class SuggestionFilter(ListFilter):
    """The filters of the list. Void suggestions are left out unless they are asked for."""

    enterprise = EnterpriseChoiceFilter(
        label=_("Enterprise"), queryset=Enterprise.objects.none(), empty_label=_("All")
    )
    status = django_filters.ChoiceFilter(
        label=_("Status"), choices=STATUSES, method="by_status", empty_label=_("All")
    )
    category = django_filters.ChoiceFilter(label=_("Category"), choices=Category, empty_label=_("All"))
    module = ShortChoiceFilter(label=_("Module"), queryset=Module.objects.none(), empty_label=_("All"))
    submitted_from = django_filters.DateFilter(
        label=_("Submitted from"), field_name="submitted_on", lookup_expr="gte", widget=DayInput()
    )
    submitted_until = django_filters.DateFilter(
        label=_("Submitted until"), field_name="submitted_on", lookup_expr="lte", widget=DayInput()
    )
    q = django_filters.CharFilter(
        label=_("Words or number"), method="by_words", widget=forms.TextInput(attrs={"type": "search"})
    )
    visit = django_filters.NumberFilter(widget=forms.HiddenInput())
    overdue = TickFilter(label=_("Overdue only"), method="by_overdue", widget=forms.CheckboxInput())

    class Meta:
        model = Suggestion
        fields: tuple[str, ...] = ()

    def __init__(self, data: Any, queryset: QuerySet[Suggestion], *, user: Any, today: date) -> None:
        super().__init__(data, queryset)
        self.today = today
        mine = Enterprise.objects.visible_to(user)
        self.filters["enterprise"].queryset = mine
        self.filters["module"].queryset = Module.objects.visible_to(user)
        if self.filters["enterprise"].field.is_single:
            del self.filters["enterprise"]

    def filter_queryset(self, queryset: QuerySet[Suggestion]) -> QuerySet[Suggestion]:
        """Leave void suggestions out unless they are asked for."""
        queryset = super().filter_queryset(queryset)
        return queryset if self.form.cleaned_data.get("status") == Status.VOID else queryset.counted()

    def by_status(self, queryset: QuerySet[Suggestion], name: str, value: str) -> QuerySet[Suggestion]:
        """Keep those in one state, or in one of a group of states."""
        return queryset.filter(status__in=GROUPS.get(value, (value,)))

    def by_overdue(self, queryset: QuerySet[Suggestion], name: str, value: bool) -> QuerySet[Suggestion]:
        """Keep those that are overdue, if that was ticked."""
        return queryset.overdue(self.today) if value else queryset

    def by_words(self, queryset: QuerySet[Suggestion], name: str, value: str) -> QuerySet[Suggestion]:
        """Find a number as people say it (FS01-S0042), or words in what was written."""
        found = REFERENCE.fullmatch(value)
        if found:
            return queryset.filter(enterprise__code__iexact=found["code"], number=int(found["number"]))
        columns = ("title", "text", "department", "owner", "proposer", "decision_reason")
        condition = Q()
        for column in columns:
            condition |= Q(**{f"{column}__icontains": value})
        return queryset.filter(condition)
