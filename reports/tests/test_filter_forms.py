"""Filter forms are written as strings; they say exactly what crispy would say."""

from html.parser import HTMLParser

import django_filters
import pytest
from crispy_forms.templatetags.crispy_forms_filters import as_crispy_form
from django import forms
from django.urls import reverse
from django.utils import translation

from accounts.models import User
from enterprises.models import Enterprise, Role
from score_mis.lib.filterform import fields_of
from training.models import Module

LISTS = {
    "suggestions:list": {"status": "done", "category": "safety", "q": '"><b>', "overdue": "on", "visit": "7"},
    "hazards:hazard_list": {"status": "open", "overdue": "yes", "since": "2017-06-01", "level": "major"},
    "hazards:check_list": {"performed_by": "joint", "until": "2017-06-01"},
    "training:visit_list": {"late": "on", "due_from": "2017-06-01", "module": "module"},
    "training:enrolment_list": {"status": "completed", "enterprise": "enterprise"},
    "training:workshop_list": {"kind": "training"},
    "enterprises:list": {"status": "in_programme", "q": "a & b"},
    "enterprises:person_list": {"role": "inspector", "is_active": "True"},
    "enterprises:area_list": {"level": "3"},
}


class Read(HTMLParser):
    """Tags with their attributes, and words, in their order; white space and the order of attributes say nothing."""

    def __init__(self, html):
        super().__init__()
        self.found = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, sorted(attrs)))

    def handle_endtag(self, tag):
        self.found.append(f"/{tag}")

    def handle_data(self, data):
        if data.strip():
            self.found.append(data.strip())


def read(html):
    return Read(html).found


@pytest.mark.parametrize("name", LISTS)
def test_a_filter_form_is_the_one_that_crispy_writes(pilot, client, name):
    user = User.objects.filter(assignments__role=Role.PROGRAMME_STAFF).first()
    client.force_login(user)
    known = {"module": Module.objects.first().pk, "enterprise": Enterprise.objects.first().pk}
    asked = {key: known.get(value, value) for key, value in LISTS[name].items()}
    for language in ("en", "zh-hans"):
        User.objects.filter(pk=user.pk).update(language=language)
        for query in ({}, asked):
            response = client.get(reverse(name), query)
            written = response.context["filter_fields"]
            assert written
            assert str(written) in response.content.decode()
            with translation.override(language):
                assert read(written) == read(as_crispy_form(response.context["filter"].form))


def test_what_is_wrong_is_said_by_crispy(pilot, client):
    client.force_login(User.objects.filter(assignments__role=Role.PROGRAMME_STAFF).first())
    response = client.get(reverse("suggestions:list"), {"submitted_from": "no day"})
    assert response.context["filter_fields"] == ""
    assert "is-invalid" in response.content.decode()


@pytest.mark.parametrize(
    "filter_",
    [
        django_filters.CharFilter(widget=forms.Textarea()),
        django_filters.CharFilter(required=True),
        django_filters.MultipleChoiceFilter(choices=[("a", "A")], widget=forms.CheckboxSelectMultiple()),
    ],
)
def test_other_fields_are_left_to_crispy(filter_):
    kind = type("Asking", (django_filters.FilterSet,), {"x": filter_})
    assert fields_of(kind({"x": "a"}, User.objects.none()).form) == ""


def test_help_is_written_too():
    filters = {
        "x": django_filters.CharFilter(label="X", help_text="Say it."),
        "y": django_filters.BooleanFilter(label="Y", help_text="Tick it.", widget=forms.CheckboxInput()),
    }
    form = type("Asking", (django_filters.FilterSet,), filters)({"x": "a"}, User.objects.none()).form
    assert read(fields_of(form)) == read(as_crispy_form(form))
