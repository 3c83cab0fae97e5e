"""The filter of the list of messages."""

import django_filters
from django.utils.translation import gettext_lazy as _

from enterprises.filters import TextFilter
from reminders.models import Kind, Message, Outcome
from score_mis.lib.filterform import ListFilter
from score_mis.lib.moves import DayInput


class MessageFilter(ListFilter):
    """Messages by person, kind, outcome and day."""

    q = TextFilter(label=_("Person or address"), columns=("person__name", "person__username", "address"))
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=Kind, empty_label=_("All"))
    outcome = django_filters.ChoiceFilter(label=_("Outcome"), choices=Outcome, empty_label=_("All"))
    since = django_filters.DateFilter(label=_("From"), field_name="day", lookup_expr="gte", widget=DayInput)
    until = django_filters.DateFilter(label=_("Until"), field_name="day", lookup_expr="lte", widget=DayInput)

    class Meta:
        model = Message
        fields: list[str] = []
