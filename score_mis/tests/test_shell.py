"""The frame of every page and its shared pieces, rendered alone."""

from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.http import HttpResponse
from django.template import Context
from django.template.loader import get_template
from django.test import RequestFactory
from django.urls import include, path
from django.utils import translation

from score_mis.lib.keyset import Page

STATIC = Path(__file__).resolve().parent.parent.parent / "static" / "score"


def nowhere(request):
    return HttpResponse()


accounts = [
    path(f"{name}/", nowhere, name=name) for name in ("language", "login", "logout", "outbox", "worker")
]
reminders = [path("mail/", nowhere, name="mine")]
urlpatterns = [
    path("accounts/", include((accounts, "accounts"))),
    path("reminders/", include((reminders, "reminders"))),
]
pytestmark = pytest.mark.urls("score_mis.tests.test_shell")


class HazardForm(forms.Form):
    finding = forms.CharField(label="What is wrong")
    level = forms.ChoiceField(label="Level", choices=[("g", "General")], widget=forms.RadioSelect)
    key = forms.CharField(widget=forms.HiddenInput)

    def clean(self):
        raise forms.ValidationError("The enterprise has left the programme.")


def render(name, address="/hazards/?area=110111&status=open", **context):
    """The template alone: no context processors, so no database."""
    request = RequestFactory().get(address)
    scene = Context({"request": request, **context})
    scene.request = request
    return get_template(name).template.render(scene)


def place(label, *, active=False, phone=True, badge=None):
    return {
        "url": f"/{label}/",
        "label": label,
        "icon": "home",
        "active": active,
        "phone": phone,
        "badge": badge,
    }


def page(**context):
    signed_in = {
        "user": SimpleNamespace(is_authenticated=True, pk=1),
        "navigation": [place("Home", active=True), place("Hazards", badge=3), place("Training", phone=False)],
        "role_labels": ["Programme officer"],
        "programme": SimpleNamespace(name_en="Fangshan pilot", name_zh="房山试点", is_generated=True),
    }
    return render(
        "_form_page.html", **{"title": "Record a hazard", "form": HazardForm(), **signed_in, **context}
    )


def test_the_page_says_its_language():
    assert '<html lang="en">' in page()
    with translation.override("zh-hans"):
        assert '<html lang="zh-Hans">' in page()


def test_the_title_begins_with_error_only_where_there_is_one():
    assert "<title>Record a hazard" in page()
    assert "<title>Error: Record a hazard" in page(form=HazardForm({}))


def test_the_notice_stands_on_generated_programmes_only():
    notice = "Generated records; only the totals are published."
    assert notice in page()
    assert notice not in page(programme=SimpleNamespace(name_en="Real", name_zh="", is_generated=False))
    assert notice not in page(programme=None)


def test_the_language_switch_comes_back_to_the_same_page():
    html = page()
    assert 'name="next" value="/hazards/?area=110111&amp;status=open"' in html
    assert 'name="language" value="zh-hans"' in html
    assert 'action="/accounts/language/"' in html


def test_the_place_where_one_is_and_what_waits_are_told():
    html = page()
    assert html.count('aria-current="page"') == 3
    assert '<span class="count">3<span class="visually-hidden"> waiting</span></span>' in html


def test_the_bottom_bar_holds_the_places_for_phones():
    bar = page().split('<nav class="bottom')[1]
    assert "/Hazards/" in bar
    assert "/Training/" not in bar


def test_a_stranger_sees_no_navigation_and_no_sign_out():
    html = page(navigation=[], user=SimpleNamespace(is_authenticated=False))
    assert "<nav" not in html
    assert "/accounts/logout/" not in html


def test_the_error_summary_links_to_each_field():
    html = render("_error_summary.html", form=HazardForm({}))
    assert 'href="#id_finding"' in html
    assert 'href="#div_id_level"' in html
    assert "<li>The enterprise has left the programme.</li>" in html
    assert "<li>This field is required.</li>" in html


def test_the_error_summary_names_the_rows_of_a_formset():
    data = {"form-TOTAL_FORMS": "2", "form-INITIAL_FORMS": "0", "form-1-finding": "Open panel"}
    formset = forms.formset_factory(HazardForm)(data)
    html = render("_error_summary.html", form=None, formset=formset)
    assert 'href="#id_form-1-level">2 · Level' in html or 'href="#div_id_form-1-level">2 · Level' in html


def test_no_error_no_summary():
    assert render("_error_summary.html", form=HazardForm()).strip() == ""


@pytest.mark.parametrize("laid_out", [False, True])
def test_an_error_of_the_whole_form_is_written_once_and_its_key_is_sent(laid_out):
    form = HazardForm({})
    if laid_out:
        form.helper = FormHelper()
        form.helper.form_tag = False
        form.helper.layout = Layout("finding", "level", "key")
    html = page(form=form, csrf_token="k" * 64)
    assert html.count("The enterprise has left the programme.") == 1
    assert html.count("<form") == 3
    assert html.count('name="csrfmiddlewaretoken"') == 3


def test_a_form_page_sends_its_key_and_files():
    class PhotoForm(forms.Form):
        photo = forms.FileField()

    html = page(form=PhotoForm(), csrf_token="k" * 64, cancel_url="/back/")
    assert html.count('name="csrfmiddlewaretoken"') == 3
    assert 'enctype="multipart/form-data"' in html
    assert 'href="/back/"' in html


def test_pages_of_a_list_keep_the_filters():
    address = "/hazards/?area=110111&after=here"
    html = render("_pagination.html", address, page_obj=Page([1], before="first", after="last"))
    assert 'rel="first" href="?area=110111"' in html
    assert 'rel="prev" href="?area=110111&amp;before=first"' in html
    assert 'rel="next" href="?area=110111&amp;after=last"' in html
    assert html.count("<a ") == 3


def test_the_ends_of_a_list_lead_one_way_only():
    assert render("_pagination.html", page_obj=Page([1], after="last")).count("<a ") == 1
    assert render("_pagination.html", page_obj=Page([1], before="first")).count("<a ") == 2


def test_a_short_list_has_no_pages():
    assert render("_pagination.html", page_obj=Page([1, 2, 3])).strip() == ""


@pytest.mark.parametrize("tone", ["ok", "warn", "bad", "idle"])
def test_a_status_is_icon_word_and_colour(tone):
    html = render("_status.html", label="Rectified", tone=tone)
    assert f"tag-{tone}" in html
    assert "<svg" in html
    assert "Rectified" in html


def test_a_fact_that_is_missing_is_said_to_be_missing_and_zero_is_not():
    html = render("_facts.html", facts=[("Responsible", None), ("Workers", 0)])
    assert html.count("not recorded") == 1
    assert "0" in html.split("Workers")[1]


def test_the_history_shows_both_dates_who_why_and_what_was_corrected():
    change = {
        "move_label": "Verify",
        "source_label": "Rectified",
        "target_label": "Verified",
        "happened_on": date(2017, 12, 18),
        "entered_at": datetime(2017, 12, 19, 6, 5, tzinfo=UTC),
        "by": "Wang Fang",
        "reason": "Guard seen in place.",
        "details_list": [("Verified by", "Wang Fang")],
    }
    changes = [
        {
            **change,
            "pk": 2,
            "superseded": False,
            "supersedes_id": 1,
            "can_correct": True,
            "correct_url": "/c/2/",
        },
        {**change, "pk": 1, "superseded": True, "supersedes_id": None, "can_correct": False},
    ]
    html = render("_history.html", changes=changes)
    assert "18 December 2017" in html
    assert "entered 19 December 2017, 14:05 by Wang Fang" in html
    assert "Guard seen in place." in html
    assert 'href="#change-1"' in html
    assert html.count("<s>") == 1
    assert html.count("/c/2/") == 1


def test_moves_are_links_in_their_style():
    html = render("_moves.html", moves=[{"url": "/v/", "label": "Void", "style": "danger"}])
    assert '<a class="btn btn-danger" href="/v/">Void</a>' in html


@pytest.mark.parametrize("name", ["400.html", "500.html"])
def test_the_page_of_a_failure_needs_nothing(name):
    assert "<h1>" in get_template(name).template.render(Context())


@pytest.mark.parametrize("name", ["403.html", "404.html", "403_csrf.html", "registration/locked.html"])
def test_the_page_of_a_refusal_needs_no_person(name):
    assert "<h1>" in render(name)


@pytest.mark.parametrize(
    ("name", "most"),
    [
        ("css/app.css", 12 * 1024),
        ("css/charts.css", 2 * 1024),
        ("css/month.css", 1024),
        ("css/slips.css", 1024),
        ("js/app.js", 6 * 1024),
    ],
)
def test_our_own_files_stay_small(name, most):
    assert (STATIC / name).stat().st_size <= most
