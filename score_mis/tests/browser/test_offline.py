"""Field work without a network: Chromium is set offline, forms wait on the phone, and the server takes each once."""

import json
import re
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import BrowserContext, Page

from score_mis.tests.browser.conftest import ARGUMENTS, Site
from score_mis.tests.browser.test_pages import look
from suggestions.tests.factories import upload

pytestmark = pytest.mark.browser

SUBMIT = ".form-page form button.btn-primary"
STATUS = "[data-worker]"
ADD = reverse("suggestions:add")
KEPT = "async path => Boolean(await (await caches.open('pages')).match(path, {ignoreVary: true}))"
UNFOLD = "document.querySelectorAll('main details').forEach((part) => { part.open = true; })"
LONG = time.time() + 10 * 86_400


@dataclass
class Phone:
    """A Chromium with a memory of its own, which stays when it is closed."""

    engine: object
    site: Site
    folder: Path
    language: str = "en"
    context: BrowserContext | None = None

    def open(self, who: str | None = None) -> Page:
        """Start the browser; signed in as somebody, or as it was."""
        self.context = self.engine.browser_type.launch_persistent_context(
            str(self.folder),
            executable_path=self.engine.path,
            args=ARGUMENTS,
            base_url=self.site.url,
            viewport={"width": 390, "height": 844},
            reduced_motion="reduce",
            accept_downloads=True,
        )
        self.sign_in(who)
        page = self.context.pages[0] if self.context.pages else self.context.new_page()
        page.set_default_timeout(15_000)
        return page

    def sign_in(self, who: str | None) -> None:
        """Lay a session into the browser, as signing in does."""
        cookies = {"django_language": self.language} | ({"sessionid": self.site.sessions[who]} if who else {})
        self.context.add_cookies(
            [
                {"name": name, "value": value, "url": self.site.url, "expires": LONG}
                for name, value in cookies.items()
            ]
        )

    def sign_out(self) -> None:
        """Lose the session, as after its end."""
        self.context.clear_cookies(name="sessionid")

    def close(self) -> None:
        """End the browser."""
        if self.context:
            self.context.close()
            self.context = None


@pytest.fixture
def phone(site, engine, chromium, tmp_path):
    engine.path = chromium
    made = Phone(engine, site, tmp_path / "phone")
    yield made
    made.close()


def open_online(page: Page, path: str) -> None:
    """Open a page with a network, and wait until the phone keeps it."""
    page.goto(path)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    until = time.monotonic() + 15
    while not all(page.evaluate(KEPT, kept) for kept in (path, "/outbox/", "/outbox/whose")):
        assert time.monotonic() < until, f"the phone does not keep {path}"
        time.sleep(0.05)


def state(page: Page, wanted: str) -> str:
    """Wait for a state of the outbox; what the line in the frame says."""
    page.wait_for_selector(f"{STATUS}[data-state={wanted}]")
    return page.inner_text(f"{STATUS} a")


def send(page: Page) -> None:
    """Press "Send now"; the phone may have begun by itself, and then the button is gone."""
    page.evaluate("document.querySelector('[data-send]').click()")


def suggest(page: Page, title: str) -> None:
    """Add a suggestion with a photo without a network."""
    page.goto(ADD)
    page.fill("#id_title", title)
    photo = upload(colour=f"#{abs(hash(title)) % 0xFFFFFF:06x}")
    page.set_input_files("#id_photo", {"name": "hall.jpg", "mimeType": "image/jpeg", "buffer": photo.read()})
    with page.expect_navigation():
        page.click(SUBMIT)
    assert page.url.split("?")[0].endswith("/outbox/")


def records(page: Page, prefix: str) -> list[str]:
    """The addresses of the suggestions whose title begins with a word, as the site has them."""
    found, address = [], f"/suggestions/?q={prefix}"
    while address:
        page.goto(address)
        found += page.eval_on_selector_all(
            "main th a, main td a", "links => links.map((link) => [link.pathname, link.innerText])"
        )
        following = page.query_selector("a[rel=next]")
        address = following and "/suggestions/" + following.get_attribute("href")
    return sorted({path for path, text in found if re.fullmatch(r"/suggestions/\d+/", path)})


@pytest.mark.parametrize(
    ("entries", "language"),
    [
        pytest.param(3, "en", id="short"),
        pytest.param(3, "zh-hans", id="Chinese", marks=pytest.mark.nightly),
        pytest.param(30, "en", id="long", marks=pytest.mark.nightly),
    ],
)
def test_entries_with_photos_outlive_the_network_and_the_browser(phone, entries, language):
    phone.language = language
    word = f"Ohne{entries}{language[:2]}"
    page = phone.open("member")
    open_online(page, ADD)
    phone.context.set_offline(True)
    for number in range(entries):
        suggest(page, f"{word} {number}")
        assert str(number + 1) in state(page, "waiting")
    phone.close()
    page = phone.open()
    page.goto("/")
    assert state(page, "sent")
    found = records(page, word)
    assert len(found) == entries
    for path in found:
        assert len(set(re.findall(r"/suggestions/photos/[^/]+/", page.request.get(path).text()))) == 1
    page.reload()
    assert len(records(page, word)) == entries


def test_a_hazard_is_rectified_and_a_visit_logged_without_a_network(phone):
    page = phone.open("consultant")
    path = reverse("training:visit_move", args=[phone.site.keys["offline_visit"], "log"])
    open_online(page, path)
    phone.context.set_offline(True)
    page.goto(path)
    assert page.is_visible("[data-kept-page]")
    for name in ("women_workers", "men_workers", "women_managers", "men_managers"):
        page.fill(f"#id_{name}", "2")
    page.fill("#id_topics", "Order at the workplace")
    page.fill("#id_observations", "Aisles are marked")
    with page.expect_navigation():
        page.click(SUBMIT)
    state(page, "waiting")
    phone.context.set_offline(False)
    send(page)
    state(page, "sent")
    page.goto(reverse("training:visit_detail", args=[phone.site.keys["offline_visit"]]))
    assert "Aisles are marked" in page.inner_text("main")


def test_a_check_is_answered_without_a_network(phone):
    page = phone.open("member")
    path = reverse("hazards:check_record", args=[phone.site.keys["offline_draft"]])
    open_online(page, path)
    phone.context.set_offline(True)
    for place in (0, 1):
        page.goto(path)
        page.locator("fieldset").nth(place).locator("label").first.click()
        with page.expect_navigation():
            page.click("button[value=save]")
        assert "1" in state(page, "waiting")
    phone.context.set_offline(False)
    send(page)
    state(page, "sent")
    page.goto(path)
    assert page.locator("fieldset input:checked").count() == 2


def test_another_person_sends_nothing_and_drops_nothing(phone):
    page = phone.open("member")
    open_online(page, ADD)
    phone.context.set_offline(True)
    suggest(page, "Fremd")
    phone.context.set_offline(False)
    phone.sign_out()
    page.goto("/outbox/")
    page.goto("/sign-in/")
    phone.sign_in("leader")
    page.goto("/outbox/")
    page.wait_for_selector("#entries[data-ready]")
    assert state(page, "waiting")
    assert "Fremd" not in page.inner_text("main")
    assert "1" in page.inner_text("[data-strangers]")
    assert records(page, "Fremd") == []
    phone.context.set_offline(True)
    page.goto("/")
    assert "Add suggestion" not in page.inner_text("main")
    phone.context.set_offline(False)
    phone.sign_in("member")
    page.goto("/")
    state(page, "sent")
    assert len(records(page, "Fremd")) == 1


def test_a_refused_form_stays_and_is_mended(phone):
    page = phone.open("member")
    open_online(page, ADD)
    phone.context.set_offline(True)
    page.goto(ADD)
    page.evaluate(UNFOLD)
    page.fill("#id_title", "Morgen")
    page.fill("#id_happened_on", "2018-03-01")
    with page.expect_navigation():
        page.click(SUBMIT)
    phone.context.set_offline(False)
    send(page)
    state(page, "attention")
    page.wait_for_selector("[data-list=attention] li")
    text = page.inner_text("[data-list=attention]")
    assert "future" in text
    assert "Morgen" in text
    assert look(page, "en", 390) == []
    page.reload()
    with page.expect_download() as saved:
        page.click("[data-list=attention] [data-act=file]")
    kept = json.loads(Path(saved.value.path()).read_text(encoding="utf-8"))
    assert ["title", "Morgen"] in kept["fields"]
    page.click("[data-list=attention] [data-act=mend]")
    page.wait_for_function("document.querySelector('#id_title')?.value === 'Morgen'")
    page.evaluate(UNFOLD)
    page.fill("#id_happened_on", "2017-12-19")
    with page.expect_navigation():
        page.click(SUBMIT)
    assert page.is_visible(".alert-success")
    state(page, "sent")
    assert len(records(page, "Morgen")) == 1


def test_a_conflict_shows_both_versions_and_may_be_sent_as_a_new_one(phone):
    page = phone.open("member")
    open_online(page, ADD)
    page.goto(ADD)
    number = page.input_value("input[name=submission]")
    page.fill("#id_title", "Zweimal eins")
    with page.expect_navigation():
        page.click(SUBMIT)
    phone.context.set_offline(True)
    page.goto(ADD)
    page.evaluate("number => { document.querySelector('input[name=submission]').value = number; }", number)
    page.fill("#id_title", "Zweimal zwei")
    with page.expect_navigation():
        page.click(SUBMIT)
    phone.context.set_offline(False)
    send(page)
    state(page, "attention")
    page.wait_for_selector("[data-list=attention] li")
    text = page.inner_text("[data-list=attention]")
    assert "Zweimal eins" in text
    assert "Zweimal zwei" in text
    assert len(records(page, "Zweimal")) == 1
    page.goto("/outbox/")
    page.click("[data-list=attention] [data-act=fresh]")
    state(page, "sent")
    assert len(records(page, "Zweimal")) == 2


def test_without_a_network_and_without_a_kept_page_the_outbox_is_shown(phone):
    page = phone.open("member")
    open_online(page, ADD)
    phone.context.set_offline(True)
    page.goto("/suggestions/")
    page.wait_for_selector("#entries[data-ready]")
    assert page.is_visible("[data-list=pages] a[href$='/suggestions/add/']")
    assert look(page, "en", 390) == []


def test_a_double_tap_makes_one_record(phone):
    page = phone.open("member")
    page.goto(ADD)
    page.fill("#id_title", "Doppelt")
    page.evaluate(
        """() => {
          const form = document.querySelector('.form-page form');
          fetch(form.action, {method: 'POST', body: new FormData(form)});
        }"""
    )
    with page.expect_navigation():
        page.click(SUBMIT)
    assert page.is_visible(".alert-success")
    assert len(records(page, "Doppelt")) == 1


def test_an_answer_that_was_lost_is_asked_for_again(phone):
    """The server takes the form, the phone hears nothing: it sends again and there is one record."""
    page = phone.open("member")
    open_online(page, ADD)
    page.goto(ADD)
    page.fill("#id_title", "Verloren")
    page.evaluate(
        """async () => {
          const form = document.querySelector('.form-page form');
          await fetch(form.action, {method: 'POST', body: new FormData(form), redirect: 'manual'});
        }"""
    )
    phone.context.set_offline(True)
    with page.expect_navigation():
        page.click(SUBMIT)
    state(page, "waiting")
    phone.context.set_offline(False)
    send(page)
    state(page, "sent")
    assert len(records(page, "Verloren")) == 1
