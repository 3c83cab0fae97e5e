"""Coverage item by item: what was never looked at, when the rest was looked at last, and what is an open hazard.

When an item was looked at is read from the looks that the drainer keeps; hazards are read live.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from typing import Any

import django_filters
from django.db.models import Exists, F, OuterRef, QuerySet
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _, gettext_lazy

from enterprises.models import Enterprise
from hazards.filters import ItemFilter
from hazards.models import ChecklistItem, Hazard, Section
from reports.models import ItemLook
from score_mis.lib.filterform import ListFilter
from score_mis.lib.markup import fill
from score_mis.lib.tables import Column, ago, days, joined, link, over, table, tag

STATES = [
    ("never", gettext_lazy("never looked at")),
    ("seen", gettext_lazy("looked at")),
    ("open", gettext_lazy("open hazard")),
]


@dataclass
class Line:
    """One item at one enterprise: first and last look, and its open hazards."""

    item: ChecklistItem
    first_on: date | None = None
    last_on: date | None = None
    hazards: list[Hazard] = field(default_factory=list)


@dataclass
class Group:
    """The items of one section, or of all."""

    lines: list[Line]
    section: Section | None = None

    @property
    def total(self) -> int:
        """How many items."""
        return len(self.lines)

    @property
    def seen(self) -> int:
        """How many were ever looked at."""
        return sum(1 for line in self.lines if line.last_on)

    @property
    def is_seen(self) -> bool:
        """Whether all were."""
        return self.seen == self.total

    @property
    def never(self) -> int:
        """How many were never looked at."""
        return self.total - self.seen

    @property
    def open(self) -> int:
        """How many have an open hazard."""
        return sum(1 for line in self.lines if line.hazards)

    @property
    def oldest(self) -> date | None:
        """The day of the look that is longest ago."""
        return min((line.last_on for line in self.lines if line.last_on), default=None)


class CoverageFilter(ItemFilter):
    """Which items, also by what is known about them at one enterprise."""

    state = django_filters.ChoiceFilter(
        label=gettext_lazy("State"),
        choices=[("all", gettext_lazy("all items")), *STATES],
        empty_label=gettext_lazy("Never looked at, or open hazard"),
        method="in_state",
    )

    class Meta(ItemFilter.Meta):
        fields = ["q", "section", "state", "group", "kind"]

    def __init__(self, *args: Any, enterprise: Enterprise, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.enterprise = enterprise

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        """Without a state, what asks for somebody to look."""
        queryset = super().filter_queryset(queryset)
        if self.form.cleaned_data.get("state"):
            return queryset
        return queryset.filter(~self._seen() | self._open())

    def in_state(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Never looked at, looked at, with an open hazard, or all."""
        states = {"never": ~self._seen(), "seen": self._seen(), "open": self._open()}
        return queryset.filter(states[value]) if value in states else queryset

    def _seen(self) -> Exists:
        return Exists(ItemLook.objects.filter(enterprise=self.enterprise, item_code=OuterRef("code")))

    def _open(self) -> Exists:
        return Exists(_open_hazards(self.enterprise).filter(item__code=OuterRef("code")))


class PlaceFilter(ListFilter):
    """Which enterprises, by what is known about one item there."""

    state = django_filters.ChoiceFilter(
        label=gettext_lazy("State"), choices=STATES, empty_label=gettext_lazy("All"), method="in_state"
    )

    class Meta:
        model = Enterprise
        fields = ["state"]

    def __init__(self, *args: Any, item: ChecklistItem, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.item = item

    def in_state(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Where it was never looked at, was looked at, or is an open hazard."""
        if value == "open":
            found = Hazard.objects.open().filter(enterprise=OuterRef("pk"), item__code=self.item.code)
            return queryset.filter(Exists(found))
        seen = Exists(ItemLook.objects.filter(enterprise=OuterRef("pk"), item_code=self.item.code))
        return queryset.filter(seen if value == "seen" else ~seen)


def _open_hazards(enterprise: Enterprise) -> QuerySet[Hazard]:
    return Hazard.objects.open().filter(enterprise=enterprise, item__isnull=False)


def items_of(enterprise: Enterprise, today: date) -> QuerySet[ChecklistItem]:
    """The items in force for an enterprise, in the order of their lists."""
    items = ChecklistItem.objects.in_force(today)
    return items.filter(version__checklist__programme=enterprise.programme_id).order_by("version", "position")


def lines_of(enterprise: Enterprise, items: Iterable[ChecklistItem]) -> list[Line]:
    """What is known about items at an enterprise; two queries."""
    looks = ItemLook.objects.filter(enterprise=enterprise).order_by()
    seen = {
        code: (first, last) for code, first, last in looks.values_list("item_code", "first_on", "last_on")
    }
    hazards: dict[str, list[Hazard]] = defaultdict(list)
    rows = _open_hazards(enterprise).select_related("enterprise").order_by("deadline", "pk")
    for hazard in rows.annotate(code=F("item__code")):
        hazards[hazard.code].append(hazard)
    found = []
    for item in items:
        first_on, last_on = seen.get(item.code, (None, None))
        found.append(Line(item, first_on, last_on, hazards[item.code]))
    return found


def by_section(lines: Iterable[Line]) -> list[Group]:
    """Lines in the order of the list, in groups."""
    return [Group(list(found), section) for section, found in groupby(lines, lambda line: line.item.section)]


def item_table(group: Group, *, today: date, is_one_of_many: bool) -> SafeString:
    """The items of a group; their codes lead to the other enterprises where there are some."""
    columns = [Column(_("Item")), Column(_("Last looked at"), "text-nowrap"), Column(_("State"))]
    return table(columns, _items(group, today, is_one_of_many))


def _items(group: Group, today: date, is_one_of_many: bool) -> Iterator[list[Any]]:
    day = days()
    for line in group.lines:
        code: Any = line.item.code
        if is_one_of_many:
            code = link(reverse("reports:item_places", args=[code]), code)
        yield [
            over(joined([code, line.item.text], " · "), line.item.other_text),
            over(day(line.last_on), ago(line.last_on, today)),
            state_of(line),
        ]


def state_of(line: Line) -> SafeString:
    """What is known, as tags: open hazards by their numbers, else whether it was ever looked at."""
    if line.hazards:
        return joined(
            tag(link(hazard.get_absolute_url(), f"{_('open hazard')} {hazard.reference}"), "bad")
            for hazard in line.hazards
        )
    return fill("{}", _("looked at")) if line.last_on else tag(_("never looked at"), "warn")


def place_table(enterprises: Iterable[Enterprise], item: ChecklistItem, *, today: date) -> SafeString:
    """Enterprises with what is known about one item there; two queries."""
    places = {enterprise.pk: Line(item) for enterprise in enterprises}
    looks = ItemLook.objects.filter(enterprise__in=places, item_code=item.code).order_by()
    for owner, first_on, last_on in looks.values_list("enterprise", "first_on", "last_on"):
        places[owner].first_on, places[owner].last_on = first_on, last_on
    rows = Hazard.objects.open().filter(enterprise__in=places, item__code=item.code)
    for hazard in rows.select_related("enterprise").order_by("deadline", "pk"):
        places[hazard.enterprise_id].hazards.append(hazard)
    columns = [Column(_("Enterprise")), Column(_("Last looked at"), "text-nowrap"), Column(_("State"))]
    day = days()
    found = [(enterprise, places[enterprise.pk]) for enterprise in enterprises]
    return table(
        columns,
        [
            [
                over(link(reverse("reports:item_coverage", args=[place.pk]), place.name), place.code),
                over(day(line.last_on), ago(line.last_on, today)),
                state_of(line),
            ]
            for place, line in found
        ],
    )
