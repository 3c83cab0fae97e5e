"""Generated records are as if they had been moved: counted here another way, by the ORM and the tables of moves."""

import random

import pytest
from django.db import connection, transaction
from django.db.models import Count, Max, Min
from django.utils.timezone import localtime

from bench.generate import generate
from bench.loading import FIRST_DAY, LAST_DAY as LAST
from bench.stories import BOOKS, Did, tell
from bench.works import export, funnel_by_loop, funnel_by_sql, pivot, read_calamine, read_openpyxl
from enterprises.models import Area, Assignment, Enterprise, Mark, Role, WorkforceCount
from hazards.models import Answer, Hazard, SafetyCheck
from reports.measures import held_state
from reports.pilot.figures import MTR, counted
from reports.tests.pilot import connected_to
from suggestions.models import Suggestion
from training.models import Participant

pytestmark = pytest.mark.xdist_group("generated")


@pytest.fixture(scope="module")
def generated(django_db_setup, django_db_modify_db_settings, django_db_blocker):
    """Records at scale 1 in a database of their own; the tests of this module only read."""
    if connection.vendor != "postgresql":
        pytest.skip("Only PostgreSQL generates records.")
    creation, options = connection.creation, connection.settings_dict["TEST"]
    usual = options["NAME"]
    name = f"{creation._get_test_db_name()}_generated"
    with django_db_blocker.unblock(), connected_to(name):
        options["NAME"] = name
        try:
            creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        finally:
            options["NAME"] = usual
        yield generate(1, say=lambda line: None)
    with django_db_blocker.unblock():
        creation._destroy_test_db(name, verbosity=0)


@pytest.mark.parametrize("name", BOOKS)
def test_every_story_is_one_that_the_table_of_moves_knows(name):
    book = BOOKS[name]
    assert all(tell(book.table, story.did).status for story in book.stories)


def test_the_totals_are_those_of_the_pilot(generated):
    found = counted()
    for name in ("module 1 completed", "checklist items"):
        found.pop(name)
    assert found == {name: MTR[name] for name in found}


@pytest.mark.parametrize("name", BOOKS)
def test_state_and_days_of_every_record_are_those_of_its_change_rows(generated, name):
    table = BOOKS[name].table
    records = table.model._base_manager.prefetch_related("changes")
    assert len(records) == generated[table.model._meta.db_table]
    for record in records:
        rows = sorted(record.changes.all(), key=lambda change: change.seq)
        told = tell(table, [Did(change.move, "") for change in rows])
        assert [change.seq for change in rows] == list(range(1, len(rows) + 1))
        assert [(change.source, change.target) for change in rows] == [
            (r.source, r.target) for r in told.rows
        ]
        assert [change.until_on for change in rows] == [*(change.happened_on for change in rows[1:]), None]
        assert record.status == told.status
        for column in table.date_columns():
            seq = told.at.get(column)
            assert getattr(record, column) == (rows[seq - 1].happened_on if seq else None), column


@pytest.mark.parametrize("name", BOOKS)
def test_each_state_is_held_by_as_many_records_as_have_it(generated, name):
    table = BOOKS[name].table
    by_column = dict(table.model._base_manager.order_by().values_list("status").annotate(Count("pk")))
    held = {
        state: table.model._base_manager.filter(
            held_state(table.changes, table.changes.record_field, (state,), LAST)
        ).count()
        for state in by_column
    }
    assert held == by_column


@pytest.mark.parametrize("name", BOOKS)
def test_some_records_pass_the_rules_of_their_model(generated, name):
    model = BOOKS[name].table.model
    for record in random.Random(1).sample(list(model._base_manager.all()), 10):
        record.full_clean()


@pytest.mark.parametrize("name", BOOKS)
def test_nothing_is_typed_before_it_happened_or_after_the_end(generated, name):
    for change in BOOKS[name].table.changes._base_manager.all():
        typed = localtime(change.entered_at).date()
        assert FIRST_DAY <= change.happened_on <= typed <= LAST


@pytest.mark.parametrize("model", [Suggestion, SafetyCheck, Hazard])
def test_numbers_begin_at_one_and_leave_no_gap(generated, model):
    per_enterprise = model.objects.order_by().values("enterprise")
    for row in per_enterprise.annotate(n=Count("pk"), low=Min("number"), high=Max("number")):
        assert (row["low"], row["high"]) == (1, row["n"])


def test_answers_belong_to_the_checklist_and_name_what_was_found(generated):
    check = SafetyCheck.objects.select_related("version").first()
    codes = check.version.item_codes
    for answers in SafetyCheck.objects.values_list("answers", flat=True):
        assert set(answers) <= codes
        assert set(answers.values()) <= set(Answer.values)
        assert len(answers) >= 8
    for hazard in Hazard.objects.filter(item__isnull=False).select_related("item", "check_event"):
        assert hazard.check_event.answers[hazard.item.code] == Answer.HAZARD
        assert hazard.identified_on == hazard.check_event.checked_on


def test_deadlines_of_change_rows_end_with_the_hazards_own(generated):
    for hazard in Hazard.objects.prefetch_related("changes"):
        rows = sorted(hazard.changes.all(), key=lambda change: change.seq)
        given = [change.deadline for change in rows if change.deadline]
        assert rows[-1].deadline == hazard.deadline
        assert (given[0] if given else None) == hazard.original_deadline


def test_areas_form_a_tree_of_four_levels(generated):
    for area in Area.objects.select_related("parent"):
        assert area.path == f"{area.parent.path if area.parent else '/'}{area.pk}/"
        assert area.level == area.depth
    assert set(Enterprise.objects.values_list("area__level", flat=True)) == {3}


def test_people_can_look_around_and_nothing_waits_to_be_counted(generated):
    assert set(Assignment.objects.values_list("role", flat=True)) == set(Role.values) - {Role.ADMINISTRATOR}
    assert not Mark.objects.exists()
    assert Participant.objects.filter(kind="enterprise").count() == 4 * Enterprise.objects.count()


def test_the_next_record_gets_a_free_key(generated):
    with transaction.atomic():
        sector = Enterprise.objects.first().sector
        kept = WorkforceCount.objects.create(
            enterprise=sector.enterprise_set.first(), counted_on=LAST, total=1
        )
        assert kept.pk > generated["enterprises_workforcecount"]
        transaction.set_rollback(True)


def test_the_works_that_are_compared_count_the_same(generated):
    file, lines = export()
    wanted = funnel_by_sql()
    assert lines == MTR["suggestions submitted"]
    assert (
        sum(n for (_category, stage), n in wanted.items() if stage == "adopted") == MTR["suggestions adopted"]
    )
    assert funnel_by_loop(10)[0] == pivot(read_openpyxl(file)) == pivot(read_calamine(file)) == wanted
