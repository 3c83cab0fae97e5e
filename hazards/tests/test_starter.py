"""The checklist that comes with the product, on the pages that show all of it."""

import gzip

import pytest
from django.urls import reverse

from conftest import START
from hazards import checklist_file
from hazards.models import Group, ItemKind, SafetyCheck
from hazards.services import load_checklist
from hazards.tests.factories import make_draft

LIGHT = 64_000
"""Bytes of a compressed page that leave room for styles and script within 100 kB."""


@pytest.fixture(scope="module")
def source():
    return checklist_file.read(checklist_file.STARTER)


@pytest.fixture
def version(world, source):
    return load_checklist(programme=world.programme, source=source, publish_on=START)[0]


@pytest.fixture
def draft(world, version):
    answers = dict.fromkeys(sorted(version.item_codes), "")
    return make_draft(by=world.member, enterprise=world.enterprise, version=version, answers=answers)


def test_it_has_303_items_in_two_languages(source):
    items = [item for section in source.sections for item in section.items]
    assert (source.number, source.item_count, len(items)) == (1, 303, 303)
    assert len({item["text_en"] for item in items}) == len({item["text_zh"] for item in items}) == 303
    assert {item["kind"] for item in items} == set(ItemKind.values)
    assert {item["group"] for item in items} == set(Group.values)
    assert len(source.sections) == 17


def test_a_sheet_of_all_items_is_light_and_shows_each(client, world, draft, django_assert_max_num_queries):
    client.force_login(world.member)
    with django_assert_max_num_queries(22):
        response = client.get(reverse("hazards:check_record", args=[draft.pk]))
    assert response.content.count(b"<fieldset") == 303
    assert len(gzip.compress(response.content)) < LIGHT


def test_the_whole_checklist_is_a_light_page(client, world, version):
    client.force_login(world.member)
    response = client.get(version.get_absolute_url())
    assert b'data-count="303"' in response.content
    assert len(gzip.compress(response.content)) < LIGHT


def test_a_browser_without_script_sends_every_field_of_every_item(client, world, draft):
    posted = {"action": "save", "base": draft.changes.last().pk}
    for code in draft.answers:
        posted |= {f"{code}-answer": "o", f"{code}-description": "", f"{code}-place": "Hall 2"}
        posted |= {f"{code}-level": "general", f"{code}-deadline": ""}
    client.force_login(world.member)
    assert len(posted) > 1500
    assert client.post(reverse("hazards:check_record", args=[draft.pk]), posted).status_code == 302
    assert set(SafetyCheck.objects.get().answers.values()) == {"o"}


def test_empty_photo_fields_of_every_item_are_taken(client, world, draft):
    line, parts = "----line", []
    for code in draft.answers:
        head = f'Content-Disposition: form-data; name="{code}-photo"; filename=""'
        parts.append(f"--{line}\r\n{head}\r\nContent-Type: application/octet-stream\r\n\r\n\r\n")
    body = "".join(parts) + f"--{line}--\r\n"
    client.force_login(world.member)
    address = reverse("hazards:check_record", args=[draft.pk])
    response = client.post(address, body.encode(), content_type=f"multipart/form-data; boundary={line}")
    assert response.status_code == 302
