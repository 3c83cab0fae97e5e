"""Photos on the answering sheet: none is lost between two savings, none stays behind that nothing names."""

import errno

import pytest
from django.core.files.storage import FileSystemStorage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from hazards.models import Hazard
from hazards.tests.factories import FOUND_ON, make_check, make_draft, make_version, picture

BAD = {
    "E-02-answer": "h",
    "E-02-description": "Cover missing",
    "E-02-place": "Hall 2",
    "E-02-level": "general",
}


@pytest.fixture
def here(world):
    return {"by": world.member, "enterprise": world.enterprise, "version": make_version(world.programme)}


@pytest.fixture
def draft(client, world, here):
    client.force_login(world.member)
    return make_draft(**here)


def url(check, name="check_record"):
    return reverse(f"hazards:{name}", args=[check.pk])


def post(client, draft, **posted):
    return client.post(url(draft), {**BAD, "action": "save", **posted})


def token(response, code="E-02"):
    return response.content.decode().split(f'name="{code}-token" value="')[1].split('"')[0]


def waiting(draft):
    """The photos that the draft names."""
    draft.refresh_from_db()
    return draft.answers["E-02"]["photos"]


def stored(settings):
    return sorted(
        path.relative_to(settings.MEDIA_ROOT).as_posix() for path in settings.MEDIA_ROOT.rglob("*.*")
    )


def full(*args, **kwargs):
    raise OSError(errno.ENOSPC, "No space left on device")


def bad(name="note.jpg"):
    return SimpleUploadedFile(name, b"by hand", content_type="image/jpeg")


def test_photos_of_a_page_that_came_too_late_are_not_lost(client, draft, settings):
    base = draft.changes.last().pk
    post(client, draft, **{"E-02-photo": picture(), "base": base})
    late = post(client, draft, **{"E-02-photo": picture(), "E-02-place": "Hall 3", "base": base})
    assert "Somebody saved this draft meanwhile" in late.content.decode()
    assert "2 photos are saved" in late.content.decode()
    assert len(waiting(draft)) == 1
    post(client, draft, **{"E-02-token": token(late)})
    assert sorted(waiting(draft)) == stored(settings)
    assert len(stored(settings)) == 2


def test_signed_photos_are_of_one_item_of_one_check(client, draft, here):
    base = draft.changes.last().pk
    post(client, draft, base=base)
    signed = token(post(client, draft, **{"E-02-photo": picture(), "base": base}))
    other = make_draft(**here)
    post(client, other, **{"E-02-token": signed})
    assert waiting(other) == []
    client.post(url(draft), {"E-01-answer": "h", "E-01-token": signed, "action": "save"})
    draft.refresh_from_db()
    assert draft.answers["E-01"]["photos"] == []


def test_a_signed_photo_is_taken_once_and_not_after_it_was_taken_off(client, draft, settings):
    base = draft.changes.last().pk
    post(client, draft, base=base)
    signed = token(post(client, draft, **{"E-02-photo": picture(), "E-02-place": "Hall 9", "base": base}))
    for _time in range(2):
        post(client, draft, **{"E-02-token": signed})
        assert len(waiting(draft)) == 1
    post(client, draft, **{"E-02-drop": "1"})
    post(client, draft, **{"E-02-token": signed})
    assert waiting(draft) == stored(settings) == []


def test_what_is_taken_off_is_deleted_and_what_replaces_it_is_kept(client, draft, settings):
    post(client, draft, **{"E-02-photo": [picture(), picture()]})
    old = waiting(draft)
    post(client, draft, **{"E-02-drop": "1", "E-02-photo": picture()})
    assert stored(settings) == waiting(draft)
    assert not set(waiting(draft)) & set(old)


def test_a_photo_that_a_hazard_has_is_never_deleted_by_a_sheet(client, draft, settings):
    post(client, draft, **{"E-02-photo": picture()})
    name = waiting(draft)[0]
    Hazard.objects.bulk_create(
        [Hazard(enterprise=draft.enterprise, number=1, description="x", place="y", identified_on=FOUND_ON)]
    )
    Hazard.objects.get().photos.create(file=name, added_by=draft.changes.first().by)
    post(client, draft, **{"E-02-drop": "1"})
    assert waiting(draft) == []
    assert stored(settings) == [name]


def test_one_that_is_refused_is_named_and_the_others_are_kept(client, draft, settings):
    page = post(client, draft, **{"E-02-photo": [picture(), bad(), picture()]}).content.decode()
    assert "E-02 · Photos: “note.jpg”: This file is not a photo" in page
    assert "2 photos are saved" in page
    assert stored(settings) == sorted(waiting(draft))


def test_no_more_than_ten_gather_over_several_savings(client, draft, settings):
    post(client, draft, **{"E-02-photo": [picture() for _photo in range(9)]})
    page = post(client, draft, **{"E-02-photo": [picture(), picture()]}).content.decode()
    assert "Choose 10 photos at most; these are 11." in page
    assert len(waiting(draft)) == len(stored(settings)) == 9
    assert post(client, draft, **{"E-02-photo": picture()}).status_code == 302
    assert len(waiting(draft)) == 10


def test_a_full_disk_is_a_sentence_and_what_was_typed_is_saved(client, draft, settings, monkeypatch):
    save, saved = FileSystemStorage._save, []

    def save_one(self, name, content):
        if saved:
            (settings.MEDIA_ROOT / name).write_bytes(b"half")
            full()
        saved.append(name)
        return save(self, name, content)

    monkeypatch.setattr(FileSystemStorage, "_save", save_one)
    page = post(client, draft, **{"E-02-photo": [picture(), picture()]}).content.decode()
    assert "E-02 · Photos: There is no room left" in page
    assert "1 photo is saved" in page
    assert stored(settings) == waiting(draft)
    assert draft.answers["E-02"]["description"] == "Cover missing"


def test_a_corrected_check_leaves_no_photo_behind(client, world, here, settings):
    """One was taken off again, one is of an item that is no hazard after all."""
    check = make_check(**here, answers={"E-01": "o", "E-02": "o"})
    client.force_login(world.member)
    form = {"reason": "x", "happened_on": "2017-12-01", "performed_by": "self_check"}
    found = {**form, **BAD, "E-01-answer": "h", "E-01-description": "Wire", "E-01-place": ""}
    page = client.post(
        url(check, "check_correct_version"), {**found, "E-01-photo": picture(), "E-02-photo": picture()}
    )
    assert len(stored(settings)) == 2
    signed = {"E-01-token": token(page, "E-01"), "E-02-token": token(page)}
    client.post(
        url(check, "check_correct_version"),
        {**form, **BAD, **signed, "E-01-answer": "o", "E-02-drop": "1", "E-02-photo": picture()},
    )
    assert [photo.file.name for photo in Hazard.objects.get().photos.all()] == stored(settings)


def test_every_item_has_the_one_field_for_photos(client, draft):
    page = client.get(url(draft)).content.decode()
    assert page.count('data-photos="1600"') == page.count('type="file"') == 6
    assert page.count("score/js/photos") == 1
