"""The page of a visit."""

from datetime import date

from django.urls import reverse

from hazards.tests.factories import make_hazard
from score_mis.lib import workflow
from suggestions.tests.factories import make_suggestion
from training.tests.factories import make_action, make_visit


def page(client, user, visit):
    client.force_login(user)
    response = client.get(visit.get_absolute_url())
    assert response.status_code == 200
    return response, response.content.decode()


def test_it_shows_the_log_and_the_history(client, world):
    visit = make_visit(world, "reviewed")
    response, text = page(client, world.authority, visit)
    assert "Guards of the cutting line" in text
    assert "Two guards are missing" in text
    assert [change.move for change in response.context["changes"]] == ["review", "submit", "log", "plan"]
    assert response.context["moves"] == []


def test_it_is_hidden_from_who_sees_not_the_enterprise(client, world):
    visit = make_visit(world)
    for user in (world.outsider, world.administrator):
        client.force_login(user)
        assert client.get(visit.get_absolute_url()).status_code == 404
    client.logout()
    assert client.get(visit.get_absolute_url()).status_code == 302


def test_it_refuses_to_be_posted_to(client, world):
    client.force_login(world.staff)
    assert client.post(make_visit(world).get_absolute_url()).status_code == 405


def test_each_role_finds_its_moves(client, world):
    planned, done, submitted = (
        make_visit(world, status, sequence=number)
        for number, status in enumerate(("planned", "done", "submitted"), 1)
    )
    offered = {
        (name, visit.status): [move["move"] for move in page(client, user, visit)[0].context["moves"]]
        for name, user in {
            "consultant": world.consultant,
            "inspector": world.inspector,
            "staff": world.staff,
        }.items()
        for visit in (planned, done, submitted)
    }
    assert offered == {
        ("consultant", "planned"): ["reschedule", "log", "cancel", "edit"],
        ("consultant", "done"): ["submit", "edit"],
        ("consultant", "submitted"): [],
        ("inspector", "planned"): ["log"],
        ("inspector", "done"): ["edit"],
        ("inspector", "submitted"): [],
        ("staff", "planned"): ["reschedule", "cancel", "edit", "void"],
        ("staff", "done"): ["void"],
        ("staff", "submitted"): ["review", "return", "void"],
    }


def test_it_leads_to_what_hangs_on_it(client, world):
    visit = make_visit(world, "done")
    _response, text = page(client, world.consultant, visit)
    for address in (
        f"{reverse('suggestions:list')}?visit={visit.pk}",
        f"{reverse('hazards:hazard_list')}?visit={visit.pk}",
        f"{reverse('suggestions:add')}?enterprise={visit.enterprise_id}&amp;visit={visit.pk}",
        reverse("training:action_add", args=[visit.pk]),
    ):
        assert address in text
    assert reverse("training:action_add", args=[visit.pk]) not in page(client, world.member, visit)[1]


def test_suggestions_and_hazards_are_raised_during_the_visit_not_only_after_it(client, world):
    visit = make_visit(world)
    addresses = [
        f"{reverse(name)}?enterprise={visit.enterprise_id}&amp;visit={visit.pk}"
        for name in ("suggestions:add", "hazards:hazard_add")
    ]
    for user, offered in (
        (world.consultant, True),
        (world.inspector, True),
        (world.member, False),
        (world.staff, False),
    ):
        text = page(client, user, visit)[1]
        assert [address in text for address in addresses] == [offered, offered]
    text = page(client, world.consultant, make_visit(world, "cancelled", sequence=2))[1]
    assert "suggestions/add/?enterprise" not in text


def test_it_lists_what_was_raised(client, world):
    visit, other = make_visit(world, "done"), make_visit(world, "done", sequence=2)
    idea = make_suggestion(world, "adopted", title="Wider passages", visit=visit)
    make_suggestion(world, "void", title="Entered twice", visit=visit)
    make_suggestion(world, title="Of another visit", visit=other)
    hazard = make_hazard(by=world.consultant, enterprise=world.enterprise, visit=visit)
    response, text = page(client, world.authority, visit)
    assert list(response.context["raised"].suggestions) == [idea]
    assert list(response.context["raised"].hazards) == [hazard]
    assert idea.get_absolute_url() in text
    assert hazard.get_absolute_url() in text
    assert "Entered twice" not in text


def test_a_returned_report_says_why_until_it_is_sent_again(client, world, today):
    visit = make_visit(world, "submitted")
    assert "returned the report" not in page(client, world.consultant, visit)[1]
    workflow.perform(visit, "return", by=world.staff, today=today, reason="Say which guards")
    text = page(client, world.consultant, visit)[1]
    assert "Staff returned the report:" in text
    assert "Say which guards" in text
    workflow.perform(
        visit, "edit", by=world.consultant, today=today, fields={"observations": "Guards 2 and 3"}
    )
    assert "returned the report" in page(client, world.consultant, visit)[1]
    workflow.perform(visit, "submit", by=world.consultant, today=today)
    assert "returned the report" not in page(client, world.consultant, visit)[1]


def test_the_letter_is_offered_once_there_is_one(client, world):
    planned, done = make_visit(world), make_visit(world, "done", sequence=2)
    address = reverse("training:visit_letter", args=[done.pk])
    text = page(client, world.member, done)[1]
    assert f'href="{address}"' in text
    assert f'href="{address}?language=en"' in text
    assert reverse("training:visit_letter", args=[planned.pk]) not in page(client, world.member, planned)[1]


def test_a_planned_visit_shows_what_earlier_ones_left_open(client, world):
    earlier, void = make_visit(world, "done"), make_visit(world, "done", sequence=2)
    left = make_action(earlier)
    make_action(earlier, text="Long done", done_on=date(2017, 8, 1))
    make_action(void, text="Of a void visit")
    void.__class__.objects.filter(pk=void.pk).update(status="void")
    visit = make_visit(world, sequence=3, on=date(2017, 12, 21))
    response, text = page(client, world.member, visit)
    assert list(response.context["carried"]) == [left]
    assert reverse("training:action_tick", args=[left.pk]) in text
    assert "overdue" in text


def test_only_who_may_tick_finds_the_button(client, world):
    visit = make_visit(world, "done")
    address = reverse("training:action_tick", args=[make_action(visit).pk])
    seen = {name: address in page(client, user, visit)[1] for name, user in world.cast().items()
            if name not in ("outsider", "administrator")}  # fmt: skip
    assert seen == {
        "member": True, "leader": True, "consultant": True, "inspector": True, "authority": False, "staff": False,
    }  # fmt: skip


def test_the_number_of_queries_does_not_grow(client, world, django_assert_max_num_queries):
    earlier = make_visit(world, "done")
    for number in range(5):
        make_action(earlier, text=f"Action {number}")
        make_suggestion(world, visit=earlier)
        make_hazard(by=world.consultant, enterprise=world.enterprise, visit=earlier)
    visit = make_visit(world, sequence=2)
    client.force_login(world.consultant)
    with django_assert_max_num_queries(24):
        client.get(visit.get_absolute_url())
    with django_assert_max_num_queries(24):
        client.get(earlier.get_absolute_url())


def test_the_next_visit_is_planned_from_the_last_one(client, world, today):
    visit = make_visit(world, "done")
    address = f"{reverse('training:visit_add')}?enterprise={visit.enterprise_id}"
    assert address not in page(client, world.consultant, visit)[1]
    workflow.perform(
        visit, "edit", by=world.consultant, today=today, fields={"next_visit_on": date(2018, 1, 15)}
    )
    assert address in page(client, world.consultant, visit)[1]
    assert address not in page(client, world.member, visit)[1]
    client.force_login(world.consultant)
    assert client.get(address).context["form"]["due_on"].value() == date(2018, 1, 15)
    make_visit(world, sequence=2, on=date(2018, 1, 15))
    assert address not in page(client, world.consultant, visit)[1]
