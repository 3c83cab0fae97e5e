"""Logging a visit in a real browser: with script, without it, and by keyboard alone."""

from datetime import date
from functools import partial

import pytest
from django.urls import reverse

from score_mis.tests.browser.driver import BOTH_LANGUAGES, BOTH_WAYS, Hand
from training.models import VisitAction
from training.tests.factories import make_action, make_visit

pytestmark = pytest.mark.browser
DAY = date(2017, 12, 18)


@pytest.fixture
def visit(world):
    """A planned visit, after one that left an action open."""
    make_action(make_visit(world, "done"), text="Sweep the hall")
    return make_visit(world, on=DAY, sequence=2)


@pytest.fixture
def phone(phone_of, world):
    """The consultant's phone."""
    return partial(phone_of, world.consultant)


def log_page(visit):
    return reverse("training:visit_move", args=[visit.pk, "log"])


def fill(page, number, text):
    """Fill a row for an agreed action."""
    for name, value in (("text", text), ("owner", "Mr Wang"), ("due_on", "2018-01-10")):
        page.fill(f"#id_actions-{number}-{name}", value)


@BOTH_LANGUAGES
@BOTH_WAYS
def test_a_visit_is_logged_with_two_actions(phone, visit, way, language):
    """From home: log, people met, topics, two actions, save."""
    log = log_page(visit)

    def steps(page):
        hand = Hand(page, way)
        hand.press(f"main a[href='{log}']")
        hand.arrive(f"**{log}")
        hand.write("[name=women_workers]", "3")
        hand.write("[name=topics]", "切割线")
        for number, text in enumerate(("Mount the guards", "标识")):
            hand.write(f"#id_actions-{number}-text", text)
            hand.write(f"#id_actions-{number}-owner", "王强")
            hand.enter(f"#id_actions-{number}-due_on", date(2018, 1, 10))
        hand.press(".form-page .actions button[type=submit]")
        hand.arrive(f"**{visit.get_absolute_url()}")

    phone(steps, reverse("reports:home"), language=language, touch=way == "touch")
    visit.refresh_from_db()
    assert (visit.status, visit.women_workers, visit.actions.count()) == ("done", 3, 2)
    assert set(visit.actions.values_list("due_on", flat=True)) == {date(2018, 1, 10)}


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


def test_what_was_agreed_last_time_is_ticked(phone, visit):
    def steps(page):
        page.tap("[name=done]")
        page.tap(".form-page .actions button[type=submit]")
        page.wait_for_url(f"**{visit.get_absolute_url()}")

    phone(steps, log_page(visit))
    assert visit.actions_ticked.get().text == "Sweep the hall"


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
