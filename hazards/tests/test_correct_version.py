"""The page that replaces a submitted check by a corrected one."""

import pytest
from django.urls import reverse

from hazards.models import Hazard, SafetyCheck
from hazards.tests.factories import make_check, make_draft, make_finding, make_version, picture

ANSWERS = {"E-01": "o", "E-02": "h"}
SAME = {"E-01-answer": "o", "E-02-answer": "h"}
FORM = {
    "reason": "wrong hall",
    "happened_on": "2017-12-01",
    "performed_by": "self_check",
    "site_area": "Hall 3",
}
NEW = {"E-01-answer": "h", "E-01-description": "Bare wire", "E-01-place": "Hall 3", "E-01-level": "general"}


@pytest.fixture
def here(world):
    return {"by": world.member, "enterprise": world.enterprise, "version": make_version(world.programme)}


@pytest.fixture
def check(here):
    return make_check(**here, answers=ANSWERS, findings={"E-02": make_finding()}, site_area="Hall 2")


def url(check):
    return reverse("hazards:check_correct_version", args=[check.pk])


def test_it_shows_the_old_answers_and_hazards(client, world, check):
    client.force_login(world.member)
    text = client.get(url(check)).content.decode()
    assert text.count("<fieldset") == 2
    assert 'value="Hall 2"' in text
    assert "T01-H0001" in text
    assert "Not looked at" in text


def test_it_replaces_the_check(client, world, check):
    client.force_login(world.member)
    response = client.post(url(check), {**FORM, **SAME, "E-01-answer": "n"})
    new = SafetyCheck.objects.counted().get()
    assert response.url == new.get_absolute_url()
    assert (new.replaces, new.site_area, new.answers) == (check, "Hall 3", {"E-01": "n", "E-02": "h"})
    text = client.get(check.get_absolute_url()).content.decode()
    assert "replaced by a corrected one" in text
    assert str(new) in text
    assert "This check corrects" in client.get(new.get_absolute_url()).content.decode()


def test_an_item_may_be_taken_back(client, world, check):
    client.force_login(world.member)
    client.post(url(check), {**FORM, **SAME, "E-01-answer": ""})
    assert SafetyCheck.objects.counted().get().answers == {"E-02": "h"}


def test_a_new_hazard_is_described_with_a_photo_that_survives_an_error(client, world, check):
    client.force_login(world.member)
    posted = {**FORM, **SAME, **NEW, "E-01-place": "", "E-01-photo": picture()}
    text = client.post(url(check), posted).content.decode()
    assert "E-01 · Place: This field is required." in text
    assert "Bare wire" in text
    token = text.split('name="E-01-token" value="')[1].split('"')[0]
    client.post(url(check), {**FORM, **SAME, **NEW, "E-01-token": token})
    hazard = Hazard.objects.get(item__code="E-01")
    assert (hazard.description, hazard.photos.count()) == ("Bare wire", 1)


def test_a_forged_photo_is_ignored(client, world, check):
    client.force_login(world.member)
    client.post(url(check), {**FORM, **SAME, **NEW, "E-01-token": "photos/of-somebody-else.jpg"})
    assert Hazard.objects.get(item__code="E-01").photos.count() == 0


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"reason": ""}, "This field is required."),
        ({"happened_on": "2017-12-20"}, "future"),
        ({"happened_on": ""}, "This field is required."),
        ({"E-02-answer": "o"}, "Only an inspector or programme staff may void it"),
        ({"performed_by": "inspector"}, "not one of the available choices"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_lost(client, world, check, change, text):
    client.force_login(world.member)
    page = client.post(url(check), {**FORM, **SAME, "E-01-answer": "n", **change}).content.decode()
    assert text in page
    assert 'value="Hall 3"' in page
    assert 'id="E-01-n" value="n" checked' in page
    check.refresh_from_db()
    assert check.status == "submitted"


def test_a_draft_is_not_corrected(client, world, here):
    draft = make_draft(**here)
    client.force_login(world.member)
    response = client.get(url(draft))
    assert response.url == draft.get_absolute_url()


def test_others_may_not(client, world, check):
    for person, code in (
        (world.outsider, 404),
        (world.inspector, 403),
        (world.staff, 403),
        (world.authority, 403),
    ):
        client.force_login(person)
        assert client.get(url(check)).status_code == code
        assert client.post(url(check), {**FORM, **SAME}).status_code == code
    client.force_login(world.member)
    assert client.put(url(check)).status_code == 405
