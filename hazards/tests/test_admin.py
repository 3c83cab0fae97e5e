"""The administration site shows checklists, checks and hazards, and changes none of them."""

import pytest
from django.apps import apps
from django.contrib import admin
from django.urls import reverse

from hazards.models import SafetyCheck
from hazards.tests.factories import make_check, make_finding, make_version

NAMES = [
    model._meta.model_name
    for model in apps.get_app_config("hazards").get_models()
    if not hasattr(model, "history_object")
]


@pytest.fixture
def check(world):
    version = make_version(world.programme)
    at = {"by": world.member, "enterprise": world.enterprise, "version": version}
    return make_check(**at, answers={"E-01": "h"}, findings={"E-01": make_finding()})


def test_every_record_is_there():
    registered = {
        model._meta.model_name for model in admin.site._registry if model._meta.app_label == "hazards"
    }
    assert registered == set(NAMES)


def test_every_list_opens_and_nothing_is_added(client, world, check):
    client.force_login(world.administrator)
    for name in NAMES:
        assert client.get(reverse(f"admin:hazards_{name}_changelist")).status_code == 200, name
        assert client.get(reverse(f"admin:hazards_{name}_add")).status_code == 403, name


def test_a_record_is_shown_and_neither_changed_nor_deleted(client, world, check):
    client.force_login(world.administrator)
    address = reverse("admin:hazards_safetycheck_change", args=[check.pk])
    assert client.get(address).status_code == 200
    assert client.post(address, {"note": "changed"}).status_code == 403
    assert client.post(reverse("admin:hazards_safetycheck_delete", args=[check.pk])).status_code == 403
    assert SafetyCheck.objects.get().note == ""
