"""Pages of meetings and decisions, and the presentation."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from enterprises.models import Programme
from enterprises.staff import is_staff, staff_reach
from meetings.filters import DecisionFilter
from meetings.forms import DecisionForm, MeetingForm
from meetings.models import Decision, Meeting
from meetings.rows import decision_table, meeting_table
from meetings.stage import Stage
from meetings.workflow import STAFF
from publications.models import Snapshot
from reports import tallies
from reports.cards import when_counted
from reports.totals import fresh_of
from score_mis.lib import dates, moves, records, replica
from score_mis.lib.tables import link
from score_mis.lib.totals import listing

MOVE_URL = "meetings:decision_move"
form_view = require_http_methods(["GET", "HEAD", "POST"])


def _meeting(request: HttpRequest, pk: int) -> Meeting:
    """Return a meeting the person sees, or 404."""
    seen = Meeting.objects.visible_to(request.user).select_related(
        "area", "milestone", "programme", "snapshot"
    )
    return get_object_or_404(seen, pk=pk)


def _may_lead(request: HttpRequest, meeting: Meeting) -> bool:
    return bool(STAFF & meeting.roles_of(request.user, dates.today()))


def _led(request: HttpRequest, pk: int) -> Meeting:
    """Return a meeting whose area the person works in as programme staff; others get 403."""
    meeting = _meeting(request, pk)
    if not _may_lead(request, meeting):
        raise PermissionDenied
    return meeting


@require_safe
def meeting_list(request: HttpRequest) -> HttpResponse:
    """Meetings, the newest first."""
    context = listing(request, Meeting.objects.visible_to(request.user).for_list())
    context |= {"table": meeting_table(context["page_obj"]), "may_add": is_staff(request.user)}
    return render(request, "meetings/list.html", context)


@require_safe
def meeting_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One meeting: what it is about, what it decided, its history."""
    meeting, today = _meeting(request, pk), dates.today()
    made = Decision.objects.visible_to(request.user).filter(meeting=meeting).for_list()
    context = listing(request, made.order_by("due_on", "pk")) | {
        "meeting": meeting,
        "facts": _facts(meeting, today),
        "changes": records.history(meeting),
        "may_lead": _may_lead(request, meeting),
    }
    context["table"] = decision_table(context["page_obj"], today=today, with_meeting=False)
    return render(request, "meetings/detail.html", context)


def _facts(meeting: Meeting, today: Any) -> list[tuple[str, Any]]:
    return [
        (_("Milestone"), meeting.milestone),
        (_("Area"), meeting.area or _("the whole programme")),
        (_("Held on"), meeting.held_on),
        (_("Place"), meeting.place),
        (_("Figures as of"), meeting.cut_off(today)),
        (_("Frozen report"), meeting.snapshot and _frozen(meeting.snapshot)),
    ]


def _frozen(snapshot: Snapshot) -> SafeString:
    """The code, and where anybody reads what was frozen."""
    return link(reverse("publications:verify_code", args=[snapshot.code]), snapshot.code)


@form_view
def meeting_add(request: HttpRequest) -> HttpResponse:
    """Add a meeting."""
    staff_reach(request.user)
    return _meeting_form(request, Meeting(), _("Add a meeting"), reverse("meetings:list"))


@form_view
def meeting_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Edit a meeting."""
    meeting = _led(request, pk)
    return _meeting_form(request, meeting, _("Edit the meeting"), meeting.get_absolute_url())


def _meeting_form(request: HttpRequest, meeting: Meeting, title: str, done_url: str) -> HttpResponse:
    programme = Programme.objects.current()
    if programme is None:
        raise PermissionDenied
    form = MeetingForm(
        request.POST or None, instance=meeting, by=request.user, today=dates.today(), programme=programme
    )
    return records.record_page(request, form, title=title, done_url=done_url)


@require_safe
@replica.page(tallies.version)
def show(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """One slide of the presentation."""
    meeting, today = _meeting(request, pk), dates.today()
    stage = Stage(meeting, request.user, today)
    slide = stage.slide(number)
    context = {
        "meeting": meeting,
        "slide": slide,
        "as_of": stage.span.last,
        "may_lead": _may_lead(request, meeting),
        "counted": when_counted(fresh_of(request)) if number == 1 else "",
    }
    return render(request, "meetings/stage.html", context | slide.context)


@form_view
def decide(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Take a decision without leaving the presentation; afterwards its slide is shown again."""
    meeting = _led(request, pk)
    stage = Stage(meeting, request.user, dates.today())
    slide = stage.slide(number)
    back = reverse("meetings:show", args=[pk, number])
    context = {"meeting": meeting, "slide": slide, "as_of": stage.span.last, "cancel_url": back}
    decision = Decision(meeting=meeting, enterprise=stage.enterprise(number))
    answer = _take(request, decision, "meetings/decide.html", context)
    return redirect(back) if answer.status_code == 302 else answer


@form_view
def decision_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a decision outside of the presentation."""
    meeting = _led(request, pk)
    return _take(request, Decision(meeting=meeting), "move.html", {"cancel_url": meeting.get_absolute_url()})


def _take(request: HttpRequest, decision: Decision, template: str, context: dict[str, Any]) -> HttpResponse:
    return moves.move_page(
        request,
        decision,
        "take",
        today=dates.today(),
        form_class=DecisionForm,
        template=template,
        context=context,
    )


def _decision(request: HttpRequest, pk: int) -> Decision:
    """Return a decision the person sees, or 404."""
    seen = Decision.objects.visible_to(request.user).select_related(
        "meeting__area", "enterprise__area", "owner"
    )
    return get_object_or_404(seen, pk=pk)


@require_safe
def decision_list(request: HttpRequest) -> HttpResponse:
    """Decisions of all meetings, those due first."""
    today = dates.today()
    rows = Decision.objects.visible_to(request.user).for_list()
    found = DecisionFilter(request.GET, rows, user=request.user, today=today)
    context = listing(request, found.qs, filterset=found)
    context["table"] = decision_table(context["page_obj"], today=today)
    return render(request, "meetings/decision_list.html", context)


@require_safe
def decision_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One decision: who does what by when, and what came of it."""
    decision, by, today = _decision(request, pk), request.user, dates.today()
    names = ("decided_on", "due_on", "done_on", "outcome")
    columns: list[Any] = [Decision._meta.get_field(name) for name in names]
    seen = Meeting.objects.visible_to(by).filter(pk=decision.meeting_id).exists()
    context = {
        "decision": decision,
        "sees_meeting": seen,
        "facts": [
            (_("Who"), decision.who),
            (_("Enterprise"), decision.enterprise),
            *((capfirst(str(column.verbose_name)), getattr(decision, column.name)) for column in columns),
        ],
        "late": decision.is_overdue(today),
        "moves": moves.buttons(decision, by=by, today=today, url_name=MOVE_URL),
        "changes": moves.history(decision, by=by, today=today, url_name="meetings:decision_correct"),
    }
    return render(request, "meetings/decision_detail.html", context)


@form_view
def decision_move(request: HttpRequest, pk: int, move: str) -> HttpResponse:
    """Make one move of a decision."""
    return moves.move_page(
        request, _decision(request, pk), move, today=dates.today(), form_class=DecisionForm
    )


@form_view
def decision_correct(request: HttpRequest, pk: int, change: int) -> HttpResponse:
    """Mend the date of a past step."""
    return moves.correct_page(request, _decision(request, pk), change, today=dates.today())
