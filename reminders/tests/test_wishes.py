"""What mail a person wishes: their own page, and the one that staff have of the person."""

import pytest
from django.urls import reverse

from reminders.models import Wish


def form(client, url):
    """The page as text."""
    return client.get(url).content.decode()


def test_a_person_turns_mail_off_and_on(world, client):
    client.force_login(world.inspector)
    url = reverse("reminders:mine")
    page = form(client, url)
    assert world.inspector.email in page
    assert 'name="digest"' in page
    assert 'name="escalation"' in page
    assert "turn this off too" in page
    answer = client.post(url, {"digest": "on"}, follow=True)
    assert "Saved." in answer.content.decode()
    wish = Wish.objects.get()
    assert (wish.person, wish.digest, wish.escalation) == (world.inspector, True, False)
    client.post(url, {"digest": "on", "escalation": "on"})
    wish.refresh_from_db()
    assert wish.escalation
    assert wish.history.first().history_user == world.inspector


def test_only_those_in_charge_are_asked_about_long_overdue_hazards(world, client):
    client.force_login(world.member)
    assert 'name="escalation"' not in form(client, reverse("reminders:mine"))
    client.post(reverse("reminders:mine"), {})
    wish = Wish.objects.get()
    assert (wish.digest, wish.escalation) == (False, True)


def test_who_has_no_address_is_told_so(world, client):
    world.member.email = ""
    world.member.save()
    client.force_login(world.member)
    assert "There is no mail address" in form(client, reverse("reminders:mine"))


def test_every_page_leads_there(world, client):
    client.force_login(world.member)
    assert f'href="{reverse("reminders:mine")}"' in form(client, reverse("reports:home"))


def test_staff_change_it_for_a_person_and_see_who_did(world, client):
    client.force_login(world.staff)
    url = reverse("reminders:of_person", args=[world.inspector.pk])
    assert url in form(client, reverse("enterprises:person_detail", args=[world.inspector.pk]))
    client.post(url, {"escalation": "on"})
    assert Wish.objects.get(person=world.inspector).digest is False
    client.post(url, {"digest": "on", "escalation": "on"})
    page = form(client, url)
    assert "History" in page
    assert "Staff" in page


@pytest.mark.parametrize("who", ["member", "leader", "consultant", "inspector", "authority", "administrator"])
def test_nobody_else_changes_it_for_others(world, client, who):
    client.force_login(getattr(world, who))
    url = reverse("reminders:of_person", args=[world.member.pk])
    assert client.get(url).status_code == 403
    assert client.post(url, {}).status_code == 403
    assert not Wish.objects.exists()


def test_an_unknown_person_is_not_found(world, client):
    client.force_login(world.staff)
    assert client.get(reverse("reminders:of_person", args=[10**6])).status_code == 404


def test_an_administrators_wishes_are_none_of_the_staffs(world, client):
    client.force_login(world.staff)
    assert client.get(reverse("reminders:of_person", args=[world.administrator.pk])).status_code == 404
