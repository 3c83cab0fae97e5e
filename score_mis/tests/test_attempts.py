"""Who calls: behind the proxy the address that it names, and no address that the caller made up."""

import pytest
from django.test import RequestFactory
from django.urls import reverse

from score_mis.lib import codes
from score_mis.lib.attempts import caller
from suggestions.views.answers import GUESSES

PROXY = "127.0.0.1"


@pytest.mark.parametrize(
    ("https", "header", "found"),
    [
        (True, "203.0.113.7", "203.0.113.7"),
        (True, "198.51.100.1, 203.0.113.7", "203.0.113.7"),
        (True, "1.1.1.1, 198.51.100.1,203.0.113.7", "203.0.113.7"),
        (True, "2001:db8::7", "2001:db8::7"),
        (True, None, PROXY),
        (True, "", PROXY),
        (True, "nonsense", PROXY),
        (True, "203.0.113.7, <script>", PROXY),
        (False, "203.0.113.7", PROXY),
    ],
)
def test_the_caller_is_whom_the_proxy_names(settings, https, header, found):
    settings.HTTPS = https
    named = {} if header is None else {"HTTP_X_FORWARDED_FOR": header}
    assert caller(RequestFactory().get("/", REMOTE_ADDR=PROXY, **named)) == found


def page(client, header):
    """What a guess is answered behind the proxy."""
    address = reverse("suggestions:answer", args=[codes.new_code()])
    return client.get(address, REMOTE_ADDR=PROXY, HTTP_X_FORWARDED_FOR=header).status_code


def test_one_who_guesses_shuts_out_nobody_else_and_gets_no_further_by_made_up_addresses(client, db, settings):
    settings.HTTPS = True
    for number in range(GUESSES.most):
        assert page(client, f"10.0.0.{number}, 203.0.113.7") == 404
    assert page(client, "10.0.0.99, 203.0.113.7") == 429
    assert page(client, "203.0.113.8") == 404


def test_wrong_passwords_from_one_place_lock_nobody_out_elsewhere(client, world, settings):
    settings.HTTPS = True
    settings.AXES_ENABLED = True

    def sign_in(password, header):
        typed = {"username": "member", "password": password}
        answer = client.post(reverse("accounts:login"), typed, REMOTE_ADDR=PROXY, HTTP_X_FORWARDED_FOR=header)
        client.logout()
        return answer.status_code

    for number in range(settings.AXES_FAILURE_LIMIT):
        sign_in("wrong", f"10.0.0.{number}, 203.0.113.7")
    assert sign_in("a-long-secret", "10.0.0.99, 203.0.113.7") == 429
    assert sign_in("a-long-secret", "203.0.113.8") == 302
