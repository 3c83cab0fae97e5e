"""What the first visit to a page costs on the wire, with nothing in the browser's cache."""

import pytest
from django.urls import reverse

pytestmark = pytest.mark.browser

MOST = 100_000
MOST_SCRIPT = 30_000
PAGES = {
    "home": ("inspector", "reports:home", []),
    "dashboard": ("authority", "reports:dashboard", []),
    "list of hazards": ("inspector", "hazards:hazard_list", []),
    "answering page of all 303 items": ("member", "hazards:check_record", ["long_draft"]),
}


@pytest.mark.parametrize("name", PAGES)
def test_a_first_visit_weighs_little(browser, name):
    who, address, args = PAGES[name]
    page = browser.window(who, width=390, language="zh-hans", fresh=True)
    addresses, weights = {}, {}
    wire = page.context.new_cdp_session(page)
    wire.on(
        "Network.responseReceived",
        lambda news: addresses.update({news["requestId"]: news["response"]["url"]}),
    )
    wire.on(
        "Network.loadingFinished",
        lambda news: weights.update({addresses[news["requestId"]]: news["encodedDataLength"]}),
    )
    wire.send("Network.enable")
    page.goto(reverse(address, args=[browser.site.keys[key] for key in args]), wait_until="networkidle")
    page.context.close()
    sent = {url: weight for url, weight in weights.items() if url.startswith(browser.site.url)}
    assert len(sent) > 3
    assert sum(sent.values()) <= MOST, sent
    script = sum(weight for url, weight in sent.items() if "/score/js/" in url)
    assert 0 < script <= MOST_SCRIPT
