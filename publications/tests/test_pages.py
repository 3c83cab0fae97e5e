"""Pages of reports: who plans, freezes and sees them; what the public page tells."""

from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse

from conftest import TODAY, make_world
from publications import issuing, signing, snapshots
from publications.freezing import freeze
from publications.models import Document, Freezing, Report, Snapshot, SnapshotRows
from publications.tests.factories import make_report
from score_mis.lib import dates, filejobs
from score_mis.lib.immutable import Immutable
from suggestions.tests.factories import make_suggestion, step


@pytest.fixture
def staff(client, world):
    client.force_login(world.staff)
    return client


@pytest.fixture
def snapshot(world, report):
    make_suggestion(world, "verified")
    return freeze(report, by=world.staff, now=dates.now())


def form(world, **values):
    return {
        "kind": "mtr",
        "name_en": "Mid-Term Review",
        "area": str(world.district.pk),
        "as_of": TODAY.isoformat(),
        "languages": ["en", "both"],
    } | values


def test_staff_plan_a_report(world, staff):
    response = staff.post(reverse("publications:add"), form(world))
    report = Report.objects.get()
    assert (response.status_code, response["Location"]) == (302, report.get_absolute_url())
    assert (report.created_by, report.languages, report.programme) == (
        world.staff,
        ["en", "both"],
        world.programme,
    )


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"as_of": (TODAY + timedelta(days=1)).isoformat()}, "The cut-off day lies in the future."),
        ({"since": TODAY.isoformat(), "as_of": "2017-12-01"}, "The period begins after it ends."),
        ({"languages": []}, "This field is required."),
        ({"name_en": ""}, "Give a name in English or in Chinese."),
        ({"name_en": "x" * 10_000}, "at most 200 characters"),
    ],
)
def test_what_cannot_be_reported_is_said_and_what_was_typed_stays(world, staff, values, sentence):
    response = staff.post(reverse("publications:add"), form(world, name_zh="", **values))
    page = response.content.decode()
    assert response.status_code == 200
    assert sentence in page
    assert "Mid-Term" in page or "name_en" in values
    assert not Report.objects.exists()


@pytest.mark.parametrize("part", ["member", "consultant", "inspector", "authority"])
def test_only_staff_plan_change_and_freeze(client, world, report, part):
    client.force_login(getattr(world, part))
    for name, args in (("add", []), ("edit", [report.pk])):
        assert client.get(reverse(f"publications:{name}", args=args)).status_code in (403, 404)
    assert client.post(reverse("publications:freeze", args=[report.pk])).status_code in (403, 404)
    assert not Freezing.objects.exists()


def test_a_report_is_seen_by_those_who_see_its_whole_scope(client, world, report, snapshot):
    addresses = [
        report.get_absolute_url(),
        snapshot.get_absolute_url(),
        reverse("publications:evidence", args=[snapshot.code, "E2"]),
    ]
    for part, sees in {"staff": True, "authority": True, "member": False, "outsider": False}.items():
        client.force_login(getattr(world, part))
        assert [client.get(url).status_code for url in addresses] == ([200] * 3 if sees else [404] * 3), part
        listed = client.get(reverse("publications:list"))
        assert (report.name in listed.content.decode()) is sees


def test_a_report_on_one_enterprise_is_seen_by_its_members(client, world, key):
    make_report(world.programme, world.district, world.staff, enterprise=world.enterprise)
    client.force_login(world.member)
    assert "Mid-Term Review" in client.get(reverse("publications:list")).content.decode()


def test_the_preview_says_what_the_tallies_say(world, staff, report):
    make_suggestion(world, "implemented")
    page = staff.get(report.get_absolute_url()).content.decode()
    assert 'data-indicator="suggestions_submitted"' in page
    assert "Nothing was frozen of this report yet" in page


def test_a_freeze_goes_through_a_job_once_however_often_it_is_asked_for(world, staff, report, monkeypatch):
    sent = []
    monkeypatch.setattr("celery.current_app.send_task", lambda name, args, **more: sent.append((name, args)))
    first = staff.post(reverse("publications:freeze", args=[report.pk]))
    again = staff.post(reverse("publications:freeze", args=[report.pk]))
    assert first["Location"] == again["Location"]
    job = Freezing.objects.get()
    assert staff.get(first["Location"]).headers["Refresh"] == "2"
    assert filejobs.make(Freezing, job.pk, issuing.write_frozen)
    job.refresh_from_db()
    assert staff.get(first["Location"])["Location"] == job.snapshot.get_absolute_url()
    asked = {(one.language, one.format) for one in Document.objects.all()}
    assert asked == {(language, kind) for language in ("en", "zh-hans") for kind in issuing.FORMATS}


def test_a_freeze_whose_worker_died_after_the_commit_is_not_made_twice(world, report, monkeypatch):
    job = issuing.ask_to_freeze(report, by=world.staff)

    def dies(*_args):
        raise KeyboardInterrupt

    monkeypatch.setattr(issuing, "signed", dies)
    with pytest.raises(KeyboardInterrupt):
        filejobs.make(Freezing, job.pk, issuing.write_frozen)
    monkeypatch.undo()
    job.refresh_from_db()
    frozen = job.snapshot
    assert frozen is not None
    Freezing.objects.filter(pk=job.pk).update(state="waiting")
    assert filejobs.make(Freezing, job.pk, issuing.write_frozen)
    assert list(report.snapshots.all()) == [frozen]


def test_a_refused_freeze_says_why(world, staff, report):
    make_suggestion(world)
    job = issuing.ask_to_freeze(report, by=world.staff)
    report.as_of = TODAY + timedelta(days=9)
    Report.objects.filter(pk=report.pk).update(as_of=report.as_of)
    filejobs.make(Freezing, job.pk, issuing.write_frozen)
    page = staff.get(job.get_absolute_url()).content.decode()
    assert "The cut-off day lies in the future." in page


def test_the_page_of_a_frozen_figure_lists_exactly_its_records(world, staff, snapshot):
    page = staff.get(reverse("publications:evidence", args=[snapshot.code, "e2"])).content.decode()
    assert 'data-count="1"' in page
    assert "T01-S0001" in page
    assert "1 June 2017" in page
    rate = next(
        f for f in snapshots.content(snapshot)["figures"] if f["indicator"] == "suggestion_completion_rate"
    )
    whole = staff.get(reverse("publications:evidence", args=[snapshot.code, rate["code"]])).content.decode()
    assert f"/r/{snapshot.code}/{rate['code']}a/" in whole
    for wrong in ("E0", "E99999", "E2a", "x"):
        assert staff.get(reverse("publications:evidence", args=[snapshot.code, wrong])).status_code == 404


def test_anybody_learns_what_was_frozen_by_its_code_and_nothing_of_the_records(client, world, snapshot):
    response = client.get(reverse("publications:verify_code", args=[snapshot.code.lower()]), follow=True)
    page = response.content.decode()
    assert response.status_code == 200
    assert snapshot.sha256 in page
    assert "T01-S0001" not in page
    assert response["Cache-Control"] == "private, no-store"
    assert client.get(reverse("publications:verify_code", args=["ABCDEF"])).status_code == 404


def test_guessing_codes_is_stopped(client, world):
    url = reverse("publications:verify_code", args=["ABCDEF"])
    codes = {client.get(url).status_code for _n in range(30)}
    assert codes == {404}
    closed = client.get(url)
    assert closed.status_code == 429
    assert closed["Retry-After"] == "600"


def test_without_code_or_file_it_is_said(client, db):
    response = client.post(reverse("publications:verify"), {"code": ""})
    assert response.status_code == 400
    assert "Type a code or choose a file." in response.content.decode()


def test_what_would_differ_today_is_told_with_records_and_reasons(client, world, report):
    gone = make_suggestion(world, "implemented")
    snapshot = freeze(report, by=world.staff, now=dates.now())
    client.force_login(world.authority)
    url = reverse("publications:today", args=[snapshot.code])
    assert 'data-restated="0"' in client.get(url).content.decode()
    step(world, gone, "void", by=world.staff, reason="Entered twice")
    page = client.get(url).content.decode()
    assert gone.reference in page
    assert "Entered twice" in page
    assert "no longer counted" in page


def test_the_latest_reports_stand_on_the_home_of_those_who_watch_rates(client, world, snapshot):
    for part, sees in {"authority": True, "staff": True, "member": False, "inspector": False}.items():
        client.force_login(getattr(world, part))
        assert (snapshot.code in client.get(reverse("reports:home")).content.decode()) is sees, part


@pytest.fixture
def lasting_report(transactional_db):
    """A report whose freeze is really committed; afterwards the guard is taken off and put on again."""
    world = make_world()
    signing.make(dates.now())
    yield make_report(world.programme, world.district, world.staff), world
    guarded = [(model, rule) for model in (Snapshot, SnapshotRows) for rule in model._meta.constraints]
    guarded = [(model, rule) for model, rule in guarded if isinstance(rule, Immutable)]
    with connection.schema_editor() as editor:
        for model, rule in guarded:
            rule.remove_sql(model, editor)
    for model in (Document, Freezing, SnapshotRows, Snapshot):
        model.objects.all().delete()
    with connection.schema_editor() as editor:
        for model, rule in guarded:
            rule.create_sql(model, editor)


def test_progress_that_is_told_meanwhile_does_not_break_the_freeze(lasting_report, monkeypatch):
    """On PostgreSQL other connections write the job's row while the freeze reads one moment of the database."""
    report, world = lasting_report
    monkeypatch.setattr(filejobs, "OFTEN", 0.0)
    monkeypatch.setattr("celery.current_app.send_task", lambda *_args, **_more: None)
    make_suggestion(world)
    job = issuing.ask_to_freeze(report, by=world.staff)
    assert filejobs.make(Freezing, job.pk, issuing.write_frozen)
    job.refresh_from_db()
    assert (job.state, job.snapshot.made_for) == ("ready", job.key)
