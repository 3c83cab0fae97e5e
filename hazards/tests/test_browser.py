"""The check in a real browser: taps, keys, what is kept on the phone, axe, and the page without script."""

import shutil
from pathlib import Path

import pytest
from django.urls import reverse

from conftest import TODAY
from enterprises.tests.factories import make_plan
from hazards.models import Hazard, SafetyCheck
from hazards.tests.factories import checklist_data, make_check, make_draft, make_finding, make_version

playwright = pytest.importorskip("playwright.sync_api")
axe = pytest.importorskip("axe_playwright_python")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
AXE = Path(axe.__file__).parent / "axe.min.js"
RUN = """async () => (await axe.run(document, {resultTypes: ["violations"]})).violations
  .map((found) => `${found.id}: ${found.nodes.map((node) => node.target.join(" ")).join(" | ")}`)"""
MOST_TAPS = 23
MOST_KEYS = 60
ADD, HOME = reverse("hazards:check_add"), reverse("reports:home")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM, reason="Chromium is not installed: no page is driven"),
]
NIGHTLY = pytest.mark.nightly
both_languages = pytest.mark.parametrize("language", ["en", pytest.param("zh-hans", marks=NIGHTLY)])


@pytest.fixture
def phone(live_server, client, world):
    """Run steps in a signed-in browser as wide as a phone; the database waits until it is closed."""
    client.force_login(world.member)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}

    def run(steps, path, *, script=True, language="en", touch=False, width=390):
        speaks = {"name": "django_language", "value": language, "url": live_server.url}
        with playwright.sync_playwright() as driver:
            browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            context = browser.new_context(
                viewport={"width": width, "height": 844},
                java_script_enabled=script,
                has_touch=touch,
                reduced_motion="reduce",
            )
            context.add_cookies([cookie, speaks])
            context.set_default_timeout(90_000)
            page = context.new_page()
            complaints = []
            page.on("console", lambda message: complaints.append(message.text))
            page.on("pageerror", lambda error: complaints.append(str(error)))
            page.goto(live_server.url + path, wait_until="load")
            steps(page)
            browser.close()
        assert complaints == []

    return run


@pytest.fixture
def twenty(world):
    """A checklist of twenty items in one section."""
    data = checklist_data()
    section = data["sections"][0]
    items = [{**section["items"][0], "code": f"E-{number:02}"} for number in range(1, 21)]
    return make_version(world.programme, sections=[{**section, "items": items}])


@both_languages
def test_a_clean_check_of_twenty_items_takes_23_taps(phone, world, twenty, language):
    """From home: today's check, begin, each item, submit."""
    taps = []

    def tap(page, place):
        place.tap()
        taps.append(place)

    def steps(page):
        tap(page, page.locator(f"main a[href='{ADD}']"))
        page.wait_for_url("**/add/")
        tap(page, page.locator(".form-page button[type=submit]"))
        page.wait_for_url("**/record/")
        labels = page.locator(".choice-ok")
        for number in range(labels.count()):
            box = labels.nth(number).bounding_box()
            assert min(box["width"], box["height"]) >= 44
            tap(page, labels.nth(number))
        assert page.inner_text("[data-progress]") == "20 / 20"
        tap(page, page.locator("button[value=submit]"))
        page.wait_for_selector(".alert-success")

    phone(steps, HOME, language=language, touch=True)
    check = SafetyCheck.objects.get()
    assert (check.status, set(check.answers.values()), len(check.answers)) == ("submitted", {"o"}, 20)
    assert len(taps) <= MOST_TAPS


def tab_to(page, selector: str) -> None:
    """Press Tab until a control has the focus."""
    for _press in range(MOST_KEYS):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    pytest.fail(f"{selector} is not reached by Tab")


@both_languages
def test_a_check_is_recorded_by_keyboard_alone(phone, world, twenty, language):
    def steps(page):
        tab_to(page, f"main a[href='{ADD}']")
        page.keyboard.press("Enter")
        page.wait_for_url("**/add/")
        tab_to(page, "main button[type=submit]")
        page.keyboard.press("Enter")
        page.wait_for_url("**/record/")
        for number in range(1, 20):
            tab_to(page, f"[name=E-{number:02}-answer]")
            page.keyboard.press("Space")
        tab_to(page, "[name=E-20-answer]")
        page.keyboard.press("Space")
        page.keyboard.press("ArrowRight")
        for field, text in (("description", "Cover missing"), ("place", "Hall 2")):
            tab_to(page, f"#E-20-{field}")
            page.keyboard.type(text)
        tab_to(page, "button[value=submit]")
        page.keyboard.press("Enter")
        page.wait_for_url("**/submit/")
        tab_to(page, "main button[type=submit]")
        page.keyboard.press("Enter")
        page.wait_for_selector(".alert-success")

    phone(steps, HOME, language=language)
    assert Hazard.objects.get().place == "Hall 2"
    assert SafetyCheck.objects.get().count_of("o") == 19


def test_a_check_costs_few_keys_an_item(phone, world, twenty):
    """Tab and Space answer an item; nothing else takes the focus between two."""

    def steps(page):
        page.focus("#E-01-o")
        for _item in range(20):
            page.keyboard.press("Space")
            page.keyboard.press("Tab")
        assert page.inner_text("[data-progress]") == "20 / 20"

    draft = make_draft(
        by=world.member, enterprise=world.enterprise, version=twenty, answers=dict.fromkeys(codes(twenty), "")
    )
    phone(steps, reverse("hazards:check_record", args=[draft.pk]))


def codes(version):
    return version.items.values_list("code", flat=True)


@pytest.mark.parametrize(
    ("language", "width"),
    [
        ("en", 390),
        ("zh-hans", 1280),
        pytest.param("en", 1280, marks=NIGHTLY),
        pytest.param("zh-hans", 390, marks=NIGHTLY),
    ],
)
def test_no_state_of_a_check_has_a_flaw(phone, live_server, world, language, width):
    """Choosing, an empty sheet, an open hazard, errors, the review, the record, coverage, the plan."""
    here = {"by": world.member, "enterprise": world.enterprise, "version": make_version(world.programme)}
    check = make_check(
        **here, answers={"E-01": "h", "F-01": "o"}, findings={"E-01": make_finding()}, on=TODAY
    )
    make_plan(world, month=TODAY.replace(day=1), checks=4)
    draft = make_draft(**here, on=TODAY)
    coverage = reverse("reports:item_coverage", args=[world.enterprise.pk])
    found = []

    def look(page, state):
        page.evaluate(AXE.read_text(encoding="utf-8"))
        found.extend(f"{state}: {flaw}" for flaw in page.evaluate(RUN))
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > width:
            found.append(f"{state}: {wide} px wide")

    def steps(page):
        page.check("[name=items][value=sections]")
        look(page, "choosing sections")
        page.goto(live_server.url + reverse("hazards:check_record", args=[draft.pk]))
        look(page, "empty sheet")
        page.click("label[for=E-02-h]")
        look(page, "open hazard")
        page.click("button[value=submit]")
        page.wait_for_selector(".error-summary")
        look(page, "errors")
        page.fill("#E-02-description", "Cover missing")
        page.fill("#E-02-place", "Hall 2")
        page.click("button[value=submit]")
        page.wait_for_url("**/submit/")
        look(page, "review")
        for path in (check.get_absolute_url(), coverage, f"{coverage}?state=all", reverse("reports:plans")):
            page.goto(live_server.url + path)
            look(page, path)

    phone(steps, ADD, language=language, width=width)
    assert found == []


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
