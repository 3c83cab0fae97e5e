"""A phone with a memory of its own, which is there again when its browser was closed; and what people do with it."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from django.urls import reverse
from playwright.sync_api import BrowserContext, Error, Page

from score_mis.tests.browser.driver import ARGUMENTS
from suggestions.tests.factories import upload

if TYPE_CHECKING:
    from score_mis.tests.browser.conftest import Site

SUBMIT = ".form-page form button.btn-primary"
STATUS = "[data-worker]"
ADD = reverse("suggestions:add")
ATTENTION = "[data-list=attention] li"
KEPT = "async path => Boolean(await (await caches.open('pages')).match(path, {ignoreVary: true}))"
UNFOLD = "document.querySelectorAll('main details').forEach((part) => { part.open = true; })"
IS_SHOWN = (
    "([where, n]) => document.querySelector(where).parentElement.querySelectorAll('.shelf li').length === n"
)
IS_WAITING = """([where, number]) => {
  const frame = document.querySelector(where);
  return frame?.dataset.state === 'waiting' && frame.innerText.match(/\\d+/)?.[0] === String(number);
}"""
LONG = time.time() + 10 * 86_400


@dataclass
class Phone:
    """A Chromium whose folder stays when it is closed."""

    engine: object
    path: str
    site: "Site"
    folder: Path
    language: str = "en"
    width: int = 390
    context: BrowserContext | None = None

    def open(self, who: str | None = None) -> Page:
        """Start the browser; signed in as somebody, or as it was."""
        self.context = self.engine.browser_type.launch_persistent_context(
            str(self.folder),
            executable_path=self.path,
            args=ARGUMENTS,
            base_url=self.site.url,
            viewport={"width": self.width, "height": 844},
            reduced_motion="reduce",
            accept_downloads=True,
        )
        self.sign_in(who)
        page = self.context.pages[0] if self.context.pages else self.context.new_page()
        page.set_default_timeout(60_000)
        return page

    def tab(self) -> Page:
        """Open another tab."""
        page = self.context.new_page()
        page.set_default_timeout(60_000)
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

    @contextmanager
    def without_network(self) -> Iterator[None]:
        """No network inside."""
        self.context.set_offline(True)
        yield
        self.context.set_offline(False)

    def close(self) -> None:
        """End the browser."""
        if self.context:
            self.context.close()
            self.context = None


def open_online(page: Page, *paths: str) -> None:
    """Open pages with a network, and wait until the phone keeps them."""
    for path in paths:
        page.goto(path)
        page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        until = time.monotonic() + 30
        while not all(page.evaluate(KEPT, kept) for kept in (path, "/outbox/", "/outbox/whose")):
            assert time.monotonic() < until, f"the phone does not keep {path}"
            time.sleep(0.05)


def until(page: Page, is_true: str, argument: object = None, *, within: float = 60) -> None:
    """Wait until a script of the test says so; the page's own policy forbids what Playwright would do."""
    last = time.monotonic() + within
    while True:
        try:
            if page.evaluate(is_true, argument):
                return
        except Error as error:
            if "navigat" not in str(error) and "context" not in str(error):
                raise
        assert time.monotonic() < last, is_true
        time.sleep(0.05)


def state(page: Page, wanted: str) -> str:
    """Wait for a state of the outbox; what the line in the frame says."""
    page.wait_for_selector(f"{STATUS}[data-state={wanted}]")
    return page.inner_text(f"{STATUS} a")


def waiting(page: Page, number: int) -> None:
    """Wait until so many forms wait."""
    until(page, IS_WAITING, [STATUS, number])


def send(page: Page) -> None:
    """Press "Send now"; the phone may have begun by itself, and then the button is gone."""
    page.evaluate("document.querySelector('[data-send]').click()")


def photo(colour: str = "navy", name: str = "hall.jpg") -> dict:
    """A photo as a phone's camera gives it."""
    return {"name": name, "mimeType": "image/jpeg", "buffer": upload(colour=colour).read()}


def choose(page: Page, selector: str, *colours: str) -> None:
    """Choose photos, and wait until the page has made them small."""
    page.set_input_files(selector, [photo(colour, f"{colour.strip('#')}.jpg") for colour in colours])
    if page.locator(f"{selector}[data-photos]").count():
        until(page, IS_SHOWN, [selector, len(colours)])


def submit(page: Page, selector: str = SUBMIT) -> None:
    """Send the form of the page and wait for what comes."""
    with page.expect_navigation():
        page.click(selector)


def suggest(page: Page, title: str, *colours: str) -> None:
    """Add a suggestion with photos without a network."""
    page.goto(ADD)
    page.fill("#id_title", title)
    choose(page, "#id_photo", *(colours or ("navy",)))
    submit(page)
    assert page.url.split("?")[0].endswith("/outbox/")


def records(page: Page, prefix: str, kind: str = "suggestions") -> list[str]:
    """The addresses of the records whose text begins with a word, as the site has them."""
    found, address = [], f"/{kind}/?q={prefix}"
    while address:
        page.goto(address)
        found += page.eval_on_selector_all(
            "main th a, main td a", "links => links.map((link) => link.pathname)"
        )
        following = page.query_selector("a[rel=next]")
        address = following and f"/{kind}/" + following.get_attribute("href")
    return sorted({path for path in found if re.fullmatch(rf"/{kind}/\d+/", path)})


def photos_of(page: Page, path: str) -> int:
    """How many photos the page of a record shows."""
    return len(set(re.findall(r"/photos/[^/\"]+/", page.request.get(path).text())))
