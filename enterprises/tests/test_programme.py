"""The programme, its milestones, cohorts and targets."""

from datetime import date

import pytest

from conftest import assign, make_user
from enterprises.forms import INDICATORS
from enterprises.models import Cohort, Milestone, Role, Target
from enterprises.tests.factories import make_cohort, make_milestone, make_target

LISTS = ("/programme/", "/cohorts/", "/targets/")
NAMES = {"name_en": "Second", "name_zh": "第二批"}
TARGET = {
    "indicator": "suggestions_submitted",
    "due_on": "2017-12-31",
    "baseline": "",
    "value": "1000",
    "area": "",
    "enterprise": "",
}


@pytest.fixture
def urls(world):
    """Every page that writes here, with what it takes."""
    cohort, milestone, target = make_cohort(world), make_milestone(world), make_target(world)
    return {
        "/programme/edit/": NAMES
        | {"authority_en": "", "authority_zh": "安监局", "launched_on": "2017-04-01"},
        "/programme/milestones/add/": NAMES | {"planned_on": "2018-03-01"},
        f"/programme/milestones/{milestone.pk}/edit/": NAMES | {"planned_on": "2018-03-01"},
        "/cohorts/add/": NAMES | {"started_on": "2017-06-01"},
        f"/cohorts/{cohort.pk}/edit/": NAMES | {"started_on": "2017-06-01"},
        "/targets/add/": TARGET,
        f"/targets/{target.pk}/edit/": TARGET,
    }


def test_staff_write(client, world, urls):
    client.force_login(world.staff)
    for url, values in urls.items():
        assert client.get(url).status_code == 200, url
        assert client.post(url, values).status_code == 302, url
    world.programme.refresh_from_db()
    assert (world.programme.name, world.programme.authority_zh) == ("Second", "安监局")
    assert (Milestone.objects.count(), Cohort.objects.count(), Target.objects.count()) == (2, 2, 2)
    for url in LISTS:
        assert client.get(url).status_code == 200


@pytest.mark.parametrize(
    "name", ["member", "leader", "consultant", "inspector", "authority", "administrator", "outsider"]
)
def test_nobody_else_writes(client, world, urls, name):
    client.force_login(world.cast()[name])
    for url, values in urls.items():
        # A target of the whole programme is seen by everybody with a role, so only others get "not found".
        code = 404 if name == "administrator" and url.startswith("/targets/") and "edit" in url else 403
        assert client.get(url).status_code == code, url
        assert client.post(url, values).status_code == code, url
    assert Cohort.objects.get().name_en == "First"


def test_everybody_with_a_role_reads(client, world, urls):
    for name, user in world.cast().items():
        client.force_login(user)
        for url in LISTS:
            response = client.get(url)
            assert response.status_code == (403 if name == "administrator" else 200), (name, url)
            if name not in ("administrator", "staff"):
                assert "/edit/" not in response.content.decode(), (name, url)


def test_it_refuses_the_wrong_method(client, world, urls):
    client.force_login(world.staff)
    assert {client.post(url).status_code for url in LISTS} == {405}
    assert {client.put(url).status_code for url in urls} == {405}


def test_bad_input_stays_on_the_page(client, world):
    client.force_login(world.staff)
    text = client.post("/cohorts/add/", {"name_en": "", "name_zh": "", "started_on": "x"}).content.decode()
    assert "Enter a valid date." in text
    text = client.post(
        "/targets/add/", TARGET | {"area": world.district.pk, "enterprise": world.enterprise.pk}
    ).content.decode()
    assert "Choose an area or an enterprise, not both." in text
    assert Target.objects.count() == 0


def test_the_page_shows_milestones_and_history(client, world):
    make_milestone(world, held_on=date(2017, 12, 19))
    client.force_login(world.authority)
    text = client.get("/programme/").content.decode()
    assert "Mid-term review" in text
    assert "held on 19" in text


def test_without_a_programme_there_is_no_page(client, world, monkeypatch):
    monkeypatch.setattr("enterprises.models.programme.ProgrammeQuerySet.current", lambda self: None)
    client.force_login(world.staff)
    assert client.get("/programme/").status_code == 404


def targets(client, user):
    client.force_login(user)
    return {target.indicator for target in client.get("/targets/").context["page_obj"]}


def test_targets_are_seen_where_they_are_set_and_below(client, world):
    make_target(world, indicator="whole")
    make_target(world, indicator="province", area=world.province)
    make_target(world, indicator="district", area=world.district)
    make_target(world, indicator="enterprise", enterprise=world.enterprise)
    assert targets(client, world.staff) == {"whole", "province", "district", "enterprise"}
    assert targets(client, world.inspector) == {"whole", "province", "district", "enterprise"}
    assert targets(client, world.outsider) == {"whole", "province"}
    assert targets(client, world.member) == {"whole", "enterprise"}


def test_staff_of_a_district_set_targets_only_there(client, world):
    local = make_user("local")
    assign(local, Role.PROGRAMME_STAFF, world.district)
    above = make_target(world, area=world.province)
    client.force_login(local)
    assert client.get(f"/targets/{above.pk}/edit/").status_code == 403
    form = client.get("/targets/add/").context["form"]
    assert list(form.fields["area"].queryset) == [world.district]


def test_indicators_are_chosen_by_name_once_they_are_known(client, world, monkeypatch):
    client.force_login(world.staff)
    monkeypatch.setitem(INDICATORS, "hazards_identified", "Hazards identified")
    make_target(world, indicator="hazards_identified")
    assert "Hazards identified" in client.get("/targets/").content.decode()
    assert "Hazards identified" in client.get("/targets/add/").content.decode()
    assert client.post("/targets/add/", TARGET | {"indicator": "invented"}).status_code == 200
