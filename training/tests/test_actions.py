"""Agreed actions: add, edit, tick."""

from datetime import date

import pytest
from django.urls import reverse

from score_mis.lib.workflow import TransitionError
from training import services
from training.models import VisitAction
from training.tests.factories import make_action, make_visit

VALUES = {"text": "Mount the guards", "owner": "Mr Wang", "due_on": "2018-01-10"}


@pytest.fixture
def visit(world):
    return make_visit(world, "done")


@pytest.fixture
def action(visit):
    return make_action(visit)


def add_url(visit):
    return reverse("training:action_add", args=[visit.pk])


def edit_url(action):
    return reverse("training:action_edit", args=[action.pk])


def tick_url(action):
    return reverse("training:action_tick", args=[action.pk])


def test_the_pair_adds_actions(client, world, visit):
    for user in (world.consultant, world.inspector):
        client.force_login(user)
        assert client.get(add_url(visit)).status_code == 200
        assert client.post(add_url(visit), VALUES).url == visit.get_absolute_url()
    first = visit.actions.first()
    assert (first.text, first.owner, first.due_on) == ("Mount the guards", "Mr Wang", date(2018, 1, 10))
    assert first.history.get().history_user == world.consultant


@pytest.mark.parametrize(
    ("values", "field"),
    [({"text": ""}, "text"), ({"owner": ""}, "owner"), ({"due_on": "2017-07-01"}, "due_on")],
)
def test_bad_input_stays_on_the_page(client, world, visit, values, field):
    client.force_login(world.consultant)
    response = client.post(add_url(visit), VALUES | values)
    assert list(response.context["form"].errors) == [field]
    assert "Mr Wang" in response.content.decode() or field == "owner"
    assert not VisitAction.objects.exists()


def test_actions_belong_to_visits_that_were_logged(client, world):
    client.force_login(world.consultant)
    for number, status in enumerate(("planned", "cancelled"), 5):
        visit = make_visit(world, status, sequence=number)
        response = client.post(add_url(visit), VALUES, follow=True)
        assert "belong to visits that were logged" in response.content.decode()
    assert not VisitAction.objects.exists()


def test_the_pair_edits_and_the_page_shows_the_history(client, world, action):
    client.force_login(world.consultant)
    client.post(edit_url(action), VALUES | {"text": "Mount two guards", "done_on": "2017-12-01"})
    action.refresh_from_db()
    assert (action.text, action.done_on) == ("Mount two guards", date(2017, 12, 1))
    page = client.get(edit_url(action)).content.decode()
    assert "Mount the guards → Mount two guards" in page


def test_a_day_in_the_future_or_before_the_visit_is_refused(client, world, action):
    client.force_login(world.consultant)
    for day in ("2017-12-20", "2017-07-01"):
        response = client.post(edit_url(action), VALUES | {"done_on": day})
        assert list(response.context["form"].errors) == ["done_on"]


def test_an_action_opened_again_was_not_ticked_at_a_visit(client, world, visit):
    later = make_visit(world, "done", on=date(2017, 9, 1), sequence=2)
    action = make_action(visit, done_on=date(2017, 9, 1), done_at_visit=later)
    client.force_login(world.consultant)
    client.post(edit_url(action), VALUES | {"done_on": "", "seen": "2017-09-01"})
    action.refresh_from_db()
    assert (action.done_on, action.done_at_visit) == (None, None)


def test_an_edit_does_not_undo_a_tick_nobody_saw(client, world, action, today):
    client.force_login(world.consultant)
    client.get(edit_url(action))
    services.tick_action(action, by=world.member, on=today)
    response = client.post(edit_url(action), VALUES | {"done_on": "", "seen": ""})
    assert "Somebody ticked this action meanwhile" in response.content.decode()
    action.refresh_from_db()
    assert action.done_on == today


def test_a_tick_between_reading_and_saving_is_not_undone(client, world, action, today, monkeypatch):
    """Somebody ticks it after the form was checked and before it is saved."""
    client.force_login(world.consultant)
    save = services.save_action

    def slow(found, **options):
        services.tick_action(found, by=world.member, on=today)
        return save(found, **options)

    monkeypatch.setattr(services, "save_action", slow)
    response = client.post(edit_url(action), VALUES | {"text": "Mount two guards", "done_on": ""})
    assert "Somebody ticked this action meanwhile" in response.content.decode()
    assert "Mount two guards" in response.content.decode()
    action.refresh_from_db()
    assert (action.text, action.done_on) == ("Mount the guards", today)


@pytest.mark.parametrize("part", ["member", "leader", "authority", "staff"])
def test_adding_and_editing_is_refused_to_others(client, world, visit, action, part):
    client.force_login(world.cast()[part])
    for address in (add_url(visit), edit_url(action)):
        assert client.get(address).status_code == 403
        assert client.post(address, VALUES).status_code == 403


def test_strangers_see_nothing(client, world, visit, action):
    for user in (world.outsider, world.administrator):
        client.force_login(user)
        assert client.get(add_url(visit)).status_code == 404
        assert client.get(edit_url(action)).status_code == 404
        assert client.post(tick_url(action)).status_code == 404


@pytest.mark.parametrize("part", ["member", "leader", "consultant", "inspector"])
def test_ticking_says_done_today(client, world, action, part, today):
    client.force_login(world.cast()[part])
    assert client.post(tick_url(action)).url == action.visit.get_absolute_url()
    action.refresh_from_db()
    assert action.done_on == today
    assert action.history.first().history_user == world.cast()[part]


@pytest.mark.parametrize("part", ["authority", "staff"])
def test_ticking_is_refused_to_others(client, world, action, part):
    client.force_login(world.cast()[part])
    assert client.post(tick_url(action)).status_code == 403


def test_ticking_is_sent_not_opened(client, world, action):
    client.force_login(world.member)
    assert client.get(tick_url(action)).status_code == 405


def test_it_goes_back_to_where_the_button_was_but_not_elsewhere(client, world, visit):
    client.force_login(world.member)
    home = reverse("training:visit_list")
    assert client.post(tick_url(make_action(visit)), {"next": home}).url == home
    response = client.post(tick_url(make_action(visit)), {"next": "https://example.org/"})
    assert response.url == visit.get_absolute_url()


def test_ticking_twice_is_a_message(client, world, action, today):
    services.tick_action(action, by=world.member, on=today)
    client.force_login(world.consultant)
    response = client.post(tick_url(action), follow=True)
    assert "ticked already" in response.content.decode()


def test_actions_of_a_void_visit_are_closed(world, visit, action, today):
    type(visit).objects.filter(pk=visit.pk).update(status="void")
    with pytest.raises(TransitionError):
        services.tick_action(action, by=world.member, on=today)
