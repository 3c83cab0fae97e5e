"""Photos in a real browser: made small before they are sent, on every kind of form that takes them."""

import io
from functools import cache

import pytest
from django.urls import reverse
from PIL import Image

from hazards.models import Hazard
from hazards.tests.factories import make_draft, make_hazard, make_order, make_version
from score_mis.lib import photos
from training.tests.factories import make_visit

axe = pytest.importorskip("axe_playwright_python.sync_playwright")
pytestmark = pytest.mark.browser
ADD = reverse("hazards:hazard_add")


@cache
def heavy(side=4000, *, orientation=1):
    """A photo as heavy as a phone's; one that lies on its side says so in its metadata."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    out = io.BytesIO()
    small = Image.effect_noise((side // 4, side * 3 // 16), 10).convert("RGB")
    small.resize((side, side * 3 // 4)).save(out, "JPEG", quality=95, exif=exif)
    assert len(out.getvalue()) > 1_000_000
    return out.getvalue()


def flaws(page):
    """What axe finds, and whether the page is wider than the phone."""
    wide = page.evaluate("document.documentElement.scrollWidth")
    return [found["id"] for found in axe.Axe().run(page).response["violations"]] + [wide] * (wide > 390)


def chosen(name="hall.jpg", **options):
    return {"name": name, "mimeType": "image/jpeg", "buffer": heavy(**options)}


@pytest.fixture
def arrived(monkeypatch):
    """What the server was sent: width, height and bytes of each photo."""
    found, accept = [], photos.accept

    def look(upload):
        with Image.open(upload) as image:
            found.append((*image.size, upload.size))
        return accept(upload)

    monkeypatch.setattr(photos, "accept", look)
    return found


def is_light(sizes):
    """Whether all of them are as small as a photo should be on its way."""
    return all(1000 <= max(wide, high) <= 1600 and weight <= 300 * 1024 for wide, high, weight in sizes)


@pytest.fixture
def phone(phone_of, world):
    """Run steps on a person's phone, the member's unless it is said whose."""

    def run(steps, path, *, by=None, **options):
        phone_of(by or world.member, steps, path, **options)

    return run


@pytest.fixture
def draft(world):
    return make_draft(by=world.member, enterprise=world.enterprise, version=make_version(world.programme))


def sheet(draft):
    return reverse("hazards:check_record", args=[draft.pk])


def open_hazard(page, code):
    page.click(f"label[for={code}-h]")
    page.fill(f"#{code}-description", "Cover missing")
    page.fill(f"#{code}-place", "Hall 2")


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_hazard_is_reported_with_light_photos(phone, arrived, language):
    def steps(page):
        page.fill("#id_description", "Bare wire")
        page.fill("#id_place", "Hall 2")
        page.set_input_files("#id_photo", [chosen(), chosen("aside.jpg", orientation=6)])
        page.click(".form-page button[type=submit]")  # pressed while they are being made small
        page.wait_for_selector(".alert-success")
        assert page.locator("main figure img").count() == 2

    phone(steps, ADD, language=language)
    assert is_light(arrived)
    assert [wide > high for wide, high, _weight in arrived] == [True, False]
    assert Hazard.objects.get().photos.filter(kind="before").count() == 2


def test_light_photos_gather_at_each_item_of_a_sheet(phone, arrived, draft):
    """Two choices at one item, one of them taken out again; each item has a shelf of its own."""

    def steps(page):
        assert page.locator(".shelf").count() == 0
        open_hazard(page, "E-02")
        page.set_input_files("#E-02-photo", [chosen("one.jpg"), chosen("two.jpg")])
        page.wait_for_selector("#E-02 .shelf li:nth-child(2)")
        page.set_input_files("#E-02-photo", [chosen("three.jpg")])
        page.wait_for_selector("#E-02 .shelf li:nth-child(3)")
        page.click("#E-02 .shelf li:nth-child(1) button")
        assert page.locator("#E-02 .shelf img").evaluate_all("all => all.map(one => one.alt)") == [
            "two.jpg",
            "three.jpg",
        ]
        assert flaws(page) == []
        open_hazard(page, "E-03")
        page.set_input_files("#E-03-photo", [chosen()])
        page.click("button[value=save]")
        page.wait_for_selector(".alert-success")
        assert flaws(page) == []

    phone(steps, sheet(draft))
    assert len(arrived) == 3
    assert is_light(arrived)
    draft.refresh_from_db()
    assert [len(draft.answers[code]["photos"]) for code in ("E-02", "E-03")] == [2, 1]


def test_without_script_the_server_makes_them_small(phone, arrived, draft):
    def steps(page):
        open_hazard(page, "E-02")
        page.set_input_files("#E-02-photo", [chosen()])
        page.click("button[value=save]")
        assert "1 photo is saved" in page.inner_text("#E-02")

    phone(steps, sheet(draft), script=False)
    assert [size[:2] for size in arrived] == [(4000, 3000)]
    draft.refresh_from_db()
    name = draft.answers["E-02"]["photos"][0]
    kept = Hazard.photos.rel.related_model._meta.get_field("file").storage
    with kept.open(name) as file, Image.open(file) as image:
        assert image.size == (1600, 1200)


def test_a_rectification_is_shown_with_light_photos(phone, arrived, world):
    hazard = make_order(make_hazard(by=world.member, enterprise=world.enterprise), by=world.inspector)

    def steps(page):
        page.set_input_files("#id_photo", [chosen(), chosen("two.jpg")])
        page.fill("#id_evidence", "Cleared")
        page.click(".form-page button[type=submit]")
        page.wait_for_selector(".alert-success")

    phone(steps, reverse("hazards:hazard_move", args=[hazard.pk, "rectify"]))
    assert is_light(arrived)
    assert hazard.photos.filter(kind="after").count() == len(arrived) == 2


def test_a_visit_is_logged_with_light_photos(phone, arrived, world):
    visit = make_visit(world)

    def steps(page):
        page.set_input_files("#id_photo", [chosen()])
        page.click("#more")  # another row without asking the server: the photos stay
        page.wait_for_selector(".shelf li")
        assert flaws(page) == []
        page.click(".form-page .actions button[type=submit]")
        page.wait_for_selector(".alert-success")
        assert page.locator("main figure img").count() == 1
        assert flaws(page) == []

    phone(steps, reverse("training:visit_move", args=[visit.pk, "log"]), by=world.consultant)
    assert is_light(arrived)
    assert visit.photos.count() == len(arrived) == 1
