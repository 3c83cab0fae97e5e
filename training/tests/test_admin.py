"""The administration site: every record is listed, and only the catalogue is written there."""

import pytest
from django.apps import apps
from django.urls import reverse

from suggestions.tests.factories import accepted_photo
from training.services import make_calendar_address
from training.tests.factories import (
    make_action,
    make_enrolment,
    make_participant,
    make_visit,
    make_workshop,
)

MODELS = [
    model._meta.model_name
    for model in apps.get_app_config("training").get_models()
    if not model._meta.model_name.startswith("historical") and not model._meta.auto_created
]


@pytest.mark.parametrize("model", MODELS)
def test_every_record_has_its_list(client, world, model):
    make_enrolment(world)
    visit = make_visit(world, "done")
    make_action(visit)
    visit.add_photos([accepted_photo()], "visit", world.consultant)
    make_calendar_address(by=world.consultant)
    make_participant(make_workshop(world), enterprise=world.enterprise)
    client.force_login(world.administrator)
    assert client.get(reverse(f"admin:training_{model}_changelist")).status_code == 200
    added = client.get(reverse(f"admin:training_{model}_add")).status_code
    assert added == (200 if model == "module" else 403)
    record = apps.get_model("training", model).objects.first()
    assert client.get(reverse(f"admin:training_{model}_delete", args=[record.pk])).status_code == 403
