"""Pages of checklists."""

import pytest
from django.urls import reverse

from conftest import TODAY
from hazards.tests.factories import make_version

LIST = reverse("hazards:checklist_list")


@pytest.fixture
def version(world):
    return make_version(world.programme)


def page(client, person, url, **query):
    client.force_login(person)
    response = client.get(url, query)
    return response.status_code, response.content.decode()


def test_the_list_tells_versions_and_which_is_in_force(client, world, version, django_assert_max_num_queries):
    make_version(world.programme, version=2, on=TODAY)
    client.force_login(world.authority)
    with django_assert_max_num_queries(20):
        text = client.get(LIST).content.decode()
    assert 'data-count="2"' in text
    assert text.count("in force") == 2
    assert "not in force" in text
    assert "6 items" in text


def test_the_list_without_versions_says_what_will_be_there(client, world):
    assert "will appear here" in page(client, world.member, LIST)[1]


def test_the_items_stand_by_section_in_both_languages(client, world, version, django_assert_max_num_queries):
    client.force_login(world.member)
    with django_assert_max_num_queries(20):
        text = client.get(version.get_absolute_url()).content.decode()
    assert 'data-count="6"' in text
    for part in ("Electrical item 1 is in order", "电气第1项完好", "GB/T 13869", "published on 1 April 2017"):
        assert part in text


def test_the_other_language_comes_first_for_its_readers(client, world, version):
    world.member.language = "zh-hans"
    world.member.save()
    text = page(client, world.member, version.get_absolute_url())[1]
    assert text.index("电气第1项完好") < text.index("Electrical item 1 is in order")


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({"q": "E-02"}, 1),
        ({"q": "电气"}, 3),
        ({"q": "nothing"}, 0),
        ({"kind": "thing"}, 6),
        ({"kind": "person"}, 0),
        ({"group": "site"}, 6),
        ({"section": "second"}, 3),
        ({"section": "999", "kind": "ghost"}, 6),
    ],
)
def test_items_are_filtered(client, world, version, query, count):
    if query.get("section") == "second":
        query = {"section": version.sections.last().pk}
    assert f'data-count="{count}"' in page(client, world.member, version.get_absolute_url(), **query)[1]


def test_people_without_a_role_see_none(client, world, version):
    assert 'data-count="0"' in page(client, world.administrator, LIST)[1]
    assert page(client, world.administrator, version.get_absolute_url())[0] == 404


def test_an_unpublished_version_is_for_programme_staff(client, world, version):
    version.published_on = None
    version.save()
    assert page(client, world.inspector, version.get_absolute_url())[0] == 404
    assert page(client, world.staff, version.get_absolute_url())[0] == 200
    assert "not published" in page(client, world.staff, LIST)[1]


def test_they_are_only_read(client, world, version):
    client.force_login(world.staff)
    assert client.post(LIST).status_code == 405
    assert client.post(version.get_absolute_url()).status_code == 405
