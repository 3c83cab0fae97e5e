"""All six documents say what the snapshot says: every number, before its own code, in every form and language."""

import subprocess
import zipfile
from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from openpyxl import load_workbook

from publications.documents import Issued, write
from publications.documents.figures import value_of
from publications.numbers import Number, expected, plain, shown
from publications.readback import Unreadable, read_back
from publications.reading.findings import Findings
from publications.reading.office import _shown
from publications.tests.contents import content, earlier, rows
from publications.words import typed

SITE = "https://score.example.org"
FORMATS = ("pdf", "docx", "xlsx")
LANGUAGES = ("en", "zh-hans", "both")


def issued(said, count=20):
    return Issued(said, "ab" * 32, "k1", "sig", SITE, lambda kind: rows(kind, count))


def made(folder, said, form, language, name="file"):
    path = folder / f"{name}.{form}"
    write(issued(said), form, language, path, lambda done, total, step: None)
    return path


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("documents")
    return {
        (form, language): made(folder, content(6), form, language, language)
        for form, language in product(FORMATS, LANGUAGES)
    }


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("form", FORMATS)
def test_every_number_stands_before_its_code(files, form, language):
    read = read_back(files[form, language])

    assert (read.format, read.code) == (form, "K7QF2M")
    assert read.values == expected(content(6))


@pytest.mark.parametrize("form", FORMATS)
def test_a_period_is_reported_beside_the_day(tmp_path, form):
    said = content(3, since="2017-10-01")

    assert read_back(made(tmp_path, said, form, "en")).values == expected(said)


@pytest.mark.parametrize("form", FORMATS)
def test_figures_of_an_earlier_report_are_told_and_not_taken_for_own_ones(tmp_path, form):
    said = content(2)
    said["restatement"] = [earlier()]

    path = made(tmp_path, said, form, "both")

    assert read_back(path).values == expected(said)
    if form == "pdf":
        text = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, text=True).stdout
        assert "ABCDE/E7" in text
        assert "97 % (917 / 944)" in text.replace("\u00a0", " ")
        assert "Void: a duplicate" in text


@pytest.mark.parametrize("form", FORMATS)
def test_one_changed_digit_is_found_and_named(tmp_path, form):
    said = content(2)
    frozen = expected(said)
    figure = next(one for one in said["figures"] if one["indicator"] == "suggestion_completion_rate")
    figure["reading"]["numerator"] = 918

    read = read_back(made(tmp_path, said, form, "both"))

    assert {code: text for code, text in read.values.items() if text != frozen[code]} == {
        f"{figure['code']}a": "918"
    }


def test_a_digit_changed_in_one_place_of_a_word_document_is_found(files, tmp_path):
    frozen = expected(content(6))
    code = next(code for code, text in frozen.items() if text == "1,258")
    changed = tmp_path / "changed.docx"
    with zipfile.ZipFile(files["docx", "en"]) as old, zipfile.ZipFile(changed, "w") as new:
        for item in old.infolist():
            data = old.read(item)
            if item.filename == "word/document.xml":
                assert data.count(b">1,258\xc2\xa0<") > 1
                data = data.replace(b">1,258\xc2\xa0<", b">1,259\xc2\xa0<", 1)
            new.writestr(item, data)

    assert read_back(changed).values[code] == "1,259 | 1,258"


def test_no_table_is_cut_and_pages_are_counted(files):
    info = subprocess.run(["pdfinfo", files["pdf", "en"]], capture_output=True, text=True, check=True).stdout

    assert f"Pages:           {read_back(files['pdf', 'en']).pages}\n" in info
    assert "Tagged:          yes" in info


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_font_is_embedded(files, language):
    lines = subprocess.run(
        ["pdffonts", files["pdf", language]], capture_output=True, text=True
    ).stdout.splitlines()

    assert len(lines) > 3
    assert all(line[55:].split()[-5] == "yes" for line in lines[2:])


def test_it_is_the_same_file_each_time(files, tmp_path):
    assert made(tmp_path, content(6), "pdf", "en").read_bytes() == files["pdf", "en"].read_bytes()


def test_records_stand_in_the_workbook_with_the_figures_that_count_them(files):
    from_sheet = next(sheet for sheet in _sheets(files["xlsx", "en"]) if sheet.title == "Suggestions")
    lines = list(from_sheet.iter_rows(values_only=True))

    assert lines[1][:3] == ("enterprise", "id", "ref")
    assert len(lines) == 2 + 20
    assert lines[5][3] == "=HYPERLINK(1)"
    assert lines[5][-1].startswith("[E")


def _sheets(path):
    return load_workbook(path).worksheets


def test_no_cell_is_a_formula(files):
    assert not [
        cell.coordinate
        for sheet in _sheets(files["xlsx", "both"])
        for row in sheet
        for cell in row
        if cell.data_type == "f"
    ]


def test_text_that_people_typed_is_never_a_figure():
    assert typed("Replace 3 E17 lamps, 5 E2a") == "Replace 3 ·E17 lamps, 5 ·E2a"
    assert typed("E1000000000x and CODE17") == "E1000000000x and CODE17"


@pytest.mark.parametrize("form", FORMATS)
def test_ten_thousand_letters_and_letters_that_no_font_draws(tmp_path, form):
    title = "W" * 10_000
    said = content(1, title=(title, "=标题\U0001f600"))
    said["open_items"]["hazards"][0]["description"] = "3 E1 " + "x" * 10_000

    read = read_back(made(tmp_path, said, form, "both"))

    assert read.values == expected(said)


@pytest.mark.parametrize(
    "data",
    [b"", b"hello", b"%PDF-1.7 nothing", b"PK\x03\x04 nothing", b"\xd0\xcf\x11\xe0 locked", b"<html></html>"],
)
def test_what_is_no_document_is_refused(tmp_path, data):
    path = tmp_path / "file.pdf"
    path.write_bytes(data)

    with pytest.raises(Unreadable):
        read_back(path)


@pytest.mark.parametrize("form", FORMATS)
def test_a_torn_file_is_refused(files, tmp_path, form):
    path = tmp_path / "torn"
    path.write_bytes(files[form, "en"].read_bytes()[:9000])

    with pytest.raises(Unreadable):
        read_back(path)


@pytest.mark.parametrize("inside", [b"<!DOCTYPE a [<!ENTITY b 'c'>]><a/>", b"<a><b></a>"])
@pytest.mark.parametrize("name", ["word/document.xml", "xl/workbook.xml"])
def test_broken_and_wicked_xml_is_refused(tmp_path, name, inside):
    path = tmp_path / "file.docx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(name, inside)

    with pytest.raises(Unreadable):
        read_back(path)


def test_an_archive_that_unpacks_to_too_much_is_refused(tmp_path):
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"<a/>")
        archive.writestr("xl/sharedStrings.xml", b"0" * (65 << 20))

    with pytest.raises(Unreadable, match="unpacks"):
        read_back(path)


@given(st.one_of(st.none(), st.integers(0, 10**9)), st.sampled_from(["count", "percent"]))
def test_whole_numbers_are_read_as_they_are_shown(value, unit):
    _is_read(Number(value, unit, "E7a"))


@given(st.decimals(0, 10**9, places=2), st.sampled_from(["money", "days", "hundred"]))
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_decimals_are_read_as_they_are_shown(value, unit):
    if unit == "hundred":
        value = round(value, 1)
    elif unit == "days":
        value = value.normalize()
    _is_read(Number(f"{value:f}", unit, "E12"))


class Seen:
    """A cell as openpyxl reads it."""

    def __init__(self, number):
        value = value_of(number)
        self.value = value if isinstance(value, str | int) else float(value)
        looks = {"percent": "0\\ %", "money": "#,##0.00", "hundred": "#,##0.0", "count": "#,##0"}
        self.number_format = looks.get(number.unit, "General")


def _is_read(number):
    findings = Findings()
    findings.text(f"before 5 {number.text}\u00a0{number.code}, after")

    assert dict(findings.found) == {number.code: {plain(number.text): None}}
    assert plain(_shown(Seen(number))) == plain(number.text)


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (1258, "count", "1,258"),
        (97, "percent", "97\u00a0%"),
        ("12.5", "days", "12.5"),
        ("1234.5", "money", "1,234.50"),
        ("12.4", "hundred", "12.4"),
        (None, "percent", "n/a"),
    ],
)
def test_a_number_has_one_form(value, unit, text):
    assert shown(value, unit) == text
