"""Restatements worked out by hand: what was published, what was entered since, and what the table then says."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from conftest import assign, make_user
from enterprises.models import Role
from hazards.tests.factories import make_check, make_hazard, make_version
from reports.causes import causes_since, in_words
from reports.known import as_known
from reports.measures import Span
from reports.membership import figure_of
from reports.restating import Because, Cause, Crossed, Figure, Ref, restated
from reports.scope import Scope
from reports.tallies.looks import look_again
from score_mis.lib import dates, workflow
from score_mis.lib.dates import DAY
from suggestions.tests.factories import make_suggestion
from training import services
from training.tests.factories import make_workshop

AS_OF = date(2017, 12, 15)
JUNE = date(2017, 6, 1)
FIGURES = (
    ("E1", "suggestions_submitted", {}),
    ("E2", "suggestions_implemented", {}),
    ("E3", "suggestion_completion_rate", {}),
    ("E4", "implementation_days", {}),
    ("E5", "saving_actual", {}),
    ("E6", "hazards_identified", {}),
    ("E7", "suggestions_submitted", {"dim": "category", "key": "safety"}),
    ("E8", "suggestions_submitted", {"dim": "category", "key": "quality"}),
    ("E9", "people_trained", {"key": "female/worker"}),
    ("E10", "item_coverage", {}),
    ("E11", "hazards_overdue_ageing", {"step": "step-0"}),
)


class Published:
    """Figures of a district as they were frozen, and the restatement since."""

    def __init__(self, world) -> None:
        self.scope, self.span = Scope(area=world.district), Span(AS_OF)
        self.figures = self.read(self.scope)
        self.moment = dates.now()

    def read(self, scope: Scope) -> dict[str, Figure]:
        look_again({enterprise.pk for enterprise in scope.enterprises()})
        return {code: figure_of(code, name, scope, self.span, **asked) for code, name, asked in FIGURES}

    def restated(self) -> dict:
        causes = causes_since(self.moment, AS_OF)
        with as_known(self.scope, self.moment) as known:
            then = {
                code: figure_of(code, name, known.scope, self.span, **asked) for code, name, asked in FIGURES
            }
        assert {c: f.reading() for c, f in then.items()} == {c: f.reading() for c, f in self.figures.items()}
        now = self.read(replace(self.scope))
        return {one.code: one for one in restated(self.figures.values(), now, causes)}


@pytest.fixture
def scene(world):
    """Three implemented suggestions on the first of June, one of them saving 100, one with an idea's category."""
    world.version = make_version(world.programme)
    world.first = make_suggestion(world, "adopted", category="safety")
    world.second = make_suggestion(world, "implemented", category="safety")
    world.third = make_suggestion(world, "implemented")
    fields = {"saving_actual": Decimal("100.00")}
    world.first = workflow.perform(
        world.first, "implement", by=world.member, today=AS_OF, on=JUNE + 10 * DAY, fields=fields
    )
    return world


def test_nothing_was_entered_since(scene):
    assert Published(scene).restated() == {}


def test_steps_of_later_days_change_nothing(scene):
    published = Published(scene)
    workflow.perform(scene.first, "verify", by=scene.leader, today=AS_OF + 2 * DAY, on=AS_OF + DAY)
    make_suggestion(scene, on=AS_OF + DAY)
    assert published.restated() == {}


def test_a_voided_suggestion(scene):
    published = Published(scene)
    ref = Ref("suggestion", str(scene.first.pk))
    workflow.perform(scene.first, "void", by=scene.staff, today=AS_OF + 4 * DAY, reason="entered twice")
    found = published.restated()
    assert {code: one.by for code, one in found.items()} == {
        "E1": {"value": -1},
        "E2": {"value": -1},
        "E3": {"numerator": -1, "denominator": -1, "percent": 0},
        "E4": {"median": "0", "n": -1},
        "E5": {"sum": "-100.00", "n": -1},
        "E7": {"value": -1},
    }
    assert found["E5"].published == {"sum": "100.00", "n": 1}
    (one,) = found["E2"].because
    assert (one.ref, one.part, one.what) == (ref, "value", "gone")
    (cause,) = one.causes
    assert (cause.move, cause.by, cause.reason) == ("void", str(scene.staff), "entered twice")
    assert in_words(cause) == (
        f"voided on 19 December 2017, entered by {scene.staff} on 19 Dec 2017: entered twice"
    )


def test_a_mended_day_of_an_implementation(scene):
    published = Published(scene)
    change = scene.first.changes.get(move="implement")
    workflow.correct(change, by=scene.leader, today=AS_OF + DAY, on=AS_OF + DAY, reason="read from the board")
    found = published.restated()
    assert {code: one.by for code, one in found.items()} == {
        "E2": {"value": -1},
        "E3": {"numerator": -1, "denominator": 0, "percent": -33},
        "E4": {"median": "0", "n": -1},
        "E5": {"sum": "-100.00", "n": -1},
    }
    (cause,) = found["E2"].because[0].causes
    assert (cause.day_before, cause.day, cause.reason) == (
        JUNE + 10 * DAY,
        AS_OF + DAY,
        "read from the board",
    )
    assert "mended from 11 June 2017 to 16 December 2017" in in_words(cause)


def test_a_mended_day_changes_a_median(scene):
    workflow.perform(scene.third, "void", by=scene.staff, today=AS_OF, reason="no idea")
    published = Published(scene)
    change = scene.first.changes.get(move="implement")
    workflow.correct(change, by=scene.leader, today=AS_OF, on=JUNE + 5 * DAY, reason="typed wrongly")
    found = published.restated()
    assert list(found) == ["E4"]
    assert (found["E4"].published, found["E4"].now) == ({"median": "5", "n": 2}, {"median": "2.5", "n": 2})
    (one,) = found["E4"].because
    assert (one.what, one.old, one.new) == ("changed", 10, 5)


def test_a_hazard_that_was_entered_late(scene):
    published = Published(scene)
    hazard = make_hazard(by=scene.inspector, enterprise=scene.enterprise, on=date(2017, 12, 1))
    found = published.restated()
    assert {code: one.by for code, one in found.items()} == {"E6": {"value": 1}}
    (one,) = found["E6"].because
    assert (one.ref, one.what) == (Ref("hazard", str(hazard.pk)), "added")
    assert [cause.move for cause in one.causes] == ["identify"]
    assert in_words(one.causes[0]).startswith(
        "identified on 1 December 2017, entered by Inspector on 19 Dec 2017"
    )


def test_an_enterprise_that_is_elsewhere(scene):
    make_check(by=scene.member, enterprise=scene.enterprise, version=scene.version)
    published = Published(scene)
    officer = make_user("officer")
    assign(officer, Role.PROGRAMME_STAFF, scene.province)
    fields = {"area": scene.other_district}
    workflow.perform(scene.enterprise, "edit", by=officer, today=AS_OF, fields=fields, reason="moved")
    found = published.restated()
    assert found["E1"].by == {"value": -3}
    assert found["E10"].published["numerator"] == 2
    for one in found["E1"].because:
        (cause,) = one.causes
        assert (cause.on, cause.by) == (Ref("enterprise", str(scene.enterprise.pk)), "Officer")
        assert [name for name, _old, _new in cause.values] == ["area"]
    gone = {one.ref: one.causes for one in found["E10"].because if one.part == "numerator"}
    assert gone.keys() == {Ref("item_look", f"{scene.enterprise.pk}/E-0{n}") for n in (1, 2)}
    assert all(cause.move == "edit" for causes in gone.values() for cause in causes)


def test_an_edited_category(scene):
    open_one = make_suggestion(scene, category="safety")
    published = Published(scene)
    workflow.perform(open_one, "edit", by=scene.member, today=AS_OF, fields={"category": "quality"})
    found = published.restated()
    assert {code: one.by for code, one in found.items()} == {"E7": {"value": -1}, "E8": {"value": 1}}
    (gone,), (added,) = found["E7"].because, found["E8"].because
    assert (gone.what, added.what, gone.ref) == ("gone", "added", added.ref)
    assert gone.causes == added.causes
    assert gone.causes[0].values == (("category", "safety", "quality"),)
    assert "Category: safety and health → quality" in in_words(gone.causes[0])


def test_people_at_a_workshop(scene):
    shop = make_workshop(scene)
    person = {"kind": "enterprise", "enterprise": scene.enterprise, "sex": "female", "standing": "worker"}
    services.add_participants(shop, [(person, 3)], by=scene.consultant)
    published = Published(scene)
    one, two, _three = shop.participants.order_by("pk")
    one.sex = "male"
    services.save_participant(one, by=scene.consultant)
    removed = Ref("participant", str(two.pk))
    services.remove_participant(two, by=scene.consultant)
    found = published.restated()
    assert {code: one.by for code, one in found.items()} == {"E9": {"value": -2}}
    causes = {because.ref: because.causes for because in found["E9"].because}
    assert causes[Ref("participant", str(one.pk))][0].values == (("sex", "female", "male"),)
    assert [(cause.move, cause.by) for cause in causes[removed]] == [("remove", str(scene.consultant))]


def test_a_corrected_check(scene):
    make_check(by=scene.member, enterprise=scene.enterprise, version=scene.version)
    published = Published(scene)
    make_check(by=scene.member, enterprise=scene.enterprise, version=scene.version, answers={"F-01": "o"})
    (one,) = published.restated()["E10"].because
    assert (one.ref, one.what) == (Ref("item_look", f"{scene.enterprise.pk}/F-01"), "added")
    assert "submit" in {cause.move for cause in one.causes}


def test_pairs_are_told_by_what_they_are_made_of():
    ours, items = {Ref("enterprise", "1"): None}, {Ref("item", "7"): None, Ref("item", "8"): None}
    looks = {Ref("item_look", "1/A"): None}
    old = Figure("E1", "item_coverage", "rate", {"numerator": looks, "denominator": Crossed(ours, items)})
    more = Crossed({**ours, Ref("enterprise", "2"): None}, items)
    new = replace(old, parts={"numerator": looks, "denominator": more})
    (found,) = restated([old], {"E1": new}, lambda refs: {})
    assert found.by == {"numerator": 0, "denominator": 2, "percent": -25}
    assert found.because == (Because(Ref("enterprise", "2"), "denominator", "added"),)


def test_causes_are_asked_once_for_all_records_that_differ():
    asked = []

    def causes(refs):
        asked.append(refs)
        return {ref: [Cause(ref, "void", dates.now(), "Li")] for ref in refs}

    one, two = ({Ref("hazard", str(n)): None for n in range(start, 5)} for start in (0, 1))
    old = [Figure(code, "hazards_identified", "count", {"value": one}) for code in ("E1", "E2", "E3")]
    new = {"E1": replace(old[0], parts={"value": two}), "E2": old[1]}
    (found,) = restated(old, new, causes)
    assert (found.code, found.because[0].causes[0].by) == ("E1", "Li")
    assert asked == [{Ref("hazard", "0")}]


def test_numbers_that_are_none_have_no_difference():
    none = Figure("E1", "implementation_days", "median", {"value": {}})
    some = replace(none, parts={"value": {Ref("suggestion", "1"): 4}})
    (found,) = restated([none], {"E1": some}, lambda refs: {})
    assert found.by == {"median": None, "n": 1}


def test_a_deadline_that_was_given_late(scene):
    hazard = make_hazard(by=scene.inspector, enterprise=scene.enterprise, on=date(2017, 12, 1))
    published = Published(scene)
    fields = {"responsible": "Li", "measures": "Clear it", "deadline": date(2017, 12, 10)}
    workflow.perform(hazard, "assign", by=scene.inspector, today=AS_OF, on=date(2017, 12, 2), fields=fields)
    found = published.restated()
    assert {code: one.by for code, one in found.items()} == {"E11": {"value": 1}}
    assert [cause.move for cause in found["E11"].because[0].causes] == ["assign"]
