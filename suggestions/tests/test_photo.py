"""Photos are served only to those who may see the suggestion."""

from pathlib import Path

import pytest
from django.urls import reverse

from suggestions.tests.factories import accepted_photo, make_suggestion


@pytest.fixture
def photo(world):
    return make_suggestion(world, photo=accepted_photo()).photos.get()


def get(client, photo, who):
    client.force_login(who)
    return client.get(reverse("suggestions:photo", args=[photo.pk]))


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
    assert client.get(reverse("suggestions:photo", args=[photo.pk])).status_code == 302


def test_no_address_of_the_file_itself_works(client, world, photo, settings):
    client.force_login(world.member)
    assert client.get(photo.file.url).status_code == 404
    assert client.get(f"/media/{photo.file.name}").status_code == 404


def test_a_lost_file_is_not_found(client, world, photo):
    Path(photo.file.path).unlink()
    assert get(client, photo, world.member).status_code == 404


def test_an_unknown_photo_is_not_found(client, world):
    client.force_login(world.member)
    assert client.get(reverse("suggestions:photo", args=[4711])).status_code == 404


def test_it_refuses_the_wrong_method(client, world, photo):
    client.force_login(world.member)
    assert client.post(reverse("suggestions:photo", args=[photo.pk])).status_code == 405
