"""Choosing what to look at next."""

import re
from datetime import date

import pytest
from django.urls import reverse

from conftest import TODAY, make_enterprise
from hazards.choosing import longest_unseen, usual_items
from hazards.models import SafetyCheck
from hazards.tests.factories import make_check, make_draft, make_version

ADD = reverse("hazards:check_add")


@pytest.fixture
def here(world):
    return {"by": world.member, "enterprise": world.enterprise, "version": make_version(world.programme)}


def checks(here, *answers, **fields):
    """Checks on the days before today, the last one yesterday."""
    for days, codes in enumerate(reversed(answers), 1):
        on = date.fromordinal(TODAY.toordinal() - days)
        make_check(**here, answers=dict.fromkeys(codes, "o"), on=on, **fields)


def usual(here, kind="self_check"):
    found = usual_items(here["enterprise"], list(here["version"].items.all()), performed_by=kind)
    return [item.code for item in found]


def test_the_items_not_looked_at_longest_come_next(world, here, django_assert_num_queries):
    make_check(**here, answers={"E-01": "o", "F-01": "o"}, on=date(2017, 11, 1))
    make_check(**here, answers={"E-01": "n", "F-02": "o"}, on=date(2017, 11, 8))
    make_draft(**here, answers={"F-03": "o"})
    items = list(here["version"].items.all())
    with django_assert_num_queries(1):
        found = longest_unseen(world.enterprise, items, 4)
    assert [item.code for item in found] == ["E-02", "E-03", "F-01", "F-03"]
    assert longest_unseen(world.enterprise, items, 20) == items


def test_usual_is_what_the_last_checks_looked_at_most(here):
    checks(here, ["E-03", "F-01"], ["F-02", "E-01"], ["E-01", "F-01", "F-02"], ["E-01", "F-02"])
    assert usual(here) == ["E-01", "F-02"]


def test_usual_is_as_many_items_as_a_check_has(here):
    checks(here, ["E-01", "E-02", "E-03"], ["F-01", "F-02", "F-03"])
    assert usual(here) == ["E-01", "E-02", "E-03"]


def test_usual_asks_only_for_checks_that_count_of_the_same_kind_and_place(world, here):
    other = make_enterprise(
        programme=world.programme, area=world.district, sector=world.sector, by=world.staff, code="T02"
    )
    checks({**here, "by": world.inspector}, ["F-03"], performed_by="inspector")
    checks({**here, "by": world.inspector, "enterprise": other}, ["E-03"], performed_by="inspector")
    make_draft(**here, answers={"E-02": ""})
    assert usual(here) == []
    assert usual(here, "inspector") == ["F-03"]


def test_old_checks_are_not_usual_any_more(here):
    checks(here, ["E-01"], *[["F-01"]] * 10)
    assert usual(here) == ["F-01"]


def begin(client, here, **posted):
    """Begin a check; return its codes, or the page that was shown again."""
    posted = {"version": here["version"].pk, "performed_by": "self_check", "happened_on": TODAY, **posted}
    answer = client.post(f"{ADD}?enterprise={here['enterprise'].pk}", posted)
    if answer.status_code == 302:
        return list(SafetyCheck.objects.latest("pk").answers)
    return answer.content.decode()


def test_a_daily_check_begins_with_the_usual_items(client, world, here):
    client.force_login(world.member)
    assert "Today’s usual" not in client.get(ADD).content.decode()
    checks(here, ["E-01", "F-02"])
    form = client.get(ADD).context["form"]
    assert form["items"].initial == "usual"
    assert begin(client, here, items="usual") == ["E-01", "F-02"]


def test_without_such_a_check_there_is_nothing_usual(client, world, here):
    make_check(**{**here, "by": world.inspector}, performed_by="inspector")
    client.force_login(world.inspector)
    posted = {"items": "usual", "performed_by": "joint"}
    pair = {"inspector": world.inspector.pk, "consultant": world.consultant.pk}
    assert "There was no such check here yet" in begin(client, here, **posted, **pair)
    assert begin(client, here, items="usual", performed_by="inspector") == ["E-01", "E-02"]


def test_whole_sections_or_the_whole_list(client, world, here):
    client.force_login(world.member)
    section = here["version"].sections.get(code="F").pk
    assert begin(client, here, items="sections", sections=[section]) == ["F-01", "F-02", "F-03"]
    assert len(begin(client, here, items="sections")) == 6


def test_the_address_chooses_sections(client, world, here):
    client.force_login(world.member)
    form = client.get(ADD, {"items": "sections", "section": "F"}).context["form"]
    assert form["items"].initial == "sections"
    assert form["sections"].initial == [here["version"].sections.get(code="F").pk]
    form = client.get(ADD, {"items": "everything", "section": "\x00"}).context["form"]
    assert (form["items"].initial, form["sections"].initial) == ("longest", [])


def test_only_a_joint_check_names_a_partner(client, world, here):
    client.force_login(world.inspector)
    form = client.get(ADD, {"enterprise": world.enterprise.pk}).context["form"]
    assert form["performed_by"].initial == "inspector"
    assert form["consultant"].initial == world.consultant.pk
    pair = {"inspector": world.inspector.pk, "consultant": world.consultant.pk}
    begin(client, here, items="longest", performed_by="inspector", **pair)
    alone = SafetyCheck.objects.latest("pk")
    assert (alone.inspector, alone.consultant) == (world.inspector, None)
    begin(client, here, items="longest", performed_by="joint", **pair)
    assert SafetyCheck.objects.latest("pk").consultant == world.consultant


def test_a_double_tap_begins_one_check(client, world, here):
    client.force_login(world.member)
    page = client.get(ADD, {"enterprise": here["enterprise"].pk}).content.decode()
    opened = {"submission": re.search(r'name="submission" value="([^"]+)"', page)[1]}
    assert begin(client, here, items="longest", **opened) == begin(client, here, items="longest", **opened)
    assert SafetyCheck.objects.count() == 1
    begin(client, here, items="longest")
    assert SafetyCheck.objects.count() == 2
