"""Whom a check may name."""

from django.urls import reverse

from hazards.tests.factories import make_version


def test_a_closed_account_is_not_offered(client, world):
    make_version(world.programme)
    client.force_login(world.consultant)
    offered = client.get(reverse("hazards:check_add")).context["form"].fields["inspector"]
    assert world.inspector in offered.queryset
    world.inspector.is_active = False
    world.inspector.save()
    offered = client.get(reverse("hazards:check_add")).context["form"].fields["inspector"]
    assert world.inspector not in offered.queryset
