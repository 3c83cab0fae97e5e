"""One suggestion: what its page tells and offers."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from conftest import TODAY
from score_mis.lib import workflow
from suggestions.tests.factories import DAY, TO_STATUS, accepted_photo, make_suggestion, step
from training.models import CounsellingVisit


def page(client, suggestion, who):
    client.force_login(who)
    return client.get(suggestion.get_absolute_url())


def text(response):
    return re.sub(r"\s+", " ", response.content.decode())


def test_it_tells_the_facts(client, world):
    visit = CounsellingVisit.objects.create(
        enterprise=world.enterprise, due_on=DAY, planned_on=DAY, consultant=world.consultant
    )
    suggestion = make_suggestion(
        world, text="Sparks reach the door.", category="safety", proposer="Wang Fang", proposer_role="frontline",
        proposer_sex="female", department="Press shop", team=world.team, visit=visit, saving_estimated=1200,
    )  # fmt: skip
    shown = text(page(client, suggestion, world.member))
    for fact in (
        "T01-S0001", "Sparks reach the door.", "safety and health", "Wang Fang", "front-line worker", "female",
        "Press shop", "EIT", "1,200.00 CNY", "1 June 2017", visit.get_absolute_url(),
    ):  # fmt: skip
        assert fact in shown, fact


@pytest.mark.parametrize("status", TO_STATUS)
def test_every_state_has_a_page(client, world, status):
    suggestion = make_suggestion(world, status)
    response = page(client, suggestion, world.authority)
    assert response.status_code == 200
    assert str(suggestion.status_label) in text(response)


def test_the_proposer_finds_the_answer(client, world):
    suggestion = make_suggestion(world, on=DAY)
    assert "No answer yet; waiting for 201 days." in text(page(client, suggestion, world.member))
    fields = {"decision_reason": "Thank you; the guard is ordered."}
    suggestion = step(world, suggestion, "adopt", on=DAY + timedelta(days=3), fields=fields)
    shown = text(page(client, suggestion, world.member))
    assert "Thank you; the guard is ordered." in shown
    assert "answered after 3 days" in shown


def test_an_anonymous_proposer_stays_anonymous(client, world):
    suggestion = make_suggestion(world, proposer="Wang Fang")
    suggestion = step(
        world, suggestion, "edit", fields={"title": "Rail", "proposer": "", "is_anonymous": True}
    )
    shown = text(page(client, suggestion, world.leader))
    assert "anonymous" in shown
    assert "Wang Fang" not in shown


def test_photos_stand_side_by_side(client, world):
    suggestion = step(world, make_suggestion(world, photo=accepted_photo()), "adopt")
    suggestion = step(world, suggestion, "implement", photos=[accepted_photo()])
    shown = text(page(client, suggestion, world.member))
    for photo in suggestion.photos.all():
        assert f'src="{reverse("suggestions:photo", args=[photo.key])}"' in shown


def test_no_photos_no_heading(client, world):
    assert "Photos" not in text(page(client, make_suggestion(world), world.member))


def test_a_placeholder_is_marked(client, world):
    suggestion = make_suggestion(world, photo=accepted_photo())
    suggestion.photos.update(is_placeholder=True)
    assert "Placeholder, no real photo." in text(page(client, suggestion, world.member))


@pytest.mark.parametrize(
    ("part", "moves"),
    [
        ("leader", ["adopt", "defer", "reject", "withdraw", "edit", "void"]),
        ("member", ["withdraw", "edit"]),
        ("consultant", ["edit", "void"]),
        ("staff", ["void"]),
        ("inspector", []),
        ("authority", []),
    ],
)
def test_the_buttons_are_what_the_person_may_do(client, world, part, moves):
    suggestion = make_suggestion(world)
    response = page(client, suggestion, getattr(world, part))
    assert [button["move"] for button in response.context["moves"]] == moves
    for button in response.context["moves"]:
        assert client.get(button["url"]).status_code == 200


def test_the_history_tells_every_step(client, world):
    suggestion = step(
        world, make_suggestion(world), "edit", fields={"title": "Renew it", "category": "safety"}
    )
    suggestion = step(world, suggestion, "defer", on=DAY, reason="Ask the electrician")
    suggestion = step(world, suggestion, "adopt", on=TODAY, fields={"due_on": TODAY, "cost": 1200})
    change = suggestion.changes.get(move="adopt")
    workflow.correct(change, by=world.leader, today=TODAY, on=DAY, reason="It was the same day")
    shown = text(page(client, suggestion, world.leader))
    assert "Ask the electrician" in shown
    assert "Title:</span> Move the guard rail → Renew it" in shown
    assert "– → safety and health" in shown
    assert "– → 19 December 2017" in shown
    assert "It was the same day" in shown
    assert "Replaced by a correction" in shown
    assert f"entered {TODAY.day} December 2017" in shown


def test_only_some_roles_are_offered_to_correct(client, world):
    suggestion = make_suggestion(world)
    address = reverse("suggestions:correct", args=[suggestion.pk, suggestion.changes.get().pk])
    assert address in text(page(client, suggestion, world.consultant))
    assert address not in text(page(client, suggestion, world.member))


def test_it_says_what_is_overdue(client, world):
    suggestion = step(world, make_suggestion(world), "adopt", fields={"due_on": TODAY - timedelta(days=1)})
    assert "overdue" in text(page(client, suggestion, world.member))


def test_what_people_typed_is_never_markup(client, world):
    suggestion = make_suggestion(
        world, title="<script>alert(1)</script>", text="<b>bold</b>", proposer="<i>x</i>"
    )
    shown = text(page(client, suggestion, world.member))
    assert "<script>alert" not in shown
    assert "<b>bold" not in shown
    assert "<i>x" not in shown


@pytest.mark.parametrize("part", ["outsider", "administrator"])
def test_it_hides_other_enterprises(client, world, part):
    assert page(client, make_suggestion(world), getattr(world, part)).status_code == 404


def test_it_refuses_the_wrong_method(client, world):
    client.force_login(world.member)
    assert client.post(make_suggestion(world).get_absolute_url()).status_code == 405


def test_a_long_history_costs_no_more_queries(client, world, django_assert_max_num_queries):
    suggestion = make_suggestion(world, "adopted")
    for number in range(12):
        suggestion = step(world, suggestion, "assign", fields={"owner": f"Ms Li {number}"})
    page(client, suggestion, world.leader)
    with django_assert_max_num_queries(30):
        client.get(suggestion.get_absolute_url())
