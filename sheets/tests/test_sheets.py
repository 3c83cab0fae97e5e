"""What stands on the sheets: figures counted by hand, every record, within reach, text as text."""

from datetime import date

import pytest

from conftest import make_enterprise
from hazards.tests.factories import make_hazard, make_order, make_rectified, move
from reports import tallies
from score_mis.lib.filejobs import CannotMake
from sheets import papers
from sheets.registry import SHEETS
from sheets.tests.conftest import READERS
from suggestions.tests.factories import make_suggestion, step
from training.tests.factories import make_action, make_visit

NOVEMBER = date(2017, 11, 2)
SEPTEMBER = date(2017, 9, 20)


def as_dicts(rows):
    head, *others = rows
    return [dict(zip(head, row, strict=True)) for row in others]


@pytest.fixture
def hazards(world):
    """One of the third quarter that waits too long, two of the fourth: one rectified, one major."""
    at = {"enterprise": world.enterprise}
    late = make_order(
        make_hazard(by=world.member, on=SEPTEMBER, **at, category="thing"),
        by=world.inspector, on=SEPTEMBER, funds=1000, deadline=date(2017, 10, 20),
    )  # fmt: skip
    done = make_rectified(
        make_order(
            make_hazard(by=world.member, on=NOVEMBER, **at, category="thing"),
            by=world.inspector, on=NOVEMBER, funds=250.50, deadline=date(2017, 12, 30),
        ),
        by=world.leader,
    )  # fmt: skip
    major = make_hazard(by=world.inspector, on=NOVEMBER, **at, level="major", description="=cmd()")
    void = make_hazard(by=world.inspector, on=NOVEMBER, **at)
    move(void, "void", by=world.inspector, reason="Entered twice")
    tallies.drain()
    return late, done, major


def test_the_quarters_figures_are_those_counted_by_hand(made, hazards):
    rows = as_dicts(made("quarterly-statistics", quarter="2017-Q4"))
    whole = rows[0]
    assert [row["Part"] for row in rows] == [
        "All hazards", "By level", "By level", "By category", "By category", "By enterprise"
    ]  # fmt: skip
    assert list(whole.values())[2:] == [
        "2", "1", "1", "50",  # identified, rectifications, of those identified rectified, rate
        "3", "1", "33", "1",  # at the end: identified, rectified, rate, overdue
        "250.50", "1", "1250.50", "2",
    ]  # fmt: skip
    major = next(row for row in rows if row["Counted for"] == "major")
    assert list(major.values())[2:10] == ["1", "0", "0", "0", "1", "0", "0", "0"]
    unknown = rows[4]
    assert (unknown["Counted for"], unknown["Identified up to the end"]) == ("unknown", "1")
    assert list(rows[-1].values())[2:] == list(whole.values())[2:], "there is one enterprise"


def test_an_earlier_quarter_is_told_as_it_was(made, hazards):
    whole = as_dicts(made("quarterly-statistics", quarter="2017-Q3"))[0]
    assert list(whole.values())[2:] == [
        "1", "0", "0", "0", "1", "0", "0", "0", "1000.00", "1", "1000.00", "1"
    ]  # fmt: skip


def test_areas_are_told_apart_where_there_are_several(made, world, hazards):
    other = make_enterprise(
        programme=world.programme, area=world.other_district, sector=world.sector, by=world.staff, code="T02"
    )
    make_hazard(by=world.staff, enterprise=other) if False else None
    rows = as_dicts(made("quarterly-statistics", quarter="2017-Q4", area="110000"))
    parts = [
        (row["Counted for"], row["Identified up to the end"]) for row in rows if row["Part"] == "By area"
    ]
    assert parts == [("Fangshan", "3"), ("Tongzhou", "0")]


@READERS
@pytest.mark.parametrize(("language", "word"), [("en", "Compiled by"), ("zh-hans", "填报人")])
def test_the_authority_can_sign_the_statistics(made, hazards, language, word):
    text = made("quarterly-statistics", "pdf", language=language, quarter="2017-Q4")
    assert word in text
    assert "1,250.50" in text


def test_the_ledger_has_every_hazard_with_its_text_as_text(made, hazards):
    rows = as_dicts(made("hazard-ledger", day="2017-12-19"))
    assert [row["Number"] for row in rows] == ["T01-H0001", "T01-H0002", "T01-H0003"]
    assert rows[0]["Days overdue"] == "60"
    assert rows[2]["What is wrong"] == "=cmd()"
    sheet = made("hazard-ledger", "xlsx", day="2017-12-19")["Hazard ledger"]
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value == "=cmd()"]
    assert [cell.data_type for cell in cells] == ["s"]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n", "d"}


def test_the_ledger_of_a_period_has_what_was_found_in_it(made, hazards):
    rows = as_dicts(made("hazard-ledger", since="2017-11-01", day="2017-12-19"))
    assert [row["Number"] for row in rows] == ["T01-H0002", "T01-H0003"]


def test_a_ledger_is_read_with_the_same_queries_however_long(
    made, world, hazards, django_assert_max_num_queries
):
    with django_assert_max_num_queries(14):
        made("hazard-ledger")
    for _number in range(5):
        make_hazard(by=world.inspector, enterprise=world.enterprise)
    with django_assert_max_num_queries(14):
        made("hazard-ledger")


def test_the_overdue_list_has_hazards_suggestions_and_actions(made, world, hazards):
    suggestion = step(world, make_suggestion(world, "adopted"), "assign", fields={
        "owner": "Ms Li", "due_on": date(2017, 12, 1)
    })  # fmt: skip
    action = make_action(make_visit(world, "done"), text="Mark aisles", due_on=date(2017, 11, 19))
    rows = as_dicts(made("overdue"))
    assert [(row["Kind"], row["Number"], row["Days overdue"]) for row in rows] == [
        ("hazard", "T01-H0001", "60"),
        ("suggestion", suggestion.reference, "18"),
        ("agreed action", "", "30"),
    ]
    assert rows[2]["What is to be done"] == action.text


def test_consultants_are_told_with_what_they_did(made, world):
    visit = make_visit(world, "done")
    make_action(visit, due_on=date(2017, 7, 20))
    make_action(visit, due_on=date(2017, 7, 20), done_on=date(2017, 7, 10))
    make_visit(world, "planned")
    make_visit(world, "cancelled")
    (row,) = as_dicts(made("consultant-activity", since="2017-07-01", day="2017-07-31"))
    assert list(row.values()) == ["Consultant", "2", "1", "1", "1", "10", "4", "7", "2", "1", "1"]


def test_a_consultant_sees_only_what_they_did_themselves(made, world):
    make_visit(world, "done", consultant=world.authority)
    asked = {"since": "2017-07-01", "day": "2017-07-31"}
    assert as_dicts(made("consultant-activity", by=world.consultant, **asked)) == []
    assert len(as_dicts(made("consultant-activity", by=world.inspector, **asked))) == 1


def test_an_enterprise_is_told_on_one_page(made, world, hazards):
    rows = as_dicts(made("enterprise-page", enterprise=str(world.enterprise.pk)))
    found = {(row["Part"], row["What"]): row for row in rows}
    rate = found["Figures", "Completion rate, hazards"]
    assert (rate["Value"], rate["Numerator"], rate["Denominator"]) == ("33 % (1 of 3)", "1", "3")
    assert found["Profile", "Short code"]["Value"] == "T01"
    assert "60 days overdue" in found["Open hazards", "T01-H0001"]["Value"]
    assert found["Improvement team", "leader"]["Value"].startswith("leader · worker")


@READERS
def test_an_enterprise_fits_on_one_page(made, world, hazards):
    text = made("enterprise-page", "pdf", enterprise=str(world.enterprise.pk))
    assert "1/1" in text.replace(" ", "")


def test_the_notice_board_has_open_hazards_and_what_was_rectified_lately(made, world, hazards):
    rows = as_dicts(made("notice-board", enterprise=str(world.enterprise.pk)))
    assert [(row["Part"], row["Number"]) for row in rows] == [
        ("Open hazards", "T01-H0003"),
        ("Open hazards", "T01-H0001"),
        ("Rectified in the last 30 days", "T01-H0002"),
    ]


@pytest.mark.parametrize("key", SHEETS)
def test_each_sheet_hides_other_enterprises(made, world, hazards, key):
    """The outsider's district has none; a sheet of one enterprise is refused."""
    given = {"quarter": "2017-Q4", "since": "2017-01-01", "day": "2017-12-19"}
    if SHEETS[key].of_one:
        with pytest.raises(CannotMake, match="There is no enterprise"):
            made(key, by=world.outsider, enterprise=str(world.enterprise.pk))
        return
    if "quarter" not in SHEETS[key].fields:
        del given["quarter"]
    rows = made(key, by=world.outsider, **given)
    assert not [row for row in rows if any("T01" in cell for cell in row)]
    with pytest.raises(CannotMake, match="There is no area"):
        made(key, by=world.outsider, area="110111", **given)


@READERS
@pytest.mark.parametrize("key", [key for key, sheet in SHEETS.items() if not sheet.of_one])
def test_a_sheet_of_nothing_says_so(made, world, key):
    if "quarter" in SHEETS[key].fields:
        whole = as_dicts(made(key, quarter="2017-Q2"))[0]
        assert whole["Identified up to the end"] == "0"
        return
    given = {"since": "2017-04-01", "day": "2017-04-02"}
    assert "Nothing to list." in made(key, "pdf", **given)
    cells = [row[0].value for row in made(key, "xlsx", **given).active.iter_rows()]
    assert cells[-1] == "Nothing to list."
    assert len(made(key, **given)) == 1


@READERS
def test_a_long_sheet_is_typeset_in_volumes_and_joined(made, world, hazards, monkeypatch):
    monkeypatch.setattr(papers, "VOLUME", 2)
    text = made("hazard-ledger", "pdf")
    for part in ("Volume 1", "Volume 2", "T01-H0001", "T01-H0002", "T01-H0003", "End of the sheet: 3 rows."):
        assert part in text


@READERS
def test_both_languages_follow_each_other(made, world, hazards):
    text = made("hazard-ledger", "pdf", language="both")
    assert text.index("Hazard ledger") < text.rindex("隐患台账")
    assert text.count("T01-H0003") == 2
    book = made("hazard-ledger", "xlsx", language="both")
    assert book.sheetnames == ["Hazard ledger", "隐患台账"]


@READERS
def test_what_no_font_draws_is_printed_by_its_number(made, world):
    make_hazard(by=world.inspector, enterprise=world.enterprise, description="Fire \U0001f525 here")
    text = made("hazard-ledger", "pdf")
    assert "Fire U+1F525 here" in text
    assert "U+1F525 FIRE" in text


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_text_of_ten_thousand_characters_stays_whole(made, world, kind):
    long = "护罩" * 5_000
    make_hazard(by=world.inspector, enterprise=world.enterprise, description=long)
    found = made("hazard-ledger", kind)
    if kind == "xlsx":
        found = [[cell.value for cell in row] for row in found.active.iter_rows()]
    assert sum(row.count(long) for row in found) == 1
