"""The daily digest: what is due and overdue with a person, by state, at most once a day."""

from datetime import date, timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from conftest import TODAY, assign, make_enterprise, make_user
from enterprises.models import Programme, Role
from hazards.tests.factories import make_hazard, make_rectified
from reminders import letters, rounds
from reminders.models import Kind, Message, Outcome, Round, Wish
from reminders.people import prepare
from reminders.tests.mailing import go, links, overdue, to
from suggestions.tests.factories import make_suggestion, step
from training.tests.factories import make_action, make_visit

WEEK = timedelta(days=7)


def digest(today, user):
    """The lists of a person's digest, by title: number."""
    prepare([user], today)
    return {one.title: one.count.number for one in letters.due_lists(user, today)}


def test_without_anything_due_no_mail_goes_out(world):
    make_suggestion(world, on=TODAY)
    assert go() == []
    assert Message.objects.count() == 0
    row = Round.objects.get()
    assert (row.day, row.looked_at, row.without_address) == (TODAY, 7, 0)
    assert row.finished_at is not None


def test_the_leader_gets_what_waits_for_a_decision_and_the_member_does_not(world):
    suggestion = make_suggestion(world, on=TODAY - WEEK)
    [sent] = go()
    assert sent.to == [world.leader.email]
    assert sent.subject == "SCORE MIS, 19 December 2017: 1 thing is due or overdue"
    assert suggestion.title in sent.body
    assert suggestion.reference in sent.body
    assert "7 days ago" in sent.body
    message = Message.objects.get()
    assert (message.person, message.kind, message.day) == (world.leader, Kind.DIGEST, TODAY)
    assert (message.outcome, message.about, message.reason) == (
        Outcome.SENT,
        "Suggestions to decide: 1",
        "",
    )


@pytest.mark.parametrize(("days", "told"), [(-4, False), (-3, True), (0, True), (1, True), (400, True)])
def test_a_hazard_is_told_of_three_days_before_its_deadline_and_until_it_is_rectified(world, days, told):
    deadline = date(2017, 7, 20)
    today = deadline + timedelta(days=days)
    overdue(world, 0, today=deadline)
    assert ("Hazards to rectify" in digest(today, world.member)) is told
    assert ("Overdue hazards" in digest(today, world.inspector)) is (days > 0)


def test_a_missed_day_loses_nothing(world):
    hazard = overdue(world, 1)
    assert len(to(go(TODAY), world.member)) == 1
    [sent] = to(go(TODAY + timedelta(days=5)), world.member)  # nobody worked for four days
    assert hazard.description in sent.body
    assert "6 days overdue" in sent.body


def test_it_comes_every_day_until_it_is_done_and_then_no_more(world):
    suggestion = make_suggestion(world, "adopted", on=TODAY - WEEK)
    suggestion = step(world, suggestion, "assign", fields={"owner": "Ms Li", "due_on": TODAY})
    tomorrow = TODAY + timedelta(days=1)
    assert len(to(go(TODAY), world.member)) == 1
    assert len(to(go(tomorrow), world.member)) == 1
    step(world, suggestion, "implement")
    assert go(tomorrow + timedelta(days=1)) == []


def test_there_are_never_two_digests_of_a_day(world):
    overdue(world, 1)
    assert go()
    assert go() == []
    Round.objects.all().delete()
    assert go() == []
    message = Message.objects.first()
    with pytest.raises(IntegrityError), transaction.atomic():
        Message.objects.create(
            person=message.person,
            kind=message.kind,
            day=message.day,
            address="a@example.org",
            tried_at=timezone.now(),
        )


def test_nobody_gets_records_of_others(world):
    """The outsider works in the next district; each gets only what they may open."""
    other = make_enterprise(
        programme=world.programme,
        area=world.other_district,
        sector=world.sector,
        by=world.staff,
        code="T02",
    )
    stranger = make_user("stranger")
    assign(stranger, Role.EIT_MEMBER, other)
    ours = overdue(world, 1, description="Ours alone", place="Hall 1")
    theirs = overdue(
        world, 1, enterprise=other, by=world.outsider, description="Theirs alone", place="Hall 2"
    )
    mails = go()
    for user in (world.member, world.inspector):
        [sent] = to(mails, user)
        assert ours.description in sent.body
        assert theirs.description not in sent.body
        assert theirs.description not in sent.alternatives[0][0]
    for user in (stranger, world.outsider):
        [sent] = to(mails, user)
        assert theirs.description in sent.body
        assert ours.description not in sent.body
        assert "T01" not in Message.objects.get(person=user, kind=Kind.DIGEST).about


def test_whoever_lost_the_role_gets_nothing(world):
    overdue(world, 1)
    world.member.assignments.update(until_on=TODAY - timedelta(days=1))
    world.leader.is_active = False
    world.leader.save()
    world.inspector.email = ""
    world.inspector.save()
    assert go() == []
    assert Round.objects.get().without_address == 1


def test_each_mail_is_in_its_readers_language(world):
    overdue(world, 2)
    world.member.language = "zh-hans"
    world.member.save()
    mails = go()
    [chinese], [english] = to(mails, world.member), to(mails, world.leader)
    assert "2017年12月19日" in chinese.subject
    assert world.enterprise.name_zh in chinese.body
    assert "逾期" in chinese.body
    assert 'lang="zh-Hans"' in chinese.alternatives[0][0]
    assert world.enterprise.name_en in english.body
    assert "逾期" not in english.body
    assert 'lang="en"' in english.alternatives[0][0]


def test_a_mail_is_text_and_simple_html_with_whole_addresses_and_nothing_that_counts_readers(world, settings):
    settings.SITE_URL = "https://score.example.org"
    hazard = overdue(world, 1, description="<b>Exit & stairs</b> blocked")
    [sent] = to(go(), world.member)
    html, kind = sent.alternatives[0]
    assert kind == "text/html"
    for text in (sent.body, html):
        assert f"https://score.example.org{hazard.get_absolute_url()}" in text
        assert all(link.startswith("https://score.example.org/") for link in links(text))
        assert "/mail/stop/" in text
    assert "<b>Exit & stairs</b> blocked" in sent.body
    assert "&lt;b&gt;Exit &amp; stairs&lt;/b&gt; blocked" in html
    assert "<img" not in html
    assert "<style" not in html
    assert sent.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert sent.extra_headers["Auto-Submitted"] == "auto-generated"


def test_generated_data_say_so(world):
    overdue(world, 1)
    Programme.objects.update(is_generated=True)
    [sent] = to(go(), world.member)
    for text in (sent.body, sent.alternatives[0][0]):
        assert "Generated records" in text


def test_a_long_list_names_some_and_gives_the_number_of_all(world):
    for number in range(letters.MOST + 2):
        overdue(world, 1, description=f"Hazard number {number}")
    [sent] = to(go(), world.member)
    assert sent.body.count("1 day overdue") == letters.MOST
    assert f"Hazards to rectify ({letters.MOST + 2})" in sent.body
    assert "?status=open" in sent.body


def test_visits_actions_and_reports_are_due_with_those_who_do_them(world):
    visit = make_visit(world, on=TODAY - timedelta(days=1))
    assert digest(TODAY, world.consultant) == {"Next visits": 1}
    done = make_visit(world, "done", on=TODAY - WEEK * 2)
    make_action(done, due_on=TODAY)
    found = digest(TODAY, world.consultant)
    assert found["Agreed actions"] == 1
    assert visit.consultant == world.consultant
    assert digest(TODAY, world.leader) == {"Agreed actions": 1}
    assert digest(TODAY, world.staff) == {}


def test_staff_and_authorities_get_no_digest_of_what_others_must_do(world):
    overdue(world, 1)
    assert digest(TODAY, world.staff) == {}
    assert digest(TODAY, world.authority) == {}


def test_whoever_turned_it_off_gets_none(world):
    overdue(world, 1)
    Wish.objects.create(person=world.member, digest=False)
    assert to(go(), world.member) == []
    assert len(mail.outbox) == 2


def test_more_that_is_due_costs_no_more_queries(world):
    counts = []
    for _round in range(2):
        for _number in range(3):
            overdue(world, 1)
            make_suggestion(world, on=TODAY - WEEK)
            make_visit(world, on=TODAY)
            make_action(make_visit(world, "done", on=TODAY - WEEK), due_on=TODAY)
            make_visit(world, "submitted", on=TODAY - WEEK * 2)
            make_rectified(overdue(world, 0, today=TODAY - WEEK), by=world.member, on=TODAY - WEEK)
            make_hazard(by=world.inspector, enterprise=world.enterprise, on=TODAY - WEEK)
        with CaptureQueriesContext(connection) as spent:
            list(rounds.preview(TODAY))
        counts.append(len(spent))
    assert counts[0] == counts[1]
