"""What the lists of meetings and decisions can be narrowed by."""

from datetime import date
from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from enterprises.choosing import EnterpriseChoiceFilter, ShortChoiceFilter
from enterprises.filters import TextFilter
from enterprises.models import Enterprise
from meetings.models import Decision, Meeting, Status
from score_mis.lib.filterform import ListFilter
from suggestions.filters import TickFilter


class DecisionFilter(ListFilter):
    """The filters of the list of decisions."""

    q = TextFilter(
        label=_("Words"),
        columns=("what", "owner_name", "owner__name"),
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    status = django_filters.ChoiceFilter(label=_("Status"), choices=Status, empty_label=_("All"))
    meeting = ShortChoiceFilter(label=_("Meeting"), queryset=Meeting.objects.none(), empty_label=_("All"))
    enterprise = EnterpriseChoiceFilter(
        label=_("Enterprise"), queryset=Enterprise.objects.none(), empty_label=_("All")
    )
    overdue = TickFilter(label=_("Overdue only"), method="by_overdue", widget=forms.CheckboxInput())
    mine = TickFilter(label=_("Mine, open"), method="by_mine", widget=forms.CheckboxInput())

    class Meta:
        model = Decision
        fields: tuple[str, ...] = ()

    def __init__(self, data: Any, queryset: QuerySet[Decision], *, user: Any, today: date) -> None:
        super().__init__(data, queryset)
        self.user, self.today = user, today
        self.filters["meeting"].queryset = Meeting.objects.visible_to(user)
        self.filters["enterprise"].queryset = Enterprise.objects.visible_to(user)

    def by_overdue(self, queryset: QuerySet[Decision], _name: str, value: bool) -> QuerySet[Decision]:
        """Keep those past their day, if that was ticked."""
        return queryset.overdue(self.today) if value else queryset

    def by_mine(self, queryset: QuerySet[Decision], _name: str, value: bool) -> QuerySet[Decision]:
        """Keep the reader's open ones, if that was ticked."""
        return queryset.waiting_for(self.user, self.today) if value else queryset
