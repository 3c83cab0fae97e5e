"""Photos of visits: taken with the log, shown on the visit's page, printed in its letter."""

import shutil
import subprocess

import pytest
from django.urls import reverse
from django.utils import translation

from conftest import TODAY
from score_mis.lib import photos
from suggestions.tests.factories import accepted_photo, upload
from training import letter, services
from training.tests.factories import LOG, make_visit

WORDS = {"actions-TOTAL_FORMS": 1, "actions-INITIAL_FORMS": 0, "happened_on": "2017-12-18"}


def log(client, visit, *files, **values):
    address = reverse("training:visit_move", args=[visit.pk, "log"])
    return client.post(address, LOG | WORDS | values | {"photo": list(files)})


def with_photos(world, number, status="done"):
    visit = make_visit(world, status)
    visit.add_photos([accepted_photo() for _each in range(number)], "visit", world.consultant)
    return visit


def test_they_come_with_the_log_and_stand_on_the_page(client, world):
    visit = make_visit(world)
    client.force_login(world.consultant)
    assert log(client, visit, upload(), upload(colour="red")).status_code == 302
    page = client.get(visit.get_absolute_url()).content.decode()
    kept = list(visit.photos.all())
    assert len(kept) == 2
    for photo in kept:
        assert f'src="{reverse("training:visit_photo", args=[photo.key])}"' in page
        assert photo.added_by == world.consultant


def test_more_are_added_while_the_report_is_not_submitted(client, world):
    visit = with_photos(world, 1)
    client.force_login(world.inspector)
    address = reverse("training:visit_edit", args=[visit.pk])
    assert client.post(address, LOG | {"photo": upload(colour="red")}).status_code == 302
    assert visit.photos.count() == 2


def test_a_visit_without_photos_has_no_heading(client, world):
    client.force_login(world.consultant)
    assert "Photos" not in client.get(make_visit(world, "done").get_absolute_url()).content.decode()


@pytest.mark.parametrize(("who", "code"), [("authority", 200), ("member", 200), ("outsider", 404)])
def test_they_are_for_those_who_see_the_visit(client, world, who, code):
    photo = with_photos(world, 1).photos.get()
    client.force_login(getattr(world, who))
    assert client.get(reverse("training:visit_photo", args=[photo.key])).status_code == code
    assert client.get(reverse("training:visit_photo", args=[photo.pk])).status_code == 404


def test_another_row_for_an_action_asks_for_the_photos_again(client, world):
    """Without script the page comes back, and a browser cannot be given chosen files back."""
    visit = make_visit(world)
    client.force_login(world.consultant)
    assert "Choose them again." not in log(client, visit, more="1").content.decode()
    assert "Choose them again." in log(client, visit, upload(), more="1").content.decode()


def test_a_log_that_is_older_than_the_record_is_refused(client, world):
    """Somebody else changed the visit after the page was opened; nothing is saved, the photos neither."""
    visit = make_visit(world)
    client.force_login(world.consultant)
    opened = client.get(reverse("training:visit_move", args=[visit.pk, "log"])).context["form"].seen
    client.force_login(world.staff)
    new_day = {"due_on": "2017-12-15", "starts_at": "", "reason": "Holiday", "happened_on": "2017-12-14"}
    moved = client.post(reverse("training:visit_move", args=[visit.pk, "reschedule"]), new_day)
    assert moved.status_code == 302
    client.force_login(world.consultant)
    page = log(client, visit, upload(), seen=opened).content.decode()
    assert "Somebody changed this record while you typed." in page
    assert visit.photos.count() == visit.changes.filter(move="log").count() == 0


def test_the_service_takes_accepted_photos(world):
    visit = services.log_visit(
        make_visit(world), by=world.consultant, today=TODAY, fields=LOG, photos=[photos.accept(upload())]
    )
    assert visit.photos.count() == 1


def contents(world, visit):
    with translation.override("en"):
        return letter.contents(visit, by=world.consultant, today=TODAY, language="en")["photos"]


def test_the_letter_shows_six_and_tells_of_the_others(world):
    told = contents(world, with_photos(world, 8, "submitted"))
    assert [photo["words"] for photo in told["shown"]] == [f"Photo {number}" for number in range(1, 7)]
    assert all(photo["file"].startswith(b"\xff\xd8") for photo in told["shown"])
    assert told["more"] == "2 more photos are in the system."
    assert contents(world, with_photos(world, 6, "submitted"))["more"] == ""


@pytest.mark.skipif(not shutil.which("pdfimages"), reason="POPPLER IS NOT INSTALLED: the letter is not read")
def test_the_letter_is_printed_with_its_photos_also_when_a_file_is_lost(world):
    visit = with_photos(world, 3, "submitted")
    lost = visit.photos.last().file
    lost.storage.delete(lost.name)
    printed = letter.letter(visit, by=world.consultant, today=TODAY, language="en")
    run = {"input": printed, "capture_output": True, "check": True}
    listed = subprocess.run(["pdfimages", "-list", "-"], **run).stdout.decode()
    assert listed.count(" image ") == 2
    text = subprocess.run(["pdftotext", "-", "-"], **run).stdout.decode()
    assert "The file of this photo is missing." in text
