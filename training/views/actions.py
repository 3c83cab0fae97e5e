"""Actions agreed during visits."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from score_mis.lib import dates, records
from score_mis.lib.workflow import TransitionError
from training import services
from training.forms.visits import ActionForm
from training.models import CounsellingVisit, VisitAction
from training.people import PAIR, TICKERS


def _refuse_others(request: HttpRequest, visit: CounsellingVisit, roles: frozenset[str]) -> None:
    """Let only those pass who hold one of the roles at the enterprise of the visit."""
    if not roles & visit.roles_of(request.user, dates.today()):
        raise PermissionDenied


def _action(request: HttpRequest, pk: int) -> VisitAction:
    """Return an action the person sees."""
    seen = VisitAction.objects.visible_to(request.user).select_related("visit__enterprise__area")
    return get_object_or_404(seen, pk=pk)


@require_http_methods(["GET", "POST"])
def action_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Add an agreed action to a logged visit."""
    seen = CounsellingVisit.objects.visible_to(request.user).select_related("enterprise__area")
    visit = get_object_or_404(seen, pk=pk)
    return _form(request, VisitAction(visit=visit), _("Add an agreed action"))


@require_http_methods(["GET", "POST"])
def action_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Edit an agreed action."""
    return _form(request, _action(request, pk), _("Edit the agreed action"))


def _form(request: HttpRequest, action: VisitAction, title: str) -> HttpResponse:
    visit = action.visit
    _refuse_others(request, visit, PAIR)
    try:
        services.refuse_unlogged(visit)
    except TransitionError as error:
        messages.error(request, str(error))
        return redirect(visit)
    form = ActionForm(request.POST or None, instance=action, today=dates.today(), by=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            form.save()
        except TransitionError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Saved."))
            return redirect(visit)
    changes = records.history(action) if action.pk else []
    return render(
        request,
        "training/action_form.html",
        {
            "form": form,
            "title": title,
            "lead": visit,
            "cancel_url": visit.get_absolute_url(),
            "changes": changes,
        },
    )


@require_POST
def action_tick(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that an action was done today, and go back to where the button was."""
    action = _action(request, pk)
    _refuse_others(request, action.visit, TICKERS)
    try:
        services.tick_action(action, by=request.user, on=dates.today())
    except TransitionError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Ticked as done: %(action)s") % {"action": action.text})
    back = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure()):
        return redirect(back)
    return redirect(action.visit)
