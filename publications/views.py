"""Pages of reports: planned, previewed, frozen, issued, and the records behind each frozen figure."""

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from enterprises.models import Programme, Reach, Role
from publications import issuing, preview, snapshots
from publications.choices import LANGUAGES
from publications.forms import ReportForm
from publications.freezing import CODE
from publications.models import Document, Freezing, Report, Snapshot
from publications.restatement import differences
from publications.rows import frozen_table, report_table, snapshot_table
from reports import tallies
from score_mis.lib import dates, filejobs, records, replica
from score_mis.lib.codes import as_code
from score_mis.lib.totals import listing

PAGE = 100
"""Frozen records on a page."""
MOST_COMPARED = 50
"""Enterprises whose records are compared while somebody waits; of more a new report tells."""


def _report(request: HttpRequest, pk: int) -> Report:
    """Return a report whose whole scope the person sees."""
    return get_object_or_404(Report.objects.visible_to(request.user).for_list(), pk=pk)


def _snapshot(request: HttpRequest, code: str) -> Snapshot:
    """Return a snapshot whose whole scope the person sees, by its code as it was typed or printed."""
    found = Snapshot.objects.visible_to(request.user).for_list().select_related("report", "frozen_by", "key")
    return get_object_or_404(found, code=as_code(code, CODE))


def _staff_reach(request: HttpRequest) -> Reach:
    """What the person may report as programme staff; others are refused."""
    reach = Reach.of(request.user, dates.today(), Role.PROGRAMME_STAFF)
    if not reach.roles:
        raise PermissionDenied
    return reach


def _may_freeze(request: HttpRequest, report: Report) -> bool:
    reach = Reach.of(request.user, dates.today(), Role.PROGRAMME_STAFF)
    return bool(reach.roles) and reach.covers(report.area.path)


@require_safe
def report_list(request: HttpRequest) -> HttpResponse:
    """Reports that were planned or frozen, the latest cut-off day first."""
    seen = Report.objects.visible_to(request.user).for_list().order_by("-as_of", "-pk")
    context = listing(request, seen.annotate(freezes=Count("snapshots")))
    is_staff = bool(Reach.of(request.user, dates.today(), Role.PROGRAMME_STAFF).roles)
    context |= {"table": report_table(context["page_obj"]), "may_add": is_staff}
    return render(request, "publications/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def report_add(request: HttpRequest) -> HttpResponse:
    """Plan a report."""
    reach, programme = _staff_reach(request), Programme.objects.current()
    if programme is None:
        raise Http404
    report = Report(programme=programme, created_by=request.user, created_at=dates.now())
    given = {"as_of": dates.today(), "languages": ["en", "zh-hans"]}
    form = ReportForm(request.POST or None, instance=report, initial=given, reach=reach)
    if request.method == "POST" and form.is_valid():
        return redirect(form.save())
    context = {"form": form, "title": _("Plan a report"), "cancel_url": reverse("publications:list")}
    return render(request, "_form_page.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def report_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what is to be reported; what was frozen stays as it is."""
    report, reach = _report(request, pk), _staff_reach(request)
    if not _may_freeze(request, report):
        raise PermissionDenied
    form = ReportForm(request.POST or None, instance=report, reach=reach)
    return records.record_page(
        request, form, title=_("Edit the report"), done_url=report.get_absolute_url(), lead=report.name
    )


@require_safe
@replica.page(tallies.version)
def report_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """A report: what the tallies say now, and what was frozen of it."""
    report = _report(request, pk)
    frozen = list(report.snapshots.select_related("frozen_by").order_by("-frozen_at", "-pk")[:PAGE])
    context = {
        "report": report,
        "groups": preview.groups(report),
        "table": snapshot_table(frozen) if frozen else "",
        "languages": [LANGUAGES[code] for code in report.languages],
        "may_freeze": _may_freeze(request, report),
        "fresh": tallies.freshness(),
        "is_future": report.as_of > dates.today(),
    }
    return render(request, "publications/detail.html", context)


@require_POST
def report_freeze(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the freeze to a job, and show how far it is."""
    report = _report(request, pk)
    if not _may_freeze(request, report):
        raise PermissionDenied
    return redirect(issuing.ask_to_freeze(report, by=request.user))


def _job(request: HttpRequest, model: Any, key: UUID) -> Any:
    """A freeze or a document of a report that the person sees."""
    job = get_object_or_404(model, key=key)
    report = job.report if isinstance(job, Freezing) else job.snapshot.report
    get_object_or_404(Report.objects.visible_to(request.user), pk=report.pk)
    return job


@require_http_methods(["GET", "HEAD", "POST"])
def freezing(request: HttpRequest, key: UUID) -> HttpResponse:
    """How far a freeze is; then the snapshot."""
    job = _job(request, Freezing, key)
    if job.is_ready and job.snapshot is not None:
        return redirect(job.snapshot)
    if request.method == "POST" and not _may_freeze(request, job.report):
        raise PermissionDenied
    return filejobs.progress_response(request, job, job.report.get_absolute_url())


@require_safe
def freezing_file(request: HttpRequest, key: UUID) -> FileResponse:
    """The signed snapshot as JSON."""
    return filejobs.download(_job(request, Freezing, key))


@require_safe
def snapshot_detail(request: HttpRequest, code: str) -> HttpResponse:
    """A frozen report: its figures, its documents, its hash and signature."""
    snapshot = _snapshot(request, code)
    said = snapshots.content(snapshot)
    made = list(snapshot.documents.all())
    context = {
        "snapshot": snapshot,
        "groups": preview.frozen_groups(snapshot, said),
        "documents": made,
        "is_making": any(not job.is_ready and not job.is_failed for job in made),
        "languages": LANGUAGES,
        "formats": issuing.FORMATS,
        "freezing": Freezing.objects.filter(snapshot=snapshot).first(),
        "others": snapshot.report.snapshots.exclude(pk=snapshot.pk).order_by("-frozen_at")[:20],
    }
    response = render(request, "publications/snapshot.html", context)
    if context["is_making"]:
        response["Refresh"] = str(filejobs.REFRESH)
    return response


@require_safe
def snapshot_today(request: HttpRequest, code: str) -> HttpResponse:
    """Which figures of a frozen report would be others today, and because of which records."""
    snapshot = _snapshot(request, code)
    is_large = len(snapshots.content(snapshot)["enterprises"]) > MOST_COMPARED
    told = None if is_large else preview.restated(snapshot, differences(snapshot), get_language() or "en")
    context = {"snapshot": snapshot, "told": told, "is_large": is_large, "now": dates.now()}
    return render(request, "publications/today.html", context)


@require_POST
def snapshot_documents(request: HttpRequest, code: str) -> HttpResponse:
    """Ask for a document in a format and a language; one that exists is shown."""
    snapshot = _snapshot(request, code)
    file_format, language = request.POST.get("format", ""), request.POST.get("language", "")
    if file_format not in issuing.FORMATS or language not in LANGUAGES:
        raise Http404
    return redirect(issuing.ask_for(snapshot, file_format, language, by=request.user))


@require_http_methods(["GET", "HEAD", "POST"])
def document(request: HttpRequest, key: UUID) -> HttpResponse:
    """How far a document is, and the file when it is there."""
    job = _job(request, Document, key)
    return filejobs.progress_response(request, job, job.snapshot.get_absolute_url())


@require_safe
def document_file(request: HttpRequest, key: UUID) -> FileResponse:
    """A document."""
    return filejobs.download(_job(request, Document, key))


@require_safe
def frozen_evidence(request: HttpRequest, code: str, figure: str) -> HttpResponse:
    """Exactly the records behind a frozen figure, as they were at the freeze."""
    snapshot = _snapshot(request, code)
    said = snapshots.content(snapshot)
    one = snapshots.figure(snapshot, figure.upper().replace("A", "a").replace("B", "b"), said)
    if one is None:
        raise Http404
    start = max(int(request.GET.get("from", "0")), 0) if request.GET.get("from", "0").isdecimal() else 0
    shown = preview.FrozenShown(one, get_language() or "en")
    rows = shown.page(start, PAGE)
    context = {
        "snapshot": snapshot,
        "one": one,
        "shown": shown,
        "table": frozen_table(rows, shown.enterprises(), get_language() or "en") if rows else "",
        "first": start + 1,
        "last": start + len(rows),
        "earlier": start - PAGE if start >= PAGE else (0 if start else None),
        "later": start + PAGE if one.value is not None and start + len(rows) < one.value else None,
    }
    return render(request, "publications/evidence.html", context)
