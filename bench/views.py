"""Pages to compare with: an empty one, an empty one in the site's frame, and a funnel counted from the records."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import engines

from bench.works import CATEGORIES, STAGES, funnel_by_sql


def hello(request: HttpRequest) -> HttpResponse:
    """Nothing, for somebody who is signed in."""
    return HttpResponse(f"{request.user.pk}")


def frame(request: HttpRequest) -> HttpResponse:
    """The site's frame (programme, navigation) around nothing."""
    return render(request, "base.html")


LIVE = """{% extends "base.html" %}{% block content %}<table>{% for name, row in rows %}<tr><td>{{ name }}</td>
{% for n in row %}<td>{{ n }}</td>{% endfor %}</tr>{% endfor %}</table>{% endblock %}"""


def live(request: HttpRequest) -> HttpResponse:
    """The suggestion funnel by category, counted by SQL while the reader waits."""
    found = funnel_by_sql()
    rows = [(name, [found.get((name, stage), 0) for stage in STAGES]) for name in CATEGORIES]
    return HttpResponse(engines["django"].from_string(LIVE).render({"rows": rows}, request))
