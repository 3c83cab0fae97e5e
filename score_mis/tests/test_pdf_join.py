"""Parts of a long PDF, joined: pages in their order, links, bookmarks and tags as one file has them."""

import subprocess

import pypdfium2
import typst

from score_mis.lib.pdf_join import Bookmark, Joiner

PART = """
#set document(title: "Whole")
#set heading(bookmarked: false)
= Part {n} \\(with (nested (brackets)) and 7 0 R\\)
#figure(rect(), alt: "a (chart) of 5 0 R")
#table(columns: 2, table.header[Name][Number], [Row {n}], [{n}])
#link("https://example.org/{n}/")[out] #link("page:3")[in]
#pagebreak()
Second page of part {n}
"""


def joined(folder, order):
    """Three parts of two pages, written in some order."""
    target = folder / "whole.pdf"
    with target.open("wb") as file:
        joiner = Joiner(file, "en")
        for n in order:
            source, part = folder / "part.typ", folder / "part.pdf"
            source.write_text(PART.replace("{n}", str(n)))
            typst.compile(str(source), output=str(part), format="pdf")
            assert joiner.add(part, n, 2 * n) == 2
        joiner.finish([Bookmark("First", 1), Bookmark("第二", 3)])
    return target


def told(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True)


def test_pages_stand_in_their_order_however_parts_were_written(tmp_path):
    document = pypdfium2.PdfDocument(joined(tmp_path, [1, 2, 0]))
    texts = [page.get_textpage().get_text_range() for page in document]

    assert len(texts) == 6
    assert [f"Row {n}" in texts[2 * n] for n in range(3)] == [True] * 3
    assert "Second page of part 2" in texts[5]


def test_bookmarks_lead_to_pages(tmp_path):
    document = pypdfium2.PdfDocument(joined(tmp_path, [1, 2, 0]))

    found = [(mark.get_title(), mark.get_dest().get_index()) for mark in document.get_toc()]

    assert found == [("First", 0), ("第二", 2)]


def test_it_is_tagged_as_one(tmp_path):
    target = joined(tmp_path, [1, 2, 0])

    assert "Tagged:          yes" in told("pdfinfo", target).stdout
    tree = told("pdfinfo", "-struct-text", target).stdout
    assert [tree.index(f"Row {n}") for n in range(3)] == sorted(tree.index(f"Row {n}") for n in range(3))
    assert tree.count("Table") == 3
    assert tree.count("Second page") == 3


def test_text_that_looks_like_a_reference_stays(tmp_path):
    data = joined(tmp_path, [1, 2, 0]).read_bytes()

    assert data.count(b"a (chart) of 5 0 R") == 3
    assert b"7 0 R" in b"".join(line for line in data.split(b"\n") if b"nested" in line)


def test_links_within_the_file_lead_to_its_pages(tmp_path):
    data = joined(tmp_path, [1, 2, 0]).read_bytes()
    text = told("pdfinfo", "-url", joined(tmp_path, [1, 2, 0])).stdout

    assert b"page:3" not in data
    assert "https://example.org/2/" in text


def test_readers_find_nothing_wrong(tmp_path):
    assert told("pdftotext", joined(tmp_path, [1, 2, 0]), "-").stderr == ""
