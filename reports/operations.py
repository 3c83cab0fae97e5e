"""The page of operations: whether the tallies are up to date and right, and the full build."""

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from kombu.exceptions import OperationalError

from enterprises.models import Reach, Role
from reports import tallies, tasks
from reports.differences import Wording
from reports.models import Recount, TallyBuild
from score_mis.lib import replica

LONGEST_WAIT = 6 * 3600
"""Seconds until a full build that no worker began is forgotten."""


def _authorise(request: HttpRequest) -> None:
    """Let administrators and programme staff in."""
    if not request.user.is_superuser and Role.PROGRAMME_STAFF not in Reach.of(request.user).roles:
        raise PermissionDenied


@require_safe
def operations(request: HttpRequest) -> HttpResponse:
    """How fresh the tallies are, what recounts found, how far a full build is; for administrators and staff."""
    _authorise(request)
    fresh, running = tallies.freshness(), tallies.unfinished()
    replica.saw(request, fresh["version"])
    context: dict[str, Any] = {
        "fresh": fresh,
        "build": running,
        "step": next((step for step in tallies.STEPS if running and step not in running.done), ""),
        "is_building": tallies.is_building(),
        "builds": TallyBuild.objects.filter(finished_at__isnull=False)[:5],
        "recounts": list(_with_repair(Recount.objects.all()[:20])),
    }
    return render(request, "reports/operations.html", context)


def _with_repair(recounts: Any) -> Iterator[dict[str, Any]]:
    """Each recount, its differences in words, and when the first full build after it repaired them."""
    ends = list(
        TallyBuild.objects.filter(finished_at__isnull=False)
        .order_by("finished_at")
        .values_list("finished_at", flat=True)
    )
    words = Wording(one for recount in recounts for one in recount.differences)
    for recount in recounts:
        repaired = next((end for end in ends if end > recount.finished_at), None)
        lines = [words.line(one) for one in recount.differences]
        yield {"recount": recount, "lines": lines, "repaired_at": repaired if lines else None}


@require_POST
def build(request: HttpRequest) -> HttpResponse:
    """Ask for a full build; one that was stopped goes on where it stood."""
    _authorise(request)
    if tallies.is_building():
        messages.warning(request, _("A full build is running already."))
        return redirect("reports:operations")
    try:
        tasks.build.apply_async(
            kwargs={"asked": timezone.now().isoformat()}, retry=False, expires=LONGEST_WAIT
        )
    except (OperationalError, OSError):
        messages.error(request, _("The job queue cannot be reached. Nothing was begun."))
    else:
        messages.success(request, _("A full build was asked for. It begins as soon as a worker is free."))
    return redirect("reports:operations")
