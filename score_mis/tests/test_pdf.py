"""Papers as PDF: what was typed stays text, fonts are embedded, no character stops a paper."""

import shutil
import subprocess

import pytest

from score_mis.lib import pdf

PAPER = """#import "/pdf/sheet.typ": data, facts, rows, sheet, signatures, typed
#show: body => sheet(foot: data.foot, notice: "Generated", body)
= #data.title
#typed(data.words)
#facts(data.facts)
#rows(("A", "B"), data.lines)
#signatures(("One", "Two"))
"""
DATA = {"foot": "Foot", "title": "入企辅导", "words": "W", "facts": [["Day", "1 May"]], "lines": [["a", "护罩"]]}


@pytest.fixture
def paper(tmp_path, monkeypatch):
    """Set the test's own paper with the shared sheet; returns the PDF as text."""
    shutil.copytree(pdf.PAPERS / "pdf", tmp_path / "pdf")
    (tmp_path / "test.typ").write_text(PAPER, encoding="utf-8")
    monkeypatch.setattr(pdf, "PAPERS", tmp_path)
    pdf._compiler.cache_clear()

    def run(language="en", **data):
        content = pdf.make("test.typ", DATA | data, title="T", language=language)
        (tmp_path / "test.pdf").write_bytes(content)
        return content

    yield run
    pdf._compiler.cache_clear()


def words_of(content: bytes) -> str:
    return subprocess.run(
        [reader("pdftotext"), "-", "-"], input=content, capture_output=True, check=True
    ).stdout.decode()


def reader(name: str) -> str:
    """A tool of poppler; skipped where it is not installed."""
    found = shutil.which(name)
    if not found:
        pytest.skip(f"{name} IS NOT INSTALLED: the PDF is not read back.")
    return found


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_paper_holds_its_words_in_both_languages(paper, language):
    content = paper(language)
    assert content.startswith(b"%PDF-")
    words = words_of(content)
    for part in ("入企辅导", "护罩", "1 May", "Foot", "Generated", "1 / 1", "Two"):
        assert part.replace(" ", "") in words.replace(" ", "")


def test_what_was_typed_is_never_a_command(paper):
    typed = '#panic("x") $a$ *b* _c_ `d` @e <f> \\ [g] = h // i'
    words = words_of(paper(words=typed, facts=[[typed, typed]], lines=[[typed, typed]]))
    for part in ('#panic("x")', "$a$", "*b*", "_c_", "`d`", "@e", "<f>", "[g]", "// i"):
        assert words.count(part) >= 1, part


@pytest.mark.parametrize(
    "words", ["😀", "𠮷", "ئۇيغۇر", "\x07", "\x00", "\ufffe", "\u202e", "x" * 3000, "\n" * 200, "\\u0007 \\b"]
)
def test_no_character_stops_a_paper(paper, words):
    assert paper(words=words).startswith(b"%PDF-")


def test_a_backslash_is_not_taken_for_a_control_character():
    assert pdf.printable({"a": ["\\b \\u0007 \x07x\n\t", 1, None]}) == {"a": ["\\b \\u0007 x\n\t", 1, None]}


def test_every_font_is_embedded(paper):
    listed = subprocess.run(
        [reader("pdffonts"), "-"], input=paper("zh-hans", words="Don't ‘quote’"), capture_output=True, check=True
    ).stdout.decode()
    fonts = [line.split() for line in listed.splitlines()[2:]]
    assert {name.split("+")[1] for name, *_rest in fonts} == {
        "NotoSerifSC-Regular-Identity-H",
        "LibertinusSerif-Regular-Identity-H",
    }
    assert all(line[-5:-2] == ["yes", "yes", "yes"] for line in fonts)


def test_it_says_its_title_and_language_and_is_tagged(paper):
    told = subprocess.run([reader("pdfinfo"), "-"], input=paper("zh-hans"), capture_output=True, check=True)
    lines = dict(line.split(":", 1) for line in told.stdout.decode().splitlines() if ":" in line)
    assert lines["Title"].strip() == "T"
    assert lines["Tagged"].strip() == "yes"
    assert lines["Page size"].strip().endswith("(A4)")


def test_a_long_paper_has_a_foot_on_every_page(paper):
    words = words_of(paper(lines=[["a", "b"]] * 200))
    pages = words.count("Foot")
    assert pages > 2
    assert f"{pages}/{pages}" in words.replace(" ", "")


def test_the_answer_is_kept_by_nobody():
    response = pdf.response(b"%PDF-", "辅导.pdf")
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"].startswith("inline; filename*=utf-8''")
    assert response["Cache-Control"] == "private, no-store"
