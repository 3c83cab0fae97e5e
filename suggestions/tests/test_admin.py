"""The administration site shows suggestions and changes nothing."""

import pytest
from django.urls import reverse

from suggestions.tests.factories import accepted_photo, make_suggestion


@pytest.fixture
def as_administrator(client, world):
    client.force_login(world.administrator)
    return client


@pytest.mark.parametrize("model", ["suggestion", "suggestionchange", "suggestionphoto"])
def test_it_reads_and_never_writes(world, as_administrator, model):
    suggestion = make_suggestion(world, photo=accepted_photo())
    pk = {
        "suggestion": suggestion.pk,
        "suggestionchange": suggestion.changes.get().pk,
        "suggestionphoto": suggestion.photos.get().pk,
    }[model]
    shown = as_administrator.get(reverse(f"admin:suggestions_{model}_changelist"))
    assert shown.status_code == 200
    address = reverse(f"admin:suggestions_{model}_change", args=[pk])
    assert as_administrator.get(address).status_code == 200
    assert as_administrator.post(address, {"title": "x"}).status_code == 403
    assert as_administrator.get(reverse(f"admin:suggestions_{model}_add")).status_code == 403
    assert as_administrator.post(reverse(f"admin:suggestions_{model}_delete", args=[pk])).status_code == 403
