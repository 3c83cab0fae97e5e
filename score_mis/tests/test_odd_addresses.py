"""Every page that takes words in its address takes any words: it answers, and never with a server error."""

import re

import pytest
from django.urls import reverse

from score_mis.tests.test_access import ACCESS, everything, things

ODD = [
    "\x00",
    "9" * 5000,
    "0001-01-01",
    "9999-12-31",
    "2017-02-30",
    "-1",
    "²",
    "\u202e🔥",
    "' OR 1=1 --",
    "[]",
    "%",
]
ALWAYS = {
    "page", "after", "before", "month", "since", "until", "as_of", "whose", "code", "title", "enterprise", "visit",
    "check", "items", "by", "key", "level", "language", "choose", "area", "sector", "cohort", "module", "next",
}  # fmt: skip
assert everything  # a fixture, and the one it builds on
assert things


def names_asked(page):
    """The names of all fields of a page's forms."""
    return set(re.findall(r'<(?:input|select|textarea)[^>]* name="([\w.-]+)"', page)) - {
        "csrfmiddlewaretoken"
    }


@pytest.mark.parametrize(
    ("who", "alone"),
    [
        pytest.param("staff", False, id="short"),
        *(
            pytest.param(who, True, id=f"long-{who}", marks=pytest.mark.nightly)
            for who in ("staff", "consultant", "member")
        ),
    ],
)
def test_any_words_in_an_address_are_answered(world, everything, client, who, alone):
    """All fields of a page at once with a few odd words; every night each field alone with all of them."""
    client.raise_request_exception = False
    client.force_login(getattr(world, who))
    wrong, asked = [], 0
    for name, (args, _codes) in ACCESS.items():
        url = reverse(name, args=[arg(everything) if callable(arg) else arg for arg in args])
        page = client.get(url)
        if page.status_code != 200 or page.streaming or "html" not in page["Content-Type"]:
            continue
        names = sorted(ALWAYS | names_asked(page.content.decode()))
        for value in ODD if alone else ODD[:2]:
            for query in [{name: value} for name in names] if alone else [dict.fromkeys(names, value)]:
                asked += 1
                code = client.get(url, query).status_code
                if code >= 500:
                    wrong.append(f"{name} {list(query) if alone else ''} {value[:20]!r}: {code}")
    assert wrong == []
    assert asked > 100
