"""Areas and sectors."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from enterprises.filters import AreaListFilter
from enterprises.forms import AreaAddForm, AreaEditForm, SectorForm
from enterprises.models import Area, Programme, Sector
from enterprises.rows import area_table
from enterprises.staff import is_staff, refuse_without_role, staff_reach
from score_mis.lib import dates
from score_mis.lib.records import history, record_page
from score_mis.lib.totals import listing


@require_safe
def area_list(request: HttpRequest) -> HttpResponse:
    """The tree of areas the person may see."""
    areas = Area.objects.visible_to(request.user).in_tree_order()
    filtered = AreaListFilter(request.GET, areas, request=request)
    context = {**listing(request, filtered.qs, filterset=filtered), "is_staff": is_staff(request.user)}
    context["table"] = area_table(context["page_obj"], is_staff=context["is_staff"])
    return render(request, "enterprises/area_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def area_add(request: HttpRequest) -> HttpResponse:
    """Add an area below one within reach."""
    reach = staff_reach(request.user)
    form = AreaAddForm(
        request.POST or None,
        reach=reach,
        programme=Programme.objects.current(),
        initial={"parent": request.GET.get("parent"), "from_on": dates.today()},
    )
    return record_page(request, form, title=_("Add an area"), done_url=reverse("enterprises:area_list"))


@require_http_methods(["GET", "HEAD", "POST"])
def area_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change names and code, or move the area into another one."""
    today = dates.today()
    area = get_object_or_404(Area.objects.visible_to(request.user).select_related("parent"), pk=pk)
    reach = staff_reach(request.user, today)
    if not reach.covers(area.path):
        raise PermissionDenied
    form = AreaEditForm(request.POST or None, instance=area, reach=reach, today=today)
    return record_page(
        request,
        form,
        title=_("Edit the area"),
        lead=area.name,
        done_url=reverse("enterprises:area_list"),
        template="enterprises/area_form.html",
        context={"changes": history(area), "parents": area.parents.select_related("parent")},
    )


@require_safe
def sector_list(request: HttpRequest) -> HttpResponse:
    """The sectors of industry."""
    refuse_without_role(request.user)
    context = listing(request, Sector.objects.all())
    return render(request, "enterprises/sector_list.html", {**context, "is_staff": is_staff(request.user)})


@require_http_methods(["GET", "HEAD", "POST"])
def sector_add(request: HttpRequest) -> HttpResponse:
    """Add a sector."""
    staff_reach(request.user)
    return record_page(
        request,
        SectorForm(request.POST or None),
        title=_("Add a sector"),
        done_url=reverse("enterprises:sector_list"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def sector_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a sector."""
    staff_reach(request.user)
    sector = get_object_or_404(Sector, pk=pk)
    return record_page(
        request,
        SectorForm(request.POST or None, instance=sector),
        title=_("Edit the sector"),
        done_url=reverse("enterprises:sector_list"),
        template="enterprises/record_form.html",
        context={"changes": history(sector)},
    )
