"""Pages of checklists: the versions, and the items of one."""

from itertools import groupby

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from hazards.filters import ItemFilter
from hazards.models import ChecklistVersion
from hazards.views.shared import other_language
from score_mis.lib import dates
from score_mis.lib.totals import with_filter


@require_safe
def checklist_list(request: HttpRequest) -> HttpResponse:
    """All versions, newest first."""
    versions = list(
        ChecklistVersion.objects.visible_to(request.user)
        .select_related("checklist")
        .annotate(item_count=Count("items"))
        .order_by("checklist__code", "-number")
    )
    in_force = set(ChecklistVersion.objects.in_force(dates.today()).values_list("pk", flat=True))
    for version in versions:
        version.is_in_force = version.pk in in_force
    return render(request, "hazards/checklist_list.html", {"versions": versions, "count": len(versions)})


@require_safe
def checklist_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The items of a version by section, in both languages."""
    versions = ChecklistVersion.objects.visible_to(request.user).select_related("checklist")
    version = get_object_or_404(versions, pk=pk)
    items = version.items.select_related("section").order_by("position")
    found = ItemFilter(request.GET, items, sections=version.sections.all())
    rows = list(found.qs)
    sections = [(section, list(group)) for section, group in groupby(rows, key=lambda item: item.section)]
    context = {"version": version, "sections": sections, "count": len(rows), **with_filter(found)}
    context["other_language"] = other_language()
    return render(request, "hazards/checklist_detail.html", context)
