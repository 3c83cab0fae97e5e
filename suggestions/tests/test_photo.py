"""Photos are served only to those who may see the suggestion."""

from pathlib import Path

import pytest
from django.urls import reverse

from hazards.models import HazardPhoto
from suggestions.tests.factories import accepted_photo, make_suggestion


@pytest.fixture
def photo(world):
    return make_suggestion(world, photo=accepted_photo()).photos.get()


def get(client, photo, who):
    client.force_login(who)
    return client.get(reverse("suggestions:photo", args=[photo.key]))


def test_it_is_a_private_jpeg_and_nothing_else(client, world, photo):
    response = get(client, photo, world.authority)
    assert response.status_code == 200
    assert response["Content-Type"] == "image/jpeg"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "private" in response["Cache-Control"]
    assert "public" not in response["Cache-Control"]
    assert b"".join(response.streaming_content).startswith(b"\xff\xd8\xff")


@pytest.mark.parametrize("part", ["outsider", "administrator"])
def test_it_hides_other_enterprises(client, world, photo, part):
    assert get(client, photo, getattr(world, part)).status_code == 404


def test_it_asks_who_is_there(client, photo):
    assert client.get(reverse("suggestions:photo", args=[photo.key])).status_code == 302


def test_no_address_of_the_file_itself_works(client, world, photo, settings):
    client.force_login(world.member)
    assert client.get(photo.file.url).status_code == 404
    assert client.get(f"/media/{photo.file.name}").status_code == 404


def test_a_lost_file_is_not_found(client, world, photo):
    Path(photo.file.path).unlink()
    assert get(client, photo, world.member).status_code == 404


def test_no_photo_is_found_by_guessing(client, world, photo):
    """Neither by a number, nor by a key that was changed, nor by the key of a photo of another kind of record."""
    client.force_login(world.member)
    signature = photo.key.partition(".")[2]
    foreign = HazardPhoto(pk=photo.pk).key
    for key in (photo.pk, f"{photo.pk + 1}.{signature}", f"{photo.pk}.{signature[:-1]}", foreign, "4711.x"):
        assert client.get(reverse("suggestions:photo", args=[key])).status_code == 404


def test_it_refuses_the_wrong_method(client, world, photo):
    client.force_login(world.member)
    assert client.post(reverse("suggestions:photo", args=[photo.key])).status_code == 405
