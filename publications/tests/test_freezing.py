"""Freezing keeps what the records bear out, and nothing else; what was frozen never changes."""

import json
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings, strategies as st

from conftest import TODAY
from hazards.tests.factories import make_hazard
from publications import signing, snapshots
from publications.freezing import CannotFreeze, freeze
from publications.models import Snapshot, SnapshotRows
from publications.tests.factories import make_report
from reports import tallies
from reports.models import AreaMonth
from score_mis.lib import canonical, dates
from suggestions.tests.factories import make_suggestion

FIGURES = {
    "enterprises": {"value": 10},
    "suggestions_submitted": {"value": 1258},
    "suggestions_adopted": {"value": 944},
    "suggestions_implemented": {"value": 917},
    "suggestion_completion_rate": {"numerator": 917, "denominator": 944, "percent": 97},
    "checklist_items": {"value": 303},
    "safety_checks": {"value": 2322},
    "hazards_identified": {"value": 296},
    "hazards_rectified": {"value": 288},
    "hazard_completion_rate": {"numerator": 288, "denominator": 296, "percent": 97},
}
"""As published in the Mid-Term Review (../data/fangshan_mtr.json)."""


def frozen(report, **values):
    return freeze(report, by=report.created_by, now=dates.now(), **values)


def test_the_pilot_is_frozen_with_the_published_figures_and_every_record_behind_each(pilot_report):
    tallies.drain()
    snapshot = frozen(pilot_report)
    said = snapshots.content(snapshot)
    whole = {
        one["indicator"]: one["reading"]
        for one in said["figures"]
        if (one["mode"], one["dim"]) == ("state", "")
    }
    assert {name: whole[name] for name in FIGURES} == FIGURES
    assert said["figures"][-1]["dim"] == "month"
    rows = list(snapshot.rows.all())
    assert sum(block.n for block in rows if block.kind == "suggestion") == 1258
    counts = [len(snapshots.read(block)) for block in rows]
    assert counts == [block.n for block in rows]
    listed = [(one["enterprise"], one["kind"], one["n"], one["sha256"]) for one in said["rows"]]
    assert sorted(listed) == sorted((b.enterprise_ref, b.kind, b.n, b.sha256) for b in rows)
    for code in ("E3", "E7a", "E7b", "E17a", "E17b", "E43"):
        one = snapshots.figure(snapshot, code, said)
        assert snapshots.count_of(one) == sum(1 for _row in snapshots.rows_of(one)) == one.value


def test_every_part_of_every_figure_opens_as_many_records_as_it_says(world, report):
    other = make_suggestion(world, on=TODAY - timedelta(days=40))
    make_suggestion(world, "implemented", on=TODAY, category="")
    make_hazard(by=world.inspector, enterprise=world.enterprise, level="major")
    report.since = date(2017, 12, 1)
    report.save()
    snapshot = frozen(report)
    said = snapshots.content(snapshot)
    seen = 0
    for figure in said["figures"]:
        for letter in figure["sets"]:
            one = snapshots.figure(snapshot, f"{figure['code']}{letter}", said)
            assert snapshots.count_of(one) == sum(1 for _row in snapshots.rows_of(one)) == one.value, one.code
            seen += one.value
    assert seen > 40
    in_period = next(
        one
        for one in said["figures"]
        if (one["indicator"], one["mode"], one["dim"]) == ("suggestions_submitted", "period", "")
    )
    found = list(snapshots.rows_of(snapshots.figure(snapshot, in_period["code"], said)))
    assert len(found) == 1
    assert found[0]["id"] != other.pk


def test_what_was_frozen_is_refused_every_change_by_the_database(report):
    snapshot = frozen(report)
    for rows in (Snapshot.objects.filter(pk=snapshot.pk), SnapshotRows.objects.filter(snapshot=snapshot)):
        with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
            rows.update(sha256="0" * 64)
        with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
            rows._raw_delete(rows.db)
    with connection.cursor() as cursor, pytest.raises(IntegrityError), transaction.atomic():
        cursor.execute("UPDATE publications_snapshot SET code = 'AAAAAA'")


def test_a_figure_that_the_records_do_not_bear_out_stops_the_freeze(world, report):
    make_suggestion(world)
    tallies.drain()
    AreaMonth.objects.filter(measure="suggestions_submitted", dim="", area=world.district).update(n=7)
    with pytest.raises(CannotFreeze, match="differ from the records"):
        frozen(report)
    assert not Snapshot.objects.exists()


def test_waiting_changes_are_counted_first(world, report):
    make_suggestion(world)
    said = snapshots.content(frozen(report))
    assert said["figures"][1]["reading"] == {"value": 1}


def test_it_says_so_where_changes_wait_all_the_time(world, report, monkeypatch):
    make_suggestion(world)
    monkeypatch.setattr(tallies, "drain", lambda: 0)
    with pytest.raises(CannotFreeze, match="still waiting"):
        frozen(report)


def test_a_future_day_and_a_scope_without_enterprises_are_refused(world, key):
    report = make_report(world.programme, world.other_district, world.staff)
    with pytest.raises(CannotFreeze, match="no enterprise"):
        frozen(report)
    report.as_of = TODAY + timedelta(days=1)
    with pytest.raises(CannotFreeze, match="future"):
        frozen(report)


def test_without_a_key_nothing_is_frozen(world):
    with pytest.raises(CannotFreeze, match="signing_key"):
        frozen(make_report(world.programme, world.district, world.staff))


def test_the_signature_is_that_of_the_canonical_content(report):
    snapshot = frozen(report)
    written = snapshot.written()
    assert canonical.written(json.loads(written)) == written
    assert canonical.digest(written) == snapshot.sha256
    assert signing.is_signed(snapshot.key, written, snapshot.signature)
    assert not signing.is_signed(snapshot.key, written + b" ", snapshot.signature)


def test_a_retired_key_still_verifies_and_signs_no_more(report):
    snapshot = frozen(report)
    new = signing.make(dates.now())
    snapshot.key.refresh_from_db()
    assert not snapshot.key.is_in_use
    assert snapshot.key.retired_at
    assert signing.is_signed(snapshot.key, snapshot.written(), snapshot.signature)
    assert frozen(report).key == new


def test_only_the_site_can_read_the_private_key(key, settings):
    [path] = settings.KEYS_ROOT.iterdir()
    assert path.stat().st_mode & 0o777 == 0o600
    assert settings.KEYS_ROOT.stat().st_mode & 0o777 == 0o700


def test_records_changed_afterwards_leave_the_snapshot_as_it_was(world, report):
    suggestion = make_suggestion(world)
    snapshot = frozen(report)
    before = snapshot.written()
    make_suggestion(world)
    tallies.drain()
    type(suggestion)._base_manager.filter(pk=suggestion.pk).update(title="Other")
    again = Snapshot.objects.get(pk=snapshot.pk)
    assert again.written() == before
    one = snapshots.figure(again, "E2")
    assert [row["title"] for row in snapshots.rows_of(one)] == [suggestion.title]


def test_altered_bytes_are_noticed(world, report):
    make_suggestion(world)
    snapshot = frozen(report)
    block = snapshot.rows.filter(kind="suggestion").get()
    block.sha256 = "0" * 64
    with pytest.raises(snapshots.Altered):
        snapshots.read(block)
    snapshot.sha256 = "0" * 64
    with pytest.raises(snapshots.Altered):
        snapshots.content(snapshot)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(skip=st.integers(0, 30), size=st.integers(1, 30))
def test_a_page_of_rows_is_a_piece_of_all_rows(ten_frozen, skip, size):
    snapshot, said = ten_frozen
    for code in ("E2", "E15", "E17b"):
        one = snapshots.figure(snapshot, code, said)
        every = list(snapshots.rows_of(one))
        assert list(snapshots.rows_of(one, skip))[:size] == every[skip : skip + size]


@pytest.fixture
def ten_frozen(world, report):
    """A snapshot with ten suggestions."""
    for _n in range(10):
        make_suggestion(world)
    snapshot = frozen(report)
    return snapshot, snapshots.content(snapshot)
