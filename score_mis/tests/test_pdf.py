"""Papers as PDF: what is given stands on them as text, in fonts that are inside, tagged; no character stops one."""

import importlib.util
import io
import shutil
import subprocess
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import typst
from django.utils import translation
from django.utils.http import parse_header_parameters
from django.utils.translation import gettext_lazy
from PIL import Image

from score_mis.lib import fonts, pdf

READERS = pytest.mark.skipif(
    not shutil.which("pdftotext"), reason="POPPLER IS NOT INSTALLED: what stands on the papers is not read"
)
PAPER = '#import "_paper.typ": *\n#show: paper\n'
WORDS = "#data.words\n#for line in data.lines [#table(..line)]"
CONTEXT = {
    "title": ["入企辅导", "Counselling"],
    "programme": ["Programme"],
    "generated": ["Generated"],
    "foot": ["Foot"],
    "number": "N-1",
    "words": "W",
    "lines": [["a", "护罩"]],
}


@pytest.fixture
def paper(monkeypatch):
    """Set a paper on the shared sheet, from a template written in the test."""
    source = pdf._source

    def render(body=WORDS, *, language="en", **context):
        own = {"test.typ": (PAPER + body).encode()}
        monkeypatch.setattr(pdf, "_source", lambda name: own.get(name) or source(name))
        return pdf.render("test.typ", CONTEXT | context, language=language)

    return render


def read(tool, content):
    """What a reader of PDF files tells."""
    command = [tool, "-", "-"] if tool == "pdftotext" else [tool, "-"]
    return subprocess.run(command, input=content, capture_output=True, check=True).stdout.decode()


@READERS
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_paper_holds_its_words_in_both_languages(paper, language):
    words = read("pdftotext", paper(language=language)).replace(" ", "")
    for part in ("入企辅导", "Counselling", "护罩", "Foot", "Generated", "N-1", "1/1"):
        assert part in words


@READERS
@pytest.mark.parametrize(
    ("language", "expected"),
    [("en", ["19 December 2017", "1,250.50", "hazard"]), ("zh-hans", ["2017年12月19日", "1,250.50", "隐患"])],
)
def test_values_are_written_as_the_language_writes_them(paper, language, expected):
    values = [
        date(2017, 12, 19),
        Decimal("1250.50"),
        gettext_lazy("hazard"),
        datetime(2017, 12, 19, tzinfo=UTC),
    ]
    text = read("pdftotext", paper("#data.values.join([ · ])", language=language, values=values))
    for part in [*expected, "08:00"]:
        assert part.replace(" ", "") in text.replace(" ", "")


@READERS
def test_every_font_is_in_the_file(paper):
    listed = read("pdffonts", paper(language="zh-hans", words="Don't ‘quote’，安全生产")).splitlines()[2:]
    assert len(listed) >= 2
    assert all(line.split()[-5:-2] == ["yes", "yes", "yes"] for line in listed)


@READERS
def test_it_says_its_title_and_is_tagged(paper):
    told = dict(line.split(":", 1) for line in read("pdfinfo", paper()).splitlines() if ":" in line)
    assert told["Title"].strip() == "入企辅导 · Counselling"
    assert told["Tagged"].strip() == "yes"
    assert told["Page size"].strip().endswith("(A4)")


@READERS
def test_a_long_paper_has_a_foot_on_every_page(paper):
    words = read("pdftotext", paper(lines=[["a", "b"]] * 200))
    pages = words.count("Foot")
    assert pages > 2
    assert f"{pages}/{pages}" in words.replace(" ", "")


@READERS
def test_what_was_typed_is_never_a_command(paper):
    typed = '#panic("x") $a$ *b* _c_ `d` @e <f> \\ [g] = h // i'
    words = read("pdftotext", paper(words=typed, lines=[[typed]]))
    for part in ('#panic("x")', "$a$", "*b*", "_c_", "`d`", "@e", "<f>", "[g]", "// i"):
        assert words.count(part) == 2, part


@pytest.mark.parametrize(
    "words", ["😀", "𠮷", "ئۇيغۇر", "\x07", "\x00", "\ufffe", "\u202e", "x" * 3000, "\n" * 200]
)
def test_no_character_stops_a_paper(paper, words):
    assert paper(words=words).startswith(b"%PDF-")


@READERS
@pytest.mark.parametrize("words", ["😀", "ไทย", "护罩 – it's"])
def test_a_machine_without_fonts_of_its_own_makes_papers_too(paper, monkeypatch, words):
    folder = importlib.util.find_spec(fonts.FONT_PACKAGE).submodule_search_locations[0]
    bare = typst.Fonts(include_system_fonts=False, font_paths=[folder])
    monkeypatch.setattr(fonts, "installed", lambda: bare)
    monkeypatch.setattr(fonts, "drawn", fonts.drawn.__wrapped__)
    listed = read("pdffonts", paper(words=words))
    assert "LibertinusSerif" in listed
    assert "NotoSansSC" in listed


@READERS
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_what_no_font_draws_is_printed_by_its_number_and_told_at_the_end(paper, language):
    words = read(
        "pdftotext", paper(language=language, words="a\U0001f600b \ue000", lines=[["\U0001f600", "护罩"]])
    )
    assert "aU+1F600b U+E000" in words
    assert words.count("U+1F600") == 3
    assert "U+1F600 GRINNING FACE" in words
    assert "Printed by their numbers" in words


@READERS
def test_what_fonts_draw_is_left_as_it_is(paper):
    words = read("pdftotext", paper(words="护罩 – it's Ω é ①"))
    assert "护罩 – it's Ω é ①" in words
    assert "Printed by" not in words


def test_what_draws_nothing_is_not_told():
    letters = fonts.Printable()
    assert letters.text("a\u200d\u202e\n\x07b") == "a\u200d\u202e\nb"
    assert letters.told() == []


def test_a_machine_without_a_font_for_chinese_is_told_at_the_start(paper, monkeypatch):
    """A clear sentence of the system check and of the paper; never boxes."""
    assert fonts.check_fonts() == []
    bare = typst.Fonts(include_system_fonts=False)
    monkeypatch.setattr(fonts, "installed", lambda: bare)
    (error,) = fonts.check_fonts()
    assert (error.id, error.is_serious()) == ("score.E001", True)
    assert "No font for Chinese was found" in error.msg
    with pytest.raises(fonts.FontMissing):
        paper()


def test_a_backslash_is_not_taken_for_a_control_character():
    assert fonts.Printable().data({"a": ["\\b \\u0007 \x07x\n\t", 1, b"\x07"]}) == {
        "a": ["\\b \\u0007 x\n\t", 1, b"\x07"]
    }


def test_pictures_are_given_as_bytes(paper):
    out = io.BytesIO()
    Image.new("RGB", (30, 20), "red").save(out, "JPEG")
    small = paper("text")
    assert len(paper("#picture(data.photo, [red].text)", photo=out.getvalue())) > len(small)


def test_equal_pictures_are_written_once(paper):
    out = io.BytesIO()
    Image.effect_noise((200, 200), 80).save(out, "JPEG")
    one = paper('#picture(data.a, "a")', a=out.getvalue())
    two = paper('#picture(data.a, "a") #picture(data.b, "b")', a=out.getvalue(), b=out.getvalue())
    assert len(two) < len(one) + len(out.getvalue()) / 2


@READERS
def test_a_paper_of_another_process_is_the_same(paper, monkeypatch):
    looks = []
    monkeypatch.setattr(pdf, "LOOK", 0.01)
    here = paper(words="护罩")
    apart = pdf.render_apart(
        "test.typ", CONTEXT | {"words": "护罩"}, language="en", alive=lambda: looks.append(1)
    )
    assert read("pdftotext", apart) == read("pdftotext", here)
    assert looks


def test_a_process_that_cannot_typeset_says_why(paper):
    with pytest.raises(typst.TypstError):
        paper("#nothing-of-this-name")
    with pytest.raises(pdf.TypesettingFailed, match="nothing-of-this-name"):
        pdf.render_apart("test.typ", CONTEXT, language="en")


def test_a_process_ends_with_the_work_that_was_stopped(paper, monkeypatch):
    def stop():
        raise ZeroDivisionError

    monkeypatch.setattr(pdf, "LOOK", 0.0)
    paper()
    with pytest.raises(ZeroDivisionError):
        pdf.render_apart("test.typ", CONTEXT, language="en", alive=stop)


def test_a_wrong_template_is_an_error(paper):
    with pytest.raises(typst.TypstError):
        paper("#nothing-of-this-name")


def test_a_pair_begins_with_the_papers_language():
    with translation.override("en"):
        assert pdf.pair(gettext_lazy("hazard"), "zh-hans") == ["隐患", "hazard"]
        assert pdf.pair(gettext_lazy("hazard"), "en") == ["hazard", "隐患"]


def test_nothing_is_a_dash_and_zero_is_not_nothing():
    assert [pdf.shown(value) for value in (None, "", 0)] == ["–", "–", "0"]


@pytest.mark.parametrize("name", ["visit-T01", "visit-房山01"])
def test_an_answer_is_named_and_kept_by_no_browser(name):
    response = pdf.answer(b"%PDF-", name)
    kind, given = parse_header_parameters(response["Content-Disposition"])
    assert (kind, given["filename"]) == ("inline", f"{name}.pdf")
    assert response["Cache-Control"] == "private, no-store"
