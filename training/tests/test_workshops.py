"""Workshops and their participants."""

from datetime import date
from importlib import import_module

import pytest
from django.apps import apps
from django.urls import reverse
from django.utils import timezone

from conftest import assign, make_enterprise, make_user
from enterprises.models import Mark
from score_mis.lib import dates
from training import services
from training.models import Participant, Workshop
from training.tests.factories import make_module, make_participant, make_workshop

LIST = reverse("training:workshop_list")
ADD = reverse("training:workshop_add")


@pytest.fixture
def other(world):
    return make_enterprise(
        programme=world.programme, area=world.other_district, sector=world.sector, by=world.staff, code="T02"
    )


def address(name, pk):
    return reverse(f"training:{name}", args=[pk])


def values(world, **changed):
    return {
        "name_en": "Module 1", "name_zh": "模块一", "kind": "training", "area": world.district.pk,
        "held_on": "2017-05-08", "days": 2,
    } | changed  # fmt: skip


def rows(*given):
    data = {"form-TOTAL_FORMS": 4, "form-INITIAL_FORMS": 0}
    for number in range(4):
        row = given[number] if number < len(given) else {}
        data |= {f"form-{number}-{name}": value for name, value in ({"number": 1} | row).items()}
    return data


def marks():
    return set(Mark.objects.filter(kind="workshop").values_list("enterprise__code", "day"))


def test_the_list_shows_workshops_one_sees_with_their_people(client, world, other):
    here, there = (
        make_workshop(world),
        make_workshop(world, area=world.other_district, held_on=date(2017, 6, 1)),
    )
    make_participant(here, enterprise=world.enterprise)
    make_participant(there, enterprise=world.enterprise)
    make_participant(there, enterprise=other)
    client.force_login(world.member)
    response = client.get(LIST)
    assert [(w.pk, w.participants_seen) for w in response.context["page_obj"]] == [
        (there.pk, 1),
        (here.pk, 1),
    ]
    assert 'data-count="2"' in response.content.decode()
    for filters, found in [
        ({"area": world.district.code}, [here]),
        ({"held_from": "2017-06-01"}, [there]),
        ({"held_until": "2017-05-31"}, [here]),
        ({"kind": "wrap_up"}, []),
    ]:
        assert list(client.get(LIST, filters).context["page_obj"]) == found, filters
    client.force_login(world.outsider)
    assert list(client.get(LIST).context["page_obj"]) == [there]
    assert client.post(LIST).status_code == 405


def test_the_number_of_queries_does_not_grow(client, world, django_assert_max_num_queries):
    for _number in range(6):
        workshop = make_workshop(world)
        for _each in range(5):
            make_participant(workshop, enterprise=world.enterprise)
    client.force_login(world.staff)
    with django_assert_max_num_queries(22):
        client.get(LIST)
    with django_assert_max_num_queries(24):
        client.get(workshop.get_absolute_url())


def test_the_page_counts_people_by_sex_and_standing(client, world, other):
    workshop = make_workshop(world)
    make_participant(workshop, enterprise=world.enterprise, sex="female", standing="worker")
    make_participant(workshop, enterprise=world.enterprise, sex="male", standing="manager")
    make_participant(workshop, enterprise=other, sex="male", standing="worker")
    make_participant(workshop)
    client.force_login(world.staff)
    summary = client.get(workshop.get_absolute_url()).context["summary"]
    assert [(row[1], row[2]) for row in summary["rows"]] == [([0, 0, 1, 0, 0], 1), ([1, 2, 0, 2, 1], 3)]
    assert summary["totals"] == [1, 2, 1, 2, 1]
    client.force_login(world.member)
    assert client.get(workshop.get_absolute_url()).context["count"] == 3
    client.force_login(world.administrator)
    assert client.get(workshop.get_absolute_url()).status_code == 404


def test_staff_and_consultants_of_the_area_hold_workshops(client, world):
    client.force_login(world.consultant)
    form = client.get(ADD).context["form"]
    assert list(form.fields["area"].queryset) == [world.district]
    assert form.initial["area"] == world.district.pk
    client.post(ADD, values(world))
    workshop = Workshop.objects.get()
    assert (workshop.programme, workshop.area) == (world.programme, world.district)
    assert workshop.history.get().history_user == world.consultant
    client.force_login(world.staff)
    client.post(address("workshop_edit", workshop.pk), values(world, area=world.province.pk))
    workshop.refresh_from_db()
    assert workshop.area == world.province
    page = client.get(workshop.get_absolute_url()).content.decode()
    assert "Fangshan → Beijing" in page


def test_bad_input_stays_on_the_page(client, world):
    client.force_login(world.consultant)
    response = client.post(
        ADD, values(world, name_en="", name_zh="", days=0, area=world.other_district.pk, place="Hall 5")
    )
    assert {"days", "area"} <= set(response.context["form"].errors)
    page = response.content.decode()
    assert "Hall 5" in page
    page = client.post(ADD, values(world, name_en="", name_zh="")).content.decode()
    assert "Give a name in English or in Chinese." in page
    assert not Workshop.objects.exists()


def test_others_do_not_write(client, world):
    workshop = make_workshop(world)
    person = make_participant(workshop, enterprise=world.enterprise)
    pages = [
        ADD,
        address("workshop_edit", workshop.pk),
        address("participant_add", workshop.pk),
        address("participant_edit", person.pk),
        address("participant_delete", person.pk),
    ]
    for part in ("member", "inspector", "authority"):
        client.force_login(world.cast()[part])
        for page in pages:
            assert client.get(page).status_code == 403, (part, page)
            assert client.post(page, {}).status_code == 403, (part, page)
    client.force_login(world.outsider)
    assert [client.get(page).status_code for page in pages] == [403, 404, 404, 404, 404]
    assert Participant.objects.count() == 1


def test_a_consultant_of_another_district_may_look_and_not_write(client, world):
    workshop = make_workshop(world, area=world.other_district)
    make_participant(workshop, enterprise=world.enterprise)
    client.force_login(world.consultant)
    assert client.get(workshop.get_absolute_url()).status_code == 200
    assert client.get(address("workshop_edit", workshop.pk)).status_code == 403


def test_a_consultant_of_an_area_holds_workshops_below_it(client, world):
    wide = make_user("wide")
    assign(wide, "consultant", world.province)
    client.force_login(wide)
    areas = client.get(ADD).context["form"].fields["area"].queryset
    assert set(areas) == {world.province, world.district, world.other_district}


def test_a_module_of_another_programme_is_refused(world):
    workshop = make_workshop(world, module=make_module(world))
    services.save_workshop(workshop, by=world.staff)
    assert workshop.history.first().history_user == world.staff


def test_another_day_counts_the_enterprises_again_on_both(client, world, other):
    workshop = make_workshop(world)
    make_participant(workshop, enterprise=world.enterprise)
    make_participant(workshop, enterprise=other)
    client.force_login(world.staff)
    client.post(address("workshop_edit", workshop.pk), values(world, held_on="2017-05-10"))
    assert marks() == {(code, date(2017, 5, day)) for code in ("T01", "T02") for day in (8, 10)}


def test_participants_are_added_several_at_once(client, world):
    workshop = make_workshop(world)
    client.force_login(world.consultant)
    page = address("participant_add", workshop.pk)
    assert client.get(page).status_code == 200
    sent = rows(
        {
            "kind": "enterprise",
            "enterprise": world.enterprise.pk,
            "sex": "female",
            "standing": "worker",
            "number": 12,
        },
        {"kind": "official", "name": "Ms Zhao", "sex": "female"},
    )
    response = client.post(page, sent, follow=True)
    assert "13 participants were added." in response.content.decode()
    assert workshop.participants.filter(enterprise=world.enterprise, standing="worker").count() == 12
    assert workshop.participants.get(kind="official").name == "Ms Zhao"
    assert marks() == {("T01", date(2017, 5, 8))}
    assert workshop.history.first().history_change_reason == "0 → 13"
    assert "0 → 13" in client.get(workshop.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    ("row", "field", "sentence"),
    [
        ({"kind": "enterprise"}, "enterprise", "Name the enterprise of people from enterprises"),
        ({"kind": "official", "name": "Ms Zhao", "number": 2}, "number", "A name stands for one person."),
        ({"kind": "ilo", "number": 0}, "number", "greater than or equal to 1"),
        ({"kind": "ilo", "number": 999}, "number", "less than or equal to 200"),
        ({"name": "Ms Zhao"}, "kind", "This field is required."),
    ],
)
def test_wrong_rows_stay_on_the_page(client, world, row, field, sentence):
    client.force_login(world.staff)
    page = address("participant_add", make_workshop(world).pk)
    response = client.post(page, rows({"kind": "bureau", "name": "Mr Li"}, row))
    assert list(response.context["formset"].errors[1]) == [field]
    text = response.content.decode()
    assert sentence in text
    assert "Mr Li" in text
    assert "There is a problem" in text
    assert not Participant.objects.exists()


def test_an_official_has_no_enterprise(client, world):
    client.force_login(world.staff)
    page = address("participant_add", make_workshop(world).pk)
    response = client.post(page, rows({"kind": "official", "enterprise": world.enterprise.pk}))
    assert list(response.context["formset"].errors[0]) == ["enterprise"]


def test_at_least_one_row_is_filled(client, world):
    client.force_login(world.staff)
    response = client.post(address("participant_add", make_workshop(world).pk), rows())
    assert "Fill at least one row." in response.content.decode()


def test_nobody_took_part_in_a_workshop_that_is_still_to_come(client, world):
    workshop = make_workshop(world, held_on=date(2018, 1, 10))
    client.force_login(world.staff)
    response = client.get(address("participant_add", workshop.pk), follow=True)
    assert "has not been held yet" in response.content.decode()


def test_enterprises_one_does_not_see_cannot_be_named(client, world, other):
    client.force_login(world.consultant)
    page = address("participant_add", make_workshop(world).pk)
    response = client.post(page, rows({"kind": "enterprise", "enterprise": other.pk}))
    assert list(response.context["formset"].errors[0]) == ["enterprise"]


def test_a_participant_is_edited_and_both_enterprises_are_counted_again(client, world, other):
    workshop = make_workshop(world)
    person = make_participant(workshop, enterprise=world.enterprise)
    client.force_login(world.staff)
    page = address("participant_edit", person.pk)
    assert client.get(page).status_code == 200
    client.post(page, {"kind": "enterprise", "enterprise": other.pk, "sex": "male"})
    person.refresh_from_db()
    assert (person.enterprise, person.sex) == (other, "male")
    assert {code for code, _day in marks()} == {"T01", "T02"}
    response = client.post(page, {"kind": "ilo", "enterprise": other.pk})
    assert list(response.context["form"].errors) == ["enterprise"]


def test_a_participant_is_taken_off_after_a_question(client, world):
    person = make_participant(make_workshop(world), enterprise=world.enterprise)
    client.force_login(world.staff)
    page = address("participant_delete", person.pk)
    assert client.get(page).status_code == 200
    assert Participant.objects.exists()
    client.post(page)
    assert not Participant.objects.exists()
    assert marks() == {("T01", date(2017, 5, 8))}


def test_the_history_of_participants_says_who_came_and_went(world):
    workshop = make_workshop(world)
    person = {"kind": "enterprise", "enterprise": world.enterprise, "sex": "female"}
    services.add_participants(workshop, [(person, 2)], by=world.consultant)
    one, two = workshop.participants.order_by("pk")
    one.sex = "male"
    services.save_participant(one, by=world.staff)
    services.remove_participant(two, by=world.staff)
    rows = Participant.history.model.objects.order_by("history_id")
    told = [
        (row.history_type, row.sex, row.history_user, timezone.localdate(row.history_date)) for row in rows
    ]
    day = dates.today()
    assert told == [
        ("+", "female", world.consultant, day),
        ("+", "female", world.consultant, day),
        ("~", "male", world.staff, day),
        ("-", "female", world.staff, day),
    ]


def test_the_history_of_those_who_were_there_begins_with_their_workshop(world):
    """What the migration does for participants of before."""
    workshop = make_workshop(world)
    Participant.objects.bulk_create(
        [Participant(workshop=workshop, kind="enterprise", enterprise=world.enterprise, sex="female")]
    )
    migration = import_module("training.migrations.0005_participant_history")
    migration.begin(apps, None)
    row = Participant.history.get()
    assert (row.history_type, row.sex, row.enterprise) == ("+", "female", world.enterprise)
    assert row.history_date == workshop.history.earliest().history_date
