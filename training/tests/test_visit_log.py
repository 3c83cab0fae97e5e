"""Logging a visit: one page, one transaction."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from conftest import make_enterprise
from enterprises.models import Mark
from score_mis.lib.workflow import TransitionError
from training import services
from training.models import VisitAction
from training.tests.factories import LOG, make_action, make_visit

DAY = date(2017, 12, 18)


@pytest.fixture
def visit(world):
    return make_visit(world, sequence=2, on=DAY)


def url(visit):
    return reverse("training:visit_move", args=[visit.pk, "log"])


def log(*rows, **values):
    """What the browser sends: the log, and rows of text, who, due day."""
    data = LOG | {"happened_on": "2017-12-18", "next_visit_on": "2018-01-15"} | values
    data |= {"actions-TOTAL_FORMS": 3, "actions-INITIAL_FORMS": 0}
    for number, row in enumerate(rows):
        data |= {f"actions-{number}-{name}": value for name, value in row.items()}
    return data


ROW = {"text": "Mount the guards", "owner": "Mr Wang", "due_on": "2018-01-10"}


def test_everything_is_saved_on_one_page(client, world, visit):
    earlier = make_visit(world, "done")
    open_action, other_open = make_action(earlier), make_action(earlier, text="Sweep")
    client.force_login(world.consultant)
    page = client.get(url(visit)).content.decode()
    assert "Open actions of earlier visits" in page
    assert 'value="2017-12-19"' in page
    response = client.post(url(visit), log(ROW, ROW | {"text": "Label"}, done=[open_action.pk]))
    assert response.url == visit.get_absolute_url()
    visit.refresh_from_db()
    assert (visit.status, visit.done_on, visit.next_visit_on) == ("done", DAY, date(2018, 1, 15))
    assert visit.people_met() == 10
    assert [action.text for action in visit.actions.order_by("pk")] == ["Mount the guards", "Label"]
    open_action.refresh_from_db()
    other_open.refresh_from_db()
    assert (open_action.done_on, open_action.done_at_visit) == (DAY, visit)
    assert other_open.done_on is None
    assert open_action.history.first().history_user == world.consultant


def test_the_inspector_may_log_too(client, world, visit):
    client.force_login(world.inspector)
    client.post(url(visit), log())
    visit.refresh_from_db()
    assert visit.status == "done"
    assert not visit.actions.exists()


def test_the_planned_day_and_the_day_of_the_visit_are_marked(client, world):
    visit = make_visit(world, on=date(2017, 12, 11))
    Mark.objects.all().delete()
    client.force_login(world.consultant)
    client.post(url(visit), log())
    days = set(Mark.objects.filter(kind="visit").values_list("day", flat=True))
    assert {date(2017, 12, 11), DAY} <= days


@pytest.mark.parametrize(
    ("rows", "values", "sentence"),
    [
        ([{"text": "Mount the guards"}], {}, "Some agreed actions are not complete."),
        ([ROW | {"due_on": "2017-12-01"}], {}, "The deadline lies before the visit."),
        ([ROW], {"happened_on": "2017-12-20"}, "The day lies in the future."),
        ([ROW], {"happened_on": "2017-05-01"}, "The day lies before the previous step"),
        ([ROW], {"happened_on": "soon"}, "Enter a valid date"),
        ([ROW], {"next_visit_on": "2017-12-01"}, "The next visit lies before this one."),
        ([ROW], {"women_workers": "-1"}, "greater than or equal to 0"),
    ],
)
def test_bad_input_keeps_every_value_and_saves_nothing(client, world, visit, rows, values, sentence):
    client.force_login(world.consultant)
    page = client.post(url(visit), log(*rows, **values)).content.decode()
    assert sentence in page
    assert "There is a problem" in page
    assert "<title>Error:" in page
    assert "Two guards are missing" in page
    assert "Mount the guards" in page
    visit.refresh_from_db()
    assert visit.status == "planned"
    assert not VisitAction.objects.exists()


def test_an_action_agreed_later_cannot_be_found_done(client, world, visit):
    later = make_action(make_visit(world, "done", on=date(2017, 12, 19), sequence=3))
    client.force_login(world.consultant)
    response = client.post(url(visit), log(done=[later.pk]))
    assert "was agreed after this day" in response.content.decode()
    later.refresh_from_db()
    assert later.done_on is None


def test_actions_of_other_enterprises_cannot_be_ticked(client, world, visit):
    other = make_enterprise(
        programme=world.programme, area=world.other_district, sector=world.sector, by=world.staff, code="T02"
    )
    foreign = make_action(foreign_visit(world, other))
    client.force_login(world.consultant)
    response = client.post(url(visit), log(done=[foreign.pk]))
    assert response.status_code == 302
    foreign.refresh_from_db()
    assert foreign.done_on is None


def foreign_visit(world, enterprise):
    """A done visit to an enterprise the consultant has nothing to do with."""
    visit = make_visit(world, enterprise=enterprise)
    type(visit).objects.filter(pk=visit.pk).update(status="done", done_on=visit.due_on)
    visit.refresh_from_db()
    return visit


def test_a_visit_is_logged_once(world, visit, today):
    services.log_visit(visit, by=world.consultant, today=today, on=DAY, fields=LOG)
    with pytest.raises(TransitionError):
        services.log_visit(
            visit, by=world.consultant, today=today, on=DAY, fields=LOG,
            agreed=[{"text": "Twice", "owner": "x", "due_on": DAY}],
        )  # fmt: skip
    assert not VisitAction.objects.exists()


def test_nothing_is_half_saved(world, visit, today):
    with pytest.raises(ValidationError):
        services.log_visit(
            visit, by=world.consultant, today=today, on=DAY, fields=LOG,
            agreed=[ROW | {"due_on": DAY}, {"text": "", "owner": "x", "due_on": DAY}],
        )  # fmt: skip
    visit.refresh_from_db()
    assert visit.status == "planned"
    assert not VisitAction.objects.exists()


def test_the_service_refuses_other_roles(world, visit, today):
    with pytest.raises(PermissionDenied):
        services.log_visit(visit, by=world.staff, today=today, fields=LOG)


def test_an_action_that_somebody_ticked_meanwhile_stays_as_it_is(world, visit, today):
    action = make_action(make_visit(world, "done"), done_on=date(2017, 8, 1))
    services.log_visit(visit, by=world.consultant, today=today, on=DAY, fields=LOG, done=[action])
    action.refresh_from_db()
    assert action.done_on == date(2017, 8, 1)


def test_all_that_is_wrong_is_said_at_once(client, world, visit):
    client.force_login(world.consultant)
    sent = log({"text": "Sweep"}, ROW | {"due_on": "2017-12-01"}, next_visit_on="2017-12-01")
    page = client.post(url(visit), sent).content.decode()
    for sentence in (
        "Some agreed actions are not complete.",
        "The deadline lies before the visit.",
        "The next visit lies before this one.",
    ):
        assert sentence in page


def test_another_row_keeps_what_was_typed_and_saves_nothing(client, world, visit):
    ticked = make_action(make_visit(world, "done"))
    client.force_login(world.consultant)
    opened = client.get(url(visit)).context["form"].seen
    sent = log(ROW, women_workers="many", happened_on="2017-12-17", done=[ticked.pk], more="1", seen=opened)
    response = client.post(url(visit), sent)
    page = response.content.decode()
    assert response.status_code == 200
    assert 'name="actions-TOTAL_FORMS" value="4"' in page
    assert 'name="actions-INITIAL_FORMS" value="0"' in page
    for kept in (
        'value="many"',
        'value="2017-12-17"',
        'value="Mount the guards"',
        f'name="seen" value="{opened}"',
    ):
        assert kept in page
    assert response.context["form"]["done"].value() == [str(ticked.pk)]
    assert page.count("autofocus") == 1
    assert "There is a problem" not in page
    visit.refresh_from_db()
    assert visit.status == "planned"


def test_rows_that_were_asked_for_are_saved(client, world, visit):
    client.force_login(world.consultant)
    sent = log(*[ROW | {"text": f"Action {number}"} for number in range(5)])
    client.post(url(visit), sent | {"actions-TOTAL_FORMS": 5})
    assert visit.actions.count() == 5


@pytest.mark.parametrize("number", ["30", "4000", "-1", "many", ""])
def test_the_number_of_rows_stays_within_bounds(client, world, visit, number):
    client.force_login(world.consultant)
    response = client.post(url(visit), log(ROW, more="1") | {"actions-TOTAL_FORMS": number})
    rows = response.context["form"].actions.forms
    assert 3 <= len(rows) <= 30
    assert ('id="more"' in response.content.decode()) == (len(rows) < 30)


def test_the_team_is_offered_for_who_carries_it_out(client, world, visit):
    client.force_login(world.consultant)
    page = client.get(url(visit)).content.decode()
    assert '<option value="leader"></option><option value="member"></option>' in page
    assert 'list="team"' in page


def test_enter_saves_and_adds_no_row(client, world, visit):
    client.force_login(world.consultant)
    page = client.get(url(visit)).content.decode()
    form = page[page.index('<form method="post" novalidate') :]
    first = form[form.index("<button") : form.index("</button>")]
    assert 'type="submit"' in first
    assert "name=" not in first
