"""Pages of sheets: choose one, say of what, wait for the file."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from enterprises.models import Reach
from score_mis.lib import dates, filejobs
from score_mis.lib.totals import listing
from sheets.forms import SheetForm
from sheets.making import TASK
from sheets.models import SheetFile
from sheets.registry import SHEETS
from sheets.rows.files import file_table


@require_safe
def file_list(request: HttpRequest) -> HttpResponse:
    """The sheets a person may ask for, and the files they asked for."""
    roles = Reach.of(request.user, dates.today()).roles
    if not roles:
        raise PermissionDenied
    context = listing(request, SheetFile.objects.filter(asked_by=request.user.pk))
    context["sheets"] = [sheet for sheet in SHEETS.values() if sheet.is_for(roles)]
    context["table"] = file_table(context["page_obj"])
    return render(request, "sheets/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def file_add(request: HttpRequest, sheet: str) -> HttpResponse:
    """Ask for a sheet; what the address says of area, enterprise and days is filled in."""
    if sheet not in SHEETS:
        raise Http404
    today, chosen = dates.today(), SHEETS[sheet]
    if not chosen.is_for(Reach.of(request.user, today).roles):
        raise PermissionDenied
    typed = request.POST if request.method == "POST" else None
    form = SheetForm(typed, sheet=chosen, user=request.user, today=today, given=request.GET)
    if form.is_bound and form.is_valid():
        return redirect(filejobs.ask(form.job(), TASK))
    context = {
        "form": form,
        "title": chosen.name,
        "lead": chosen.about,
        "submit_label": _("Make the file"),
        "cancel_url": reverse("sheets:list"),
    }
    return render(request, "_form_page.html", context)


def own_file(request: HttpRequest, key: UUID) -> SheetFile:
    """A file that the person asked for, or 404."""
    return get_object_or_404(SheetFile, key=key, asked_by=request.user.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def file_detail(request: HttpRequest, key: UUID) -> HttpResponse:
    """How far a file is; a POST asks again for one that failed."""
    return filejobs.progress_response(request, own_file(request, key), reverse("sheets:list"))


@require_safe
def file(request: HttpRequest, key: UUID) -> FileResponse:
    """A finished file, for who asked for it."""
    return filejobs.download(own_file(request, key))
