"""Every form that takes photos, with everything that is no photo and with pictures that carry something else along.

Bad ones: one clear sentence, what was typed stays on the page, no record is changed, no file is kept. Good ones:
nothing but the picture is kept, and it is served to those who may see the record and to nobody else.
"""

import errno
import io
from dataclasses import dataclass
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.core.files.storage import FileSystemStorage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from hazards.models import Hazard, HazardPhoto, SafetyCheck
from hazards.tests.factories import make_check, make_draft, make_hazard, make_order, make_version
from practices.models import Practice, PracticePhoto
from practices.tests.factories import make_practice
from score_mis.lib.photos import Photo
from score_mis.lib.transitions import TABLES
from score_mis.tests.odd_photos import BAD, GOOD, NO_PHOTO, SECRET, TOO_LARGE, picture
from suggestions.models import Suggestion, SuggestionPhoto
from suggestions.tests.factories import make_suggestion
from training.models import CounsellingVisit, VisitPhoto
from training.tests.factories import make_visit

DAY = "2017-12-18"
LOG = {
    **{f"{who}_{what}": 1 for who in ("women", "men") for what in ("workers", "managers")},
    "topics": "Guards",
    "observations": "Two are missing",
    "happened_on": DAY,
    "actions-TOTAL_FORMS": 0,
    "actions-INITIAL_FORMS": 0,
}
FOUND = {"description": "Bare wire", "place": "Hall 3", "level": "general"}
DONE = {"evidence": "Cleared with care", "happened_on": DAY}


@dataclass(frozen=True)
class Place:
    """A form with photos as it was opened: who has it, what they type, and a part of it that must stay."""

    url: str
    by: object
    typed: dict
    stays: str
    field: str = "photo"
    model: type[Photo] = HazardPhoto
    view: str = "hazards:photo"

    def send(self, client, *files):
        client.force_login(self.by)
        return client.post(self.url, {**self.typed, self.field: list(files)})


def a_suggestion(world):
    return {
        "model": SuggestionPhoto,
        "view": "suggestions:photo",
        "by": world.member,
        "stays": "Paint the rail",
    }


def new_suggestion(world):
    typed = {"title": "Paint the rail", "happened_on": DAY}
    return Place(reverse("suggestions:add"), typed=typed, **a_suggestion(world))


def edited_suggestion(world):
    address = reverse("suggestions:edit", args=[make_suggestion(world).pk])
    return Place(address, typed={"title": "Paint the rail", "category": ""}, **a_suggestion(world))


def implemented_suggestion(world):
    address = reverse("suggestions:move", args=[make_suggestion(world, "adopted").pk, "implement"])
    typed = {"cost": "4711", "happened_on": DAY}
    return Place(address, typed=typed, **(a_suggestion(world) | {"stays": 'value="4711"'}))


def new_hazard(world):
    typed = {**FOUND, "happened_on": DAY}
    return Place(reverse("hazards:hazard_add"), world.member, typed, "Bare wire")


def edited_hazard(world):
    hazard = make_hazard(by=world.member, enterprise=world.enterprise)
    typed = {**FOUND, "found_by": "Li", "defect_type": ""}
    return Place(reverse("hazards:hazard_edit", args=[hazard.pk]), world.member, typed, "Bare wire")


def rectified_hazard(world):
    hazard = make_order(make_hazard(by=world.member, enterprise=world.enterprise), by=world.inspector)
    return Place(reverse("hazards:hazard_move", args=[hazard.pk, "rectify"]), world.member, DONE, "with care")


def hazard_on_the_spot(world):
    hazard = make_hazard(by=world.member, enterprise=world.enterprise)
    address = reverse("hazards:hazard_move", args=[hazard.pk, "rectify_on_spot"])
    return Place(address, world.member, DONE, "with care")


def on_the_sheet(world, **others):
    return {"E-01-answer": "h", **{f"E-01-{name}": value for name, value in FOUND.items()}, **others}


def answered_sheet(world):
    draft = make_draft(by=world.member, enterprise=world.enterprise, version=make_version(world.programme))
    typed = on_the_sheet(world, action="review")
    address = reverse("hazards:check_record", args=[draft.pk])
    return Place(address, world.member, typed, "Bare wire", field="E-01-photo")


def corrected_sheet(world):
    check = make_check(by=world.member, enterprise=world.enterprise, version=make_version(world.programme))
    typed = on_the_sheet(world, reason="Looked again", happened_on="2017-12-01", performed_by="self_check")
    address = reverse("hazards:check_correct_version", args=[check.pk])
    return Place(address, world.member, typed, "Looked again", field="E-01-photo")


def a_card(world):
    return {
        "model": PracticePhoto,
        "view": "practices:photo",
        "by": world.member,
        "stays": "Rails for all",
    }


def new_card(world):
    typed = {"title": "Rails for all", "happened_on": DAY}
    return Place(reverse("practices:add"), typed=typed, **a_card(world))


def edited_card(world):
    address = reverse("practices:edit", args=[make_practice(world).pk])
    return Place(address, typed={"title": "Rails for all", "category": ""}, **a_card(world))


def shown_result(world):
    address = reverse("practices:move", args=[make_practice(world).pk, "show_result"])
    return Place(address, typed={"result": "Rails for all", "happened_on": DAY}, **a_card(world))


def a_visit(world):
    return {
        "model": VisitPhoto,
        "view": "training:visit_photo",
        "by": world.consultant,
        "stays": "Two are missing",
    }


def logged_visit(world):
    visit = make_visit(world)
    return Place(reverse("training:visit_move", args=[visit.pk, "log"]), typed=LOG, **a_visit(world))


def edited_visit(world):
    visit = make_visit(world, "done")
    return Place(reverse("training:visit_edit", args=[visit.pk]), typed=LOG, **a_visit(world))


MOVES = {
    (Suggestion, "submit"): new_suggestion,
    (Suggestion, "edit"): edited_suggestion,
    (Suggestion, "implement"): implemented_suggestion,
    (Hazard, "identify"): new_hazard,
    (Hazard, "edit"): edited_hazard,
    (Hazard, "rectify"): rectified_hazard,
    (Hazard, "rectify_on_spot"): hazard_on_the_spot,
    (Practice, "draft"): new_card,
    (Practice, "edit"): edited_card,
    (Practice, "show_result"): shown_result,
    (CounsellingVisit, "log"): logged_visit,
    (CounsellingVisit, "edit"): edited_visit,
}
PLACES = pytest.mark.parametrize("place", [*MOVES.values(), answered_sheet, corrected_sheet])


def test_every_form_that_takes_photos_is_here():
    assert {(table.model, row.move) for table in TABLES.values() for row in table.rows if row.photo} == set(
        MOVES
    )
    assert set(Photo.__subclasses__()[0].__subclasses__()) | set(Photo.__subclasses__()[1:]) == {
        SuggestionPhoto, HazardPhoto, VisitPhoto, PracticePhoto,
    }  # fmt: skip


def sent(name, content):
    return SimpleUploadedFile(name, content, content_type="image/jpeg")


@pytest.fixture
def disk(settings, tmp_path):
    """What lies on the disk: photos that are kept, and files on their way."""
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path / "uploads"
    settings.FILE_UPLOAD_TEMP_DIR.mkdir()

    def files():
        return [
            path
            for root in (settings.MEDIA_ROOT, settings.FILE_UPLOAD_TEMP_DIR)
            for path in root.rglob("*")
            if path.is_file()
        ]

    return files


def everything():
    """How many records of each kind there are, and every state; drafts keep what was typed, which is no record."""
    ours = ("suggestions", "hazards", "practices", "training")
    models = [model for model in apps.get_models() if model._meta.app_label in ours]
    counts = {model: model._base_manager.count() for model in models if model.__name__ != "CheckChange"}
    states = {
        model: list(model._base_manager.order_by("pk").values_list("status", flat=True))
        for model in (Suggestion, Hazard, CounsellingVisit, Practice, SafetyCheck)
    }
    return counts, states


def refused(response, place, sentence, before, disk):
    """The page again: one sentence says why, what was typed is there, and nothing is saved."""
    shown = response.content.decode().replace("&#x27;", "'")
    assert response.status_code == 200
    assert sentence in shown
    assert place.stays in shown
    assert everything() == before
    assert disk() == []


@PLACES
def test_what_is_no_photo_is_a_sentence_and_nothing_else_happens(client, world, disk, place):
    opened = place(world)
    before = everything()
    for name, (make, sentence) in BAD.items():
        refused(opened.send(client, sent(name, make())), opened, sentence, before, disk)


@pytest.mark.parametrize(
    "place",
    [
        new_hazard,
        answered_sheet,
        *(pytest.param(place, marks=pytest.mark.nightly) for place in (*MOVES.values(), corrected_sheet)),
    ],
)
def test_sixty_megabytes_are_a_sentence_and_not_kept(client, world, disk, place):
    opened, before = place(world), everything()
    response = opened.send(client, sent("film.jpg", bytes(60 << 20)), sent("a.jpg", b"by hand"))
    refused(response, opened, f"“film.jpg”: {TOO_LARGE}", before, disk)


@PLACES
def test_eleven_photos_are_one_too_many(client, world, disk, place):
    opened, before = place(world), everything()
    files = [sent(f"{number}.jpg", picture()) for number in range(11)]
    refused(opened.send(client, *files), opened, "Choose 10 photos at most; these are 11.", before, disk)


@PLACES
def test_a_full_disk_is_a_sentence_and_no_half_file_stays(client, world, disk, settings, monkeypatch, place):
    def half(self, name, content):
        path = settings.MEDIA_ROOT / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.read(99))
        raise OSError(errno.ENOSPC, "No space left on device")

    opened, before = place(world), everything()
    with monkeypatch.context() as patch:
        patch.setattr(FileSystemStorage, "_save", half)
        response = opened.send(client, sent("a.jpg", picture()), sent("b.jpg", picture()))
        refused(response, opened, "There is no room left on the server for photos", before, disk)
    assert opened.send(client, sent("a.jpg", picture()), sent("b.jpg", picture())).status_code == 302
    assert len(disk()) == 2


def hand_in(client, place):
    """Submit the draft, which keeps photos until then."""
    draft = SafetyCheck.objects.get()
    client.post(reverse("hazards:check_move", args=[draft.pk, "submit"]), {"happened_on": "2017-12-18"})


@PLACES
def test_nothing_but_the_picture_is_kept_and_served(client, world, disk, place):
    opened = place(world)
    response = opened.send(client, *(sent(name, make()) for name, make in GOOD.items()))
    assert response.status_code == 302, response.content.decode()
    if place is answered_sheet:
        hand_in(client, opened)
    kept = list(opened.model.objects.all())
    assert len(kept) == len(disk()) == len(GOOD)
    for photo in kept:
        looked_at(client, world, opened, photo)


def looked_at(client, world, place, photo):
    """A photo as the people get it; strangers and passers-by do not."""
    address = reverse(place.view, args=[photo.key])
    client.force_login(place.by)
    response = client.get(address)
    content = b"".join(response.streaming_content)
    assert response["Content-Type"] == "image/jpeg"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Disposition"] == f'inline; filename="photo-{photo.pk}.jpg"'
    assert "private" in response["Cache-Control"]
    for hidden in (SECRET.encode(), b"<?php", b"<html", b"PK\x03\x04", b"Exif", b"camera of"):
        assert hidden not in content
    image = Image.open(io.BytesIO(content))
    assert (image.format, image.mode, getattr(image, "n_frames", 1)) == ("JPEG", "RGB", 1)
    assert dict(image.getexif()) == {}
    assert client.get(reverse(place.view, args=[photo.pk])).status_code == 404
    assert client.get(photo.file.url).status_code == 404
    client.force_login(world.outsider)
    assert client.get(address).status_code == 404
    client.logout()
    assert client.get(address).status_code == 302


@pytest.mark.parametrize("place", [*MOVES.values()])
def test_photos_that_came_with_a_refused_form_are_asked_for_again(client, world, disk, place):
    """A browser cannot be given chosen files back."""
    opened = place(world)
    typed = {**opened.typed, "happened_on": "soon", "category": "weather", "next_visit_on": "soon"}
    client.force_login(opened.by)
    words = "The photos were not kept, for the form is not saved yet. Choose them again."
    assert words not in client.post(opened.url, typed).content.decode()
    shown = client.post(opened.url, {**typed, "photo": sent("a.jpg", picture())}).content.decode()
    assert (words in shown) is (opened.stays in shown) is True
    assert disk() == []


def test_photos_are_deleted_when_something_after_them_was_refused(client, world, disk, monkeypatch):
    """Their rows are undone with the transaction; without this the files would stay for ever."""
    opened = logged_visit(world)
    before = everything()
    row = {
        "actions-TOTAL_FORMS": 1,
        "actions-0-text": "Sweep",
        "actions-0-owner": "Li",
        "actions-0-due_on": DAY,
    }

    def refuse(record, **kwargs):
        assert len(disk()) == 1
        record.text = ""
        record.full_clean()

    monkeypatch.setattr("training.services.keep", refuse)
    client.force_login(opened.by)
    response = client.post(opened.url, {**opened.typed, **row, "photo": sent("a.jpg", picture())})
    assert response.status_code == 200
    assert everything() == before
    assert disk() == []


def test_a_crash_leaves_no_photo_behind(client, world, disk, monkeypatch):
    opened = new_hazard(world)

    def crash(*args):
        assert len(disk()) == 1
        raise RuntimeError

    monkeypatch.setattr("score_mis.lib.workflow.append_marks", crash)
    client.raise_request_exception = False
    assert opened.send(client, sent("a.jpg", picture())).status_code == 500
    assert not Hazard.objects.exists()
    assert disk() == []


@pytest.mark.parametrize("place", [rectified_hazard, hazard_on_the_spot])
def test_a_bad_photo_is_no_reason_and_a_reason_stands_without_a_photo(client, world, disk, place):
    opened = place(world)
    shown = opened.send(client, sent("note.jpg", b"by hand")).content.decode()
    assert NO_PHOTO in shown
    assert "Add a photo taken afterwards" not in shown
    assert "Add a photo taken afterwards" in opened.send(client).content.decode()
    given = SimpleNamespace(
        **{**opened.__dict__, "typed": {**opened.typed, "no_photo_reason": "Camera broke"}}
    )
    assert Place.send(given, client).status_code == 302
    assert Hazard.objects.get().status == "rectified"
    assert disk() == []
