"""The list of messages: for staff and administrators, each what is within reach."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from conftest import TODAY, assign, make_user
from enterprises.models import Role
from reminders.models import Kind, Message, Outcome
from score_mis.lib.keyset import keys_of

URL = "/operations/messages/"


def make_message(person, *, days=0, kind=Kind.DIGEST, **fields):
    """A message of some days ago."""
    values = {"address": person.email, "about": "Hazards to rectify: 3", "outcome": Outcome.SENT}
    return Message.objects.create(
        person=person,
        kind=kind,
        day=TODAY - timedelta(days=days),
        tried_at=timezone.now(),
        **(values | fields),
    )


def shown(client, **query):
    """The page and the number of messages it says it has."""
    page = client.get(URL, query)
    return page.content.decode(), page.context["count"]


@pytest.fixture
def messages(world):
    return [
        make_message(world.member),
        make_message(
            world.leader, outcome=Outcome.FAILED, reason="no such mailbox", tries=3, again_at=timezone.now()
        ),
        make_message(world.inspector, kind=Kind.ESCALATION, about="T01-H0001 (7)", days=1),
    ]


@pytest.mark.parametrize("who", ["staff", "administrator"])
def test_staff_and_administrators_see_what_went_out(world, client, messages, who):
    client.force_login(getattr(world, who))
    page, count = shown(client)
    assert count == 3
    assert 'data-count="3"' in page
    for word in ("Hazards to rectify: 3", "no such mailbox", "T01-H0001 (7)", "3 tries", world.member.email):
        assert word in page


@pytest.mark.parametrize("who", ["member", "leader", "consultant", "inspector", "authority", "outsider"])
def test_nobody_else_does(world, client, messages, who):
    client.force_login(getattr(world, who))
    assert client.get(URL).status_code == 403


def test_staff_of_a_district_see_messages_to_people_there(world, client, messages):
    near = make_user("near")
    assign(near, Role.PROGRAMME_STAFF, world.other_district)
    make_message(world.outsider)
    client.force_login(near)
    page, count = shown(client)
    assert count == 1
    assert world.outsider.email in page
    assert world.member.email not in page


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({"q": "leader"}, 1),
        ({"q": "example.org"}, 3),
        ({"kind": "escalation"}, 1),
        ({"outcome": "failed"}, 1),
        ({"since": TODAY.isoformat()}, 2),
        ({"until": (TODAY - timedelta(days=1)).isoformat()}, 1),
        ({"kind": "escalation", "outcome": "failed"}, 0),
    ],
)
def test_it_is_narrowed(world, client, messages, query, count):
    client.force_login(world.staff)
    assert shown(client, **query)[1] == count


def test_bad_filters_are_refused_in_place(world, client, messages):
    client.force_login(world.staff)
    page, count = shown(client, kind="nonsense", since="yesterday")
    assert "Select a valid choice" in page
    assert count == 3


def test_an_empty_list_says_what_will_stand_here(world, client):
    client.force_login(world.staff)
    page, count = shown(client)
    assert count == 0
    assert "kept here with its outcome" in page


def test_it_pages_by_place_and_costs_the_same_queries(world, client, django_assert_num_queries):
    people = User.objects.bulk_create(
        User(username=f"p{n}", name=f"P {n}", email=f"p{n}@example.org") for n in range(60)
    )
    for person in people:
        make_message(person)
    client.force_login(world.staff)
    page = client.get(URL)
    assert len(page.context["page_obj"]) == 50
    after = page.context["page_obj"].after
    assert len(client.get(URL, {"after": after}).context["page_obj"]) == 10
    with django_assert_num_queries(7):
        client.get(URL)


def test_the_list_is_read_by_an_index():
    columns = [key.path for key in keys_of(Message.objects.all())]
    assert columns in [list(index.fields)[:2] for index in Message._meta.indexes]


def test_the_page_of_operations_leads_there(world, client):
    client.force_login(world.staff)
    assert URL in client.get(reverse("reports:operations")).content.decode()


def test_administration_only_reads(world, client, messages):
    client.force_login(world.administrator)
    for name in ("message", "escalation", "wish", "round"):
        assert client.get(reverse(f"admin:reminders_{name}_changelist")).status_code == 200
        assert client.get(reverse(f"admin:reminders_{name}_add")).status_code == 403
    assert client.get(reverse("admin:reminders_message_change", args=[messages[0].pk])).status_code == 200
