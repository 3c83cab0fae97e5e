"""Areas and sectors."""

from datetime import date

import pytest

from conftest import START, assign, make_user
from enterprises.models import Area, AreaParent, Mark, Role, Sector
from enterprises.services import add_area

AREA = {"code": "110113", "level": "3", "name_en": "Shunyi", "name_zh": "顺义区", "from_on": "2017-04-01"}
SECTOR = {"code": "C26", "name_en": "Chemicals", "name_zh": "化学", "edition": "GB/T 4754-2017", "isic": "20"}


def edit_url(area):
    return f"/areas/{area.pk}/edit/"


def names(world, area, **kwargs):
    return {
        "name_en": area.name_en,
        "name_zh": area.name_zh,
        "code": area.code,
        "new_parent": area.parent_id,
        "moved_on": "",
    } | kwargs


def listed(client, user, query=""):
    client.force_login(user)
    response = client.get("/areas/" + query)
    assert f'data-count="{response.context["count"]}"' in response.content.decode()
    return [area.name_en for area in response.context["page_obj"]]


def test_the_tree_shows_what_each_person_may_see(client, world):
    assert listed(client, world.staff) == ["China", "Beijing", "Fangshan", "Tongzhou"]
    assert listed(client, world.inspector) == ["Fangshan"]
    assert listed(client, world.member) == ["Fangshan"]
    assert listed(client, world.administrator) == []
    assert listed(client, world.staff, "?q=房山") == ["Fangshan"]
    assert listed(client, world.staff, "?level=3") == ["Fangshan", "Tongzhou"]


def test_what_lies_in_an_area_follows_it(client, world):
    add_area(
        programme=world.programme, code="110111001", level=4, name_en="Gongchen", name_zh="",
        parent=world.district, on=START,
    )  # fmt: skip
    assert listed(client, world.staff) == ["China", "Beijing", "Fangshan", "Gongchen", "Tongzhou"]


def test_staff_add_an_area(client, world):
    client.force_login(world.staff)
    assert client.get(f"/areas/add/?parent={world.province.pk}").status_code == 200
    assert client.post("/areas/add/", AREA | {"parent": world.province.pk}).url == "/areas/"
    area = Area.objects.get(code="110113")
    assert area.path == f"{world.province.path}{area.pk}/"
    assert area.parents.get().from_on == START
    assert area.history.latest("history_id").history_user == world.staff


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ({"code": "110111"}, "This code is taken."),
        ({"level": "1"}, "The level must be below that of the area it is part of."),
        ({"name_en": "", "name_zh": ""}, "Give a name in English or in Chinese."),
        ({"parent": ""}, "This field is required."),
    ],
)
def test_an_impossible_area_is_refused(client, world, values, text):
    client.force_login(world.staff)
    response = client.post("/areas/add/", AREA | {"parent": world.province.pk} | values)
    assert text in response.content.decode()
    assert Area.objects.count() == 4


@pytest.mark.parametrize("name", ["member", "leader", "consultant", "inspector", "authority"])
def test_nobody_else_writes(client, world, name):
    client.force_login(world.cast()[name])
    for url, code in (
        ("/areas/add/", 403),
        (edit_url(world.district), 403),
        ("/sectors/add/", 403),
        (f"/sectors/{world.sector.pk}/edit/", 403),
    ):
        assert client.get(url).status_code == code
        assert client.post(url, AREA).status_code == code


def test_an_area_out_of_sight_is_hidden(client, world):
    for name in ("outsider", "administrator"):
        client.force_login(world.cast()[name])
        assert client.get(edit_url(world.district)).status_code == 404


def test_staff_of_a_district_write_only_there(client, world):
    local = make_user("local")
    assign(local, Role.PROGRAMME_STAFF, world.district)
    assign(local, Role.AUTHORITY, world.province)
    client.force_login(local)
    assert client.get(edit_url(world.district)).status_code == 200
    assert client.get(edit_url(world.other_district)).status_code == 403
    assert client.post("/areas/add/", AREA | {"parent": world.province.pk}).status_code == 200
    assert not Area.objects.filter(code="110113").exists()


def test_names_are_edited_without_a_move(client, world):
    client.force_login(world.staff)
    client.post(edit_url(world.district), names(world, world.district, name_en="Fangshan District"))
    world.district.refresh_from_db()
    assert (world.district.name_en, world.district.parent) == ("Fangshan District", world.province)
    assert "Fangshan → Fangshan District" in client.get(edit_url(world.district)).content.decode()


def test_a_move_keeps_the_old_place_and_counts_again(client, world):
    hebei = add_area(
        programme=world.programme, code="130000", level=1, name_en="Hebei", name_zh="河北省",
        parent=Area.objects.get(code="000000"), on=START,
    )  # fmt: skip
    Mark.objects.all().delete()
    client.force_login(world.staff)
    values = names(world, world.district, new_parent=hebei.pk, moved_on="2017-10-01")
    assert client.post(edit_url(world.district), values).url == "/areas/"
    world.district.refresh_from_db()
    assert world.district.path == f"{hebei.path}{world.district.pk}/"
    places = AreaParent.objects.filter(area=world.district).values_list("parent", "from_on", "until_on")
    assert list(places) == [
        (world.province.pk, START, date(2017, 9, 30)),
        (hebei.pk, date(2017, 10, 1), None),
    ]
    assert {mark.area for mark in Mark.objects.all()} == {world.province, hebei}


@pytest.mark.parametrize(
    ("moved_on", "text"),
    [
        ("", "Give the first day in the new area."),
        ("2018-01-01", "The day lies in the future."),
        ("2017-04-01", "The area lies in the present one since 2017-04-01; the move must be later."),
        ("soon", "Enter a valid date."),
    ],
)
def test_a_move_needs_a_possible_day(client, world, moved_on, text):
    client.force_login(world.staff)
    country = Area.objects.get(code="000000")
    response = client.post(
        edit_url(world.district),
        names(world, world.district, name_en="Other", new_parent=country.pk, moved_on=moved_on),
    )
    assert text in response.content.decode()
    world.district.refresh_from_db()
    assert (world.district.parent, world.district.name_en) == (world.province, "Fangshan")


def test_an_area_is_not_moved_into_itself_or_its_equal(client, world):
    client.force_login(world.staff)
    form = client.get(edit_url(world.province)).context["form"]
    assert [area.name_en for area in form.fields["new_parent"].queryset] == ["China"]
    assert "new_parent" not in client.get(edit_url(Area.objects.get(code="000000"))).context["form"].fields


def test_sectors_are_seen_by_everybody_with_a_role(client, world):
    for name, user in world.cast().items():
        client.force_login(user)
        code = client.get("/sectors/").status_code
        assert code == (403 if name == "administrator" else 200), name


def test_staff_add_and_edit_sectors(client, world):
    client.force_login(world.staff)
    client.post("/sectors/add/", SECTOR)
    sector = Sector.objects.get(code="C26")
    client.post(f"/sectors/{sector.pk}/edit/", SECTOR | {"name_en": "Chemical products"})
    sector.refresh_from_db()
    assert sector.name_en == "Chemical products"
    assert "Chemicals → Chemical products" in client.get(f"/sectors/{sector.pk}/edit/").content.decode()
    assert 'data-count="2"' in client.get("/sectors/").content.decode()
    assert "This code is taken." in client.post("/sectors/add/", SECTOR).content.decode()


def test_it_refuses_the_wrong_method(client, world):
    client.force_login(world.staff)
    for url in ("/areas/", "/sectors/"):
        assert client.post(url).status_code == 405
    for url in ("/areas/add/", edit_url(world.district), "/sectors/add/"):
        assert client.put(url).status_code == 405


def test_queries_do_not_grow_with_areas(client, world, django_assert_max_num_queries):
    for number in range(60):
        add_area(
            programme=world.programme, code=f"9{number:05d}", level=4, name_en=f"Town {number}", name_zh="",
            parent=world.district, on=START,
        )  # fmt: skip
    client.force_login(world.staff)
    client.get("/areas/")  # what the frame shows is kept between requests
    with django_assert_max_num_queries(12):
        client.get("/areas/")
