"""The page of a visit."""

from datetime import date

from django.urls import reverse

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
    visit = make_visit(world, sequence=2)
    client.force_login(world.consultant)
    with django_assert_max_num_queries(24):
        client.get(visit.get_absolute_url())
    with django_assert_max_num_queries(24):
        client.get(earlier.get_absolute_url())
