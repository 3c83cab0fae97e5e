"""Writes of records without states that figures depend on leave the tallies right, or are refused."""

from django.urls import reverse

from enterprises.models import Mark
from suggestions.tests.factories import make_suggestion
from training.admin import ModuleAdmin
from training.models import Module
from training.services import save_module
from training.tests.factories import make_module, make_participant, make_workshop


def test_a_new_number_of_a_module_counts_everything_again(world):
    module = make_module(world, 3)
    make_suggestion(world, module=module)
    Mark.objects.all().delete()
    module.name_en = "Renamed"
    save_module(module, by=world.staff)
    assert not Mark.objects.exists()
    module.number = 4
    save_module(module, by=world.staff)
    marked = set(Mark.objects.filter(kind="", day=None).values_list("area", flat=True))
    assert marked == set(world.district.ancestor_ids())


def test_the_administration_keeps_the_number_of_a_module(world):
    admin = ModuleAdmin(Module, None)
    assert admin.get_readonly_fields(None, make_module(world)) == ["number"]
    assert admin.get_readonly_fields(None) == []


def test_a_workshop_with_participants_is_not_put_into_the_future(client, world):
    workshop = make_workshop(world)
    client.force_login(world.staff)
    address = reverse("training:workshop_edit", args=[workshop.pk])
    values = {"name_en": "Workshop", "kind": "training", "area": world.district.pk, "days": 2}
    assert client.post(address, values | {"held_on": "2018-03-01"}).status_code == 302
    assert client.post(address, values | {"held_on": "2017-05-08"}).status_code == 302
    make_participant(workshop, enterprise=world.enterprise)
    response = client.post(address, values | {"held_on": "2018-03-01"})
    assert response.context["form"].errors.keys() == {"held_on"}
