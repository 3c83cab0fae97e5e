"""Pages of sheets."""

from uuid import UUID

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods, require_safe

from score_mis.lib import filejobs
from sheets.models import SheetFile


@require_http_methods(["GET", "HEAD", "POST"])
def file_detail(request: HttpRequest, key: UUID) -> HttpResponse:
    """How far a file is; a POST asks again for one that failed."""
    job = get_object_or_404(SheetFile, key=key, asked_by=request.user.pk)
    return filejobs.progress_response(request, job, "/")


@require_safe
def file(request: HttpRequest, key: UUID) -> FileResponse:
    """A finished file, for who asked for it."""
    return filejobs.download(get_object_or_404(SheetFile, key=key, asked_by=request.user.pk))
