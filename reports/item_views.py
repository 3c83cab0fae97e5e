"""Pages of coverage: all items at one enterprise, and one item at all enterprises."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from enterprises.models import Enterprise, Reach, Status
from hazards.models import ChecklistItem, Section
from hazards.views.shared import other_language
from hazards.workflow import FIELD
from reports import items, tallies
from reports.totals import fresh_of
from score_mis.lib import dates, replica
from score_mis.lib.totals import listing, with_filter


def sees_many(request: HttpRequest) -> bool:
    """Whether the person's reach is more than one enterprise."""
    reach = Reach.of(request.user, dates.today())
    return bool(reach.paths) or len(reach.enterprise_ids) > 1


@require_safe
@replica.page(tallies.version)
def item_coverage(request: HttpRequest, pk: int) -> HttpResponse:
    """Every item at one enterprise: never looked at, last looked at, open hazard; by section."""
    today = dates.today()
    enterprise = get_object_or_404(Enterprise.objects.visible_to(request.user), pk=pk)
    every = items.items_of(enterprise, today)
    sections = Section.objects.filter(version__in=every.order_by().values("version"))
    found = items.CoverageFilter(request.GET, every, sections=sections, enterprise=enterprise)
    lines = items.lines_of(enterprise, every.select_related("section"))
    shown = set(found.qs.order_by().values_list("pk", flat=True))
    begin = ""
    if enterprise.roles_of(request.user, today) & FIELD:
        begin = f"{reverse('hazards:check_add')}?enterprise={enterprise.pk}&items="
    many = sees_many(request)
    groups = items.by_section(line for line in lines if line.item.pk in shown)
    context = {
        "enterprise": enterprise,
        "whole": items.Group(lines),
        "sections": items.by_section(lines),
        "groups": [(g.section, items.item_table(g, today=today, is_one_of_many=many)) for g in groups],
        "count": len(shown),
        "begin": begin,
        "fresh": fresh_of(request),
        "other_language": other_language(),
        **with_filter(found),
    }
    return render(request, "reports/item_coverage.html", context)


@require_safe
@replica.page(tallies.version)
def item_places(request: HttpRequest, code: str) -> HttpResponse:
    """One item at every enterprise the person sees."""
    today = dates.today()
    every = ChecklistItem.objects.visible_to(request.user).in_force(today)
    item = every.filter(code=code).select_related("section").first()
    if item is None:
        raise Http404
    places = Enterprise.objects.visible_to(request.user).filter(status__in=(Status.ENROLLED, Status.ACTIVE))
    found = items.PlaceFilter(request.GET, places, item=item)
    context = listing(request, found.qs.order_by("code", "pk"), filterset=found)
    context |= {
        "item": item,
        "table": items.place_table(list(context["page_obj"]), item, today=today),
        "fresh": fresh_of(request),
        "other_language": other_language(),
    }
    return render(request, "reports/item_places.html", context)
