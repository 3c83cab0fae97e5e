"""The answering page of a draft, its review and its submission."""

import re
from datetime import date

import pytest
from django.urls import reverse

from hazards.models import Hazard, SafetyCheck
from hazards.tests.factories import FOUND_ON, make_check, make_draft, make_version, picture

CLEAN = {f"{letter}-0{number}-answer": "o" for letter in "EF" for number in (1, 2, 3)}
BAD = {
    "E-02-answer": "h",
    "E-02-description": "Cover missing",
    "E-02-place": "Hall 2",
    "E-02-level": "general",
}


@pytest.fixture
def version(world):
    return make_version(world.programme)


@pytest.fixture
def draft(world, version):
    return make_draft(by=world.member, enterprise=world.enterprise, version=version)


def url(check):
    return reverse("hazards:check_record", args=[check.pk])


def review_url(check):
    return reverse("hazards:check_move", args=[check.pk, "submit"])


def test_it_shows_every_chosen_item(client, world, draft):
    client.force_login(world.member)
    text = client.get(url(draft)).content.decode()
    assert text.count("<fieldset") == 6
    assert "Electrical item 1 is in order" in text
    assert "电气第1项完好" in text
    assert "<b data-answered>0</b> / 6" in text


def test_a_clean_check_takes_one_page_and_one_review(client, world, draft):
    client.force_login(world.member)
    response = client.post(url(draft), {**CLEAN, "action": "review"})
    assert response.url == review_url(draft)
    assert "OK 6" in client.get(response.url).content.decode()
    response = client.post(response.url, {"happened_on": "2017-12-02", "note": "quiet day"})
    draft.refresh_from_db()
    assert response.url == draft.get_absolute_url()
    assert (draft.status, draft.checked_on, draft.note) == ("submitted", date(2017, 12, 2), "quiet day")
    assert draft.answers == {code[:4]: "o" for code in CLEAN}


def test_a_clean_sheet_is_submitted_at_once(client, world, draft):
    client.force_login(world.member)
    response = client.post(url(draft), {**CLEAN, "action": "submit"})
    draft.refresh_from_db()
    assert response.url == draft.get_absolute_url()
    assert (draft.status, draft.checked_on) == ("submitted", FOUND_ON)
    assert draft.answers == {code[:4]: "o" for code in CLEAN}


def test_a_note_is_kept_with_the_draft_and_handed_in(client, world, draft):
    client.force_login(world.member)
    client.post(url(draft), {"E-01-answer": "o", "note": " Line 2 stood still\x00 ", "action": "save"})
    assert "Line 2 stood still</textarea>" in client.get(url(draft)).content.decode()
    client.post(url(draft), {**CLEAN, "action": "save"})
    client.post(url(draft), {**CLEAN, "note": "Line 2 stood still", "action": "submit"})
    draft.refresh_from_db()
    assert (draft.status, draft.note) == ("submitted", "Line 2 stood still")


def test_a_note_stays_on_a_page_with_errors(client, world, draft):
    client.force_login(world.member)
    posted = {**CLEAN, **BAD, "E-02-place": "", "note": "windy", "action": "submit"}
    assert "windy</textarea>" in client.post(url(draft), posted).content.decode()


def test_a_sheet_with_a_hazard_or_a_gap_is_looked_over_first(client, world, draft):
    client.force_login(world.member)
    for answers in ({**CLEAN, **BAD}, {"E-01-answer": "o"}):
        assert client.post(url(draft), {**answers, "action": "submit"}).url == review_url(draft)
        draft.refresh_from_db()
        assert draft.status == "draft"


def test_a_double_tap_submits_once_and_says_nothing_wrong(client, world, draft):
    client.force_login(world.member)
    page = client.get(url(draft)).content.decode()
    opened = {"submission": re.search(r'name="submission" value="([^"]+)"', page)[1]}
    for _tap in range(2):
        given = {**CLEAN, **opened, "action": "submit"}
        page = client.post(url(draft), given, follow=True).content.decode()
        assert 'class="alert alert-danger"' not in page
    assert draft.changes.filter(move="submit").count() == 1
    page = client.post(url(draft), {**CLEAN, "E-01-answer": "n", "action": "submit"}, follow=True)
    assert "This step is not possible" in page.content.decode()


def test_nothing_but_an_answer_of_its_own_marks_an_item(client, world, draft):
    """No control of the page answers for items that nobody looked at."""
    client.force_login(world.member)
    page = client.get(url(draft)).content.decode()
    assert page.count('type="radio"') == 3 * 6
    assert page.count('value="o"') == 6
    assert " checked" not in page
    client.post(url(draft), {"action": "submit", "all": "o", "answer": "o", "E-answer": "o"})
    draft.refresh_from_db()
    assert set(draft.answers.values()) == {""}


def test_several_photos_of_one_hazard_are_kept(client, world, draft):
    client.force_login(world.member)
    client.post(url(draft), {**BAD, "E-02-photo": [picture(), picture()], "action": "save"})
    draft.refresh_from_db()
    assert len(draft.answers["E-02"]["photos"]) == 2


def test_a_hazard_is_reported_with_its_photo(client, world, draft):
    client.force_login(world.member)
    posted = {**CLEAN, **BAD, "E-02-deadline": "2017-12-08", "E-02-photo": picture(), "action": "review"}
    assert client.post(url(draft), posted).url == review_url(draft)
    assert "Cover missing" in client.get(review_url(draft)).content.decode()
    client.post(review_url(draft), {"happened_on": FOUND_ON.isoformat()})
    hazard = Hazard.objects.get()
    assert (hazard.description, hazard.place, hazard.deadline) == (
        "Cover missing",
        "Hall 2",
        date(2017, 12, 8),
    )
    assert (hazard.check_event, hazard.item.code, hazard.category) == (draft, "E-02", "thing")
    assert hazard.identified_on == FOUND_ON
    with hazard.photos.get().file.open() as file:
        assert file.read(2) == b"\xff\xd8"


def test_a_draft_keeps_everything_that_was_typed(client, world, draft):
    client.force_login(world.member)
    posted = {**BAD, "E-02-description": "", "E-02-photo": picture(), "F-01-answer": "n", "action": "save"}
    assert client.post(url(draft), posted).url == url(draft)
    draft.refresh_from_db()
    assert draft.status == "draft"
    assert draft.answers["F-01"] == "n"
    assert draft.answers["E-02"]["place"] == "Hall 2"
    text = client.get(url(draft)).content.decode()
    assert 'value="Hall 2"' in text
    assert "1 photo is saved" in text
    assert "<b data-answered>2</b> / 6" in text


def test_a_saved_photo_can_be_removed(client, world, draft):
    client.force_login(world.member)
    client.post(url(draft), {**BAD, "E-02-photo": picture(), "action": "save"})
    client.post(url(draft), {**BAD, "E-02-drop": "1", "action": "save"})
    draft.refresh_from_db()
    assert draft.answers["E-02"]["photos"] == []


def test_what_is_missing_is_named_beside_the_field_and_nothing_is_lost(client, world, draft):
    client.force_login(world.member)
    posted = {**CLEAN, **BAD, "E-02-description": "", "E-02-deadline": "2017-11-01", "action": "review"}
    response = client.post(url(draft), posted)
    text = response.content.decode()
    assert response.status_code == 200
    assert '<a href="#E-02-description">E-02 · What is wrong: This field is required.</a>' in text
    assert "The deadline lies before the day of finding." in text
    assert 'value="2017-11-01"' in text
    assert "<title>Error:" in " ".join(text.split())
    draft.refresh_from_db()
    assert draft.answers["E-02"]["deadline"] == "2017-11-01"
    assert not Hazard.objects.exists()


def test_a_file_that_is_no_photo_is_refused_beside_its_field(client, world, draft):
    client.force_login(world.member)
    bad = picture()
    bad.file.truncate(10)
    text = client.post(url(draft), {**BAD, "E-02-photo": bad, "action": "save"}).content.decode()
    assert "E-02 · Photos: This file is not a photo" in text
    draft.refresh_from_db()
    assert draft.answers["E-02"]["description"] == "Cover missing"


def test_an_empty_sheet_is_not_reviewed(client, world, draft):
    client.force_login(world.member)
    assert "Answer at least one item." in client.post(url(draft), {"action": "review"}).content.decode()
    response = client.get(review_url(draft), follow=True)
    assert "Finish the answers first." in response.content.decode()


def test_a_wrong_day_stays_on_the_review(client, world, draft):
    client.force_login(world.member)
    client.post(url(draft), {**CLEAN, "action": "review"})
    for day, text in (
        ("2017-12-20", "future"),
        ("2017-11-30", "before the previous step"),
        ("x", "valid date"),
    ):
        response = client.post(review_url(draft), {"happened_on": day})
        assert response.status_code == 200
        assert text in response.content.decode()
    draft.refresh_from_db()
    assert draft.status == "draft"


def test_a_draft_that_somebody_saved_meanwhile_is_not_overwritten(client, world, draft):
    client.force_login(world.member)
    base = draft.changes.last().pk
    client.post(url(draft), {"E-01-answer": "n", "action": "save", "base": base})
    response = client.post(
        url(draft), {"F-01-answer": "o", "E-01-answer": "o", "action": "save", "base": base}
    )
    assert "Somebody saved this draft meanwhile" in response.content.decode()
    draft.refresh_from_db()
    assert draft.answers["E-01"] == "n"


def test_sending_the_same_page_twice_is_no_conflict(client, world, draft):
    client.force_login(world.member)
    posted = {"E-01-answer": "n", "action": "save", "base": draft.changes.last().pk}
    assert client.post(url(draft), posted).status_code == 302
    assert client.post(url(draft), posted).status_code == 302


def test_a_submitted_check_is_not_answered_again(client, world, version):
    check = make_check(by=world.member, enterprise=world.enterprise, version=version)
    client.force_login(world.member)
    response = client.post(url(check), {"E-01-answer": "n", "action": "save"}, follow=True)
    assert "This step is not possible" in response.content.decode()
    check.refresh_from_db()
    assert check.answers == {"E-01": "o", "E-02": "o"}


def test_it_hides_from_the_outsider_and_refuses_other_roles(client, world, draft):
    for person, code in (
        (world.outsider, 404),
        (world.authority, 403),
        (world.staff, 403),
        (world.inspector, 403),
    ):
        client.force_login(person)
        assert client.get(url(draft)).status_code == code
        assert client.post(url(draft), {**CLEAN, "action": "review"}).status_code == code
        assert client.get(review_url(draft)).status_code == code
    client.force_login(world.member)
    assert client.put(url(draft)).status_code == 405


def test_the_whole_list_fits_into_one_request(client, world, version):
    items = {f"{code}-{name}": "x" for code in draft_codes(version) for name in ("description", "place")}
    check = make_draft(by=world.member, enterprise=world.enterprise, version=version)
    client.force_login(world.member)
    assert client.post(url(check), {**items, **CLEAN, "action": "save"}).status_code == 302
    assert SafetyCheck.objects.get().answers["E-01"]["a"] == "o"


def draft_codes(version):
    return version.items.values_list("code", flat=True)
