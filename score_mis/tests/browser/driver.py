"""A person at a phone, for the tests of all apps: the browser, and a hand whose interactions are counted.

One interaction is a tap, a control reached with Tab and pressed, a text typed or a day entered. Getting to a field
by touch is a tap of its own, unless the page put the cursor there; pressing Tab is none.
"""

import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest

from launch.suite import in_ci

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--lang=en-US",
]
HEIGHT = 844
BLOCKED = "Service Worker registration blocked"  # what the worker does is seen in test_offline.py
PATIENCE = 60_000
MOST_TABS = 120
HAS_FOCUS = "what => document.activeElement.matches(what)"
BOTH_LANGUAGES = pytest.mark.parametrize("language", ["en", "zh-hans"])
BOTH_WAYS = pytest.mark.parametrize("way", ["touch", "keys"])


@dataclass
class Hand:
    """Does things on a page, by touch or by keys alone, and counts them."""

    page: Any
    way: str
    done: list[str] = field(default_factory=list)

    def press(self, what: str) -> None:
        """Press a button or follow a link."""
        self._use(what, "Enter")

    def choose(self, what: str) -> None:
        """Choose one of the answers, by the id of its field."""
        if self.way == "touch":
            self._use(f"label[for='{what}']", "")
        else:
            self._use(f"[id='{what}']", "Space")
        assert self.page.is_checked(f"[id='{what}']")

    def write(self, what: str, text: str) -> None:
        """Type into a field."""
        self._reach(what)
        self.page.keyboard.insert_text(text) if self.way == "touch" else self.page.keyboard.type(text)
        self.done.append(f"type into {what}")
        assert self.page.input_value(what) == text

    def enter(self, what: str, day: date) -> None:
        """Enter a day, with the phone's picker or digit by digit."""
        if self.way == "touch":
            self._reach(what)
            self.page.fill(what, day.isoformat())
        else:
            self._reach(what)
            self.page.keyboard.type(f"{day:%m%d%Y}")
        self.done.append(f"enter a day into {what}")
        assert self.page.input_value(what) == day.isoformat()

    def arrive(self, address: str) -> None:
        """Wait for the page that the last interaction led to."""
        self.page.wait_for_url(address, wait_until="load")

    def _use(self, what: str, key: str) -> None:
        if self.way == "touch":
            self.page.tap(what)
        else:
            self._tab_to(what)
            self.page.keyboard.press(key)
        self.done.append(f"press {what}")

    def _reach(self, what: str) -> None:
        if self.page.evaluate(HAS_FOCUS, what):
            return
        if self.way == "touch":
            self._use(what, "")
        else:
            self._tab_to(what)

    def _tab_to(self, what: str) -> None:
        for _press in range(MOST_TABS):
            if self.page.evaluate(HAS_FOCUS, what):
                return
            self.page.keyboard.press("Tab")
        pytest.fail(f"Tab does not reach {what}.")


def is_loud(message: Any) -> bool:
    """Whether a page's message to the console is a warning or an error, and not one of these tests' own making."""
    return message.type in ("error", "warning") and not message.text.startswith(BLOCKED)


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of this machine's browser; no test in a browser runs without one."""
    if CHROMIUM:
        return CHROMIUM
    if in_ci():
        pytest.fail("CI=true, but Chromium is not installed.")
    pytest.skip("CHROMIUM IS NOT INSTALLED: no page is looked at in a browser.")


class Hall:
    """Chromium in a thread of its own, so that its event loop does not keep the tests from the database."""

    def __init__(self, playwright: Any, path: str) -> None:
        self.playwright = playwright
        self.path = path
        self.thread = ThreadPoolExecutor(1, "browser")
        self.opened = ExitStack()
        self.browser: Any = None

    def run(self, steps: Callable[[Any], None]) -> None:
        """Call steps with the browser, and wait until they are done; what they raise is raised here."""
        self.thread.submit(lambda: steps(self._running())).result()

    def close(self) -> None:
        """End the browser."""
        self.thread.submit(self.opened.close).result()
        self.thread.shutdown()

    def _running(self) -> Any:
        """The browser, started again if it died of a test."""
        if self.browser is None or not self.browser.is_connected():
            self.opened.close()
            driver = self.opened.enter_context(self.playwright.sync_playwright())
            self.browser = driver.chromium.launch(executable_path=self.path, args=ARGUMENTS)
            self.opened.callback(self.browser.close)
        return self.browser


@pytest.fixture(scope="session")
def hall(chromium) -> Iterator[Hall]:
    """One Chromium for all phones of this process."""
    made = Hall(pytest.importorskip("playwright.sync_api"), chromium)
    yield made
    made.close()


@pytest.fixture
def phone_of(hall, live_server, client) -> Callable[..., None]:
    """Run steps in a person's browser, as wide as a phone, with nothing kept of the phones before it."""

    def run(who, steps, path, *, script=True, language="en", touch=True, width=390):
        client.force_login(who)
        cookies = {"sessionid": client.cookies["sessionid"].value, "django_language": language}
        complaints = []

        def use(browser):
            context = browser.new_context(
                base_url=live_server.url,
                viewport={"width": width, "height": HEIGHT},
                java_script_enabled=script,
                has_touch=touch,
                reduced_motion="reduce",
                service_workers="block",
            )
            with closing(context):
                context.add_cookies(
                    [
                        {"name": name, "value": value, "url": live_server.url}
                        for name, value in cookies.items()
                    ]
                )
                context.set_default_timeout(PATIENCE)
                page = context.new_page()
                page.on("console", lambda message: is_loud(message) and complaints.append(message.text))
                page.on("pageerror", lambda error: complaints.append(str(error)))
                page.goto(path, wait_until="load")
                steps(page)

        hall.run(use)
        assert complaints == []

    return run
