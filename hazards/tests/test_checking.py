"""Submitting a check with what was found, and correcting one."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from conftest import TODAY
from enterprises.models import Mark
from hazards.checking import correct_check, submit_check
from hazards.models import CheckChange, Hazard, HazardChange, SafetyCheck
from hazards.tests.factories import (
    FOUND_ON,
    make_check,
    make_draft,
    make_finding,
    make_order,
    make_version,
    move,
    picture,
)
from score_mis.lib import photos
from score_mis.lib.workflow import TransitionError

ANSWERS = {"E-01": "o", "E-02": "h", "F-01": "h"}
FINDINGS = {"E-02": make_finding(), "F-01": make_finding(description="Exit blocked", level="major")}


@pytest.fixture
def here(world):
    return {"by": world.member, "enterprise": world.enterprise, "version": make_version(world.programme)}


@pytest.fixture
def check(here):
    return make_check(**here, answers=ANSWERS, findings=FINDINGS, people="Li, Zhao", site_area="Hall 2")


def submit(draft, *, by, answers=ANSWERS, findings=FINDINGS, on=FOUND_ON):
    return submit_check(draft, by=by, today=TODAY, on=on, answers=answers, findings=findings)


def correct(check, *, by, on=FOUND_ON, reason="wrong hall", findings=None, **answers):
    answers = {name.replace("_", "-"): letter for name, letter in answers.items()}
    fields = {"performed_by": check.performed_by, "people": check.people, "site_area": "Hall 3"}
    return correct_check(
        check,
        by=by,
        today=TODAY,
        on=on,
        reason=reason,
        answers={**check.answers, **answers},
        findings=findings or {},
        fields=fields,
    )


def test_each_hazard_answer_becomes_a_hazard_of_that_day(world, check):
    first, second = check.hazards.order_by("pk")
    assert check.answers == ANSWERS
    assert (first.item.code, first.description, first.level) == ("E-02", "Cover missing", "general")
    assert (second.item.code, second.description, second.level) == ("F-01", "Exit blocked", "major")
    for hazard in (first, second):
        assert (hazard.identified_on, hazard.found_by, hazard.category) == (FOUND_ON, "Li, Zhao", "thing")
        assert (hazard.status, hazard.enterprise) == ("identified", world.enterprise)


def test_photos_go_to_their_hazard(world, here):
    finding = make_finding(photos=[photos.accept(picture()), photos.accept(picture())])
    check = make_check(**here, answers={"E-02": "h"}, findings={"E-02": finding})
    assert [photo.kind for photo in check.hazards.get().photos.all()] == ["before", "before"]


def test_without_names_the_hazard_was_found_by_who_entered_it(world, here):
    check = make_check(**here, answers={"E-02": "h"}, findings={"E-02": make_finding()})
    assert check.hazards.get().found_by == "Member"


@pytest.mark.parametrize(
    ("answers", "findings", "text"),
    [
        (ANSWERS, {"E-02": make_finding()}, "for each hazard: F-01"),
        ({"E-01": "o"}, {"E-01": make_finding()}, "not answered with “Hazard”: E-01"),
        (ANSWERS, {**FINDINGS, "E-02": make_finding(place="")}, "E-02: Needed for this step"),
        (ANSWERS, {**FINDINGS, "F-01": make_finding(deadline=date(2017, 11, 1))}, "F-01: The deadline lies"),
        ({"E-01": "h"}, {"E-01": make_finding(level="huge")}, "E-01: Value 'huge'"),
    ],
)
def test_nothing_is_saved_when_one_finding_is_wrong(world, here, answers, findings, text):
    draft = make_draft(**here)
    with pytest.raises(ValidationError) as caught:
        submit(draft, by=world.member, answers=answers, findings=findings)
    assert text in " ".join(caught.value.messages)
    draft.refresh_from_db()
    assert draft.status == "draft"
    assert not Hazard.objects.exists()
    assert not HazardChange.objects.exists()


def test_submitting_refuses_whom_the_table_refuses(world, here):
    draft = make_draft(**here)
    for person in (world.authority, world.staff, world.outsider):
        with pytest.raises(PermissionDenied):
            submit(draft, by=person)
    with pytest.raises(ValidationError):
        submit(draft, by=world.inspector)
    assert not Hazard.objects.exists()


def test_a_corrected_check_takes_the_place_of_the_old_one(world, check):
    new = correct(check, by=world.member, on=date(2017, 12, 2), E_01="n")
    check.refresh_from_db()
    assert (check.status, check.answers["E-01"], check.checked_on) == ("superseded", "o", FOUND_ON)
    assert (new.status, new.answers["E-01"], new.checked_on) == ("submitted", "n", date(2017, 12, 2))
    assert (new.replaces, new.version, new.site_area) == (check, check.version, "Hall 3")
    assert list(SafetyCheck.objects.counted()) == [new]
    assert check.changes.get(move="supersede").reason == "wrong hall"


def test_hazards_go_with_the_corrected_check_as_they_are(world, check):
    hazard = make_order(check.hazards.get(item__code="E-02"), by=world.inspector)
    Mark.objects.all().delete()
    new = correct(check, by=world.member, E_01="n")
    assert set(new.hazards.values_list("item__code", flat=True)) == {"E-02", "F-01"}
    hazard.refresh_from_db()
    assert (hazard.status, hazard.check_event, hazard.identified_on) == ("assigned", new, FOUND_ON)
    assert Hazard.objects.count() == 2
    assert "hazard" in set(Mark.objects.values_list("kind", flat=True))


def test_a_new_hazard_answer_is_described(world, check):
    with pytest.raises(ValidationError, match="for each hazard: E-01"):
        correct(check, by=world.member, E_01="h")
    new = correct(check, by=world.member, E_01="h", findings={"E-01": make_finding(description="Bare wire")})
    assert new.hazards.get(item__code="E-01").description == "Bare wire"
    assert new.hazards.count() == 3


def test_an_item_that_turned_out_fine_takes_a_person_who_may_void(world, here):
    draft_of = {**here, "by": world.inspector, "performed_by": "inspector"}
    check = make_check(**draft_of, answers=ANSWERS, findings=FINDINGS)
    new = correct(check, by=world.inspector, E_02="o", reason="it was the other panel")
    hazard = Hazard.objects.get(item__code="E-02")
    assert (hazard.status, hazard.check_event_id) == ("void", check.pk)
    assert hazard.changes.get(move="void").reason == "it was the other panel"
    assert [h.item.code for h in new.hazards.all()] == ["F-01"]


def test_others_are_told_who_may_void_and_nothing_is_saved(world, check):
    with pytest.raises(ValidationError, match=r"T01-H0001 was found at item E-02\. Only an inspector"):
        correct(check, by=world.member, E_02="o")
    check.refresh_from_db()
    assert check.status == "submitted"
    assert SafetyCheck.objects.count() == 1
    assert CheckChange.objects.filter(move="supersede").count() == 0


def test_a_hazard_that_was_void_before_stays_behind(world, check):
    move(check.hazards.get(item__code="F-01"), "void", by=world.staff, reason="door was open")
    new = correct(check, by=world.member, F_01="o")
    assert [hazard.item.code for hazard in new.hazards.all()] == ["E-02"]
    assert Hazard.objects.get(item__code="F-01").check_event_id == check.pk


def test_a_correction_can_be_corrected_again_but_not_the_old_one(world, check):
    new = correct(check, by=world.member, E_01="n")
    assert correct(new, by=world.member, E_01="o").replaces == new
    with pytest.raises(TransitionError):
        correct(check, by=world.member)


@pytest.mark.parametrize(
    ("wrong", "field"), [({"reason": " "}, "reason"), ({"on": date(2017, 12, 20)}, "happened_on")]
)
def test_a_correction_needs_a_reason_and_a_past_day(world, check, wrong, field):
    with pytest.raises(ValidationError) as caught:
        correct(check, by=world.member, **wrong)
    assert field in caught.value.error_dict
    check.refresh_from_db()
    assert check.status == "submitted"


def test_only_people_of_that_kind_correct_it(world, check):
    for person in (world.authority, world.staff, world.outsider):
        with pytest.raises(PermissionDenied):
            correct(check, by=person)
    for person in (world.inspector, world.consultant):
        with pytest.raises(ValidationError):
            correct(check, by=person)
