"""Meetings: who sees and holds them, and the slides with the dashboard's figures."""

import re
from datetime import date

import pytest
from django.urls import reverse

from conftest import TODAY, make_enterprise
from hazards.tests.factories import hazard_at, make_hazard, picture
from meetings.models import Meeting
from meetings.stage import Stage, story_of
from meetings.tests.factories import hold_meeting, make_decision, move
from practices.tests.factories import make_practice
from publications.tests.factories import make_published
from reports import tallies
from score_mis.lib.photos import accept
from score_mis.lib.workflow import perform
from suggestions.tests.factories import accepted_photo, make_suggestion

NUMBER = re.compile(r'data-indicator="(\w+)" data-part="(\w+)" data-value="(\d+)" href="([^"]+)"')


def slide(client, user, meeting, number):
    client.force_login(user)
    response = client.get(reverse("meetings:show", args=[meeting.pk, number]))
    assert response.status_code == 200
    return response.content.decode()


@pytest.fixture
def figures(world):
    """Two suggestions adopted, one carried out; a hazard rectified and one open and overdue."""
    make_suggestion(world, "adopted")
    make_suggestion(world, "implemented")
    hazard_at(world, "rectified")
    make_hazard(by=world.member, enterprise=world.enterprise, deadline=date(2017, 12, 10))
    tallies.drain()


def test_a_meeting_is_added_and_edited_by_staff_with_its_history(client, world):
    client.force_login(world.staff)
    typed = {"title": "Wrap-up", "held_on": "2017-12-19", "area": world.district.pk, "as_of": "2017-12-20"}
    page = client.post(reverse("meetings:add"), typed).content.decode()
    assert "not of a later day" in page
    assert 'value="Wrap-up"' in page
    snapshot = make_published(world)["snapshot"]
    client.post(reverse("meetings:add"), typed | {"as_of": "", "snapshot": str(snapshot.pk)})
    meeting = Meeting.objects.get()
    assert meeting.snapshot == snapshot
    assert f"/verify/{snapshot.code}/" in client.get(meeting.get_absolute_url()).content.decode()
    assert meeting.cut_off(TODAY) == TODAY
    client.post(reverse("meetings:edit", args=[meeting.pk]), typed | {"as_of": "2017-11-30", "place": "Hall"})
    meeting.refresh_from_db()
    assert meeting.cut_off(TODAY) == date(2017, 11, 30)
    page = client.get(meeting.get_absolute_url()).content.decode()
    for words in ("Hall", "30 November 2017", "edited", "Present"):
        assert words in page


def test_the_whole_programme_is_for_who_works_in_all_of_it(client, world):
    world.staff.assignments.update(area=world.district)
    client.force_login(world.staff)
    typed = {"title": "Wrap-up", "held_on": "2017-12-19"}
    assert "Choose an area" in client.post(reverse("meetings:add"), typed).content.decode()


def test_it_hides_meetings_of_other_places(world):
    whole, here = hold_meeting(world.programme), hold_meeting(world.programme, world.district)
    around, there = (hold_meeting(world.programme, a) for a in (world.province, world.other_district))
    seen = {
        who: set(Meeting.objects.visible_to(getattr(world, who))) for who in ("member", "outsider", "staff")
    }
    assert seen["member"] == {whole, here, around}
    assert seen["outsider"] == {whole, around, there}
    assert seen["staff"] == {whole, here, around, there}
    assert not Meeting.objects.visible_to(world.administrator)


def test_the_first_slide_has_the_figures_of_the_dashboard_each_a_link(client, world, figures):
    snapshot = make_published(world)["snapshot"]
    meeting = hold_meeting(world.programme, world.district, held_on=TODAY, snapshot=snapshot)
    page = slide(client, world.staff, meeting, 1)
    found = {(name, part): (int(value), url) for name, part, value, url in NUMBER.findall(page)}
    assert found["suggestion_completion_rate", "numerator"][0] == 1
    assert found["suggestion_completion_rate", "denominator"][0] == 2
    assert found["hazard_completion_rate", "denominator"][0] == 2
    for words in ("1 / 3", "50 %", snapshot.code, "Room 3", "as of 19 December 2017"):
        assert words in page
    for value, url in found.values():
        evidence = client.get(url.replace("&amp;", "&")).content.decode()
        assert f'data-count="{value}"' in evidence, url


def test_a_slide_of_an_enterprise_has_its_figures_open_hazards_and_decisions(client, world, figures):
    meeting = hold_meeting(world.programme, world.district, held_on=TODAY)
    make_decision(world, meeting, enterprise=world.enterprise, what="Widen the gate")
    gone = make_decision(world, meeting, enterprise=world.enterprise, what="Cancelled idea")
    move(gone, "cancel", by=world.staff, reason="x")
    page = slide(client, world.staff, meeting, 2)
    for words in ("Test enterprise T01", "测试企业T01", "2 / 3", "Widen the gate", "Member"):
        assert words in page
    assert "Cancelled idea" not in page
    found = {(name, part): (int(value), url) for name, part, value, url in NUMBER.findall(page)}
    assert found["hazards_overdue", "value"][0] == 1
    assert f"enterprise={world.enterprise.pk}" in found["hazard_completion_rate", "numerator"][1]
    address, number = re.search(r'href="([^"]*status=open[^"]*)">(\d+)<', page).groups()
    assert number == "1"
    assert 'data-count="1"' in client.get(address.replace("&amp;", "&")).content.decode()


def test_figures_are_those_of_the_cut_off_day(client, world, figures):
    meeting = hold_meeting(world.programme, world.district, held_on=TODAY, as_of=date(2017, 5, 1))
    page = slide(client, world.staff, meeting, 2)
    assert {value for _n, _p, value, _u in NUMBER.findall(page)} == {"0"}
    assert "status=open" not in page
    later = hold_meeting(world.programme, world.district, held_on=date(2018, 1, 9))
    assert "as of 19 December 2017" in slide(client, world.staff, later, 1)


def test_the_last_slide_has_what_was_decided(client, world):
    meeting = hold_meeting(world.programme, world.district)
    for number in range(9):
        make_decision(world, meeting, what=f"Decision {number}")
    page = slide(client, world.staff, meeting, 3)
    assert [f"Decision {number}" in page for number in range(9)] == [True] * 7 + [False] * 2
    assert "and 2 more" in page
    assert f"?meeting={meeting.pk}" in page


@pytest.mark.parametrize("number", [0, 4, 999])
def test_there_are_no_other_slides(client, world, number):
    client.force_login(world.staff)
    meeting = hold_meeting(world.programme, world.district)
    assert client.get(reverse("meetings:show", args=[meeting.pk, number])).status_code == 404


def test_nobody_is_shown_enterprises_they_do_not_see(world):
    ground = {"programme": world.programme, "sector": world.sector, "by": world.staff}
    make_enterprise(area=world.district, code="T02", **ground)
    make_enterprise(area=world.other_district, code="T03", **ground)
    meeting = hold_meeting(world.programme, world.district)
    whole = hold_meeting(world.programme)
    totals = {
        who: (Stage(meeting, person, TODAY).total, Stage(whole, person, TODAY).total)
        for who, person in world.cast().items()
        if who in ("staff", "authority", "inspector", "consultant", "member")
    }
    assert totals == {
        "staff": (4, 5),
        "authority": (4, 5),
        "inspector": (4, 4),
        "consultant": (3, 3),
        "member": (3, 3),
    }


def test_a_slide_goes_on_by_links_alone(client, world):
    meeting = hold_meeting(world.programme, world.district)
    page = slide(client, world.staff, meeting, 2)
    for name, number in (("first", 1), ("prev", 1), ("next", 3), ("last", 3)):
        address = reverse("meetings:show", args=[meeting.pk, number])
        assert re.search(rf'data-go="{name}"[^>]*href="{address}"', page), name
    assert "<title>2 / 3 · Test enterprise T01 · SCORE MIS</title>" in page
    assert "/decide/" not in slide(client, world.consultant, meeting, 2)


def test_a_decision_is_taken_without_leaving_the_presentation(client, world):
    meeting = hold_meeting(world.programme, world.district)
    client.force_login(world.staff)
    address = reverse("meetings:decide", args=[meeting.pk, 2])
    page = client.get(address).content.decode()
    assert f'value="{world.enterprise.pk}" selected' in page
    assert 'value="2017-12-12"' in page
    typed = {"what": "Widen the gate", "owner_name": "Ms Zhou", "due_on": "2017-12-29"}
    page = client.post(address, typed).content.decode()
    assert "error-summary" in page
    assert "Widen the gate" in page
    answer = client.post(address, typed | {"happened_on": "2017-12-12", "enterprise": world.enterprise.pk})
    assert answer.url == reverse("meetings:show", args=[meeting.pk, 2])
    assert "Widen the gate" in client.get(answer.url).content.decode()


def test_the_story_is_the_best_card_else_the_last_suggestion_else_a_hazard(world):
    enterprise = world.enterprise
    assert story_of(enterprise, TODAY) is None
    hazard_at(world, "rectified")
    assert (story_of(enterprise, TODAY).photo_url, story_of(enterprise, TODAY).before) == (
        "hazards:photo",
        None,
    )
    idea = make_suggestion(world, "adopted", photo=accepted_photo())
    perform(idea, "implement", by=world.member, today=TODAY, on=TODAY, photos=[accepted_photo()])
    found = story_of(enterprise, TODAY)
    assert (found.title, bool(found.before and found.after)) == (idea.title, True)
    assert story_of(enterprise, date(2017, 12, 18)).photo_url == "hazards:photo"
    for saving, title in ((100, "Cheap"), (900, "Dear"), (None, "Unknown")):
        make_practice(world, "published", title=title, saving=saving, photo=accept(picture()))
    make_practice(world, title="Draft", saving=9000, photo=accept(picture()))
    make_practice(world, "withdrawn", title="Withdrawn", saving=9000, photo=accept(picture()))
    make_practice(world, "published", title="Without photo", saving=9000)
    assert story_of(enterprise, TODAY).title == "Dear"


def test_a_slide_asks_no_more_for_more_enterprises(client, world, figures, django_assert_max_num_queries):
    meeting = hold_meeting(world.programme, world.district, held_on=TODAY)
    slide(client, world.staff, meeting, 2)
    with django_assert_max_num_queries(40) as first:
        slide(client, world.staff, meeting, 2)
    asked = len(first)
    for number in range(2, 6):
        ground = {"programme": world.programme, "sector": world.sector, "area": world.district}
        make_enterprise(**ground, by=world.staff, code=f"T0{number}")
    tallies.drain()
    slide(client, world.staff, meeting, 2)
    with django_assert_max_num_queries(asked):
        slide(client, world.staff, meeting, 2)
