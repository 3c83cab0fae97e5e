"""The answering page in a real browser: taps, what is kept on the phone, and the page without script."""

import shutil

import pytest
from django.urls import reverse

from hazards.models import Hazard, SafetyCheck
from hazards.tests.factories import make_draft, make_version

playwright = pytest.importorskip("playwright.sync_api")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM, reason="Chromium is not installed: no page is driven"),
]


@pytest.fixture
def phone(live_server, client, world):
    """Run steps in a signed-in browser as wide as a phone; the database waits until it is closed."""
    client.force_login(world.member)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}

    def run(steps, path, *, script=True):
        with playwright.sync_playwright() as driver:
            browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            context = browser.new_context(viewport={"width": 390, "height": 844}, java_script_enabled=script)
            context.add_cookies([cookie])
            page = context.new_page()
            complaints = []
            page.on("console", lambda message: complaints.append(message.text))
            page.on("pageerror", lambda error: complaints.append(str(error)))
            page.goto(live_server.url + path, wait_until="load")
            steps(page)
            browser.close()
        assert complaints == []

    return run


def test_a_clean_check_takes_a_tap_an_item_and_three_more(phone, world):
    """From home: today's check, begin, each item, submit."""
    make_version(world.programme)
    taps = []

    def tap(page, what):
        page.click(what)
        taps.append(what)

    def steps(page):
        tap(page, f"main a[href='{reverse('hazards:check_add')}']")
        page.wait_for_url("**/add/")
        tap(page, ".form-page button[type=submit]")
        page.wait_for_url("**/record/")
        for number in range(page.locator(".choice-ok").count()):
            page.locator(".choice-ok").nth(number).click()
            taps.append("OK")
        assert page.inner_text("[data-progress]") == "6 / 6"
        tap(page, "button[value=submit]")
        page.wait_for_selector(".alert-success")

    phone(steps, "/")
    assert SafetyCheck.objects.get().status == "submitted"
    assert len(taps) == 6 + 3


def test_answers_stay_on_the_phone_until_the_server_has_them(phone, world):
    draft = make_draft(by=world.member, enterprise=world.enterprise, version=make_version(world.programme))

    def steps(page):
        page.click("label[for=E-01-o]")
        page.click("label[for=E-02-h]")
        page.fill("#E-02-description", "Cover missing")
        assert page.is_visible("[data-kept]")
        page.reload()
        assert page.input_value("#E-02-description") == "Cover missing"
        assert page.inner_text("[data-progress]") == "2 / 6"
        page.click("button[value=save]")
        page.wait_for_selector(".alert-success")
        page.click("label[for=E-01-n]")
        page.evaluate("localStorage.clear()")
        page.reload()
        assert page.is_checked("#E-01-o")

    phone(steps, reverse("hazards:check_record", args=[draft.pk]))
    draft.refresh_from_db()
    assert draft.answers["E-02"]["description"] == "Cover missing"


def test_without_script_hazard_opens_its_fields_and_nothing_is_missing(phone, world):
    draft = make_draft(by=world.member, enterprise=world.enterprise, version=make_version(world.programme))

    def steps(page):
        assert not page.is_visible("#E-02-description")
        page.click("label[for=E-02-h]")
        page.fill("#E-02-description", "Cover missing")
        page.click("button[value=submit]")
        assert "E-02 · Place" in page.inner_text(".error-summary")
        page.fill("#E-02-place", "Hall 2")
        page.click("button[value=submit]")
        page.click(".form-page button[type=submit]")

    phone(steps, reverse("hazards:check_record", args=[draft.pk]), script=False)
    assert Hazard.objects.get().place == "Hall 2"
