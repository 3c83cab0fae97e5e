"""What the lists of the training app can be narrowed by."""

from datetime import date
from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from enterprises.choosing import (
    AreaChoiceFilter,
    EnterpriseChoiceFilter,
    PersonChoiceFilter,
    ShortChoiceFilter,
)
from enterprises.models import Area, Enterprise
from score_mis.lib.filterform import ListFilter
from score_mis.lib.moves import DayInput
from training.models import (
    CounsellingVisit,
    Enrolment,
    EnrolmentStatus,
    Module,
    VisitStatus,
    VisitType,
    Workshop,
    WorkshopKind,
)

VOID = "void"


def day_filter(label: Any, column: str, lookup: str) -> django_filters.DateFilter:
    """Return a filter for one end of a period."""
    return django_filters.DateFilter(label=label, field_name=column, lookup_expr=lookup, widget=DayInput())


class NarrowedFilter(ListFilter):
    """A filter whose choices are those the user sees. Void records show only where they are asked for."""

    def __init__(self, data: Any, queryset: QuerySet, *, user: User) -> None:
        super().__init__(data, queryset)
        for name, choices in self.choices_for(user).items():
            self.filters[name].queryset = choices
        if "enterprise" in self.filters and self.filters["enterprise"].field.is_single:
            del self.filters["enterprise"]

    def choices_for(self, user: User) -> dict[str, QuerySet]:
        """Return the records to choose from, by filter."""
        return {
            "enterprise": Enterprise.objects.visible_to(user),
            "module": Module.objects.visible_to(user),
        }

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        """Leave void records out unless they are asked for."""
        queryset = super().filter_queryset(queryset)
        if "status" in self.filters and self.form.cleaned_data.get("status") != VOID:
            queryset = queryset.exclude(status=VOID)
        return queryset


class EnrolmentFilter(NarrowedFilter):
    """Filters of enrolments."""

    enterprise = EnterpriseChoiceFilter(label=_("Enterprise"), queryset=Enterprise.objects.none())
    module = ShortChoiceFilter(label=_("Module"), queryset=Module.objects.none())
    status = django_filters.ChoiceFilter(label=_("Status"), choices=EnrolmentStatus)
    started_until = day_filter(_("Started until"), "started_on", "lte")
    completed_until = day_filter(_("Completed until"), "completed_on", "lte")

    class Meta:
        model = Enrolment
        fields: tuple[str, ...] = ()


class WorkshopFilter(NarrowedFilter):
    """Filters of workshops."""

    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=WorkshopKind)
    module = ShortChoiceFilter(label=_("Module"), queryset=Module.objects.none())
    area = AreaChoiceFilter(label=_("Area"), queryset=Area.objects.none())
    held_from = day_filter(_("Held from"), "held_on", "gte")
    held_until = day_filter(_("Held until"), "held_on", "lte")

    class Meta:
        model = Workshop
        fields: tuple[str, ...] = ()

    def choices_for(self, user: User) -> dict[str, QuerySet]:
        """The areas are those where a workshop the user sees was held."""
        held = Workshop.objects.visible_to(user).order_by().values("area")
        return {"module": Module.objects.visible_to(user), "area": Area.objects.filter(pk__in=held)}


class VisitFilter(NarrowedFilter):
    """Filters of counselling visits; the period is that of the planned days, or of the days they took place."""

    enterprise = EnterpriseChoiceFilter(label=_("Enterprise"), queryset=Enterprise.objects.none())
    type = django_filters.ChoiceFilter(label=_("Type"), choices=VisitType)
    status = django_filters.ChoiceFilter(label=_("Status"), choices=VisitStatus)
    module = ShortChoiceFilter(label=_("Module"), queryset=Module.objects.none())
    consultant = PersonChoiceFilter(label=_("Consultant"), queryset=User.objects.none())
    due_from = day_filter(_("Planned from"), "due_on", "gte")
    due_until = day_filter(_("Planned until"), "due_on", "lte")
    done_from = day_filter(_("Done from"), "done_on", "gte")
    done_until = day_filter(_("Done until"), "done_on", "lte")
    late = django_filters.BooleanFilter(
        label=_("Only planned visits whose day has passed"),
        method="by_late",
        widget=forms.CheckboxInput(),
        initial=False,
    )

    class Meta:
        model = CounsellingVisit
        fields: tuple[str, ...] = ()

    def __init__(self, data: Any, queryset: QuerySet, *, user: User, today: date) -> None:
        self.today = today
        super().__init__(data, queryset, user=user)

    def choices_for(self, user: User) -> dict[str, QuerySet]:
        """The consultants are those who led a visit the user sees."""
        led = CounsellingVisit.objects.visible_to(user).order_by().values("consultant")
        return {**super().choices_for(user), "consultant": User.objects.filter(pk__in=led)}

    def by_late(self, queryset: QuerySet, name: str, value: bool) -> QuerySet:
        """Keep planned visits whose day has passed, if that was ticked."""
        return queryset.late(self.today) if value else queryset
