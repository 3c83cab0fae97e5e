"""What would be different today of a frozen report: which figures, because of which records, by whom and why."""

from datetime import date, timedelta

import pytest

from conftest import TODAY
from hazards.tests.factories import make_check, make_hazard, make_version
from publications import snapshots
from publications.freezing import freeze
from publications.restatement import as_content, differences
from reports.restating import Ref
from reports.tallies.looks import look_again
from score_mis.lib import dates, workflow
from score_mis.lib.workflow import correct
from suggestions.tests.factories import make_suggestion, step
from training.services import add_participants, remove_participant
from training.tests.factories import make_workshop


def frozen(report):
    return freeze(report, by=report.created_by, now=dates.now())


def found(snapshot, indicator, dim="", key=""):
    return [
        one
        for one in differences(snapshot)
        if one.indicator == indicator
        and dict(one.asked).get("dim", "") == dim
        and dict(one.asked).get("key", "") == key
    ]


@pytest.fixture
def before(world, report):
    """Three suggestions, two of them implemented, a hazard; frozen."""
    make_suggestion(world)
    kept = [make_suggestion(world, "implemented", category="quality") for _n in range(2)]
    make_hazard(by=world.inspector, enterprise=world.enterprise)
    return frozen(report), kept


def test_nothing_changed_is_no_difference(before):
    assert differences(before[0]) == []


def test_a_voided_suggestion_is_named_with_who_and_why(world, before):
    snapshot, [gone, _kept] = before
    step(world, gone, "void", by=world.staff, reason="Entered twice")
    [one] = found(snapshot, "suggestion_completion_rate")
    assert one.published == {"numerator": 2, "denominator": 2, "percent": 100}
    assert one.now == {"numerator": 1, "denominator": 1, "percent": 100}
    assert one.by == {"numerator": -1, "denominator": -1, "percent": 0}
    assert {(b.ref, b.part, b.what) for b in one.because} == {
        (Ref("suggestion", str(gone.pk)), part, "gone") for part in ("numerator", "denominator")
    }
    [cause] = one.because[0].causes
    assert (cause.by, cause.reason, cause.move) == ("Staff", "Entered twice", "void")
    assert found(snapshot, "suggestions_implemented", "category", "quality")[0].now == {"value": 1}
    assert found(snapshot, "suggestions_submitted", "enterprise", str(world.enterprise.pk))[0].now == {
        "value": 2
    }


def test_a_hazard_entered_late_is_added(world, before):
    late = make_hazard(by=world.inspector, enterprise=world.enterprise, on=date(2017, 12, 1))
    [one] = found(before[0], "hazards_identified")
    assert (one.published, one.now) == ({"value": 1}, {"value": 2})
    assert [(b.ref.pk, b.what) for b in one.because] == [(str(late.pk), "added")]


def test_a_mended_day_that_leaves_the_cut_off_behind_is_told(world, report):
    report.as_of = TODAY - timedelta(days=10)
    report.save()
    kept = make_suggestion(world, "implemented", on=TODAY - timedelta(days=12))
    snapshot = frozen(report)
    change = kept.changes.get(move="implement")
    correct(change, by=world.leader, today=TODAY, on=TODAY - timedelta(days=2), reason="It was put up later")
    [one] = found(snapshot, "suggestions_implemented")
    assert (one.published, one.now) == ({"value": 1}, {"value": 0})
    [cause] = one.because[0].causes
    assert (cause.day_before, cause.day) == (TODAY - timedelta(days=12), TODAY - timedelta(days=2))
    assert cause.reason == "It was put up later"


def test_a_later_report_of_the_same_scope_begins_with_what_changed(world, report, before):
    snapshot, [gone, _kept] = before
    workflow.perform(gone, "void", by=world.staff, today=TODAY, on=TODAY, reason="Entered twice")
    later = snapshots.content(freeze(report, by=world.staff, now=dates.now()))
    [told] = later["restatement"]
    assert (told["code"], told["as_of"]) == (snapshot.code, "2017-12-19")
    one = next(f for f in told["figures"] if (f["indicator"], f["dim"]) == ("suggestions_implemented", ""))
    assert (one["published"], one["now"], one["records"]) == ({"value": 2}, {"value": 1}, 1)
    assert one["because"][0]["name"] == gone.reference
    assert "Entered twice" in one["because"][0]["causes"][0]["en"]
    assert snapshots.content(snapshot)["figures"][3]["reading"] == {"value": 2}


def test_many_records_are_counted_and_the_first_named(world, before, monkeypatch):
    monkeypatch.setattr("publications.restatement.MOST_RECORDS", 1)
    snapshot, kept = before
    for each in kept:
        step(world, each, "void", by=world.staff, reason="No")
    told = as_content(snapshot, differences(snapshot))
    one = next(f for f in told["figures"] if (f["indicator"], f["dim"]) == ("suggestions_implemented", ""))
    assert (one["records"], len(one["because"])) == (2, 1)


def test_an_item_that_was_looked_at_late_is_told_by_its_check(world, report):
    version = make_version(world.programme)
    make_check(by=world.member, enterprise=world.enterprise, version=version)
    look_again({world.enterprise.pk})
    snapshot = frozen(report)
    make_check(by=world.member, enterprise=world.enterprise, version=version, answers={"F-01": "o"})
    look_again({world.enterprise.pk})
    one, *_others = found(snapshot, "item_coverage")
    assert one.by["numerator"] == 1
    [because] = one.because
    assert (because.ref, because.what) == (Ref("item_look", f"{world.enterprise.pk}/F-01"), "added")
    assert "submit" in {cause.move for cause in because.causes}
    assert as_content(snapshot, [one])["figures"][0]["because"][0]["name"] == "F-01"


def test_people_at_a_workshop_are_not_told_by_name(world, report):
    shop = make_workshop(world)
    person = {"kind": "enterprise", "enterprise": world.enterprise, "sex": "female", "standing": "worker"}
    add_participants(shop, [({**person, "name": "Wang Fang"}, 1)], by=world.consultant)
    snapshot = frozen(report)
    remove_participant(shop.participants.get(), by=world.consultant)
    add_participants(shop, [({**person, "name": "Li Na"}, 2)], by=world.consultant)
    [one] = found(snapshot, "people_trained", "sex_role", "female/worker")
    assert one.by == {"value": 1}
    assert sorted(because.what for because in one.because) == ["added", "added", "gone"]
    told = str(as_content(snapshot, [one]))
    assert str(world.consultant) in told
    assert "Wang" not in told
    assert "Li Na" not in told
