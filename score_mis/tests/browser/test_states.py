"""Pages in the states that people meet when something is wrong, is empty or was just done: as flawless as the others.

`make test` sees each state once, in turns in English on a phone and in Chinese on a desk; `make browser` sees all of
them in both languages on both.
"""

import secrets

import pytest
from django.template import Context
from django.template.loader import get_template
from django.urls import reverse
from django.utils import translation

from accounts.models import User
from reminders import unsubscribing
from score_mis.tests.browser.looking import look
from score_mis.tests.browser.test_pages import SEEN

pytestmark = pytest.mark.browser

SUBMIT = ".form-page form .btn-primary"
ERRORS = ".error-summary"
NOTHING = "zzzzzz"
EMPTY = {
    "suggestions": ("consultant", f"/suggestions/?q={NOTHING}"),
    "hazards": ("inspector", f"/hazards/?q={NOTHING}"),
    "checks": ("inspector", "/checks/?since=2019-01-01"),
    "enterprises": ("inspector", f"/enterprises/?q={NOTHING}"),
    "people": ("staff", f"/people/?q={NOTHING}"),
    "areas": ("staff", f"/areas/?q={NOTHING}"),
    "items": ("inspector", "/checklists/{version}/?q=" + NOTHING),
    "visits of a month": ("consultant", "/visits/calendar/?month=2016-01"),
    "plans of a month": ("inspector", "/plans/?month=2016-01"),
    "figures": ("authority", "/dashboard/?as_of=2016-01-01"),
}
OTHER = {
    "a filter with an error": ("inspector", "/hazards/?status=lost"),
    "a question with an error": ("authority", "/dashboard/?as_of=2030-01-01"),
    "all items of an enterprise": ("inspector", "/enterprises/{enterprise}/items/?state=all"),
    "items never looked at": ("inspector", "/enterprises/{enterprise}/items/?state=never"),
    "figures of an enterprise": ("member", "/dashboard/?enterprise={enterprise}"),
    "figures as known then": ("authority", "/dashboard/?as_of=2017-11-30&known_on=2017-12-01"),
    "a list as known then": (
        "authority",
        "/evidence/suggestions_implemented/value/?as_of=2017-11-30&known_on=2017-12-01",
    ),
    "all visits of a month": ("consultant", "/visits/calendar/?whose=all&month=2017-11"),
    "an answer to be given": ("leader", "/suggestions/{undecided}/reject/"),
    "before and after": ("inspector", "/hazards/{rectified}/verify/"),
    "a file that could not be made": ("staff", "/sheets/{failed_file}/"),
    "what is to be put right": ("leader", "/hazards/{ordered}/rectify/"),
}
STATES = {}
"""Name: a function that brings a page into the state, given a function that opens windows."""


def state(function):
    """Put a function among the states."""
    STATES[function.__name__] = function
    return function


def send(page, button=SUBMIT):
    """Send the form and wait for the answer."""
    with page.expect_navigation():
        page.click(button)


def refused(window, who, path, button=SUBMIT, **typed):
    """A form that comes back with errors."""
    page = window(who)
    page.goto(path)
    for name, text in typed.items():
        page.fill(f"[name={name}]", text)
    send(page, button)
    assert page.is_visible(ERRORS)
    return page


def unlike():
    """A title like no other."""
    return " ".join(secrets.token_hex(4) for _word in range(4))


@state
def an_order_with_errors(window, keys):
    return refused(window, "inspector", f"/hazards/{keys['open_hazard']}/assign/")


@state
def a_rectification_without_a_photo(window, keys):
    return refused(window, "leader", f"/hazards/{keys['ordered']}/rectify/")


@state
def a_rejection_without_a_reason(window, keys):
    return refused(window, "leader", f"/suggestions/{keys['undecided']}/reject/")


@state
def a_visit_with_half_an_action(window, keys):
    path = reverse("training:visit_move", args=[keys["planned_visit"], "log"])
    return refused(window, "consultant", path, **{"actions-0-text": "Mark the store"})


@state
def a_check_of_no_sections(window, keys):
    page = window("inspector")
    page.goto(reverse("hazards:check_add") + f"?enterprise={keys['enterprise']}")
    page.check("[name=items][value=sections]")
    page.wait_for_timeout(100)
    return page


@state
def a_sheet_with_errors(window, keys):
    page = window("member")
    page.goto(reverse("hazards:check_record", args=[keys["draft"]]))
    page.locator("main fieldset .choice-bad").first.click()
    send(page, "button[value=submit]")
    assert page.is_visible(ERRORS)
    return page


@state
def a_pile_with_errors(window, keys):
    typed = {"row-0-title": "Lamp", "row-1-category": "weather"}
    return refused(window, "member", reverse("suggestions:pile_add"), "[name=save]", **typed)


@state
def a_pile_that_was_saved(window, keys):
    page = window("member")
    page.goto(reverse("suggestions:pile_add"))
    page.fill("[name=row-0-title]", "A lamp over the stairs")
    page.fill("[name=row-1-title]", "换一个风扇")
    send(page, "[name=save]")
    assert page.is_visible("main [data-count]")
    return page


@state
def slips_of_a_pile(window, keys):
    page = a_pile_that_was_saved(window, keys)
    page.click("main a[href$='/slips/']")
    page.wait_for_selector(".slip")
    return page


@state
def one_like_it(window, keys):
    """Found by the server: as fast as nobody types, no script has asked before."""
    page, title = window("member"), unlike()
    for _time in range(2):
        page.goto(reverse("suggestions:add"))
        page.evaluate("title => { document.querySelector('#id_title').value = title; }", title)
        send(page)
    assert page.is_visible(ERRORS)
    return page


def enter_twice(window, first, then):
    """A form that is sent twice under one number; the second time with another title."""
    page = window("member")
    page.goto(reverse("suggestions:add"))
    number = page.input_value("[name=submission]")
    page.fill("#id_title", first)
    send(page)
    page.goto(reverse("suggestions:add"))
    page.evaluate("number => { document.querySelector('[name=submission]').value = number; }", number)
    page.fill("#id_title", then)
    send(page)
    return page


@state
def a_form_that_was_taken_otherwise(window, keys):
    page = enter_twice(window, unlike(), unlike())
    assert page.is_visible("main table")
    return page


@state
def a_stale_form(window, keys):
    path = reverse("suggestions:edit", args=[keys["undecided"]])
    slow, quick = window("leader"), window("leader", fresh=True)
    slow.goto(path)
    quick.goto(path)
    quick.fill("#id_text", f"{quick.input_value('#id_text')[-40:]}!")
    send(quick)
    quick.context.close()
    slow.fill("#id_title", "Overtaken")
    send(slow)
    assert slow.is_visible(ERRORS)
    return slow


@state
def a_page_for_others(window, keys):
    page = window("member")
    assert page.goto(reverse("enterprises:add")).status == 403
    return page


@state
def a_form_without_its_secret(window, keys):
    page = window("member", fresh=True)
    page.goto(reverse("suggestions:add"))
    page.context.clear_cookies(name="csrftoken")
    with page.expect_navigation() as answer:
        page.click(SUBMIT)
    assert answer.value.status == 403
    return page


@state
def a_wrong_password(window, keys):
    page = window(None)
    page.goto("/sign-in/")
    page.fill("#id_username", "nobody")
    page.fill("#id_password", "wrong")
    send(page, "main form button.btn-primary")
    assert page.is_visible(ERRORS)
    return page


@state
def the_answer_to_an_idea(window, keys):
    page = window("leader")
    page.goto(reverse("suggestions:slip", args=[keys["suggestion"]]))
    code, title = page.inner_text(".slip .code"), page.inner_text(".slip h2")
    page = window(None)
    page.goto(reverse("suggestions:answer_by_code"))
    page.fill("#code", code)
    send(page, "main .btn-primary")
    assert page.is_visible("main dl")
    assert title not in page.inner_text("body")
    return page


@state
def a_wrong_code(window, keys):
    page = window(None)
    page.goto(reverse("suggestions:answer_by_code"))
    page.fill("#code", "AAAA-AAAA")
    send(page, "main .btn-primary")
    assert page.is_visible(ERRORS)
    return page


@state
def mail_that_was_stopped(window, keys):
    page = window(None)
    page.goto(unsubscribing.path_to_stop(User(pk=keys["person"]), "digest"))
    send(page, "main .btn-primary")
    assert page.is_visible(".alert-success")
    return page


def combinations(names):
    """Every state in both languages on both devices; all but one of them only in the long run."""
    for index, name in enumerate(names):
        for number, seen in enumerate(SEEN):
            marks = () if number == index % 2 else pytest.mark.nightly
            yield pytest.param(name, *seen.values, id=f"{name.replace(' ', '-')}-{seen.id}", marks=marks)


@pytest.mark.parametrize(("name", "language", "width"), list(combinations(STATES)))
def test_a_state_has_no_flaw(browser, name, language, width):
    opened = []

    def window(who, **options):
        page = browser.window(who, language=language, width=width, **options)
        if options.get("fresh"):
            opened.append(page)
        return page

    assert look(STATES[name](window, browser.site.keys), language, width) == []
    for page in opened:
        page.context.close()


@pytest.mark.parametrize(("name", "language", "width"), list(combinations(EMPTY | OTHER)))
def test_a_page_with_nothing_or_much_has_no_flaw(browser, name, language, width):
    who, path = (EMPTY | OTHER)[name]
    page = browser.window(who, language=language, width=width)
    status = 400 if name == "a question with an error" else 200
    assert page.goto(path.format_map(browser.site.keys)).status == status
    if "q=" in path:
        assert page.get_attribute("[data-count]", "data-count") == "0"
    assert look(page, language, width) == []


@pytest.mark.parametrize(("name", "language", "width"), list(combinations(["400.html", "500.html"])))
def test_the_page_of_a_failure_has_no_flaw(browser, name, language, width):
    """These need neither request nor database: served in place of a page, with the site's own files."""
    with translation.override(language):
        text = get_template(name).template.render(Context())
    page = browser.window("member", language=language, width=width, fresh=True)
    page.route("**/nowhere/", lambda route: route.fulfill(status=500, content_type="text/html", body=text))
    page.goto("/nowhere/")
    assert page.evaluate("document.styleSheets.length") == 2
    assert look(page, language, width) == []
    page.context.close()
