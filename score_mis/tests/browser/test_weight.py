"""What visits cost on the wire: the first with nothing in the browser, and the same page again.

All that the browser fetches goes through a proxy that counts bytes: pages, files, headers, and what the service worker
fetches for itself. Scripts of ours are weighed packed as far as they were fetched, and unpacked as far as page and
worker run them.
"""

import re
import socket
import threading
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field

import brotli
import pytest
from django.urls import reverse

pytestmark = pytest.mark.browser

FIRST = 100_000
AGAIN = 30_000
WHOLE = "answering page of all 303 items"
WHOLE_AGAIN = 48_000  # over the budget: its words and fields alone weigh 43 kB
SCRIPT = 30_000
UNPACKED = 36_000
QUIET = 1.5
KEPT = "async () => Boolean(await caches.match('/outbox/whose', {ignoreVary: true}))"
WORKER = "/static/score/js/worker.js"
OWN_SCRIPT = re.compile(rb"GET (/static/score/js/[^ ?]+)")
NIGHTLY = pytest.mark.nightly
PAGES = {
    "home": ("inspector", "reports:home", []),
    "dashboard": ("authority", "reports:dashboard", []),
    "list of hazards": ("inspector", "hazards:hazard_list", []),
    WHOLE: ("member", "hazards:check_record", ["long_draft"]),
    "new suggestion": ("member", "suggestions:add", []),
}
MORE = {
    "answering page of 20 items": ("member", "hazards:check_record", ["draft"]),
    "visit to log": ("consultant", "training:visit_move", ["planned_visit", "log"]),
    "month of visits": ("consultant", "training:visit_calendar", []),
    "suggestion board": ("leader", "suggestions:board", []),
    "pile of slips": ("member", "suggestions:pile_add", []),
    "slip": ("leader", "suggestions:slip", ["suggestion"]),
    "hazard to verify": ("inspector", "hazards:hazard_move", ["rectified", "verify"]),
    "item coverage": ("inspector", "reports:item_coverage", ["enterprise"]),
    "plans": ("inspector", "reports:plans", []),
    "modules": ("consultant", "training:module_detail", ["module"]),
    "outbox": ("member", "accounts:outbox", []),
    "enterprise": ("staff", "enterprises:detail", ["enterprise"]),
}


@dataclass
class Scale:
    """A proxy before the site that counts what the site sends, and notes which of our scripts were asked for."""

    to: tuple[str, int]
    listener: socket.socket
    counted: int = 0
    last: float = field(default_factory=time.monotonic)
    scripts: set[str] = field(default_factory=set)

    @property
    def url(self) -> str:
        """Where the browser finds the site."""
        return f"http://127.0.0.1:{self.listener.getsockname()[1]}"

    def serve(self) -> None:
        """Take connections until the listener is closed."""
        while True:
            try:
                browser, _address = self.listener.accept()
            except OSError:
                return
            site = socket.create_connection(self.to)
            for source, target, is_counted in ((browser, site, False), (site, browser, True)):
                threading.Thread(target=self._pass_on, args=(source, target, is_counted), daemon=True).start()

    def _pass_on(self, source: socket.socket, target: socket.socket, is_counted: bool) -> None:
        try:
            while data := source.recv(65_536):
                self.last = time.monotonic()
                if is_counted:
                    self.counted += len(data)
                else:
                    self.scripts |= {path.decode() for path in OWN_SCRIPT.findall(data)}
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)
        except OSError:
            source.close()
            target.close()

    def settle(self) -> int:
        """Wait until nothing has passed for a while; how many bytes were sent since the last time."""
        while time.monotonic() - self.last < QUIET:
            time.sleep(QUIET / 10)
        counted, self.counted = self.counted, 0
        return counted


@pytest.fixture
def scale(site) -> Iterator[Scale]:
    """The proxy, while a test runs."""
    host, port = site.url.removeprefix("http://").split(":")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        made = Scale((host, int(port)), listener)
        threading.Thread(target=made.serve, daemon=True).start()
        yield made


@pytest.mark.parametrize("language", [pytest.param("en", marks=NIGHTLY), "zh-hans"])
@pytest.mark.parametrize("name", [*PAGES, *(pytest.param(name, marks=NIGHTLY) for name in MORE)])
def test_visits_weigh_little(engine, site, scale, name, language):
    who, address, args = (PAGES | MORE)[name]
    path = reverse(address, args=[site.keys.get(key, key) for key in args])
    context = engine.new_context(base_url=scale.url, viewport={"width": 390, "height": 844})
    cookies = {"django_language": language, "sessionid": site.sessions[who], "csrftoken": "a" * 32}
    context.add_cookies([{"name": key, "value": value, "url": scale.url} for key, value in cookies.items()])
    page = context.new_page()
    page.goto(path)
    page.wait_for_function(KEPT)
    first = scale.settle()
    page.goto(path)
    again = scale.settle()
    used = [*page.evaluate("[...document.scripts].map((script) => new URL(script.src).pathname)"), WORKER]
    context.close()
    assert 10_000 < first <= FIRST
    assert 100 < again <= (WHOLE_AGAIN if name == WHOLE else AGAIN)
    scripts = {path: urllib.request.urlopen(site.url + path).read() for path in scale.scripts}
    assert 5_000 < sum(len(brotli.compress(script)) for script in scripts.values()) <= SCRIPT
    assert 10_000 < sum(len(scripts[path]) for path in used) <= UNPACKED
