"""Filters of the lists: what may be asked, over what the person sees."""

import re
from datetime import date, timedelta
from typing import Any

import django_filters
from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from enterprises.choosing import EnterpriseChoiceFilter
from enterprises.models import Enterprise
from hazards.models import (
    Category,
    ChecklistItem,
    CheckStatus,
    Group,
    Hazard,
    HazardStatus,
    ItemKind,
    Level,
    PerformedBy,
    SafetyCheck,
    Section,
)
from hazards.models.hazard import OPEN
from score_mis.lib.filterform import ListFilter
from score_mis.lib.moves import DayInput
from training.models import CounsellingVisit

NUMBER = re.compile(r"^(?P<code>.+)-H0*(?P<number>\d{1,9})$", re.IGNORECASE)
YES_NO = [("yes", _("yes")), ("no", _("no"))]
LATE = {"yes": 0, "7": 7, "30": 30}
"""Days past the deadline that are passed over; those of the escalation among them."""


class OwnedFilter(ListFilter):
    """A filter over records of enterprises; one enterprise is not asked for."""

    enterprise = EnterpriseChoiceFilter(
        label=_("Enterprise"),
        queryset=lambda request: Enterprise.objects.visible_to(request.user),
        empty_label=_("All"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.filters["enterprise"].field.is_single:
            del self.filters["enterprise"]


class CheckFilter(OwnedFilter):
    """Which checks. By default all that are not superseded or void."""

    performed_by = django_filters.ChoiceFilter(
        label=_("Performed by"), choices=PerformedBy, empty_label=_("All")
    )
    status = django_filters.ChoiceFilter(
        label=_("Status"), choices=CheckStatus, empty_label=_("Submitted and drafts")
    )
    since = django_filters.DateFilter(
        label=_("Checked from"), field_name="checked_on", lookup_expr="gte", widget=DayInput
    )
    until = django_filters.DateFilter(
        label=_("Checked until"), field_name="checked_on", lookup_expr="lte", widget=DayInput
    )
    found = django_filters.ChoiceFilter(
        label=_("Hazards found"), choices=YES_NO, empty_label=_("All"), method="with_hazards"
    )

    class Meta:
        model = SafetyCheck
        fields = ["enterprise", "performed_by", "status", "found", "since", "until"]

    def with_hazards(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """With a hazard that counts, or without."""
        found = Exists(Hazard.objects.counted().filter(check_event=OuterRef("pk")))
        return queryset.filter(found if value == "yes" else ~found)

    def drafts(self) -> QuerySet | None:
        """The drafts found; None where none can be. They have no day, which makes them quick to find."""
        found = self.qs  # which reads the form
        if self.form.cleaned_data.get("status"):
            return None
        return found.filter(status=CheckStatus.DRAFT, checked_on__isnull=True)

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        """Leave out what does not count, unless it is asked for."""
        queryset = super().filter_queryset(queryset)
        if not self.form.cleaned_data.get("status"):
            queryset = queryset.exclude(status__in=[CheckStatus.SUPERSEDED, CheckStatus.VOID])
        return queryset


class HazardFilter(OwnedFilter):
    """Which hazards, as of a day. By default all that are not void."""

    q = django_filters.CharFilter(label=_("Number or text"), method="search")
    status = django_filters.ChoiceFilter(
        label=_("Status"),
        choices=[("open", _("open")), *HazardStatus.choices],
        empty_label=_("All but void"),
        method="in_status",
    )
    level = django_filters.ChoiceFilter(label=_("Level"), choices=Level, empty_label=_("All"))
    category = django_filters.ChoiceFilter(label=_("Category"), choices=Category, empty_label=_("All"))
    overdue = django_filters.ChoiceFilter(
        label=_("Overdue"),
        choices=[*YES_NO, ("7", _("more than 7 days")), ("30", _("more than 30 days"))],
        empty_label=_("All"),
        method="past_deadline",
    )
    found = django_filters.ChoiceFilter(
        label=_("Found"),
        choices=[("check", _("in a check")), ("other", _("otherwise"))],
        empty_label=_("All"),
        method="found_in",
    )
    repeat = django_filters.ChoiceFilter(
        label=_("Came back"), choices=YES_NO, empty_label=_("All"), method="is_repeat"
    )
    visit = django_filters.ModelChoiceFilter(
        queryset=lambda request: CounsellingVisit.objects.visible_to(request.user), widget=forms.HiddenInput
    )
    since = django_filters.DateFilter(
        label=_("Identified from"), field_name="identified_on", lookup_expr="gte", widget=DayInput
    )
    until = django_filters.DateFilter(
        label=_("Identified until"), field_name="identified_on", lookup_expr="lte", widget=DayInput
    )

    class Meta:
        model = Hazard
        fields = [
            "q",
            "enterprise",
            "status",
            "overdue",
            "level",
            "category",
            "found",
            "repeat",
            "visit",
            "since",
            "until",
        ]

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        self.today = today
        super().__init__(*args, **kwargs)

    def search(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """By number as people write it, else by words in description, place or responsible person."""
        number = NUMBER.match(value.strip())
        if number:
            return queryset.filter(enterprise__code__iexact=number["code"], number=number["number"])
        return queryset.filter(
            Q(description__icontains=value) | Q(place__icontains=value) | Q(responsible__icontains=value)
        )

    def in_status(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """In a state, or in one of the open ones."""
        return queryset.filter(status__in=OPEN if value == "open" else [value])

    def past_deadline(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Open and past the deadline, by some days, or not."""
        overdue = Q(status__in=OPEN, deadline__lt=self.today - timedelta(days=LATE.get(value, 0)))
        return (
            queryset.filter(overdue)
            if value in LATE
            else queryset.exclude(overdue & Q(deadline__isnull=False))
        )

    def is_repeat(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Named as the repeat of an earlier one, or not."""
        return queryset.filter(repeat_of__isnull=value != "yes")

    def found_in(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Found in a check, or reported otherwise."""
        return queryset.filter(check_event__isnull=value != "check")

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        """Leave out void ones, unless they are asked for."""
        queryset = super().filter_queryset(queryset)
        return queryset if self.form.cleaned_data.get("status") else queryset.counted()

    def by_urgency(self) -> list[QuerySet[Hazard]]:
        """What is found, in parts: the longest overdue first, other open ones by level, the rest; each newest first.

        A part that the filters leave empty is left out, for to find nothing can take long.
        """
        found = self.qs  # which reads the form
        asked, late = self.form.cleaned_data, Q(deadline__lt=self.today)
        has_open = asked.get("status") in (None, "", "open", *OPEN)
        parts = []
        if has_open and asked.get("overdue") != "no":
            parts.append(found.open().filter(late).order_by("deadline", "pk"))
        if has_open and asked.get("overdue") not in LATE:
            waiting = found.open().filter(~late | Q(deadline__isnull=True))
            parts.append(waiting.order_by("-level", "-identified_on", "-pk"))
        if asked.get("status") not in ("open", *OPEN) and asked.get("overdue") not in LATE:
            parts.append(found.exclude(status__in=OPEN).order_by("-identified_on", "-pk"))
        return parts


class ItemFilter(ListFilter):
    """Which items of a version."""

    q = django_filters.CharFilter(label=_("Code or text"), method="search")
    section = django_filters.ModelChoiceFilter(
        label=_("Section"), queryset=Section.objects.none(), empty_label=_("All")
    )
    group = django_filters.ChoiceFilter(label=_("Group"), choices=Group, empty_label=_("All"))
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=ItemKind, empty_label=_("All"))

    class Meta:
        model = ChecklistItem
        fields = ["q", "section", "group", "kind"]

    def __init__(self, *args: Any, sections: QuerySet[Section], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["section"].queryset = sections

    def search(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """By code, or by words of the text or the standard in either language."""
        names = ("code", "text_en", "text_zh", "reference_en", "reference_zh")
        condition = Q()
        for name in names:
            condition |= Q(**{f"{name}__icontains": value})
        return queryset.filter(condition)
