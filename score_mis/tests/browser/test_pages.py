"""Every page in a real browser: no axe violation, nothing on the console, nothing wider than a small phone.

`make test` sees every page once, in turns in English on a phone and in Chinese on a desk, and home and the forms with
errors in both; `make browser` sees all of them in both languages on both. Dark colours are not looked at.
"""

import pytest
from django.urls import get_resolver, reverse

from accounts.models import User
from reminders import unsubscribing
from score_mis.tests.browser.looking import look
from score_mis.tests.test_access import names_of

pytestmark = pytest.mark.browser

# Address: (who looks, keys of `Site.keys` or other arguments).
PAGES = {
    "accounts:outbox": ("member",),
    "reports:dashboard": ("authority",),
    "reports:evidence": ("authority", "suggestions_adopted", "value"),
    "reports:definitions": ("member",),
    "reports:item_coverage": ("inspector", "enterprise"),
    "reports:item_places": ("inspector", "FI-01"),
    "reports:plans": ("inspector",),
    "reports:operations": ("staff",),
    "sheets:list": ("staff",),
    "sheets:add": ("staff", "hazard-ledger"),
    "sheets:file_detail": ("staff", "ready_file"),
    "reminders:message_list": ("staff",),
    "reminders:mine": ("inspector",),
    "reminders:of_person": ("staff", "person"),
    "enterprises:list": ("inspector",),
    "enterprises:add": ("staff",),
    "enterprises:detail": ("staff", "enterprise"),
    "enterprises:edit": ("staff", "enterprise"),
    "enterprises:move": ("staff", "enterprise", "complete"),
    "enterprises:team_add": ("leader", "enterprise"),
    "enterprises:team_detail": ("leader", "team"),
    "enterprises:team_edit": ("leader", "team"),
    "enterprises:member_add": ("leader", "team"),
    "enterprises:member_edit": ("leader", "team_member"),
    "enterprises:workforce_add": ("leader", "enterprise"),
    "enterprises:workforce_edit": ("leader", "workforce"),
    "enterprises:plan_edit": ("staff", "enterprise"),
    "enterprises:person_list": ("staff",),
    "enterprises:person_add": ("staff",),
    "enterprises:person_detail": ("staff", "person"),
    "enterprises:person_edit": ("staff", "person"),
    "enterprises:assignment_add": ("staff", "person"),
    "enterprises:assignment_end": ("staff", "assignment"),
    "enterprises:area_list": ("staff",),
    "enterprises:area_add": ("staff",),
    "enterprises:area_edit": ("staff", "area"),
    "enterprises:sector_list": ("staff",),
    "enterprises:sector_add": ("staff",),
    "enterprises:sector_edit": ("staff", "sector"),
    "enterprises:programme": ("staff",),
    "enterprises:programme_edit": ("staff",),
    "enterprises:milestone_add": ("staff",),
    "enterprises:milestone_edit": ("staff", "milestone"),
    "enterprises:cohort_list": ("staff",),
    "enterprises:cohort_add": ("staff",),
    "enterprises:cohort_edit": ("staff", "cohort"),
    "enterprises:target_list": ("staff",),
    "enterprises:target_add": ("staff",),
    "enterprises:target_edit": ("staff", "target"),
    "training:module_list": ("staff",),
    "training:module_add": ("staff",),
    "training:module_detail": ("consultant", "module"),
    "training:module_edit": ("staff", "module"),
    "training:enrolment_list": ("consultant",),
    "training:enrolment_add": ("staff",),
    "training:enrolment_detail": ("staff", "enrolment"),
    "training:enrolment_edit": ("staff", "enrolment"),
    "training:enrolment_move": ("staff", "enrolment", "void"),
    "training:workshop_list": ("consultant",),
    "training:workshop_add": ("staff",),
    "training:workshop_detail": ("staff", "workshop"),
    "training:workshop_edit": ("staff", "workshop"),
    "training:participant_add": ("staff", "workshop"),
    "training:participant_edit": ("staff", "participant"),
    "training:participant_delete": ("staff", "participant"),
    "training:visit_list": ("consultant",),
    "training:visit_add": ("consultant",),
    "training:visit_calendar": ("consultant",),
    "training:visit_detail": ("consultant", "visit"),
    "training:visit_edit": ("consultant", "planned_visit"),
    "training:visit_move": ("consultant", "planned_visit", "log"),
    "training:action_add": ("consultant", "visit"),
    "training:action_edit": ("consultant", "action"),
    "suggestions:list": ("consultant",),
    "suggestions:board": ("leader",),
    "suggestions:add": ("member",),
    "suggestions:detail": ("leader", "suggestion"),
    "suggestions:edit": ("leader", "undecided"),
    "suggestions:move": ("leader", "undecided", "adopt"),
    "suggestions:pile_add": ("member",),
    "suggestions:slip": ("leader", "suggestion"),
    "suggestions:answer_by_code": ("member",),
    "hazards:checklist_list": ("inspector",),
    "hazards:checklist_detail": ("inspector", "version"),
    "hazards:check_list": ("inspector",),
    "hazards:check_add": ("inspector",),
    "hazards:check_detail": ("inspector", "check"),
    "hazards:check_record": ("member", "draft"),
    "hazards:hazard_list": ("inspector",),
    "hazards:hazard_add": ("inspector",),
    "hazards:hazard_detail": ("inspector", "hazard"),
    "hazards:hazard_edit": ("inspector", "open_hazard"),
    "hazards:hazard_move": ("inspector", "hazard", "void"),
    "meetings:list": ("authority",),
    "meetings:add": ("staff",),
    "meetings:detail": ("staff", "meeting"),
    "meetings:edit": ("staff", "meeting"),
    "meetings:show": ("staff", "meeting", 1),
    "meetings:decide": ("staff", "meeting", 2),
    "meetings:decision_add": ("staff", "meeting"),
    "meetings:decision_list": ("leader",),
    "meetings:decision_detail": ("staff", "decision"),
    "meetings:decision_move": ("staff", "decision", "postpone"),
    "publications:list": ("authority",),
    "publications:add": ("staff",),
    "publications:detail": ("staff", "report"),
    "publications:edit": ("staff", "report"),
    "publications:snapshot": ("authority", "snapshot"),
    "publications:today": ("staff", "snapshot"),
    "publications:evidence": ("authority", "snapshot", "E3"),
    "publications:verify": ("member",),
    "publications:verify_code": ("member", "snapshot"),
    "practices:list": ("authority",),
    "practices:add": ("member",),
    "practices:detail": ("consultant", "practice"),
    "practices:edit": ("member", "practice"),
    "practices:move": ("consultant", "practice", "consent"),
}
NO_PAGE_OF_THEIR_OWN = {
    "accounts:logout": "only a button",
    "accounts:language": "only a button",
    "accounts:who": "read by a script",
    "accounts:worker": "a script",
    "accounts:login": "seen by nobody in particular, below",
    "reports:home": "seen by everybody, below",
    "reminders:stop": "seen by nobody in particular, below",
    "training:action_tick": "only a button",
    "training:calendar_address": "only a button",
    "training:visit_feed": "for calendar programs",
    "training:visit_letter": "a PDF",
    "training:visit_photo": "a picture",
    "reports:build": "only a button",
    "sheets:file": "a file",
    "suggestions:photo": "a picture",
    "suggestions:similar": "an answer to a script",
    "suggestions:pile": "looks like suggestions:list",
    "suggestions:pile_slips": "looks like suggestions:slip",
    "suggestions:answer": "driven in suggestions/tests/test_browser.py",
    "hazards:photo": "a picture",
    "hazards:order": "a paper as PDF",
    "hazards:check_notice": "a paper as PDF",
    "hazards:ledger": "a paper as PDF",
    "hazards:notice": "a paper as PDF",
    "publications:freeze": "only a button",
    "publications:freezing": "looks like sheets:file_detail",
    "publications:freezing_file": "a file",
    "publications:documents": "only a button",
    "publications:document": "looks like sheets:file_detail",
    "publications:document_file": "a file",
    "practices:card": "a paper as PDF",
    "practices:photo": "a picture",
    "practices:photo_remove": "only a button",
    "practices:correct": "looks like suggestions:correct",
    "meetings:decision_correct": "looks like suggestions:correct",
    "enterprises:correct": "looks like suggestions:correct",
    "training:enrolment_correct": "looks like suggestions:correct",
    "training:visit_correct": "looks like suggestions:correct",
    "suggestions:correct": "seen from the suggestion's history, below",
    "hazards:check_correct": "looks like suggestions:correct",
    "hazards:hazard_correct": "looks like suggestions:correct",
    "hazards:check_correct_version": "seen from the check's page, below",
    "hazards:check_move": "the form is that of hazards:hazard_move",
}
SEEN = [
    pytest.param("en", 390, id="English-phone"),
    pytest.param("zh-hans", 1280, id="Chinese-desk"),
    pytest.param("en", 1280, id="English-desk", marks=pytest.mark.nightly),
    pytest.param("zh-hans", 390, id="Chinese-phone", marks=pytest.mark.nightly),
]
both_ways = pytest.mark.parametrize(("language", "width"), SEEN)


def pages():
    """Every page in both languages on both devices; all but one of them only in the long run."""
    like_adding = {name for name in PAGES if name.endswith("edit") and name[:-4] + "add" in PAGES}
    for index, name in enumerate(PAGES):
        for number, seen in enumerate(SEEN):
            once = number == index % 2 and name not in like_adding
            yield pytest.param(
                name, *seen.values, id=f"{name}-{seen.id}", marks=() if once else pytest.mark.nightly
            )


def test_every_address_is_looked_at_or_has_no_page_of_its_own():
    assert set(names_of(get_resolver())) == PAGES.keys() | NO_PAGE_OF_THEIR_OWN.keys()


def visit(browser, who, path, language, width, *, status=200) -> list[str]:
    """Open a page and look at it."""
    page = browser.window(who, width=width, language=language)
    answer = page.goto(path)
    if answer.status != status or page.url != browser.site.url + path:
        return [f"answered {answer.status} at {page.url}"]
    return look(page, language, width)


@pytest.mark.parametrize(("name", "language", "width"), list(pages()))
def test_a_page_has_no_flaw(browser, name, language, width):
    who, *args = PAGES[name]
    path = reverse(name, args=[browser.site.keys.get(arg, arg) for arg in args])
    assert visit(browser, who, path, language, width) == []


@both_ways
@pytest.mark.parametrize(
    "who", ["member", "leader", "consultant", "inspector", "authority", "staff", "admin"]
)
def test_home_has_no_flaw_whoever_opens_it(browser, who, language, width):
    assert visit(browser, who, "/", language, width) == []


@both_ways
def test_the_sign_in_page_has_no_flaw(browser, language, width):
    assert visit(browser, None, "/sign-in/", language, width) == []


@both_ways
def test_the_page_behind_the_link_of_a_mail_has_no_flaw(browser, language, width):
    link = unsubscribing.path_to_stop(User(pk=browser.site.keys["person"]), "digest")
    assert visit(browser, None, link, language, width) == []
    assert visit(browser, None, link[:-2] + "/", language, width, status=404) == []


@both_ways
def test_a_page_that_is_not_there_has_no_flaw(browser, language, width):
    assert visit(browser, "member", "/suggestions/999999/", language, width, status=404) == []


@both_ways
@pytest.mark.parametrize(
    ("who", "path"),
    [
        ("member", "/suggestions/add/"),
        ("staff", "/enterprises/add/"),
        ("inspector", "/hazards/add/?enterprise={enterprise}"),
    ],
)
def test_a_form_with_errors_has_no_flaw(browser, who, path, language, width):
    page = browser.window(who, width=width, language=language)
    page.goto(path.format_map(browser.site.keys))
    with page.expect_navigation():
        page.click(".form-page form button.btn-primary")
    assert page.is_visible(".error-summary")
    assert look(page, language, width) == []


@both_ways
def test_the_pages_that_correct_have_no_flaw(browser, language, width):
    page = browser.window("leader", width=width, language=language)
    page.goto(reverse("suggestions:detail", args=[browser.site.keys["suggestion"]]))
    page.goto(page.get_attribute("a[href*='/correct/']", "href"))
    assert look(page, language, width) == []
    page = browser.window("inspector", width=width, language=language)
    page.goto(reverse("hazards:check_correct_version", args=[browser.site.keys["check"]]))
    assert look(page, language, width) == []
