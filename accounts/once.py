"""Forms are taken once, however often they arrive: twice by a double tap, again by a phone that got no answer.

A form joins by the template tag `{% submission %}`: a UUID made when it is opened, and for whom. The middleware calls
the view inside one transaction with a row of `Submission`. The same UUID with the same content gets the same answer
again, with other content 409 and both versions. A form is taken when the view sends the reader on (a redirect) and
says nothing of an error; everything else leaves no row, so that a mended form may carry the same UUID.

What was not even looked at (the session has ended, the secret of the page is old) says so in the header X-Not-Taken:
the phone keeps the form and sends it later.

A phone that sends what it kept asks for JSON: {"taken", "record", "told"}; 409 {"conflict", "sentence", "taken",
"sent"}; 422 {"refused"} or, where a form has errors, 422 with the page.
"""

import hashlib
import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import BadRequest
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.models import Submission
from accounts.once_words import labels

KEY = "submission"
BY = "submission_by"
WHOLE = "submission_whole"
ENVELOPE = frozenset({"csrfmiddlewaretoken", KEY, BY, WHOLE, "looked_at"})
"""Fields around what was typed: a page may fill them at any moment, also between two taps on its button."""
NEVER_KEPT = frozenset({"password", "proposer"})
"""Secrets, and a name that an anonymous suggestion does not keep either; in rows of a form too (`row-0-proposer`)."""
LONGEST = 500

View = Callable[[], HttpResponse]
Told = list[tuple[int, str]]


@dataclass(frozen=True)
class Sent:
    """What arrived: the form's UUID, where it was sent to, the hash of its content, its texts without secrets."""

    key: uuid.UUID
    path: str
    digest: str
    typed: dict[str, list[str]]

    @classmethod
    def of(cls, request: HttpRequest) -> "Sent":
        """Read a request; BadRequest where the UUID is none. An empty field is the same as none: browsers differ."""
        try:
            key = uuid.UUID(request.POST[KEY])
        except ValueError as error:
            raise BadRequest(_("The form has a broken number.")) from error
        texts = {
            name: [text.replace("\r\n", "\n") for text in values]
            for name, values in request.POST.lists()
            if name not in ENVELOPE and any(values)
        }
        files = {name: [_digest_of(file) for file in found] for name, found in request.FILES.lists()}
        path = request.get_full_path()
        whole = json.dumps([path, texts, files], sort_keys=True).encode()
        typed = {
            name: [text.replace("\x00", "") for text in values]
            for name, values in texts.items()
            if name.rpartition("-")[2] not in NEVER_KEPT
        }
        return cls(key, path, hashlib.sha256(whole).hexdigest(), typed)


def _digest_of(file: Any) -> str:
    """The hash of an upload, which is left at its beginning."""
    found = hashlib.sha256()
    for chunk in file.chunks():
        found.update(chunk)
    file.seek(0)
    return found.hexdigest()


class OnceMiddleware:
    """Takes forms once, and tells the service worker whose page this is and whether to keep it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        person: Any = request.user
        if request.method == "POST":
            return _not_looked_at(request, response)
        if request.method == "GET" and response.status_code == 200 and person.is_authenticated:
            response.headers["X-Person"] = str(person.pk)
            match = request.resolver_match
            if match is not None and match.view_name in settings.KEPT_OFFLINE:
                response.headers["X-Keep"] = "1"
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Stand in for the view where a form carries its UUID; after the checks of CSRF and sign-in."""
        if request.method != "POST" or KEY not in request.POST or not request.user.is_authenticated:
            return None
        return once(request, partial(view, request, *args, **kwargs))


def _not_looked_at(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Mark answers that came before any view: the session has ended, or the secret of the page is old."""
    if response.status_code == 302 and KEY in request.POST and not request.user.is_authenticated:
        response = _signed_out(request)
    elif response.status_code != 403 or getattr(request, "csrf_processing_done", False):
        return response
    response.headers["X-Not-Taken"] = "1"
    return response


def _signed_out(request: HttpRequest) -> HttpResponse:
    """Say that nothing was saved, instead of a sign-in page that lets what was typed be forgotten."""
    sentence = _(
        "You are signed out, so nothing was saved. Go back to see what you typed; sign in to send it."
    )
    if _wants_json(request):
        return JsonResponse({"signed_out": True, "sentence": sentence}, status=401)
    context = {"sentence": sentence, "address": request.get_full_path()}
    return render(request, "accounts/conflict.html", context, status=401)


def once(request: HttpRequest, view: View) -> HttpResponse:
    """Let the view take the form, or answer as it did when it took it."""
    sent = Sent.of(request)
    if request.POST.get(BY) not in (None, str(request.user.pk)):
        return _of_somebody_else(request)
    known = Submission.objects.filter(pk=sent.key).first()
    if known is None:
        known, response = _take(request, sent, view)
        if response is not None:
            return _first_answer(request, known, response)
    return _again(request, known, sent)


def _take(request: HttpRequest, sent: Sent, view: View) -> tuple[Any, HttpResponse | None]:
    """Call the view in one transaction with the row of the form; no response where another request was first.

    The row comes first: a second request with the same UUID waits for it until this one is done.
    """
    person: Any = request.user
    with transaction.atomic():
        row, is_new = Submission.objects.get_or_create(
            uuid=sent.key,
            defaults={
                "person": person,
                "path": sent.path[:LONGEST],
                "digest": sent.digest,
                "typed": sent.typed,
            },
        )
        if not is_new:
            return row, None
        response = view()
        told = _told(request)
        if is_taken(response, told):
            row.record_url, row.told = response["Location"], told
            row.save()
            return row, response
        row.delete()
    return None, response


def is_taken(response: HttpResponse, told: Told) -> bool:
    """Whether the view did what was asked: it sends the reader on, and not with an error."""
    return response.status_code == 302 and not any(level >= messages.ERROR for level, _text in told)


def _told(request: HttpRequest) -> Told:
    """The messages that this request has added."""
    storage: Any = messages.get_messages(request)
    return [(message.level, str(message.message)) for message in storage._queued_messages]


def _wants_json(request: HttpRequest) -> bool:
    """Whether a phone sends what it kept; nobody looks at a page then."""
    return request.headers.get("Accept") == "application/json"


def _silence(request: HttpRequest) -> None:
    """Nobody is there to read the messages of this request: they are in the answer."""
    storage: Any = messages.get_messages(request)
    storage._queued_messages.clear()


def _first_answer(request: HttpRequest, row: Submission | None, response: HttpResponse) -> HttpResponse:
    if not _wants_json(request):
        return response
    told = _told(request)
    _silence(request)
    if row is not None:
        return _taken(row)
    if response.status_code == 302:
        return JsonResponse({"refused": [text for _level, text in told]}, status=422)
    if response.status_code == 200:
        response.status_code = 422
    return response


def _taken(row: Submission) -> JsonResponse:
    return JsonResponse(
        {"taken": True, "record": row.record_url, "told": [text for _level, text in row.told]}
    )


def _again(request: HttpRequest, row: Submission, sent: Sent) -> HttpResponse:
    """The same answer to the same form; a conflict to anything else."""
    if row.person_id != request.user.pk or row.digest != sent.digest:
        return _conflict(request, row if row.person_id == request.user.pk else None, sent)
    if _wants_json(request):
        return _taken(row)
    for level, text in row.told:
        messages.add_message(request, level, text)
    return redirect(row.record_url)


def _conflict(request: HttpRequest, row: Submission | None, sent: Sent) -> HttpResponse:
    """Refuse another version of a form that was taken, and show both; nobody sees what somebody else sent."""
    sentence = _("This form was already taken, with other content. Nothing was changed.")
    match = request.resolver_match
    before = row.typed if row else {}
    names = sorted({*sent.typed, *before})
    words = labels(names, match.app_name, match.func) if match else labels(names, "")
    if _wants_json(request):
        taken = row and {"typed": row.typed, "at": row.taken_at.isoformat(), "record": row.record_url}
        found = {"conflict": True, "sentence": sentence, "taken": taken, "sent": sent.typed, "labels": words}
        return JsonResponse(found, status=409)
    both = [(word, before.get(name, []), sent.typed.get(name, [])) for name, word in words.items()]
    different = [(name, one, other) for name, one, other in both if one != other]
    context = {"sentence": sentence, "taken": row, "different": different, "address": sent.path}
    return render(request, "accounts/conflict.html", context, status=409)


def _of_somebody_else(request: HttpRequest) -> HttpResponse:
    """Refuse a form that was opened for another person."""
    sentence = _("This form was opened by another person. Nothing was saved; open it again.")
    if _wants_json(request):
        return JsonResponse({"other_person": True, "sentence": sentence}, status=409)
    context = {"sentence": sentence, "address": request.get_full_path()}
    return render(request, "accounts/conflict.html", context, status=409)
