"""What the library of good practices can be narrowed by."""

from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from enterprises.choosing import AreaChoiceFilter, EnterpriseChoiceFilter, ShortChoiceFilter
from enterprises.filters import TextFilter
from enterprises.models import Area, Enterprise, Programme, Sector
from practices.models import Practice, Status
from score_mis.lib.filterform import ListFilter
from suggestions.models import Category
from training.models import Module

TEXTS = ("title", "problem", "idea", "result", "enterprise__name_en", "enterprise__name_zh")


class SiteFilter(AreaChoiceFilter):
    """Cards of enterprises whose site lies in an area, or below it."""

    def filter(self, qs: Any, value: Area | None) -> QuerySet:
        """Keep what lies under the area."""
        return qs.filter(enterprise__area__path__startswith=value.path) if value else qs


class PracticeFilter(ListFilter):
    """The filters of the library. It shows published cards; those of one's own enterprises by another state."""

    q = TextFilter(label=_("Words"), columns=TEXTS, widget=forms.TextInput(attrs={"type": "search"}))
    area = SiteFilter(label=_("Area"), queryset=Area.objects.none(), empty_label=_("All"))
    sector = ShortChoiceFilter(
        label=_("Sector"),
        field_name="enterprise__sector",
        queryset=Sector.objects.none(),
        empty_label=_("All"),
    )
    category = django_filters.ChoiceFilter(label=_("Category"), choices=Category, empty_label=_("All"))
    module = ShortChoiceFilter(label=_("Module"), queryset=Module.objects.none(), empty_label=_("All"))
    enterprise = EnterpriseChoiceFilter(
        label=_("My enterprises"), queryset=Enterprise.objects.none(), empty_label=_("All")
    )
    status = django_filters.ChoiceFilter(
        label=_("Status"),
        choices=[choice for choice in Status.choices if choice[0] != Status.PUBLISHED],
        empty_label=Status.PUBLISHED.label,
    )

    class Meta:
        model = Practice
        fields: tuple[str, ...] = ()

    def __init__(
        self, data: Any, queryset: QuerySet[Practice], *, user: Any, programme: Programme | None
    ) -> None:
        super().__init__(data, queryset)
        sites = queryset.model.objects.published().order_by().values("enterprise__sector")
        self.filters["area"].queryset = Area.objects.filter(programme=programme).in_tree_order()
        self.filters["sector"].queryset = Sector.objects.filter(pk__in=sites)
        self.filters["module"].queryset = Module.objects.filter(programme=programme)
        self.filters["enterprise"].queryset = Enterprise.objects.visible_to(user)

    def filter_queryset(self, queryset: QuerySet[Practice]) -> QuerySet[Practice]:
        """Published cards, unless those in another state are asked for."""
        queryset = super().filter_queryset(queryset)
        return queryset if self.form.cleaned_data.get("status") else queryset.published()
