"""The moves of a visit through their pages: reschedule, submit, review, return, cancel, edit, correct."""

from datetime import date

import pytest
from django.urls import reverse

from enterprises.models import Mark
from score_mis.lib import workflow
from training.tests.factories import DUE, make_visit


def url(visit, move):
    return reverse("training:visit_move", args=[visit.pk, move])


def make(client, user, visit, move, **values):
    client.force_login(user)
    return client.post(url(visit, move), {"happened_on": "2017-12-19"} | values)


def marked(visit):
    return set(Mark.objects.filter(kind="visit", enterprise=visit.enterprise).values_list("day", flat=True))


def test_reschedule_needs_a_reason_and_keeps_the_old_day(client, world):
    visit = make_visit(world)
    response = make(client, world.consultant, visit, "reschedule", due_on="2017-12-20")
    assert list(response.context["form"].errors) == ["reason"]
    make(client, world.consultant, visit, "reschedule", due_on="2017-12-20", reason="Holiday")
    visit.refresh_from_db()
    assert (visit.due_on, visit.status) == (date(2017, 12, 20), "planned")
    change = visit.changes.last()
    assert change.details["due_on"] == [DUE.isoformat(), "2017-12-20"]


def test_reschedule_marks_the_old_and_the_new_day(client, world):
    visit = make_visit(world)
    Mark.objects.all().delete()
    make(client, world.staff, visit, "reschedule", due_on="2018-01-09", reason="Holiday")
    assert {DUE, date(2018, 1, 9), date(2017, 12, 19)} <= marked(visit)


def test_submit_needs_topics_and_observations(client, world):
    visit = make_visit(world)
    workflow.perform(visit, "log", by=world.consultant, today=DUE, on=DUE)
    response = make(client, world.consultant, visit, "submit")
    page = response.content.decode()
    assert response.status_code == 200
    assert "Topics" in page
    assert "Needed for this step." in page or "needed" in page.lower()
    visit.refresh_from_db()
    assert visit.status == "done"


def test_submit_review_and_return(client, world):
    visit = make_visit(world, "done")
    make(client, world.consultant, visit, "submit")
    response = make(client, world.staff, visit, "return")
    assert list(response.context["form"].errors) == ["reason"]
    make(client, world.staff, visit, "return", reason="Say whom you met")
    visit.refresh_from_db()
    assert (visit.status, visit.submitted_on) == ("done", None)
    make(client, world.consultant, visit, "submit")
    make(client, world.staff, visit, "review")
    visit.refresh_from_db()
    assert (visit.status, visit.reviewed_on) == ("reviewed", date(2017, 12, 19))


def test_cancel_needs_a_reason(client, world):
    visit = make_visit(world)
    assert make(client, world.consultant, visit, "cancel").status_code == 200
    make(client, world.consultant, visit, "cancel", reason="Fire at the site")
    visit.refresh_from_db()
    assert visit.status == "cancelled"


def test_a_wrong_moment_is_a_message(client, world):
    visit = make_visit(world, "cancelled")
    client.force_login(world.consultant)
    response = client.get(url(visit, "log"), follow=True)
    assert response.redirect_chain == [(visit.get_absolute_url(), 302)]
    assert "not possible" in response.content.decode()


@pytest.mark.parametrize(
    ("status", "move", "parts"),
    [
        ("planned", "reschedule", ["inspector", "member", "authority"]),
        ("planned", "cancel", ["inspector", "member", "authority"]),
        ("planned", "log", ["staff", "member", "authority"]),
        ("done", "submit", ["inspector", "staff", "member"]),
        ("submitted", "review", ["consultant", "inspector", "member"]),
        ("submitted", "return", ["consultant", "inspector", "member"]),
        ("planned", "void", ["consultant", "inspector", "member"]),
        ("planned", "edit", ["inspector", "member", "authority"]),
        ("done", "edit", ["staff", "member", "authority"]),
    ],
)
def test_wrong_roles_are_refused_and_strangers_see_nothing(client, world, status, move, parts):
    visit = make_visit(world, status)
    for part in parts:
        client.force_login(world.cast()[part])
        assert client.get(url(visit, move)).status_code == 403, part
        assert client.post(url(visit, move), {"reason": "x"}).status_code == 403, part
    client.force_login(world.outsider)
    assert client.get(url(visit, move)).status_code == 404
    assert client.delete(url(visit, move)).status_code == 405


def test_an_unknown_move_is_no_page(client, world):
    client.force_login(world.staff)
    assert client.get(url(make_visit(world), "fly")).status_code == 404


def test_a_planned_visit_is_edited_by_its_plan(client, world):
    visit = make_visit(world)
    client.force_login(world.consultant)
    address = reverse("training:visit_edit", args=[visit.pk])
    form = client.get(address).context["form"]
    assert set(form.fields) == {"module", "type", "sequence", "starts_at", "consultant", "inspector"}
    client.post(address, {"type": "final", "sequence": 5, "consultant": world.consultant.pk, "inspector": ""})
    visit.refresh_from_db()
    assert (visit.type, visit.sequence, visit.inspector) == ("final", 5, None)


def test_who_was_named_may_stay_after_the_role_has_ended(client, world):
    visit = make_visit(world)
    world.inspector.assignments.update(until_on=date(2017, 12, 1))
    client.force_login(world.consultant)
    form = client.get(reverse("training:visit_edit", args=[visit.pk])).context["form"]
    assert list(form.fields["inspector"].queryset) == [world.inspector]


def test_a_done_visit_is_edited_by_its_log(client, world):
    visit = make_visit(world, "done")
    client.force_login(world.inspector)
    address = reverse("training:visit_edit", args=[visit.pk])
    values = dict.fromkeys(("women_workers", "men_workers", "women_managers", "men_managers"), 2)
    client.post(address, values | {"topics": "Dust", "observations": "Clean", "next_visit_on": ""})
    visit.refresh_from_db()
    assert (visit.topics, visit.people_met()) == ("Dust", 8)
    response = client.post(address, values | {"next_visit_on": "2017-01-01"})
    assert "The next visit lies before this one." in response.content.decode()


def test_the_day_of_a_log_is_corrected_and_both_days_are_marked(client, world):
    visit = make_visit(world, "done")
    change = visit.changes.get(move="log")
    Mark.objects.all().delete()
    client.force_login(world.consultant)
    address = reverse("training:visit_correct", args=[visit.pk, change.pk])
    assert client.get(address).status_code == 200
    client.post(address, {"happened_on": "2017-07-10", "reason": "Typed wrongly"})
    visit.refresh_from_db()
    assert visit.done_on == date(2017, 7, 10)
    assert {DUE, date(2017, 7, 10)} <= marked(visit)
    client.force_login(world.inspector)
    assert client.get(address).status_code == 403
    client.force_login(world.outsider)
    assert client.get(address).status_code == 404
