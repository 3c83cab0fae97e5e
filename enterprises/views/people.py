"""People and their assignments: for programme staff."""

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.forms import PersonForm
from accounts.models import User
from enterprises.filters import PersonFilter
from enterprises.forms import AssignmentEndForm, AssignmentForm
from enterprises.models import Assignment, Reach
from enterprises.rows import person_table
from enterprises.staff import manages, people_within, staff_reach
from score_mis.lib import dates
from score_mis.lib.records import Edit, history, record_page
from score_mis.lib.totals import listing


def _person_or_404(reach: Reach, pk: int) -> User:
    return get_object_or_404(people_within(reach, dates.today()), pk=pk)


@require_safe
def person_list(request: HttpRequest) -> HttpResponse:
    """Everybody within reach, with the assignments that hold today."""
    today = dates.today()
    reach = staff_reach(request.user, today)
    now = Assignment.objects.active(today).for_list()
    people = people_within(reach, today).prefetch_related(
        Prefetch("assignments", now, to_attr="assignments_now")
    )
    filtered = PersonFilter(request.GET, people, request=request)
    context = listing(request, filtered.qs, filterset=filtered)
    context["table"] = person_table(context["page_obj"])
    return render(request, "enterprises/person_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def person_add(request: HttpRequest) -> HttpResponse:
    """Register a person; the role comes next."""
    staff_reach(request.user)
    form = PersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        person = form.save()
        messages.success(request, _("Registered. Now give the person a role."))
        return redirect("enterprises:assignment_add", person.pk)
    context = {
        "form": form,
        "title": _("Register a person"),
        "cancel_url": reverse("enterprises:person_list"),
    }
    return render(request, "_form_page.html", context)


@require_safe
def person_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """A person and every assignment, past ones included."""
    today = dates.today()
    reach = staff_reach(request.user, today)
    person = _person_or_404(reach, pk)
    within = set(Assignment.objects.filter(reach.placed_q(), user=person).values_list("pk", flat=True))
    assignments = list(person.assignments.select_related("area", "enterprise"))
    for assignment in assignments:
        is_over = assignment.until_on is not None and assignment.until_on < today
        assignment.is_over = is_over
        assignment.may_end = not is_over and assignment.pk in within and person != request.user
    context = {
        "person": person,
        "assignments": assignments,
        "may_edit": manages(reach, person, today),
        "may_assign": person != request.user,
        "changes": _history_of(assignments),
        "teams": person.team_places.select_related("team__enterprise"),
    }
    return render(request, "enterprises/person.html", context)


def _history_of(assignments: list[Assignment]) -> list[Edit]:
    """Return who gave and ended which role, newest first; one query a role."""
    edits = []
    for assignment in assignments:
        for edit in history(assignment):
            place = assignment.enterprise or assignment.area
            edit.move_label = f"{assignment.get_role_display()} · {place}: {edit.move_label}"
            edits.append(edit)
    return sorted(edits, key=lambda edit: -edit.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def person_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a person's data; nobody closes the own account."""
    today = dates.today()
    reach = staff_reach(request.user, today)
    person = _person_or_404(reach, pk)
    if not manages(reach, person, today):
        raise PermissionDenied
    form = PersonForm(request.POST or None, instance=person)
    if person == request.user:
        form.fields["is_active"].disabled = True
        form.fields["is_active"].help_text = _("Nobody closes the own account.")
    if request.method == "POST" and form.is_valid():
        person = form.save()
        if person == request.user:
            update_session_auth_hash(request, person)
        messages.success(request, _("Saved."))
        return redirect("enterprises:person_detail", person.pk)
    context = {
        "form": form,
        "title": _("Edit the person"),
        "cancel_url": reverse("enterprises:person_detail", args=[pk]),
    }
    return render(request, "_form_page.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def assignment_add(request: HttpRequest, user: int) -> HttpResponse:
    """Give a person a role at a place within reach; nobody gives the own person one."""
    today = dates.today()
    reach = staff_reach(request.user, today)
    person = _person_or_404(reach, user)
    if person == request.user:
        raise PermissionDenied
    form = AssignmentForm(
        request.POST or None,
        instance=Assignment(user=person),
        initial={
            "from_on": today,
            "enterprise": request.GET.get("enterprise"),
            "role": request.GET.get("role"),
        },
        reach=reach,
    )
    done_url = reverse("enterprises:person_detail", args=[person.pk])
    return record_page(request, form, title=_("Give a role"), lead=str(person), done_url=done_url)


@require_http_methods(["GET", "HEAD", "POST"])
def assignment_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Give an assignment its last day."""
    today = dates.today()
    reach = staff_reach(request.user, today)
    people = people_within(reach, today)
    assignment = get_object_or_404(Assignment.objects.for_list().filter(user__in=people), pk=pk)
    within = Assignment.objects.filter(reach.placed_q(), pk=pk).exists()
    if not within or assignment.user == request.user:
        raise PermissionDenied
    done_url = reverse("enterprises:person_detail", args=[assignment.user_id])
    if assignment.until_on and assignment.until_on < today:
        messages.error(request, _("This assignment is over."))
        return redirect(done_url)
    form = AssignmentEndForm(request.POST or None, instance=assignment, today=today)
    return record_page(request, form, title=_("End the assignment"), lead=str(assignment), done_url=done_url)
