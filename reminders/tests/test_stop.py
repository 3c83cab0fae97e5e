"""The link in each mail: works without signing in, asks once, is undone as easily, and is good for nothing else."""

import re

import pytest
from django.core import signing
from django.test import Client
from django.urls import reverse

from conftest import TODAY
from reminders import unsubscribing
from reminders.models import Wish
from reminders.tests.mailing import go, overdue, to


def path(world, kind="digest"):
    """The page of the member's link."""
    return unsubscribing.path_to_stop(world.member, kind)


def test_the_link_of_a_mail_stops_that_kind_of_mail_in_one_click_and_a_confirmation(world):
    overdue(world, 8)
    [sent] = [one for one in to(go(), world.inspector) if "long overdue" in one.subject]
    link = re.search(r"/mail/stop/\S+", sent.body)[0]
    client = Client(enforce_csrf_checks=True)
    page = client.get(link)
    assert page.status_code == 200
    assert "Inspector" in page.content.decode()
    assert not Wish.objects.exists()  # a program that opens links stops nothing
    page = client.post(link)
    assert "does not come any more" in page.content.decode()
    wish = Wish.objects.get()
    assert (wish.person, wish.digest, wish.escalation) == (world.inspector, True, False)
    assert wish.history.get().history_user is None


def test_it_says_plainly_what_is_stopped(world, client):
    page = client.get(unsubscribing.path_to_stop(world.inspector, "escalation")).content.decode()
    assert "overdue for 7 or 30 days" in page
    assert "the area above gets it" in page
    assert "daily mail" in client.get(path(world)).content.decode()


def test_mail_programs_stop_it_with_one_post(world):
    """RFC 8058: the address of the header, one field, no cookie, no page before."""
    client = Client(enforce_csrf_checks=True)
    assert client.post(path(world), {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert Wish.objects.get().digest is False


def test_it_is_undone_on_the_same_page(world, client):
    client.post(path(world))
    page = client.post(path(world), {"again": "on"}).content.decode()
    assert "comes again" in page
    assert Wish.objects.get().digest is True


def test_twice_is_like_once(world, client):
    client.post(path(world))
    client.post(path(world))
    wish = Wish.objects.get()
    assert wish.digest is False
    assert wish.history.count() == 1


def test_it_speaks_the_persons_language_or_the_one_chosen_here(world, client):
    world.member.language = "zh-hans"
    world.member.save()
    assert 'lang="zh-Hans"' in client.get(path(world)).content.decode()
    client.cookies["django_language"] = "en"
    assert 'lang="en"' in client.get(path(world)).content.decode()


@pytest.mark.parametrize("how", ["nonsense", "cut", "other", "salt", "gone", "kind"])
def test_a_link_that_is_not_ours_says_so_and_changes_nothing(world, client, how):
    good = unsubscribing.token(world.member, "digest")
    word = {
        "nonsense": "x",
        "cut": good[:-1],
        "other": good.replace(":", "A:", 1),
        "salt": signing.dumps([world.member.pk, "digest"], salt="other"),
        "gone": signing.dumps([10**6, "digest"], salt=unsubscribing.SALT),
        "kind": signing.dumps([world.member.pk, "all"], salt=unsubscribing.SALT),
    }[how]
    for answer in (client.get, client.post):
        page = answer(reverse("reminders:stop", args=[word]))
        assert page.status_code == 404
        assert "This link is not complete." in page.content.decode()
    assert not Wish.objects.exists()


def test_it_shows_nothing_of_the_site(world, client):
    hazard = overdue(world, 8)
    page = client.get(path(world)).content.decode()
    assert hazard.reference not in page
    assert world.member.email not in page
    assert TODAY.isoformat() not in page


def test_another_method_is_refused(world, client):
    assert client.put(path(world)).status_code == 405
