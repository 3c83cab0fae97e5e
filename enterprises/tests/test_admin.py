"""The administration site: what has a status is read-only, nothing is deleted."""

import pytest
from django.apps import apps
from django.contrib import admin
from django.urls import reverse

from enterprises.models import Area, Enterprise, EnterpriseChange, Mark

MODELS = [
    model for model in apps.get_app_config("enterprises").get_models() if not hasattr(model, "history_type")
]
MODELS = [model for model in MODELS if not model.__name__.startswith("Historical")]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_model_has_its_list_and_nothing_is_deleted(client, world, model):
    client.force_login(world.administrator)
    name = model._meta.model_name
    assert client.get(reverse(f"admin:enterprises_{name}_changelist")).status_code == 200
    record = model.objects.first()
    if record is not None:
        assert client.get(reverse(f"admin:enterprises_{name}_change", args=[record.pk])).status_code == 200
        assert client.get(reverse(f"admin:enterprises_{name}_delete", args=[record.pk])).status_code == 403


@pytest.mark.parametrize("model", [Enterprise, EnterpriseChange, Mark])
def test_what_has_a_status_is_read_only(client, world, model):
    client.force_login(world.administrator)
    name = model._meta.model_name
    assert client.get(reverse(f"admin:enterprises_{name}_add")).status_code == 403
    url = reverse(f"admin:enterprises_{name}_change", args=[model.objects.first().pk])
    assert client.post(url, {"name_en": "Changed"}).status_code == 403


def test_an_area_added_here_has_its_place_in_the_tree(client, world):
    client.force_login(world.administrator)
    fields = {
        "programme": world.programme.pk,
        "code": "110113",
        "level": "3",
        "name_en": "Shunyi",
        "name_zh": "",
        "parent": world.province.pk,
    }
    client.post(reverse("admin:enterprises_area_add"), fields)
    area = Area.objects.get(code="110113")
    assert area.path == f"{world.province.path}{area.pk}/"
    client.post(
        reverse("admin:enterprises_area_change", args=[area.pk]), {"code": "110113", "name_en": "Renamed"}
    )
    area.refresh_from_db()
    assert (area.name_en, area.parent) == ("Renamed", world.province)


def test_programme_staff_do_not_enter(client, world):
    client.force_login(world.staff)
    assert client.get("/admin/").status_code == 302
    assert EnterpriseChange in admin.site._registry
