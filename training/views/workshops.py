"""Workshops and the people who took part."""

from collections import Counter
from collections.abc import Iterable
from datetime import date

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from enterprises.models import Enterprise, Sex, Standing
from score_mis.lib import dates, records
from score_mis.lib.totals import listing
from training import services
from training.filters import WorkshopFilter
from training.forms.catalogue import ParticipantForm, ParticipantRows, WorkshopForm
from training.models import Participant, ParticipantKind, Workshop
from training.people import workshop_areas
from training.rows import workshop_table


def _workshop(request: HttpRequest, pk: int) -> Workshop:
    """Return a workshop the person sees."""
    return get_object_or_404(
        Workshop.objects.visible_to(request.user).select_related("area", "module"), pk=pk
    )


def _may_hold(request: HttpRequest, workshop: Workshop, today: date) -> bool:
    return workshop_areas(request.user, today).filter(pk=workshop.area_id).exists()


def _refuse_others(request: HttpRequest, workshop: Workshop) -> None:
    """Let only those pass who may hold workshops in the area."""
    if not _may_hold(request, workshop, dates.today()):
        raise PermissionDenied


@require_safe
def workshop_list(request: HttpRequest) -> HttpResponse:
    """Workshops with filters; the numbers are of the participants the reader sees."""
    seen = Workshop.objects.visible_to(request.user).select_related("area", "module")
    narrowed = WorkshopFilter(request.GET, seen.order_by("-held_on", "-pk"), user=request.user)
    may_add = workshop_areas(request.user, dates.today()).exists()
    context = listing(request, narrowed.qs, filterset=narrowed)
    _count_participants(request, context["page_obj"])
    context |= {"table": workshop_table(context["page_obj"]), "may_add": may_add}
    return render(request, "training/workshop_list.html", context)


def _count_participants(request: HttpRequest, workshops: Iterable[Workshop]) -> None:
    """Give each workshop the number of its participants whom the reader sees; one query."""
    people = Participant.objects.visible_to(request.user).filter(workshop__in=[w.pk for w in workshops])
    numbers = dict(people.order_by().values_list("workshop").annotate(Count("pk")))
    for workshop in workshops:
        workshop.participants_seen = numbers.get(workshop.pk, 0)


@require_safe
def workshop_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One workshop: what it was, who took part, its history."""
    workshop, today = _workshop(request, pk), dates.today()
    people = list(
        workshop.participants.visible_to(request.user)
        .select_related("enterprise")
        .order_by("kind", F("enterprise__code").asc(nulls_last=True), "pk")
    )
    return render(
        request,
        "training/workshop_detail.html",
        {
            "workshop": workshop,
            "facts": _facts(workshop),
            "participants": people,
            "count": len(people),
            "summary": _summary(people),
            "changes": _history(workshop),
            "may_edit": _may_hold(request, workshop, today),
            "was_held": workshop.held_on <= today,
        },
    )


def _facts(workshop: Workshop) -> list[tuple[str, object]]:
    return [
        (_("Kind"), workshop.get_kind_display()),
        (_("First day"), workshop.held_on),
        (_("Days"), workshop.days),
        (_("Area"), workshop.area),
        (_("Place"), workshop.place),
        (_("Module"), workshop.module),
    ]


def _summary(people: list[Participant]) -> dict[str, list]:
    """Count participants by where they come from: women, men, sex not known; workers, managers; all."""
    columns = (*Sex.values, "", *Standing.values)
    rows = []
    for kind in ParticipantKind:
        of_kind = [person for person in people if person.kind == kind]
        if of_kind:
            counts = Counter([person.sex for person in of_kind] + [p.standing for p in of_kind if p.standing])
            rows.append((kind.label, [counts[column] for column in columns], len(of_kind)))
    totals = [sum(row[1][place] for row in rows) for place in range(len(columns))]
    return {"rows": rows, "totals": totals}


def _history(workshop: Workshop) -> list[records.Edit]:
    """Return the edits of a workshop; the reason of a row tells how the number of participants changed."""
    rows = records.history(workshop)
    reasons = dict(
        workshop.history.filter(history_change_reason__isnull=False).values_list(
            "history_id", "history_change_reason"
        )
    )
    for row in rows:
        if row.pk in reasons:
            row.details_list.append((_("Participants"), reasons[row.pk]))
    return rows


@require_http_methods(["GET", "POST"])
def workshop_add(request: HttpRequest) -> HttpResponse:
    """Add a workshop."""
    today = dates.today()
    areas = workshop_areas(request.user, today)
    if not areas.exists():
        raise PermissionDenied
    form = WorkshopForm(request.POST or None, areas=areas, by=request.user, today=today)
    return records.record_page(
        request, form, title=_("Add a workshop"), done_url=reverse("training:workshop_list")
    )


@require_http_methods(["GET", "POST"])
def workshop_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Edit a workshop."""
    workshop = _workshop(request, pk)
    _refuse_others(request, workshop)
    today = dates.today()
    form = WorkshopForm(
        request.POST or None,
        instance=workshop,
        areas=workshop_areas(request.user, today),
        by=request.user,
        today=today,
    )
    return records.record_page(
        request, form, title=_("Edit the workshop"), lead=str(workshop), done_url=workshop.get_absolute_url()
    )


@require_http_methods(["GET", "POST"])
def participant_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Add participants: a few by name, or many alike at once."""
    workshop = _workshop(request, pk)
    _refuse_others(request, workshop)
    if workshop.held_on > dates.today():
        messages.error(request, _("This workshop has not been held yet."))
        return redirect(workshop)
    kwargs = {"enterprises": Enterprise.objects.visible_to(request.user), "by": request.user}
    rows = ParticipantRows(request.POST or None, form_kwargs=kwargs)
    if request.method == "POST" and rows.is_valid():
        filled = [row.values() for row in rows if row.has_changed()]
        number = services.add_participants(workshop, filled, by=request.user)
        done = ngettext("%(n)s participant was added.", "%(n)s participants were added.", number)
        messages.success(request, done % {"n": number})
        return redirect(workshop)
    return render(request, "training/participant_add.html", {"workshop": workshop, "formset": rows})


def _participant(request: HttpRequest, pk: int) -> Participant:
    """Return a participant the person sees and may change."""
    participant = get_object_or_404(
        Participant.objects.visible_to(request.user).select_related("workshop__area", "enterprise"), pk=pk
    )
    _refuse_others(request, participant.workshop)
    return participant


@require_http_methods(["GET", "POST"])
def participant_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Edit one participant."""
    participant = _participant(request, pk)
    workshop = participant.workshop
    form = ParticipantForm(
        request.POST or None,
        instance=participant,
        enterprises=Enterprise.objects.visible_to(request.user),
        by=request.user,
    )
    title = _("Edit the participant")
    return records.record_page(
        request, form, title=title, lead=str(workshop), done_url=workshop.get_absolute_url()
    )


@require_http_methods(["GET", "POST"])
def participant_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, then take a participant off the workshop."""
    participant = _participant(request, pk)
    if request.method == "POST":
        services.remove_participant(participant, by=request.user)
        messages.success(request, _("The participant was taken off."))
        return redirect(participant.workshop)
    return render(request, "training/participant_delete.html", {"participant": participant})
