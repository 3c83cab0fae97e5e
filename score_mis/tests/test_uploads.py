"""Files that are far too large, and a disk without room: a sentence beside the field, and nothing saved."""

import errno
import io
import tempfile
from datetime import date
from pathlib import Path

import pytest
from django.core.files.storage import FileSystemStorage
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile
from django.urls import reverse
from PIL import Image

from score_mis.lib import uploads
from suggestions.models import Suggestion, SuggestionPhoto

ADD = reverse("suggestions:add")
BIG = 3 * 1024 * 1024
"""Large enough for a temporary file."""


def picture(size=(40, 30)):
    out = io.BytesIO()
    Image.new("RGB", size, "navy").save(out, "JPEG")
    return out.getvalue()


def photo(content=None):
    return SimpleUploadedFile("hall.jpg", content or picture(), content_type="image/jpeg")


@pytest.fixture
def add(client, world):
    """Send a new suggestion with files; give the answer."""
    client.force_login(world.member)

    def post(*files):
        return client.post(ADD, {"title": "Rail", "happened_on": date(2017, 12, 1), "photo": files})

    return post


def refused(response, *words):
    """The page again: what was typed is there, one sentence says why, and nothing is saved."""
    assert response.status_code == 200
    form = response.context["form"]
    assert form["title"].value() == "Rail"
    assert list(form.errors) == ["photo"]
    assert all(word in " ".join(form.errors["photo"]) for word in words)
    assert not Suggestion.objects.exists()
    assert not SuggestionPhoto.objects.exists()
    return True


def stored(settings):
    return list(settings.MEDIA_ROOT.rglob("*.*")) if settings.MEDIA_ROOT.exists() else []


def test_sixty_megabytes_are_refused_and_not_kept(add, settings, monkeypatch):
    most = []
    receive = uploads.CarefulUploadHandler.receive_data_chunk

    def watch(self, raw_data, start):
        receive(self, raw_data, start)
        most.append(0 if self.is_dropped else self.file.size or self.file.file.tell())

    monkeypatch.setattr(uploads.CarefulUploadHandler, "receive_data_chunk", watch)
    response = add(SimpleUploadedFile("film.jpg", bytes(60 * 1024 * 1024), content_type="image/jpeg"))
    assert refused(response, "larger than 15 MB")
    assert max(most) <= uploads.LARGEST
    assert most[-1] == 0
    assert stored(settings) == []


def full(*args, **kwargs):
    raise OSError(errno.ENOSPC, "No space left on device")


def test_a_disk_that_fills_while_a_photo_arrives_is_a_sentence(add, settings, monkeypatch):
    monkeypatch.setattr(tempfile._TemporaryFileWrapper, "write", full, raising=False)
    response = add(photo(bytes(BIG)), photo())
    assert refused(response, "hall.jpg", "no room left")
    assert stored(settings) == []


def test_no_room_for_any_temporary_file_is_a_sentence(add, monkeypatch):
    monkeypatch.setattr(TemporaryUploadedFile, "__init__", full)
    assert refused(add(photo(bytes(BIG))), "no room left")


def test_a_disk_that_is_full_when_photos_are_stored_saves_nothing(add, settings, monkeypatch):
    """The second photo finds no room: the first is deleted, and there is no suggestion without its photos."""
    saved, save = [], FileSystemStorage._save

    def save_one(self, name, content):
        if saved:
            full()
        saved.append(name)
        return save(self, name, content)

    monkeypatch.setattr(FileSystemStorage, "_save", save_one)
    assert refused(add(photo(), photo()), "no room left")
    assert saved
    assert stored(settings) == []


def test_after_the_disk_has_room_again_the_same_form_is_saved(add, settings):
    assert add(photo(), photo(picture((50, 20)))).status_code == 302
    assert Suggestion.objects.get().photos.count() == 2
    assert len(stored(settings)) == 2


def test_a_broken_connection_leaves_no_file(monkeypatch):
    handler = uploads.CarefulUploadHandler()
    handler.new_file("photo", "a.jpg", "image/jpeg", BIG)
    path = Path(handler.file.temporary_file_path())
    handler.upload_interrupted()
    handler.is_dropped = True
    handler.upload_interrupted()
    assert not path.exists()


def bomb():
    """Twelve thousand pixels squared in a few kilobytes."""
    out = io.BytesIO()
    Image.new("1", (12_000, 12_000)).save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("drawing.svg", lambda: b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>"),
        ("page.jpg", lambda: b"<html><script>1</script></html>"),
        ("bomb.png", bomb),
        ("empty.jpg", lambda: b""),
    ],
)
def test_what_is_no_photo_keeps_what_was_typed(add, settings, name, make):
    assert refused(add(SimpleUploadedFile(name, make(), content_type="image/jpeg")))
    assert stored(settings) == []
