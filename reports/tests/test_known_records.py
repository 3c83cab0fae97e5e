"""Single records as they were known: each thing that an entry may change, and what it was before."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from conftest import assign, make_enterprise, make_user
from enterprises.models import Area, Enterprise, Role
from enterprises.services import add_area
from hazards.checking import correct_check
from hazards.models import Hazard, HazardChange, SafetyCheck
from hazards.tests.factories import make_check, make_finding, make_hazard, make_order, make_version
from reports.known import as_known, end_of
from reports.models import FirstRecord, ItemLook
from reports.scope import Scope
from score_mis.lib import dates, workflow
from suggestions.models import Suggestion, SuggestionChange
from suggestions.tests.factories import make_suggestion, step

JUNE = date(2017, 6, 1)
JULY = date(2017, 7, 1)


@pytest.fixture
def whole(world):
    return Scope(area=world.province)


def test_what_a_move_emptied_is_there_before_and_not_after(world, whole):
    fields = {"saving_actual": Decimal("70.00")}
    done = step(world, make_suggestion(world, "adopted"), "implement", on=JUNE, fields=fields)
    moment = dates.now()
    done = step(world, done, "send_back", on=JULY)
    assert done.saving_actual is None
    between = dates.now()
    step(world, done, "implement", on=JULY, fields={"saving_actual": Decimal("5.00")})
    with as_known(whole, between):
        found = Suggestion.objects.get()
    assert (found.status, found.saving_actual, found.implemented_on) == ("adopted", None, None)
    with as_known(whole, moment):
        found = Suggestion.objects.get()
    assert (found.status, found.saving_actual, found.implemented_on) == (
        "implemented",
        Decimal("70.00"),
        JUNE,
    )
    assert (found.implemented_by, found.verified_by) == (world.member, None)


def test_a_mended_day_does_not_bring_old_values_back(world, whole):
    idea = make_suggestion(world, category="safety", on=JUNE)
    first = dates.now()
    step(world, idea, "edit", fields={"category": "quality"})
    second = dates.now()
    workflow.correct(
        idea.changes.get(move="submit"), by=world.staff, today=JULY, on=JULY, reason="typed wrongly"
    )
    third = dates.now()
    step(world, idea, "adopt", on=JULY)
    told = []
    for moment in (first, second, third):
        with as_known(whole, moment):
            record = Suggestion.objects.get()
            rows = SuggestionChange.objects.filter(in_force=True).values_list("happened_on", "until_on")
            told.append((record.category, record.submitted_on, record.status, list(rows)))
    assert told == [
        ("safety", JUNE, "submitted", [(JUNE, None)]),
        ("quality", JUNE, "submitted", [(JUNE, None)]),
        ("quality", JULY, "submitted", [(JULY, None)]),
    ]


def test_a_mended_step_was_made_by_whoever_made_it(world, whole):
    idea = make_suggestion(world, "implemented", on=JUNE)
    workflow.correct(idea.changes.get(move="implement"), by=world.staff, today=JULY, on=JULY, reason="late")
    moment = dates.now()
    step(world, idea, "verify", on=JULY)
    with as_known(whole, moment):
        found = Suggestion.objects.get()
    assert (found.implemented_by, found.implemented_on, found.verified_on) == (world.member, JULY, None)


def test_the_deadline_and_the_first_one(world, whole):
    hazard = make_hazard(by=world.inspector, enterprise=world.enterprise, on=JUNE)
    before = dates.now()
    hazard = make_order(hazard, by=world.inspector, on=JUNE)
    ordered = dates.now()
    later = hazard.deadline + timedelta(days=30)
    fields = {"deadline": later}
    workflow.perform(
        hazard, "extend", by=world.inspector, today=JULY, on=JULY, fields=fields, reason="parts are missing"
    )
    with as_known(whole, before):
        found = Hazard.objects.get()
        assert (found.deadline, found.original_deadline, found.responsible) == (None, None, "")
    with as_known(whole, ordered):
        found = Hazard.objects.get()
        assert (found.deadline, found.original_deadline) == (hazard.deadline, hazard.deadline)
        assert list(HazardChange.objects.values_list("deadline", "until_on")) == [
            (None, JUNE),
            (hazard.deadline, None),
        ]


def test_a_hazard_hangs_on_the_check_of_then(world, whole):
    version = make_version(world.programme)
    answers, findings = {"E-01": "h", "E-02": "o"}, {"E-01": make_finding()}
    check = make_check(
        by=world.member, enterprise=world.enterprise, version=version, answers=answers, findings=findings
    )
    expected = [(dates.now(), check, {"E-01", "E-02"})]
    for item in ("F-01", "F-02"):
        check = correct_check(
            check, by=world.member, today=date(2017, 12, 19), on=check.checked_on, reason="wrong sheet",
            answers={"E-01": "h", item: "o"}, findings={}, fields={"performed_by": "self_check"},
        )  # fmt: skip
        expected.append((dates.now(), check, {"E-01", item}))
    for moment, known, items in expected:
        with as_known(whole, moment):
            assert SafetyCheck.objects.counted().get() == known
            assert Hazard.objects.get().check_event_id == known.pk
            assert set(ItemLook.objects.values_list("item_code", flat=True)) == items
            assert FirstRecord.objects.get().first_on == known.checked_on


def test_an_enterprise_counts_where_it_lay(world):
    make_suggestion(world)
    moment = dates.now()
    officer = make_user("officer")
    assign(officer, Role.PROGRAMME_STAFF, world.province)
    fields = {"area": world.other_district, "name_en": "Another name"}
    workflow.perform(world.enterprise, "edit", by=officer, today=JULY, fields=fields)
    names = {}
    for district in (world.district, world.other_district):
        with as_known(Scope(area=district), moment) as known:
            names[district.code] = list(known.scope.enterprises().values_list("name_en", flat=True))
            assert Suggestion.objects.count() == len(names[district.code])
    assert names == {world.district.code: [world.enterprise.name_en], world.other_district.code: []}
    with as_known(Scope(area=world.district), moment, within=set()) as known:
        assert (Enterprise.objects.count(), known.left_out) == (0, 1)


def test_an_area_that_was_added_later_is_not_there(world, whole):
    moment = dates.now()
    names = {"name_en": "New", "name_zh": "新区"}
    parent = world.district
    new = add_area(programme=world.programme, code="110111001", level=4, parent=parent, on=JULY, **names)
    with as_known(whole, moment):
        assert not Area.objects.filter(pk=new.pk).exists()
        assert world.enterprise.area == Enterprise.objects.get().area
    make_enterprise(programme=world.programme, area=new, sector=world.sector, by=world.staff, code="T02")
    with as_known(whole, dates.now()):
        assert Area.objects.filter(pk=new.pk).exists()


def test_the_end_of_a_day_is_that_of_the_programme(settings):
    settings.TIME_ZONE = "Asia/Shanghai"
    moment = end_of(date(2017, 12, 20))
    assert moment.astimezone(timezone.get_fixed_timezone(0)).isoformat() == "2017-12-20T15:59:59.999999+00:00"
