"""Papers as PDF: what was typed stays text, fonts are embedded, no character stops a paper."""

import importlib.util
import shutil
import subprocess

import pytest
import typst

from score_mis.lib import pdf

PAPER = """#import "_paper.typ": *
#show: paper
#data.words
#for line in data.lines [#table(..line)]
"""
CONTEXT = {
    "title": ["入企辅导", "Counselling"],
    "programme": ["Programme"],
    "generated": ["Generated"],
    "foot": ["Foot"],
    "number": "N-1",
    "words": "W",
    "lines": [["a", "护罩"]],
}
READERS = pytest.mark.skipif(
    not shutil.which("pdftotext"), reason="POPPLER IS NOT INSTALLED: what stands on the papers is not read"
)


@pytest.fixture
def paper(monkeypatch):
    """Set the test's own paper on the shared sheet."""
    source = pdf._source
    monkeypatch.setattr(pdf, "_source", lambda name: PAPER.encode() if name == "test.typ" else source(name))
    return lambda language="en", **context: pdf.render("test.typ", CONTEXT | context, language=language)


def read(tool: str, content: bytes, *options: str) -> str:
    return subprocess.run([tool, *options], input=content, capture_output=True, check=True).stdout.decode()


@READERS
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_paper_holds_its_words_in_both_languages(paper, language):
    words = read("pdftotext", paper(language), "-", "-").replace(" ", "")
    for part in ("入企辅导", "Counselling", "护罩", "Foot", "Generated", "N-1", "1/1"):
        assert part in words


@READERS
def test_what_was_typed_is_never_a_command(paper):
    typed = '#panic("x") $a$ *b* _c_ `d` @e <f> \\ [g] = h // i'
    words = read("pdftotext", paper(words=typed, lines=[[typed]]), "-", "-")
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
    folder = importlib.util.find_spec(pdf.FONT_PACKAGE).submodule_search_locations[0]
    bare = typst.Fonts(include_system_fonts=False, font_paths=[folder])
    monkeypatch.setattr(pdf, "_installed", lambda: bare)
    listed = read("pdffonts", paper(words=words), "-")
    assert "LibertinusSerif" in listed
    assert "NotoSansSC" in listed


def test_a_backslash_is_not_taken_for_a_control_character():
    assert pdf.printable({"a": ["\\b \\u0007 \x07x\n\t", 1, b"\x07"]}) == {
        "a": ["\\b \\u0007 x\n\t", 1, b"\x07"]
    }


@READERS
def test_every_font_is_in_the_file(paper):
    listed = read("pdffonts", paper("zh-hans", words="Don't ‘quote’"), "-").splitlines()[2:]
    assert listed
    assert all(line.split()[-5:-2] == ["yes", "yes", "yes"] for line in listed)


@READERS
def test_it_says_its_title_and_is_tagged(paper):
    told = dict(line.split(":", 1) for line in read("pdfinfo", paper(), "-").splitlines() if ":" in line)
    assert told["Title"].strip() == "入企辅导 · Counselling"
    assert told["Tagged"].strip() == "yes"
    assert told["Page size"].strip().endswith("(A4)")


@READERS
def test_a_long_paper_has_a_foot_on_every_page(paper):
    words = read("pdftotext", paper(lines=[["a", "b"]] * 200), "-", "-")
    pages = words.count("Foot")
    assert pages > 2
    assert f"{pages}/{pages}" in words.replace(" ", "")
