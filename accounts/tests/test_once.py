"""Forms are taken once."""

import json
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import Submission, User
from hazards.tests.factories import make_hazard, make_order
from suggestions.models import Suggestion
from suggestions.tests.factories import make_suggestion, upload

URL = reverse("suggestions:add")
JSON = {"Accept": "application/json"}


@pytest.fixture
def member(client, world):
    client.force_login(world.member)
    return client


def typed(world, key, **values):
    return {
        "title": "Light over press 4",
        "happened_on": "2017-12-18",
        "submission": str(key),
        "submission_by": str(world.member.pk),
    } | values


@pytest.fixture
def key():
    return uuid.uuid4()


def told(response):
    return [str(message) for message in response.context["messages"]]


def test_a_form_that_is_sent_twice_makes_one_record_and_gets_one_answer(world, member, key):
    first = member.post(URL, typed(world, key))
    again = member.post(URL, typed(world, key))
    suggestion = Suggestion.objects.get()
    assert first.status_code == again.status_code == 302
    assert first["Location"] == again["Location"] == suggestion.get_absolute_url()
    row = Submission.objects.get()
    assert (row.pk, row.person, row.record_url) == (key, world.member, first["Location"])
    assert row.path == URL
    assert suggestion.changes.count() == 1


def test_what_the_page_looked_up_between_two_taps_is_no_other_content(world, member, key):
    first = member.post(URL, typed(world, key))
    again = member.post(URL, typed(world, key, looked_at="17,4"))
    assert (again.status_code, again["Location"]) == (302, first["Location"])
    assert Suggestion.objects.count() == 1


def test_the_answer_given_again_says_the_same(world, member, key):
    first = told(member.post(URL, typed(world, key), follow=True))
    assert first
    assert told(member.post(URL, typed(world, key), follow=True)) == first


def test_without_a_number_a_form_is_taken_each_time(world, member):
    titles = ("Light over press 4", "Handrail at the east stairs")
    data = [{"title": title, "happened_on": "2017-12-18"} for title in titles]
    assert [member.post(URL, each).status_code for each in data] == [302, 302]
    assert Suggestion.objects.count() == 2
    assert not Submission.objects.exists()


def test_other_content_under_the_same_number_is_a_conflict_with_both_versions(world, member, key):
    member.post(URL, typed(world, key))
    response = member.post(URL, typed(world, key, title="Lamp over press 5"))
    assert response.status_code == 409
    text = response.content.decode()
    assert "Light over press 4" in text
    assert "Lamp over press 5" in text
    assert Suggestion.objects.get().get_absolute_url() in text
    assert Suggestion.objects.get().title == "Light over press 4"


def test_a_phone_is_answered_in_json(world, member, key):
    response = member.post(URL, typed(world, key), headers=JSON)
    place = Suggestion.objects.get().get_absolute_url()
    assert response.status_code == 200
    assert response.json() == {"taken": True, "record": place, "told": ["Saved: submitted."]}
    assert member.post(URL, typed(world, key), headers=JSON).json() == response.json()
    assert "Saved: submitted." not in member.get(place).content.decode()


def test_a_phone_is_told_of_a_conflict_with_both_versions(world, member, key):
    member.post(URL, typed(world, key))
    response = member.post(URL, typed(world, key, title="Lamp"), headers=JSON)
    answer = response.json()
    assert response.status_code == 409
    assert answer["conflict"]
    assert answer["taken"]["typed"]["title"] == ["Light over press 4"]
    assert answer["taken"]["record"] == Suggestion.objects.get().get_absolute_url()
    assert answer["sent"]["title"] == ["Lamp"]


def test_a_form_with_errors_is_not_taken_and_may_come_again_mended(world, member, key):
    response = member.post(URL, typed(world, key, title=""))
    assert response.status_code == 200
    assert "error-summary" in response.content.decode()
    assert not Submission.objects.exists()
    refused = member.post(URL, typed(world, key, title=""), headers=JSON)
    assert refused.status_code == 422
    assert "error-summary" in refused.content.decode()
    assert member.post(URL, typed(world, key)).status_code == 302
    assert Suggestion.objects.count() == Submission.objects.count() == 1


def test_a_move_that_came_too_late_is_not_taken(world, client, key):
    suggestion = make_suggestion(world, "adopted")
    client.force_login(world.leader)
    address = reverse("suggestions:move", args=[suggestion.pk, "adopt"])
    data = {"happened_on": "2017-12-19", "submission": str(key)}
    assert client.post(address, data).status_code == 302
    answer = client.post(address, data, headers=JSON)
    assert answer.status_code == 422
    assert "adopted" in answer.json()["refused"][0]
    assert not Submission.objects.exists()


def test_a_move_is_made_once(world, client, key):
    hazard = make_order(make_hazard(by=world.member, enterprise=world.enterprise), by=world.inspector)
    client.force_login(world.member)
    address = reverse("hazards:hazard_move", args=[hazard.pk, "rectify"])

    def data():
        return {
            "evidence": "Welded",
            "happened_on": "2017-12-19",
            "photo": upload(),
            "submission": str(key),
        }

    first, again = (client.post(address, data()) for _time in range(2))
    hazard.refresh_from_db()
    assert first["Location"] == again["Location"] == hazard.get_absolute_url()
    assert hazard.status == "rectified"
    assert hazard.changes.filter(move="rectify").count() == hazard.photos.count() == 1


def test_another_photo_is_other_content(world, member, key):
    codes = [
        member.post(URL, typed(world, key, photo=upload(colour=colour))).status_code
        for colour in ("navy", "navy", "red")
    ]
    assert codes == [302, 302, 409]
    assert Suggestion.objects.get().photos.count() == 1


def test_several_photos_of_one_field_are_content_in_their_order(world, member, key):
    def sent(*colours):
        photos = [upload(colour=colour) for colour in colours]
        return member.post(URL, typed(world, key, photo=photos)).status_code

    assert sent("navy", "red", "green") == 302
    assert sent("navy", "red", "green") == 302
    assert [sent("navy", "green", "red"), sent("navy", "red")] == [409, 409]
    assert Suggestion.objects.get().photos.count() == 3


def test_another_address_is_other_content(world, member, key):
    member.post(URL, typed(world, key))
    response = member.post(f"{URL}?enterprise={world.enterprise.pk}", typed(world, key))
    assert response.status_code == 409


def test_an_empty_field_is_the_same_as_none(world, member, key):
    member.post(URL, typed(world, key))
    assert member.post(URL, typed(world, key, text="", photo="")).status_code == 302


def test_line_ends_and_the_secret_of_the_page_are_no_content(world, member, key):
    member.post(URL, typed(world, key, text="One\nTwo", csrfmiddlewaretoken="a"))
    again = member.post(URL, typed(world, key, text="One\r\nTwo", csrfmiddlewaretoken="b"))
    assert again.status_code == 302


def test_nobody_sees_what_somebody_else_sent(world, client, key):
    client.force_login(world.member)
    client.post(URL, typed(world, key))
    client.force_login(world.leader)
    data = typed(world, key, submission_by=str(world.leader.pk))
    for headers in ({}, JSON):
        response = client.post(URL, data | {"title": "Mine"}, headers=headers)
        assert response.status_code == 409
        assert "Light over press 4" not in response.content.decode()
    assert client.post(URL, data).status_code == 409


def test_a_form_that_was_opened_by_another_person_is_refused(world, client, key):
    client.force_login(world.leader)
    assert client.post(URL, typed(world, key)).status_code == 409
    assert client.post(URL, typed(world, key), headers=JSON).json()["other_person"]
    assert not Suggestion.objects.exists()


def test_a_broken_number_is_refused(world, member):
    assert member.post(URL, typed(world, "x")).status_code == 400
    assert not Suggestion.objects.exists()


@pytest.mark.parametrize("headers", [{}, JSON])
def test_who_is_not_signed_in_hears_that_nothing_was_saved(world, client, key, headers):
    response = client.post(URL, typed(world, key), headers=headers)
    assert response.status_code == 401
    assert response["X-Not-Taken"]
    assert "You are signed out" in response.content.decode()
    assert not Submission.objects.exists()


def test_without_a_number_who_is_not_signed_in_is_sent_to_sign_in(world, client):
    response = client.post(URL, {"title": "Light"})
    assert response["Location"].startswith("/sign-in/")
    assert "X-Not-Taken" not in response


def test_an_old_secret_of_the_page_says_that_nothing_was_looked_at(world, key):
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.member)
    response = client.post(URL, typed(world, key), headers=JSON)
    assert (response.status_code, response["X-Not-Taken"]) == (403, "1")
    assert not Submission.objects.exists()


def test_what_the_view_refuses_leaves_nothing(world, client, key):
    client.force_login(world.authority)
    data = typed(world, key, submission_by=str(world.authority.pk))
    response = client.post(URL, data)
    assert response.status_code == 403
    assert "X-Not-Taken" not in response
    assert not Submission.objects.exists()


def test_no_password_and_no_proposer_is_kept(world, client, key, member):
    member.post(URL, typed(world, key, proposer="Zhang Wei"))
    assert "Zhang" not in json.dumps(Submission.objects.get().typed)
    client.force_login(world.staff)
    data = {"username": "new", "name": "New", "email": "", "language": "en", "password": "quite-a-long-one"}
    data |= {"is_active": "on", "submission": str(uuid.uuid4())}
    assert client.post(reverse("enterprises:person_add"), data).status_code == 302
    assert User.objects.filter(username="new").exists()
    assert "quite" not in json.dumps(list(Submission.objects.values_list("typed", flat=True)))


def test_no_proposer_of_a_pile_is_kept(world, member, key):
    data = typed(world, key, **{"row-INITIAL_FORMS": "0", "row-TOTAL_FORMS": "1"})
    data |= {"row-0-title": "A lamp", "row-0-proposer": "Zhang Wei"}
    assert member.post(reverse("suggestions:pile_add"), data).status_code == 302
    assert Suggestion.objects.get().proposer == "Zhang Wei"
    kept = Submission.objects.get().typed
    assert kept["row-0-title"] == ["A lamp"]
    assert "Zhang" not in json.dumps(kept)


def test_a_zero_character_is_no_server_error(world, member, key):
    assert member.post(URL, typed(world, key, title="a\x00b")).status_code == 200
    assert member.post(URL, typed(world, key, nothing="a\x00b")).status_code == 302


def test_a_file_that_is_no_photo_is_not_taken(world, member, key):
    bad = SimpleUploadedFile("x.jpg", b"no photo")
    assert member.post(URL, typed(world, key, photo=bad)).status_code == 200
    assert not Submission.objects.exists()


@pytest.mark.parametrize("name", ["suggestions:add", "hazards:hazard_add"])
def test_each_opened_form_has_a_number_of_its_own(world, member, name):
    pages = [member.get(reverse(name)).content.decode() for _time in range(2)]
    keys = {page.split('name="submission" value="')[1][:36] for page in pages}
    assert len({uuid.UUID(found) for found in keys}) == 2
    assert f'name="submission_by" value="{world.member.pk}"' in pages[0]


def test_what_may_be_kept_says_so_and_whose_it_is(world, member):
    response = member.get(URL)
    assert (response["X-Keep"], response["X-Person"]) == ("1", str(world.member.pk))
    other = member.get(reverse("suggestions:list"))
    assert other["X-Person"] == str(world.member.pk)
    assert "X-Keep" not in other


def test_nothing_is_said_to_strangers(db, client):
    assert "X-Person" not in client.get(reverse("accounts:outbox"))
    answer = client.get(reverse("accounts:who")).json()
    assert (answer["person"], answer["taken"]) == ("", [])


def test_a_phone_asks_who_is_signed_in_and_what_was_taken(world, member, key):
    member.post(URL, typed(world, key))
    asked = {"taken": f"{key},{uuid.uuid4()},x"}
    answer = member.get(reverse("accounts:who"), asked)
    assert answer.json()["person"] == str(world.member.pk)
    assert answer.json()["taken"] == [str(key)]
    assert "no-store" in answer["Cache-Control"]
    member.force_login(world.leader)
    assert member.get(reverse("accounts:who"), asked).json()["taken"] == []


def test_the_worker_is_that_of_the_release(db, client, monkeypatch):
    monkeypatch.setattr("accounts.outbox.release", lambda: "abc123")
    response = client.get("/sw.js")
    text = response.content.decode()
    assert response["Content-Type"] == "text/javascript"
    assert response["Cache-Control"] == "no-cache"
    assert 'const RELEASE = "abc123";' in text
    assert "worker.js?abc123" in text
    assert "default-src 'self'" in response["Content-Security-Policy"]
