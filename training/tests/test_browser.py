"""Logging a visit in a real browser: with script, without it, and by keyboard alone."""

import shutil
from datetime import date

import pytest
from django.urls import reverse

from training.models import VisitAction
from training.tests.factories import make_action, make_visit

playwright = pytest.importorskip("playwright.sync_api")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM, reason="CHROMIUM IS NOT INSTALLED: no visit is logged in a browser."),
]
DAY = date(2017, 12, 18)


@pytest.fixture
def visit(world):
    """A planned visit, after one that left an action open."""
    make_action(make_visit(world, "done"), text="Sweep the hall")
    return make_visit(world, on=DAY, sequence=2)


@pytest.fixture
def phone(live_server, client, world):
    """Run steps in the consultant's browser, as wide as a phone; the database waits until it is closed."""
    client.force_login(world.consultant)
    cookies = [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]

    def run(steps, path, *, script=True, language="en"):
        chosen = {"name": "django_language", "value": language, "url": live_server.url}
        with playwright.sync_playwright() as driver:
            browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            context = browser.new_context(
                viewport={"width": 390, "height": 844}, java_script_enabled=script, has_touch=True
            )
            context.add_cookies([*cookies, chosen])
            page = context.new_page()
            complaints = []
            page.on("console", lambda message: complaints.append(message.text))
            page.on("pageerror", lambda error: complaints.append(str(error)))
            page.goto(live_server.url + path, wait_until="load")
            steps(page)
            browser.close()
        assert complaints == []

    return run


def log_page(visit):
    return reverse("training:visit_move", args=[visit.pk, "log"])


def fill(page, number, text):
    """Fill a row for an agreed action."""
    for name, value in (("text", text), ("owner", "Mr Wang"), ("due_on", "2018-01-10")):
        page.fill(f"#id_actions-{number}-{name}", value)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_visit_is_logged_by_touch_with_two_actions(phone, visit, language):
    def steps(page):
        page.fill("[name=women_workers]", "3")
        page.fill("[name=topics]", "切割线")
        page.tap("[name=done]")
        fill(page, 0, "Mount the guards")
        fill(page, 1, "标识")
        page.tap(".form-page .actions button[type=submit]")
        page.wait_for_url(f"**{visit.get_absolute_url()}")

    phone(steps, log_page(visit), language=language)
    visit.refresh_from_db()
    assert (visit.status, visit.women_workers, visit.actions.count()) == ("done", 3, 2)
    assert visit.actions_ticked.get().text == "Sweep the hall"


@pytest.mark.parametrize("script", [True, False], ids=["with-script", "without-script"])
def test_another_row_is_one_tap_and_the_cursor_stands_in_it(phone, visit, script):
    def steps(page):
        page.fill("[name=observations]", "Two guards are missing")
        fill(page, 0, "First")
        fill(page, 1, "Second")
        page.tap("#more")
        page.wait_for_selector("#id_actions-2-text:focus")
        fill(page, 2, "Third")
        assert page.input_value("#id_actions-0-text") == "First"
        assert page.input_value("[name=observations]") == "Two guards are missing"
        page.tap(".form-page .actions button[type=submit]")
        page.wait_for_url(f"**{visit.get_absolute_url()}")

    phone(steps, log_page(visit), script=script)
    assert sorted(visit.actions.values_list("text", flat=True)) == ["First", "Second", "Third"]


def test_the_keyboard_alone_is_enough(phone, visit):
    def steps(page):
        page.focus("#id_actions-1-due_on")
        page.fill("#id_actions-1-due_on", "")
        for _part in range(8):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.id") == "more":
                break
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "id_actions-2-text"
        page.keyboard.type("Third")
        page.keyboard.press("Tab")
        page.keyboard.type("Mr Wang")
        page.fill("#id_actions-2-due_on", "2018-01-10")
        page.focus("[name=women_workers]")
        page.keyboard.press("Enter")  # saves; it does not add a row
        page.wait_for_url(f"**{visit.get_absolute_url()}")

    phone(steps, log_page(visit))
    assert visit.actions.get().text == "Third"


def test_rows_end_where_the_server_ends_them(phone, visit):
    def steps(page):
        while page.is_visible("#more"):
            page.click("#more")
        assert page.locator("#actions fieldset").count() == 30

    phone(steps, log_page(visit))
    assert not VisitAction.objects.filter(visit=visit).exists()


def test_a_day_of_the_month_leads_to_its_visits(phone, visit):
    def steps(page):
        page.tap("a[href='#day-18']")
        page.wait_for_function("location.hash === '#day-18'")
        page.tap(f"#day-18 + ul a[href='{visit.get_absolute_url()}']")
        page.wait_for_url(f"**{visit.get_absolute_url()}")

    phone(steps, reverse("training:visit_calendar"))
