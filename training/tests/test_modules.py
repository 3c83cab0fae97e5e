"""Modules: the catalogue and its pages."""

from django.urls import reverse

from conftest import make_enterprise
from training.models import Module
from training.tests.factories import make_enrolment, make_module

LIST = reverse("training:module_list")
ADD = reverse("training:module_add")
VALUES = {"number": 7, "name_en": "Seven", "name_zh": "七", "is_offered": "on"}


def edit_url(module):
    return reverse("training:module_edit", args=[module.pk])


def test_the_list_counts_the_enrolments_one_sees(client, world, django_assert_max_num_queries):
    module = make_module(world)
    other = make_enterprise(
        programme=world.programme, area=world.other_district, sector=world.sector, by=world.staff, code="T02"
    )
    make_enrolment(world, "completed", module=module)
    make_enrolment(world, module=module, enterprise=other)
    for number in range(2, 6):
        make_module(world, number)
    for user, numbers in ((world.staff, (2, 1)), (world.member, (1, 1)), (world.outsider, (1, 0))):
        client.force_login(user)
        with django_assert_max_num_queries(14):
            first = client.get(LIST).context["modules"][0]
        assert (first.enrolled, first.completed) == numbers
    client.force_login(world.administrator)
    assert client.get(LIST).context["count"] == 0


def test_the_page_shows_enrolments_and_progress(client, world, django_assert_max_num_queries):
    enrolment = make_enrolment(world, "in_training")
    client.force_login(world.member)
    with django_assert_max_num_queries(16):
        response = client.get(enrolment.module.get_absolute_url())
    page = response.content.decode()
    assert list(response.context["page_obj"]) == [enrolment]
    address = f"{reverse('training:enrolment_list')}?module={enrolment.module_id}&amp;status=in_training"
    assert address in page
    client.force_login(world.administrator)
    assert client.get(enrolment.module.get_absolute_url()).status_code == 404


def test_staff_add_and_edit(client, world):
    client.force_login(world.staff)
    assert client.get(ADD).status_code == 200
    client.post(ADD, VALUES)
    module = Module.objects.get(number=7)
    assert module.programme == world.programme
    assert module.history.get().history_user == world.staff
    client.post(edit_url(module), VALUES | {"name_en": "Seventh"})
    assert "Seven → Seventh" in client.get(module.get_absolute_url()).content.decode()


def test_a_number_is_used_once(client, world):
    make_module(world, 7)
    client.force_login(world.staff)
    page = client.post(ADD, VALUES).content.decode()
    assert "Another module has this number." in page
    assert "七" in page


def test_a_module_has_a_name(client, world):
    client.force_login(world.staff)
    page = client.post(ADD, VALUES | {"name_en": "", "name_zh": ""}).content.decode()
    assert "Give a name in English or in Chinese." in page
    assert not Module.objects.exists()


def test_others_do_not_write(client, world):
    module = make_module(world)
    for part in ("member", "consultant", "inspector", "authority", "outsider"):
        client.force_login(world.cast()[part])
        for address in (ADD, edit_url(module)):
            assert client.get(address).status_code == 403, part
            assert client.post(address, VALUES).status_code == 403, part
    client.force_login(world.administrator)
    assert client.get(ADD).status_code == 403
    assert client.get(edit_url(module)).status_code == 404


def test_pages_that_are_read_refuse_to_be_posted_to(client, world):
    client.force_login(world.staff)
    assert client.post(LIST).status_code == 405
    assert client.post(make_module(world).get_absolute_url()).status_code == 405
