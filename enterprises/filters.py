"""Filters of the lists, with choices narrowed to what the reader sees."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from enterprises.choosing import AreaChoiceFilter, ShortChoiceFilter
from enterprises.models import ASSIGNABLE, Area, Cohort, Enterprise, Level, Sector, Status
from score_mis.lib.filterform import ListFilter

IN_PROGRAMME = "in_programme"


class AreaFilter(AreaChoiceFilter):
    """Everything in an area and below it."""

    def filter(self, qs: Any, value: Area | None) -> QuerySet:
        """Keep what lies under the area."""
        return qs.under(value) if value else qs


class TextFilter(django_filters.CharFilter):
    """Rows with every typed word in one of `columns`."""

    def __init__(self, *args: Any, columns: tuple[str, ...], **kwargs: Any) -> None:
        self.columns = columns
        super().__init__(*args, **kwargs)

    def filter(self, qs: QuerySet, value: str) -> QuerySet:
        """Narrow by each word in turn."""
        for word in (value or "").split():
            condition = Q()
            for column in self.columns:
                condition |= Q(**{f"{column}__icontains": word})
            qs = qs.filter(condition)
        return qs


class EnterpriseFilter(ListFilter):
    """Enterprises by place, kind and status."""

    q = TextFilter(label=_("Name or code"), columns=("name_en", "name_zh", "code", "uscc"))
    area = AreaFilter(label=_("Area"), queryset=lambda request: _areas_of(request), empty_label=_("All"))
    sector = ShortChoiceFilter(label=_("Sector"), queryset=lambda request: _sectors_of(request))
    cohort = ShortChoiceFilter(label=_("Cohort"), queryset=lambda request: _cohorts_of(request))
    status = django_filters.ChoiceFilter(
        label=_("Status"),
        choices=[(IN_PROGRAMME, _("enrolled or active")), *Status.choices],
        empty_label=_("All"),
        method="with_status",
    )

    class Meta:
        model = Enterprise
        fields: list[str] = []

    def with_status(self, queryset: QuerySet, _name: str, status: str) -> QuerySet:
        """Those in a state, or in one of the two states of the programme."""
        states = [Status.ENROLLED, Status.ACTIVE] if status == IN_PROGRAMME else [status]
        return queryset.filter(status__in=states)


def _areas_of(request: Any) -> QuerySet[Area]:
    return Area.objects.visible_to(request.user).in_tree_order()


def _sectors_of(request: Any) -> QuerySet[Sector]:
    return Sector.objects.filter(
        pk__in=Enterprise.objects.visible_to(request.user).order_by().values("sector")
    )


def _cohorts_of(request: Any) -> QuerySet[Cohort]:
    return Cohort.objects.filter(
        pk__in=Enterprise.objects.visible_to(request.user).order_by().values("cohort")
    )


class AreaListFilter(ListFilter):
    """Areas by name, code and level."""

    q = TextFilter(label=_("Name or code"), columns=("name_en", "name_zh", "code"))
    level = django_filters.ChoiceFilter(label=_("Level"), choices=Level.choices, empty_label=_("All"))

    class Meta:
        model = Area
        fields: list[str] = []


class PersonFilter(ListFilter):
    """People by name, role and account."""

    q = TextFilter(label=_("Name"), columns=("name", "username", "email"))
    role = django_filters.ChoiceFilter(
        label=_("Role"), choices=ASSIGNABLE, empty_label=_("All"), method="with_role"
    )
    is_active = django_filters.ChoiceFilter(
        label=_("May sign in"), choices=[("True", _("yes")), ("False", _("no"))], empty_label=_("All")
    )

    class Meta:
        model = User
        fields: list[str] = []

    def with_role(self, queryset: QuerySet[User], _name: str, role: str) -> QuerySet[User]:
        """Those who hold or held the role."""
        return queryset.filter(assignments__role=role).distinct()
