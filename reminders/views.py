"""What mail went out, what mail a person wishes, and the page behind the link in each mail."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from enterprises.models import Reach, Role
from enterprises.staff import is_staff, manages, people_within, staff_reach
from reminders import unsubscribing
from reminders.filters import MessageFilter
from reminders.forms import WishForm
from reminders.models import Message, Round, Wish
from reminders.rows import message_table
from score_mis.lib import dates
from score_mis.lib.records import history, record_page
from score_mis.lib.totals import listing


@require_safe
def message_list(request: HttpRequest) -> HttpResponse:
    """Every message with its outcome; for administrators, and for staff those to people within reach."""
    today = dates.today()
    rows = Message.objects.visible_to(request.user, today).for_list()
    filtered = MessageFilter(request.GET, rows, request=request)
    context = listing(request, filtered.qs, filterset=filtered)
    context["table"] = message_table(context["page_obj"], is_staff=is_staff(request.user))
    context["rounds"] = Round.objects.all()[:1]
    return render(request, "reminders/message_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def mine(request: HttpRequest) -> HttpResponse:
    """What mail the signed-in person wishes."""
    return _wishes(request, request.user, title=_("Mail to me"), cancel_url=reverse("reports:home"))


@require_http_methods(["GET", "HEAD", "POST"])
def of_person(request: HttpRequest, pk: int) -> HttpResponse:
    """What mail another person wishes; for programme staff who manage the account."""
    today = dates.today()
    reach = staff_reach(request.user, today)
    person = get_object_or_404(people_within(reach, today), pk=pk)
    if not manages(reach, person, today):
        raise PermissionDenied
    back = reverse("enterprises:person_detail", args=[pk])
    return _wishes(request, person, title=_("Mail to this person"), cancel_url=back)


def _wishes(request: HttpRequest, person: User, *, title: str, cancel_url: str) -> HttpResponse:
    wish = Wish.objects.filter(person=person).first() or Wish(person=person)
    told = {Role.INSPECTOR, Role.AUTHORITY} & Reach.of(person, dates.today()).roles
    form = WishForm(
        request.POST if request.method == "POST" else None, instance=wish, is_told_of_hazards=bool(told)
    )
    context: dict[str, Any] = {
        "person": person,
        "cancel_url": cancel_url,
        "changes": history(wish) if wish.pk else [],
    }
    return record_page(
        request,
        form,
        title=title,
        lead=str(person),
        done_url=request.path,
        template="reminders/wishes.html",
        context=context,
    )


def _speak_to(person: User, request: HttpRequest) -> None:
    """Use the person's language, unless somebody is signed in or has chosen one here."""
    if not request.user.is_authenticated and settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
        translation.activate(person.language)
        request.LANGUAGE_CODE = translation.get_language()


@login_not_required
@csrf_exempt  # the signed link is the proof; mail programs post to it without any page (RFC 8058)
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Stop a kind of mail without signing in: the link shows a page, its button does it, and another undoes it."""
    found = unsubscribing.read(token)
    if found is None:
        return render(request, "reminders/stop.html", {"person": None}, status=404)
    person, kind = found
    _speak_to(person, request)
    is_done = request.method == "POST"
    wished = request.POST.get("again") == "on"
    if is_done:
        unsubscribing.set_wish(person, kind, wished)
    context = {"person": person, "kind": kind, "is_done": is_done, "wished": wished}
    return render(request, "reminders/stop.html", context)
