"""The pages of sheets: chosen, asked for, made by a job with the rights of that moment."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from enterprises.models import Assignment
from score_mis.lib.filejobs import State
from sheets import tasks
from sheets.asked import quarter, quarter_of
from sheets.models import SheetFile
from sheets.registry import SHEETS
from sheets.tests.factories import make_file

LIST = reverse("sheets:list")
GOOD = {"day": "2017-12-19", "language": "en", "format": "csv"}


def add(sheet="hazard-ledger"):
    return reverse("sheets:add", args=[sheet])


@pytest.fixture
def sent(monkeypatch):
    """The jobs that were given to the queue."""
    found = []
    monkeypatch.setattr(
        "celery.current_app.send_task", lambda name, args, **_options: found.append((name, args))
    )
    return found


@pytest.fixture
def staff(client, world, sent):
    client.force_login(world.staff)
    return client


@pytest.fixture
def ask(staff, django_capture_on_commit_callbacks):
    def one(sheet="hazard-ledger", **changes):
        with django_capture_on_commit_callbacks(execute=True):
            return staff.post(add(sheet), GOOD | changes)

    return one


def test_a_file_is_asked_for_made_and_fetched(staff, ask, sent, world):
    response = ask()
    job = SheetFile.objects.get()
    assert response.url == job.get_absolute_url()
    assert sent == [("sheets.tasks.make", [job.pk])]
    assert job.name == "Hazard ledger · China · 2017-12-19"
    assert tasks.make(job.pk) is True
    assert job.sha256 != SheetFile.objects.get().sha256
    answer = staff.get(job.file_url())
    assert b"".join(answer.streaming_content).startswith("\ufeffNumber,".encode())
    assert "Hazard ledger · China · 2017-12-19" in staff.get(LIST).content.decode()


def test_a_double_click_asks_once(ask, sent):
    assert ask().url == ask().url
    assert len(sent) == 1


def test_the_job_asks_again_what_the_person_may_see(ask, world, staff):
    ask()
    Assignment.objects.filter(user=world.staff).update(until_on=date(2017, 12, 1))
    job = SheetFile.objects.get()
    assert tasks.make(job.pk) is False
    job.refresh_from_db()
    assert (job.state, job.sentence) == (State.FAILED, "You have no role in the programme any more.")


def test_the_job_asks_again_for_the_role(ask, world):
    ask("consultant-activity", since="2017-10-01")
    Assignment.objects.filter(user=world.staff).update(
        role="eit_member", area=None, enterprise=world.enterprise
    )
    job = SheetFile.objects.get()
    assert tasks.make(job.pk) is False
    job.refresh_from_db()
    assert job.sentence == "This sheet is not for your role."


@pytest.mark.parametrize(
    ("sheet", "changes", "told"),
    [
        ("hazard-ledger", {"day": "2017-12-20"}, "The day lies in the future."),
        ("hazard-ledger", {"day": "2017-02-30"}, "Enter a valid date."),
        ("hazard-ledger", {"day": "20017-02-01"}, "Enter a valid date."),
        ("hazard-ledger", {"since": "2017-12-19", "day": "2017-12-01"}, "The period begins after it ends."),
        ("hazard-ledger", {"area": "999999"}, "Select a valid choice"),
        ("hazard-ledger", {"language": "both"}, "A CSV file has one language."),
        ("hazard-ledger", {"format": "docx"}, "Select a valid choice"),
        ("quarterly-statistics", {"quarter": "2018-Q1"}, "This quarter has not begun."),
        ("quarterly-statistics", {"quarter": "2017-Q5"}, "Select a valid choice"),
        ("enterprise-page", {"enterprise": "0"}, "Select a valid choice"),
        ("enterprise-page", {"enterprise": ""}, "This field is required."),
        ("consultant-activity", {"since": ""}, "This field is required."),
    ],
)
def test_bad_input_stays_on_the_page_with_a_sentence(ask, sheet, changes, told):
    response = ask(sheet, **changes)
    assert response.status_code == 200
    assert told in response.content.decode()
    assert not SheetFile.objects.exists()


def test_the_address_fills_the_form(staff, world):
    page = staff.get(add(), {"enterprise": world.enterprise.pk, "area": "110111", "since": "2017-04-01"})
    text = page.content.decode()
    assert f'<option value="{world.enterprise.pk}" selected>' in text
    assert '<option value="110111" selected>' in text
    assert 'value="2017-04-01"' in text


def test_it_offers_only_enterprises_within_reach(client, world):
    client.force_login(world.outsider)
    assert "Test enterprise" not in client.get(add("enterprise-page")).content.decode()


def test_a_sheet_that_does_not_exist_is_not_found(staff):
    assert staff.get(add("nonsense")).status_code == 404


@pytest.mark.parametrize("address", [LIST, add()])
def test_it_refuses_the_wrong_method(staff, address):
    assert staff.put(address).status_code == 405


def test_the_wrong_role_is_refused(client, world):
    client.force_login(world.member)
    assert client.get(add("consultant-activity")).status_code == 403
    assert "Consultant activity" not in client.get(LIST).content.decode()


def test_the_list_shows_ones_own_files_with_the_same_number_of_queries(
    client, world, django_assert_num_queries
):
    client.force_login(world.inspector)
    make_file(world.staff, name="Not mine")
    make_file(world.inspector, name="Mine")
    client.get(LIST)
    with django_assert_num_queries(4):
        page = client.get(LIST).content.decode()
    assert "Mine" in page
    assert "Not mine" not in page
    for number in range(5):
        make_file(world.inspector, name=f"More {number}")
    with django_assert_num_queries(4):
        client.get(LIST)


def test_waiting_files_are_asked_for_again_and_old_ones_swept(ask, sent, world):
    ask()
    SheetFile.objects.update(beat_at=timezone.now() - timezone.timedelta(days=40))
    assert tasks.ask_again() == 1
    make_file(world.staff)
    SheetFile.objects.filter(state=State.READY).update(beat_at=timezone.now() - timezone.timedelta(days=40))
    assert tasks.sweep() == 1


@pytest.mark.parametrize("day", [date(2017, 1, 1), date(2017, 3, 31), date(2016, 2, 29), date(2017, 12, 31)])
def test_a_day_lies_in_its_quarter(day):
    first, last = quarter(quarter_of(day))
    assert first <= day <= last
    assert first.day == 1


def test_every_sheet_has_a_row_generator_with_its_columns(world):
    for sheet in SHEETS.values():
        keys = [column.key for column in sheet.columns]
        assert len(set(keys)) == len(keys)
        assert {key for group in sheet.paper() for key in group.keys} <= set(keys)
