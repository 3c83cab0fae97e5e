"""A new installation shows pages before anything was ever counted."""

import pytest
from django.urls import reverse

from reports.models import TallyState


@pytest.mark.parametrize("name", ["home", "dashboard", "operations"])
def test_a_page_is_shown_before_the_first_drain(transactional_db, world, client, name):
    TallyState.objects.all().delete()
    client.force_login(world.staff)
    assert client.get(reverse(f"reports:{name}")).status_code == 200
