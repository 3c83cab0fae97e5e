"""What a phone needs to keep forms and send them: the service worker, who is signed in, the page of the outbox."""

import json
import uuid
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.models import Submission
from score_mis.lib.release import release

SHELL = (
    "css/bootstrap.min.css",
    "score/css/app.css",
    "score/js/app.js",
    "score/js/outbox.js",
    "score/js/entries.js",
    "score/img/icon.svg",
)
"""Files that every kept page needs; they come with the worker."""
PARTS = (
    "score/css/slips.css",
    "score/js/check.js",
    "score/js/photos.js",
    "score/js/pile.js",
    "score/js/similar.js",
    "score/js/visit.js",
)
"""Files that some kept pages need; they are kept with the first page that names them."""
SCRIPTS = ("score/js/outbox.js", "score/js/worker.js")
MOST_ASKED = 100


@login_not_required
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """What waits on this phone; the same page for everybody, filled by its script."""
    return render(request, "accounts/outbox.html")


@login_not_required
@require_safe
@never_cache
def who(request: HttpRequest) -> JsonResponse:
    """Who is signed in, the secret their forms need, and which of the `?taken=` UUIDs were taken from them."""
    person: Any = request.user
    asked = []
    for text in request.GET.get("taken", "").split(",")[:MOST_ASKED]:
        try:
            asked.append(uuid.UUID(text))
        except ValueError:
            continue
    taken = []
    if asked and person.is_authenticated:
        rows = Submission.objects.filter(pk__in=asked, person=person)
        taken = [str(key) for key in rows.values_list("pk", flat=True)]
    return JsonResponse(
        {
            "person": str(person.pk) if person.is_authenticated else "",
            "token": get_token(request),
            "taken": taken,
        }
    )


@login_not_required
@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker of this release: a new release is a new worker, and so a new shell."""
    names = {
        "RELEASE": release(),
        "SHELL": [static(name) for name in SHELL],
        "PARTS": [static(name) for name in PARTS],
        "OUTBOX": reverse("accounts:outbox"),
        "SIGN_OUT": reverse("accounts:logout"),
    }
    lines = [f"const {name} = {json.dumps(value)};" for name, value in names.items()]
    scripts = ", ".join(json.dumps(f"{static(name)}?{release()}") for name in SCRIPTS)
    lines.append(f"importScripts({scripts});")
    headers = {"Cache-Control": "no-cache"}
    return HttpResponse("\n".join(lines) + "\n", content_type="text/javascript", headers=headers)
