"""The pages of moves: editing, deciding, carrying out, correcting."""

import pytest
from django.urls import reverse

from conftest import START, TODAY
from enterprises.models import Team
from score_mis.lib import workflow
from suggestions.models import Suggestion
from suggestions.tests.factories import DAY, accepted_photo, make_suggestion, step, upload
from suggestions.workflow import SUGGESTION


def move_url(suggestion, move):
    return reverse("suggestions:move", args=[suggestion.pk, move])


def edit_url(suggestion):
    return reverse("suggestions:edit", args=[suggestion.pk])


def fresh(suggestion):
    return Suggestion.objects.get(pk=suggestion.pk)


def told(response):
    return [str(message) for message in response.context["messages"]]


@pytest.mark.parametrize("move", ["verify", "send_back"])
def test_photos_of_before_and_after_stand_beside_the_judgement(client, world, move):
    suggestion = step(world, make_suggestion(world, photo=accepted_photo()), "adopt")
    suggestion = step(world, suggestion, "implement", photos=[accepted_photo(), accepted_photo()])
    client.force_login(world.consultant)
    shown = client.get(move_url(suggestion, move)).content.decode()
    before, after = shown.split(">After</h3>")
    for photo in suggestion.photos.all():
        assert photo.key in (before if photo.kind == "before" else after)


def test_a_move_is_made_and_said(world, as_leader):
    suggestion = make_suggestion(world)
    given = {
        "decision_reason": "Thank you",
        "owner": "Li Na",
        "due_on": "2018-01-10",
        "happened_on": "2017-12-18",
    }
    response = as_leader.post(move_url(suggestion, "adopt"), given, follow=True)
    assert told(response) == ["Saved: adopted."]
    suggestion = fresh(suggestion)
    assert (suggestion.status, str(suggestion.adopted_on), suggestion.owner) == (
        "adopted",
        "2017-12-18",
        "Li Na",
    )


def test_who_answers_sees_what_was_proposed_and_the_other_answers(world, as_leader):
    suggestion = make_suggestion(
        world, text="It is hard to see.", department="Hall 2", photo=accepted_photo()
    )
    page = as_leader.get(move_url(suggestion, "adopt")).content.decode()
    assert "It is hard to see." in page
    assert page.count("Hall 2") == 1
    assert reverse("suggestions:photo", args=[suggestion.photos.get().key]) in page
    assert move_url(suggestion, "reject") in page
    assert move_url(suggestion, "defer") in page
    page = as_leader.get(move_url(make_suggestion(world, "deferred"), "adopt")).content.decode()
    assert "/reject/" in page
    assert "/defer/" not in page


@pytest.mark.parametrize(("move", "source"), [
    (row.move, source) for row in SUGGESTION.rows for source in sorted(row.sources) if source
])  # fmt: skip
def test_every_move_has_a_page_for_those_who_may(world, client, move, source):
    suggestion = make_suggestion(world, source)
    by = world.consultant if move in ("verify", "send_back") else world.leader
    client.force_login(by)
    response = client.get(move_url(suggestion, move))
    assert response.status_code == 200
    row = SUGGESTION.row(move, source)
    shown = set(response.context["form"].fields)
    assert shown >= set(row.fields)
    assert ("reason" in shown) is row.reason
    assert ("happened_on" in shown) is row.is_event
    assert ("photo" in shown) is bool(row.photo)


@pytest.mark.parametrize(
    ("move", "values", "field"),
    [
        ("adopt", {"happened_on": "2017-05-31"}, "happened_on"),
        ("adopt", {"happened_on": "2017-12-20"}, "happened_on"),
        ("adopt", {"cost": "-5"}, "cost"),
        ("adopt", {"cost": "dear"}, "cost"),
        ("defer", {"reason": " "}, "reason"),
        ("reject", {"decision_reason": ""}, "decision_reason"),
        ("edit", {"title": ""}, "title"),
    ],
)
def test_bad_input_stays_on_the_page_beside_a_sentence(world, as_leader, move, values, field):
    suggestion = make_suggestion(world)
    response = as_leader.post(move_url(suggestion, move), {"happened_on": "2017-12-18"} | values)
    assert response.status_code == 200
    assert list(response.context["form"].errors) == [field]
    assert fresh(suggestion).status == "submitted"
    assert suggestion.changes.count() == 1


def test_the_result_comes_with_a_photo(world, as_leader):
    suggestion = make_suggestion(world, "adopted")
    given = {"saving_actual": "800", "happened_on": "2017-12-18", "photo": upload("after.png", kind="PNG")}
    as_leader.post(move_url(suggestion, "implement"), given)
    suggestion = fresh(suggestion)
    assert (suggestion.implemented_by, suggestion.saving_actual) == (world.leader, 800)
    assert [photo.kind for photo in suggestion.photos.all()] == ["after"]


@pytest.mark.parametrize("move", ["adopt", "void", "edit"])
def test_it_hides_other_enterprises(client, world, move):
    suggestion = make_suggestion(world)
    client.force_login(world.outsider)
    assert client.get(move_url(suggestion, move)).status_code == 404
    assert client.post(move_url(suggestion, move), {"reason": "x"}).status_code == 404
    assert fresh(suggestion).status == "submitted"


@pytest.mark.parametrize(
    ("part", "move"),
    [
        ("member", "adopt"),
        ("consultant", "adopt"),
        ("inspector", "edit"),
        ("authority", "void"),
        ("staff", "edit"),
    ],
)
def test_it_refuses_the_wrong_role(client, world, part, move):
    suggestion = make_suggestion(world)
    client.force_login(getattr(world, part))
    assert client.get(move_url(suggestion, move)).status_code == 403
    assert client.post(move_url(suggestion, move), {"reason": "x"}).status_code == 403
    assert fresh(suggestion).status == "submitted"


@pytest.mark.parametrize("method", ["get", "post"])
def test_the_wrong_moment_is_a_sentence(world, as_leader, method):
    suggestion = make_suggestion(world, "rejected")
    response = getattr(as_leader, method)(move_url(suggestion, "implement"), follow=True)
    assert response.redirect_chain[-1][0] == suggestion.get_absolute_url()
    assert "rejected" in told(response)[0]


def test_two_keys_are_a_sentence_too(world, as_leader):
    suggestion = step(world, make_suggestion(world, "adopted"), "implement", by=world.leader)
    response = as_leader.get(move_url(suggestion, "verify"), follow=True)
    assert told(response) == ["You carried this out; somebody else must verify it."]


def test_an_unknown_move_is_not_found(world, as_leader):
    assert as_leader.get(move_url(make_suggestion(world), "promote")).status_code == 404


@pytest.mark.parametrize("name", ["move", "edit", "correct"])
def test_it_refuses_the_wrong_method(world, as_leader, name):
    suggestion = make_suggestion(world)
    more = {"move": ["adopt"], "correct": [suggestion.changes.get().pk], "edit": []}[name]
    assert as_leader.put(reverse(f"suggestions:{name}", args=[suggestion.pk, *more])).status_code == 405


# Editing.


def test_an_edit_is_kept_in_the_history(world, client):
    suggestion = make_suggestion(world, category="quality")
    client.force_login(world.member)
    form = client.get(edit_url(suggestion)).context["form"]
    assert form["title"].value() == "Move the guard rail"
    client.post(edit_url(suggestion), {"title": "Renew the guard rail", "category": "safety"})
    suggestion = fresh(suggestion)
    assert (suggestion.title, suggestion.category) == ("Renew the guard rail", "safety")
    change = suggestion.changes.get(move="edit")
    assert change.by == world.member
    assert change.details["title"] == ["Move the guard rail", "Renew the guard rail"]


def test_a_photo_can_be_added_later(world, client):
    suggestion = make_suggestion(world)
    client.force_login(world.member)
    client.post(edit_url(suggestion), {"title": suggestion.title, "photo": upload()})
    assert suggestion.photos.get().kind == "before"


def test_an_edit_keeps_a_team_that_was_dissolved(world, client):
    team = Team.objects.create(enterprise=world.enterprise, name_en="Old", formed_on=START, dissolved_on=DAY)
    suggestion = make_suggestion(world, team=team)
    client.force_login(world.member)
    client.post(edit_url(suggestion), {"title": "Renewed", "team": team.pk})
    assert (fresh(suggestion).title, fresh(suggestion).team) == ("Renewed", team)


def test_a_decided_suggestion_is_not_edited(world, client):
    suggestion = make_suggestion(world, "adopted")
    client.force_login(world.member)
    response = client.get(edit_url(suggestion), follow=True)
    assert "adopted" in told(response)[0]


# Correcting a date.


def correct_url(suggestion, change):
    return reverse("suggestions:correct", args=[suggestion.pk, change.pk])


def test_a_date_is_corrected(world, as_leader):
    suggestion = make_suggestion(world, "adopted")
    change = suggestion.changes.get(move="adopt")
    assert as_leader.get(correct_url(suggestion, change)).context["form"]["happened_on"].value() == DAY
    given = {"happened_on": "2017-06-15", "reason": "The meeting was later"}
    response = as_leader.post(correct_url(suggestion, change), given, follow=True)
    assert "old entry stays" in told(response)[0]
    assert str(fresh(suggestion).adopted_on) == "2017-06-15"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"happened_on": "2017-05-01"}, "happened_on"),
        ({"happened_on": "2018-01-01"}, "happened_on"),
        ({"happened_on": "soon"}, "happened_on"),
        ({"reason": ""}, "reason"),
    ],
)
def test_a_bad_correction_stays_on_the_page(world, as_leader, values, field):
    suggestion = make_suggestion(world, "adopted")
    change = suggestion.changes.get(move="adopt")
    given = {"happened_on": "2017-06-15", "reason": "Typed wrongly"} | values
    response = as_leader.post(correct_url(suggestion, change), given)
    assert response.status_code == 200
    assert list(response.context["form"].errors) == [field]
    assert suggestion.changes.count() == 2


def test_a_correction_is_not_for_everybody(client, world):
    suggestion = make_suggestion(world)
    address = correct_url(suggestion, suggestion.changes.get())
    for part, status in (("member", 403), ("inspector", 403), ("outsider", 404), ("consultant", 200)):
        client.force_login(getattr(world, part))
        assert client.get(address).status_code == status, part


def test_what_was_corrected_already_is_said(world, as_leader):
    suggestion = make_suggestion(world)
    change = suggestion.changes.get()
    workflow.correct(change, by=world.leader, today=TODAY, on=START, reason="Typed wrongly")
    response = as_leader.get(correct_url(suggestion, change), follow=True)
    assert "already corrected" in told(response)[0]


def test_the_entry_of_another_suggestion_is_not_taken(world, as_leader):
    first, second = make_suggestion(world), make_suggestion(world)
    as_leader.post(correct_url(first, second.changes.get()), {"happened_on": "2017-05-01", "reason": "x"})
    assert fresh(second).submitted_on == DAY
