"""A hazard is verified on a phone in at most three interactions, by touch and by keyboard, in both languages."""

import shutil

import pytest
from django.urls import reverse

from hazards.models import Hazard
from hazards.tests.factories import make_hazard, make_order, make_rectified, picture

playwright = pytest.importorskip("playwright.sync_api")
axe = pytest.importorskip("axe_playwright_python.sync_playwright")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM, reason="CHROMIUM IS NOT INSTALLED: no page is driven"),
]
MOST = 3
WAIT = 15_000


@pytest.fixture
def rectified(world):
    """A hazard with photos of before and after, that waits for the inspector."""
    hazard = make_hazard(by=world.member, enterprise=world.enterprise)
    hazard.photos.create(file=picture(), kind="before", added_by=world.member)
    return make_rectified(make_order(hazard, by=world.inspector), by=world.leader)


@pytest.fixture
def drive(live_server, client, world):
    """Run steps in a phone's browser as the inspector; no page may complain."""
    client.force_login(world.inspector)
    session = client.cookies["sessionid"].value

    def run(steps, language, **options):
        complaints = []
        with playwright.sync_playwright() as driver:
            browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
            context = browser.new_context(
                viewport={"width": 390, "height": 844}, base_url=live_server.url, **options
            )
            for name, value in (("sessionid", session), ("django_language", language)):
                context.add_cookies([{"name": name, "value": value, "url": live_server.url}])
            page = context.new_page()
            page.set_default_timeout(WAIT)
            page.on("console", lambda message: complaints.append(message.text))
            page.on("pageerror", lambda error: complaints.append(str(error)))
            page.goto(reverse("reports:home"))
            steps(page)
            browser.close()
        assert complaints == []

    return run


def touch(page, what):
    """Touch something."""
    page.tap(what)


def press(page, what):
    """Go to something with the Tab key, and press Enter."""
    for _step in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("what => document.activeElement.matches(what)", what):
            page.keyboard.press("Enter")
            return
    pytest.fail(f"The keyboard does not reach {what}.")


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("do", [touch, press])
def test_verifying_takes_at_most_three_interactions(drive, rectified, do, language):
    verify = reverse("hazards:hazard_move", args=[rectified.pk, "verify"])
    done = []

    def interact(page, what, until):
        with page.expect_navigation(url=until):
            do(page, what)
        done.append(what)

    def steps(page):
        interact(page, f'main a[href="{verify}"]', f"**{verify}")
        boxes = [photo.bounding_box() for photo in page.query_selector_all("main figure img")]
        assert len(boxes) == 2
        assert boxes[0]["y"] == boxes[1]["y"]
        assert boxes[0]["x"] + boxes[0]["width"] <= boxes[1]["x"]
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        assert axe.Axe().run(page).violations_count == 0
        interact(page, "form button.btn-primary", f"**{rectified.get_absolute_url()}")

    drive(steps, language, has_touch=True)
    assert Hazard.objects.get().status == "verified"
    assert len(done) <= MOST
