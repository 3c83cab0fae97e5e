"""The public page of verification: anybody learns whether a file is the one that was issued; no record is shown."""

import tempfile
from pathlib import Path

from django.contrib.auth.decorators import login_not_required
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from publications.forms import VerifyForm
from publications.freezing import CODE
from publications.models import Snapshot
from publications.snapshots import content
from publications.verification import MOST_NAMED, Verdict, verify
from score_mis.lib.attempts import Attempts
from score_mis.lib.codes import as_code
from score_mis.lib.filejob import State

GUESSES = Attempts("report", most=30, seconds=600)
"""Codes that exist for nobody, and files that are looked at."""
PRIVATE = {"Cache-Control": "private, no-store", "X-Robots-Tag": "noindex, nofollow"}
LARGEST = 60 * 1024 * 1024


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def verification(request: HttpRequest) -> HttpResponse:
    """Ask for a code or a file; a file is looked at, and not kept."""
    if GUESSES.are_too_many(request):
        return _closed(request)
    form = VerifyForm(request.POST or None, request.FILES or None)
    if request.method != "POST" or not form.is_valid():
        return _page(request, {"form": form}, 200 if request.method != "POST" else 400)
    file = form.cleaned_data["file"]
    if file is None:
        code = as_code(form.cleaned_data["code"], CODE)
        if code:
            return redirect("publications:verify_code", code=code)
        form.add_error("code", _("This is no code of a report: look at each character again."))
        return _page(request, {"form": form}, 400)
    GUESSES.add(request)
    if file.size > LARGEST:
        form.add_error("file", _("The file is larger than 60 MB."))
        return _page(request, {"form": form}, 400)
    verdict = _looked_at(file)
    return _page(
        request, {"form": VerifyForm(), "verdict": verdict, "named": verdict.changed[:MOST_NAMED]}, 200
    )


def _looked_at(file: UploadedFile) -> Verdict:
    """The verdict on an upload, which is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="score-verify-") as folder:
        path = Path(folder, "file")
        with path.open("wb") as out:
            for part in file.chunks():
                out.write(part)
        return verify(path)


@login_not_required
@require_safe
def verification_of(request: HttpRequest, code: str) -> HttpResponse:
    """What is known of the report with this code: that it was frozen, when, with which hash; and the files issued."""
    if GUESSES.are_too_many(request):
        return _closed(request)
    plain = as_code(code, CODE)
    if plain and plain != code:
        return redirect("publications:verify_code", code=plain)
    found = (
        Snapshot.objects.for_list().select_related("report", "key").filter(code=plain).first()
        if plain
        else None
    )
    if found is None:
        GUESSES.add(request)
        form = VerifyForm({"code": code[:60]})
        form.add_error("code", _("No report with this code was ever frozen here."))
        return _page(request, {"form": form}, 404)
    said = content(found)
    issued = found.documents.filter(state=State.READY).order_by("language", "format")
    return _page(request, {"form": VerifyForm(), "snapshot": found, "said": said, "issued": issued}, 200)


def _closed(request: HttpRequest) -> HttpResponse:
    response = _page(request, {"is_closed": True}, 429)
    response["Retry-After"] = str(GUESSES.seconds)
    return response


def _page(request: HttpRequest, context: dict[str, object], status: int) -> HttpResponse:
    response = render(request, "publications/verify.html", context, status=status)
    for name, value in PRIVATE.items():
        response[name] = value
    return response
