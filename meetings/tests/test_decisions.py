"""Decisions: who takes them and carries them out, where they wait, what the list shows."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from conftest import TODAY, make_enterprise
from enterprises.models import Mark
from meetings.models import Decision
from meetings.tests.factories import DUE, HELD, hold_meeting, make_decision, move, take
from reminders.letters import due_lists
from reports.home import home_for
from score_mis.lib.workflow import TransitionError

SOON = date(2017, 12, 21)
LATE = date(2017, 12, 15)


def lists_on_home(user, roles=frozenset()):
    return {one.title: one for one in home_for(user, roles, TODAY).lists}


def test_a_decision_is_taken_and_carried_out_without_a_mark(world):
    marks = Mark.objects.count()
    decision = make_decision(world, enterprise=world.enterprise)
    assert (decision.status, decision.decided_on, decision.who) == ("open", HELD, "Member")
    done = move(decision, "carry_out", by=world.member, fields={"outcome": "Yellow lines"})
    assert (done.status, done.done_on, done.outcome) == ("done", TODAY, "Yellow lines")
    again = move(done, "reopen", by=world.staff, reason="Worn off")
    assert (again.status, again.done_on, again.outcome) == ("open", None, "")
    assert move(again, "cancel", by=world.staff, reason="No hall any more").status == "cancelled"
    assert Mark.objects.count() == marks


def test_only_staff_take_decisions(world):
    meeting = hold_meeting(world.programme, world.district)
    for who in ("member", "leader", "consultant", "inspector", "authority"):
        with pytest.raises(PermissionDenied):
            take(meeting, by=getattr(world, who))


def test_who_is_named_carries_it_out_and_strangers_do_not(world):
    general = make_decision(world, owner=world.outsider)
    with pytest.raises(PermissionDenied):
        move(general, "carry_out", by=world.consultant)
    assert move(general, "carry_out", by=world.outsider).status == "done"
    free = make_decision(world, owner_name="Ms Zhou", enterprise=world.enterprise)
    with pytest.raises(PermissionDenied):
        move(free, "carry_out", by=world.member)
    assert move(free, "carry_out", by=world.leader).status == "done"


def test_a_reason_is_asked_for_where_something_is_put_off_or_dropped(world):
    decision = make_decision(world)
    for name in ("cancel", "postpone"):
        fields = {"due_on": date(2018, 1, 9)} if name == "postpone" else {}
        with pytest.raises(ValidationError, match="Say why"):
            move(decision, name, by=world.staff, fields=fields)
    with pytest.raises(ValidationError, match="after the present one"):
        move(decision, "postpone", by=world.staff, reason="x", fields={"due_on": DUE})
    later = move(decision, "postpone", by=world.staff, reason="Paint", fields={"due_on": date(2018, 1, 9)})
    assert later.due_on == date(2018, 1, 9)
    with pytest.raises(TransitionError):
        move(later, "reopen", by=world.staff, reason="x")


@pytest.mark.parametrize(
    "change",
    [
        {"owner_name": "Ms Zhou"},
        {"owner": None},
        {"due_on": date(2017, 12, 1)},
        {"status": "done"},
        {"done_on": TODAY},
        {"status": "done", "done_on": date(2017, 12, 1)},
        {"what": ""},
    ],
)
def test_the_database_keeps_decisions_whole(world, change):
    decision = make_decision(world)
    with pytest.raises(IntegrityError), transaction.atomic():
        Decision.objects.filter(pk=decision.pk).update(**change)


def test_it_waits_on_the_home_page_of_its_owner_and_of_no_one_else(world, client):
    make_decision(world, enterprise=world.enterprise, due_on=LATE)
    make_decision(world, owner=world.authority)
    found = lists_on_home(world.member)["Decisions to carry out"]
    assert (found.count.number, found.lines[0].tone, found.lines[0].do) == (1, "bad", "Done")
    assert len(lists_on_home(world.authority)["Decisions to carry out"].lines) == 1
    for user in (world.leader, world.staff, world.consultant, world.outsider):
        assert "Decisions to carry out" not in lists_on_home(user)
    client.force_login(world.member)
    assert "Mark the walkways" in client.get("/").content.decode()
    page = client.get(found.url).content.decode()
    assert 'data-count="1"' in page
    assert "overdue" in page


def test_the_team_sees_what_somebody_without_an_account_does(world):
    make_decision(world, owner_name="Ms Zhou", enterprise=world.enterprise)
    line = lists_on_home(world.leader)["Decisions to carry out"].lines[0]
    assert ("Ms Zhou" in line.about, line.do) == (True, "")
    assert "Decisions to carry out" not in lists_on_home(world.consultant)


def test_the_digest_tells_of_what_is_due_and_not_of_what_is_done(world):
    decision = make_decision(world, due_on=SOON)
    make_decision(world, due_on=date(2018, 2, 1))
    told = {one.title: one.count.number for one in due_lists(world.member, TODAY)}
    assert told == {"Decisions to carry out": 1}
    move(decision, "carry_out", by=world.member)
    assert due_lists(world.member, TODAY) == []


def test_the_list_hides_other_enterprises_and_finds_what_is_overdue(client, world):
    ground = {"programme": world.programme, "area": world.other_district, "sector": world.sector}
    far = make_enterprise(**ground, by=world.staff, code="T02")
    make_decision(world, enterprise=world.enterprise, what="Near", due_on=LATE)
    make_decision(world, hold_meeting(world.programme), enterprise=far, what="Distant")
    make_decision(world, hold_meeting(world.programme), what="General")
    address = reverse("meetings:decision_list")

    def listed(user, **query):
        client.force_login(user)
        page = client.get(address, query).content.decode()
        return {word for word in ("Near", "Distant", "General") if f">{word}<" in page}

    assert listed(world.staff) == {"Near", "Distant", "General"}
    assert listed(world.outsider) == {"Distant", "General"}
    assert listed(world.consultant) == {"Near", "General"}
    assert listed(world.staff, overdue="on") == {"Near"}
    assert listed(world.staff, q="near") == {"Near"}
    assert listed(world.staff, status="done") == set()
    assert listed(world.administrator) == set()


def test_the_list_asks_as_much_for_ten_as_for_one(client, world, django_assert_max_num_queries):
    meeting = hold_meeting(world.programme, world.district)
    make_decision(world, meeting, enterprise=world.enterprise)
    client.force_login(world.authority)
    client.get(reverse("meetings:decision_list"))
    with django_assert_max_num_queries(12) as first:
        client.get(reverse("meetings:decision_list"))
    for _number in range(9):
        make_decision(world, meeting, enterprise=world.enterprise)
    with django_assert_max_num_queries(len(first)):
        client.get(reverse("meetings:decision_list"))


def test_the_form_asks_for_exactly_one_owner_and_keeps_what_was_typed(client, world):
    meeting = hold_meeting(world.programme, world.district)
    client.force_login(world.staff)
    address = reverse("meetings:decision_add", args=[meeting.pk])
    typed = {"what": "Put up signs", "due_on": "2017-12-29", "happened_on": "2017-12-12"}
    for owners in ({}, {"owner": world.member.pk, "owner_name": "Ms Zhou"}):
        page = client.post(address, typed | owners).content.decode()
        assert "exactly one of them" in page
        assert "Put up signs" in page
    answer = client.post(address, typed | {"owner": world.member.pk, "enterprise": world.enterprise.pk})
    decision = Decision.objects.get()
    assert answer.url == decision.get_absolute_url()
    assert (decision.owner, decision.enterprise, decision.meeting) == (
        world.member,
        world.enterprise,
        meeting,
    )
    page = client.post(
        reverse("meetings:decision_move", args=[decision.pk, "cancel"]), {"happened_on": TODAY}
    )
    assert "Say why" in page.content.decode() or "required" in page.content.decode()
