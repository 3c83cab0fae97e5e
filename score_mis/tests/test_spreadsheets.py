"""Spreadsheets and CSV: what was written is read back, text stays text, nothing is cut, however long."""

import csv
from datetime import UTC, date, datetime
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import example, given, strategies as st
from openpyxl.utils.escape import unescape

from score_mis.lib import csvfiles, spreadsheets
from score_mis.lib.columns import Column, Kind
from score_mis.lib.csvfiles import CsvFile
from score_mis.lib.spreadsheets import LONGEST, Book, pieces, units

TEXTS = (
    st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
    | st.from_regex(r"\A['=+\-@\t\r\n ]{1,3}[0-9A-Z(]{0,9}\Z")
    | st.sampled_from(
        [
            "_x0041_",
            "_x005F_x0041_",
            "http://a.b/?c=1",
            "007",
            "1e5",
            "TRUE",
            "{=1}",
            "_x0000_x0000_",
            "<a>&b",
            "护罩",
        ]
    )
)
COLUMN = (Column("text", "Text", Kind.LONG), Column("more", "More"))


def book_of(folder, rows, columns=COLUMN, **given):
    path = folder / "book.xlsx"
    with Book(path, title="Title") as book:
        sheet = book.sheet("Rows", columns, **given)
        for row in rows:
            sheet.append(row)
    assert [found.name for found in folder.iterdir()] == ["book.xlsx"], "nothing is left beside it"
    return openpyxl.load_workbook(path)


@given(texts=st.lists(TEXTS, min_size=1, max_size=5))
@example(texts=["=1+1", "+1", "-1", "@a", "\tx", "\rx", "a\r\nb", "_x0041_", "\x00\x01", "\ufffe", "\x1f"])
def test_a_workbook_gives_every_text_back(tmp_path_factory, texts):
    sheet = book_of(tmp_path_factory.mktemp("book"), [[text, "x"] for text in texts])["Rows"]
    found = [
        unescape(row[0].value or "") for row in sheet.iter_rows(min_row=2)
    ]  # of XML's control characters
    assert found == texts
    assert {row[0].data_type for row in sheet.iter_rows(min_row=2)} <= {"s", "n"}, "no formula"
    assert [row[0].value for row in sheet.iter_rows(min_row=2) if row[0].data_type == "n"] == [
        None
    ] * texts.count("")


@given(texts=st.lists(TEXTS, min_size=1, max_size=5))
@example(texts=["=1+1", "+1", "-1", "@a", "\tx", "\rx", "a\r\nb", "'=1", "''=1", "'x", "＝1", "\x00"])
def test_csv_gives_every_text_back(tmp_path_factory, texts):
    path = tmp_path_factory.mktemp("csv") / "rows.csv"
    with CsvFile(path, COLUMN) as file:
        for text in texts:
            file.append([text, "x"])
    assert list(csvfiles.read(path)) == [["Text", "More"], *([text, "x"] for text in texts)]
    with path.open(encoding="utf-8-sig", newline="") as raw:
        cells = [row[0] for row in csv.reader(raw)][1:]
    assert not [cell for cell in cells if cell[:1] in set("=+-@\t\r＝＋－＠")]
    assert all(cell in (text, f"'{text}") for cell, text in zip(cells, texts, strict=True))


def test_csv_opens_in_every_program(tmp_path):
    with CsvFile(tmp_path / "a.csv", COLUMN) as file:
        file.append(["护罩", -5])
        file.append([date(2017, 4, 1), Decimal("-1250.50")])
        file.append([datetime(2017, 4, 1, 16, tzinfo=UTC), None])
    assert (tmp_path / "a.csv").read_bytes() == (
        "\ufeffText,More\r\n护罩,-5\r\n2017-04-01,-1250.50\r\n2017-04-02 00:00:00,\r\n".encode()
    )


def test_cells_have_types(tmp_path):
    kinds = (Kind.TEXT, Kind.LONG, Kind.NUMBER, Kind.AMOUNT, Kind.DAY, Kind.MOMENT)
    columns = [Column(kind.name, kind.name, kind) for kind in kinds]
    row = [
        "007",
        "x" * 10_000,
        12,
        Decimal("1250.50"),
        date(2017, 4, 1),
        datetime(2017, 4, 1, 16, tzinfo=UTC),
    ]
    sheet = book_of(tmp_path, [row, [None, True, 10**20, -3, date(1850, 1, 1), ""]], columns)["Rows"]
    first, second = sheet.iter_rows(min_row=2)
    assert [cell.value for cell in first] == [
        "007", "x" * 10_000, 12, 1250.5, datetime(2017, 4, 1), datetime(2017, 4, 2)
    ]  # fmt: skip
    assert [cell.number_format for cell in first[2:]] == [
        "#,##0",
        "#,##0.00",
        "yyyy-mm-dd",
        "yyyy-mm-dd hh:mm",
    ]
    assert [cell.value for cell in second] == [None, True, str(10**20), -3, "1850-01-01", None]
    assert sheet.freeze_panes == "A2"


def test_lines_stand_above_the_head(tmp_path):
    sheet = book_of(tmp_path, [], lines=["=Ledger", "As of today"])["Rows"]
    assert [row[0].value for row in sheet.iter_rows()] == ["=Ledger", "As of today", "Text"]
    assert sheet.freeze_panes == "A4"


def test_a_text_that_is_too_long_goes_on_below_and_it_is_said(tmp_path):
    text = "护" * LONGEST + "=" + "b" * LONGEST
    book = book_of(tmp_path, [["a", "1"], [text, "2"], ["c", "3"]])
    rows = [[cell.value for cell in row] for row in book["Rows"].iter_rows(min_row=2)]
    assert [row[1] for row in rows] == ["1", "2", None, None, "3"]
    assert "".join(row[0] for row in rows[1:4]) == text
    said = [row[0].value for row in book["Notes"].iter_rows()]
    assert said == ["Sheet “Rows”, cell A3: too long for one cell; it goes on in the rows below it."]


def test_a_table_that_is_too_long_goes_on_on_a_further_sheet(tmp_path, monkeypatch):
    monkeypatch.setattr(spreadsheets, "MOST_ROWS", 4)
    book = book_of(tmp_path, [[str(number), ""] for number in range(7)])
    assert book.sheetnames == ["Rows", "Rows 2", "Rows 3"]
    found = [row[0].value for sheet in book for row in sheet.iter_rows(min_row=2)]
    assert found == [str(number) for number in range(7)]


@pytest.mark.parametrize(
    ("name", "found"), [("a/b:c", "a b c"), ("''", "Sheet"), ("x" * 40, "x" * 31), ("𠮷" * 20, "𠮷" * 15)]
)
def test_names_of_sheets_are_made_fit(tmp_path, name, found):
    with Book(tmp_path / "b.xlsx") as book:
        book.sheet(name, COLUMN)
        book.sheet(name.upper(), COLUMN)
    names = openpyxl.load_workbook(tmp_path / "b.xlsx").sheetnames
    assert names[0] == found
    assert len({one.lower() for one in names}) == 2
    assert all(units(one) <= 31 for one in names)


def test_a_book_that_fails_leaves_nothing_beside_it(tmp_path):
    with pytest.raises(ZeroDivisionError), Book(tmp_path / "b.xlsx") as book:
        book.sheet("Rows", COLUMN).append(["a", "b"])
        raise ZeroDivisionError
    assert list(tmp_path.iterdir()) == []


@given(text=st.text(st.characters(exclude_categories=["Cs"]), max_size=60), most=st.integers(2, 9))
def test_pieces_are_short_and_lose_nothing(text, most):
    found = list(pieces(text, most))
    assert "".join(found) == text
    assert all(units(piece) <= most for piece in found)
