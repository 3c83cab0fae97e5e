"""What people do in a day, from page to page, in a real browser."""

import re

import pytest
from django.urls import reverse

from score_mis.tests.browser.conftest import PASSWORD

pytestmark = pytest.mark.browser

SUBMIT = ".form-page form button.btn-primary"
DONE = ".alert-success"
BEFORE = "2017-12-15"  # no test moves a record so early, and nobody counts again while the site runs


def submit(page) -> None:
    """Send the form of the page and wait for the answer."""
    with page.expect_navigation():
        page.click(SUBMIT)


def move(page, path: str, name: str, **fields: str) -> None:
    """Open a record, press the button of a move, fill its form, send it; the record says that it is done."""
    page.goto(path)
    page.click(f".actions a[href$='/{name}/']")
    for field, value in fields.items():
        page.fill(f"#id_{field}", value)
    submit(page)
    assert page.is_visible(DONE), page.inner_text("main")
    assert page.url.endswith(path)


def test_a_person_signs_in_and_is_told_what_waits(browser):
    page = browser.window(fresh=True)
    page.goto("/suggestions/")
    page.fill("#id_username", "leader")
    page.fill("#id_password", "wrong-password")
    page.press("#id_password", "Enter")
    page.wait_for_selector(".error-summary")
    assert page.input_value("#id_username") == "leader"
    page.fill("#id_password", PASSWORD)
    page.press("#id_password", "Enter")
    page.wait_for_selector("main [data-count]")
    assert page.url == browser.site.url + "/suggestions/"
    page.context.close()


def test_a_leader_adopts_a_suggestion(browser):
    page, number = browser.window("leader", width=390), browser.site.keys["to_adopt"]
    path = reverse("suggestions:detail", args=[number])
    move(page, path, "adopt", owner="Zhang Wei", due_on="2018-01-15")
    text = page.inner_text("main")
    assert "Zhang Wei" in text
    assert "Adopted" in text
    assert page.locator("a[href$='/implement/']").count() == 1
    assert page.locator("a[href$='/adopt/']").count() == 0


def test_a_hazard_goes_from_the_member_to_the_inspector_and_back(browser):
    member, inspector = browser.window("member", width=390), browser.window("inspector")
    member.goto(reverse("hazards:hazard_add"))
    member.fill("#id_description", "Guard rail is loose")
    member.fill("#id_place", "Hall 2")
    submit(member)
    assert member.is_visible(DONE), member.inner_text("main")
    path = member.url.removeprefix(browser.site.url)
    move(inspector, path, "assign", responsible="Li Na", measures="Weld it", deadline="2017-12-28")
    move(member, path, "rectify", evidence="Welded", no_photo_reason="No camera in the hall")
    assert member.locator("a[href$='/verify/']").count() == 0
    move(inspector, path, "verify")
    member.reload()
    assert "Verified" in member.inner_text("main")


def test_a_consultant_logs_a_visit_with_two_agreed_actions(browser):
    page, path = (
        browser.window("consultant"),
        reverse("training:visit_detail", args=[browser.site.keys["todays_visit"]]),
    )
    page.goto(path)
    page.click(".actions a[href$='/log/']")
    for name in ("women_workers", "men_workers", "women_managers", "men_managers"):
        page.fill(f"#id_{name}", "2")
    page.fill("#id_topics", "Order at the workplace")
    page.fill("#id_observations", "Aisles are marked")
    for row, text in enumerate(["Mark the store", "Hang up the plan"]):
        page.fill(f"#id_actions-{row}-text", text)
        page.fill(f"#id_actions-{row}-owner", "Li Na")
        page.fill(f"#id_actions-{row}-due_on", "2018-01-10")
    submit(page)
    assert page.is_visible(DONE), page.inner_text("main")
    text = page.inner_text("main")
    assert "Mark the store" in text
    assert "Hang up the plan" in text


def test_wrong_input_is_kept_and_the_reader_is_led_to_it(browser):
    page = browser.window("member", width=390)
    page.goto(reverse("hazards:hazard_add"))
    page.fill("#id_place", "Store 7")
    page.fill("#id_happened_on", "2018-03-01")
    submit(page)
    assert page.input_value("#id_place") == "Store 7"
    assert page.input_value("#id_happened_on") == "2018-03-01"
    assert page.evaluate("document.activeElement.className") == "error-summary"
    assert page.title().startswith("Error:")
    page.click(".error-summary a[href='#id_description']")
    assert page.evaluate("document.activeElement.id") == "id_description"


def test_the_language_switch_keeps_the_page_and_its_question(browser):
    page = browser.window("authority", fresh=True)
    page.goto("/dashboard/?as_of=2017-09-30")
    page.click(".languages button[value=zh-hans]")
    page.wait_for_selector("html[lang=zh-Hans]")
    assert page.url == browser.site.url + "/dashboard/?as_of=2017-09-30"
    page.click(".languages button[value=en]")
    page.wait_for_selector("html[lang=en]")
    assert page.url == browser.site.url + "/dashboard/?as_of=2017-09-30"
    page.context.close()


@pytest.mark.parametrize("number", range(0, 30, 6))
def test_a_figure_opens_a_list_of_as_many_records(browser, number):
    page = browser.window("authority")
    page.goto(f"/dashboard/?as_of={BEFORE}")
    figure = page.locator("main a[data-indicator][data-value]:visible").nth(number)
    value = figure.get_attribute("data-value")
    assert re.sub(r"\D", "", figure.inner_text()) == value
    with page.expect_navigation():
        figure.click()
    assert page.get_attribute("[data-count]", "data-count") == value


def test_the_dashboard_works_without_script(browser):
    page = browser.window("authority", script=False, fresh=True)
    page.goto("/dashboard/")
    page.click(".filters summary")
    page.fill("#id_as_of", "2017-09-30")
    with page.expect_navigation():
        page.click(".filters button[type=submit]")
    assert "as_of=2017-09-30" in page.url
    figure = page.locator("main a[data-indicator][data-value]:visible").first
    value = figure.get_attribute("data-value")
    with page.expect_navigation():
        figure.click()
    assert page.get_attribute("[data-count]", "data-count") == value
    page.context.close()
