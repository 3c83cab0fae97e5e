"""The list of suggestions."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from conftest import TODAY, assign
from enterprises.models import Programme, Role
from suggestions.models import Suggestion
from suggestions.tests.factories import DAY, make_suggestion, step
from training.models import CounsellingVisit, Module

URL = reverse("suggestions:list")


def titles(response):
    return [suggestion.title for suggestion in response.context["page_obj"]]


def count(response):
    shown = response.content.decode()
    assert f'data-count="{response.context["count"]}"' in shown
    return response.context["count"]


def test_it_shows_suggestions_newest_first(world, as_member):
    make_suggestion(world, title="Older")
    make_suggestion(world, title="Newer", on=DAY + timedelta(days=1))
    response = as_member.get(URL)
    assert titles(response) == ["Newer", "Older"]
    assert count(response) == 2
    assert "T01-S0001" in response.content.decode()


def test_it_says_what_will_appear_here(world, as_member):
    response = as_member.get(URL)
    assert "No suggestions here." in response.content.decode()
    assert count(response) == 0


def test_it_refuses_the_wrong_method(world, as_member):
    assert as_member.post(URL).status_code == 405


def test_it_asks_who_is_there(client, world):
    response = client.get(URL)
    assert response.status_code == 302
    assert reverse("accounts:login") in response["Location"]


@pytest.mark.parametrize("part", ["outsider", "administrator"])
def test_it_hides_other_enterprises(client, world, part):
    make_suggestion(world)
    client.force_login(getattr(world, part))
    assert count(client.get(URL)) == 0


@pytest.mark.parametrize("part", ["member", "leader", "consultant", "inspector", "authority", "staff"])
def test_everybody_who_sees_the_enterprise_sees_its_suggestions(client, world, part):
    make_suggestion(world)
    client.force_login(getattr(world, part))
    assert count(client.get(URL)) == 1


@pytest.mark.parametrize(
    ("part", "may"),
    [("member", True), ("consultant", True), ("inspector", False), ("authority", False), ("staff", False)],
)
def test_only_those_who_may_add_are_offered_to(client, world, part, may):
    client.force_login(getattr(world, part))
    assert (reverse("suggestions:add") in client.get(URL).content.decode()) is may


def test_void_suggestions_show_only_where_they_are_asked_for(world, as_member):
    make_suggestion(world)
    make_suggestion(world, "void", title="Twice")
    assert titles(as_member.get(URL)) == ["Move the guard rail"]
    assert titles(as_member.get(URL, {"status": "void"})) == ["Twice"]


def test_it_filters_by_status(world, as_member):
    for name in ("submitted", "deferred", "adopted", "implemented", "verified", "cancelled"):
        make_suggestion(world, name, title=name)
    expected = {
        "submitted": ["submitted"],
        "undecided": ["deferred", "submitted"],
        "done": ["implemented", "verified"],
        "verified": ["verified"],
        "rejected": [],
    }
    for status, found in expected.items():
        assert sorted(titles(as_member.get(URL, {"status": status}))) == found, status


def test_it_filters_by_category_module_and_visit(world, as_member):
    module = Module.objects.create(programme=world.programme, number=1, name_en="Cooperation")
    visit = CounsellingVisit.objects.create(
        enterprise=world.enterprise, due_on=DAY, planned_on=DAY, consultant=world.consultant
    )
    make_suggestion(world, title="A", category="safety", visit=visit)
    make_suggestion(world, title="B", category="quality", module=module)
    assert titles(as_member.get(URL, {"category": "safety"})) == ["A"]
    assert titles(as_member.get(URL, {"module": module.pk})) == ["B"]
    assert titles(as_member.get(URL, {"visit": visit.pk})) == ["A"]


def test_it_filters_by_the_day_of_submission_both_ends_included(world, as_member):
    for day in range(1, 6):
        make_suggestion(world, title=str(day), on=date(2017, 6, day))
    period = {"submitted_from": "2017-06-02", "submitted_until": "2017-06-04"}
    assert sorted(titles(as_member.get(URL, period))) == ["2", "3", "4"]


def test_it_filters_what_is_overdue(world, as_member):
    for title, due_on in (("late", TODAY - timedelta(days=1)), ("today", TODAY), ("open", None)):
        suggestion = make_suggestion(world, title=title)
        step(world, suggestion, "adopt", fields={"due_on": due_on})
    late = make_suggestion(world, title="done late")
    late = step(world, late, "adopt", on=DAY, fields={"due_on": DAY})
    step(world, late, "implement")
    response = as_member.get(URL, {"overdue": "on"})
    assert titles(response) == ["late"]
    assert "overdue" in response.content.decode()


def test_it_finds_words_and_numbers(world, as_member):
    make_suggestion(world, title="Lamp over press", text="Operators get a headache.")
    make_suggestion(world, title="更换防护栏", proposer="Wang Fang")
    expected = {
        "LAMP": ["Lamp over press"],
        "headache": ["Lamp over press"],
        "防护栏": ["更换防护栏"],
        "T01-S0002": ["更换防护栏"],
        "t01-s2": ["更换防护栏"],
        "T09-S0002": [],
        "Wang": ["更换防护栏"],
        "nothing like it": [],
    }
    for words, found in expected.items():
        assert titles(as_member.get(URL, {"q": words})) == found, words


def test_filters_work_together_and_stay_on_the_page(world, as_member):
    make_suggestion(world, title="A", category="safety")
    make_suggestion(world, "adopted", title="B", category="safety")
    response = as_member.get(URL, {"category": "safety", "status": "adopted", "q": "b"})
    assert titles(response) == ["B"]
    shown = response.content.decode()
    assert '<option value="safety" selected>' in shown
    assert "3 in use" in shown


def test_no_filter_in_use_is_not_counted(world, as_member):
    assert "in use" not in as_member.get(URL).content.decode()


def test_the_enterprise_is_asked_only_where_there_is_a_choice(client, world, second):
    client.force_login(world.member)
    assert 'name="enterprise"' not in client.get(URL).content.decode()
    client.force_login(world.consultant)
    assert 'name="enterprise"' in client.get(URL).content.decode()


def test_it_filters_by_enterprise(client, world, second):
    assign(world.member, Role.EIT_MEMBER, second)
    make_suggestion(world, title="First")
    make_suggestion(world, title="Second", enterprise=second)
    client.force_login(world.consultant)
    assert titles(client.get(URL, {"enterprise": second.pk})) == ["Second"]


@pytest.mark.parametrize("name", ["enterprise", "module"])
def test_choices_are_only_those_the_person_sees(client, world, second, name):
    elsewhere = Programme.objects.create(name_en="Elsewhere", launched_on=DAY)
    hidden = Module.objects.create(programme=elsewhere, number=1, name_en="Hidden module")
    client.force_login(world.consultant)
    response = client.get(URL, {"module": hidden.pk})
    assert "Hidden module" not in response.content.decode()
    assert response.context["filter"].form.errors


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("submitted_from", "19.12.2017"),
        ("status", "lost"),
        ("category", "x"),
        ("module", "x"),
        ("after", "x"),
    ],
)
def test_a_filter_that_makes_no_sense_is_kept_beside_a_sentence(world, as_member, name, value):
    make_suggestion(world)
    response = as_member.get(URL, {name: value})
    assert response.status_code == 200
    assert count(response) == 1
    if name != "after":
        assert response.context["filter"].form.errors[name]


def test_long_lists_come_in_pages_that_keep_the_filters(world, as_member):
    base = make_suggestion(world, category="safety")
    Suggestion.objects.bulk_create(
        Suggestion(enterprise=world.enterprise, number=number, title=str(number), submitted_on=DAY,
                   category="safety")
        for number in range(base.number + 1, 61)
    )  # fmt: skip
    response = as_member.get(URL, {"category": "safety"})
    page = response.context["page_obj"]
    assert (len(page), count(response)) == (50, 60)
    assert f"?category=safety&amp;after={page.after}" in response.content.decode()
    second = as_member.get(URL, {"category": "safety", "after": page.after}).context["page_obj"]
    assert (len(second), second.after) == (10, "")
    assert list(
        as_member.get(URL, {"category": "safety", "before": second.before}).context["page_obj"]
    ) == list(page)


def test_the_number_of_queries_does_not_grow(world, as_member, django_assert_max_num_queries):
    Suggestion.objects.bulk_create(
        Suggestion(enterprise=world.enterprise, number=number, title=str(number), submitted_on=DAY)
        for number in range(1, 51)
    )
    as_member.get(URL)
    with django_assert_max_num_queries(QUERIES):
        as_member.get(URL)


QUERIES = 25
"""Session, person, frame of the page (which other apps fill) and six of the list's own."""


def test_it_speaks_chinese(world, client):
    world.member.language = "zh-hans"
    world.member.save()
    client.force_login(world.member)
    assert 'lang="zh-Hans"' in client.get(URL).content.decode()
