"""The report as PDF: Typst sets it part by part, twice: once to know the pages, once with their numbers."""

import io
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

import segno

from publications.blocks import (
    Amount,
    Block,
    Cell,
    Chapter,
    Chart,
    Column,
    Day,
    Definitions,
    Heading,
    KeyFigures,
    Paragraph,
    Profiles,
    Report,
    Table,
)
from publications.documents import charts
from publications.documents.typesetting import desk, forget, pages, typeset
from publications.numbers import Figure, shown
from publications.words import LANGUAGES, Words
from score_mis.lib import fonts
from score_mis.lib.pdf_join import Bookmark, Joiner

MOST_ROWS = 400
"""So many rows are typeset in one go; memory depends on this number, not on the length of the report."""

MOST_PROFILES = 40
AT_ONCE = 4
"""Of so many batches Typst may keep what makes the second time quicker."""

FULL = 12
"""The shares of a table that is as wide as the page; one with fewer is narrower."""

UNBROKEN = 40
"""Longer words get places at which they may be broken."""

Beat = Callable[[int, int, Any], None]


def write(report: Report, path: Path, beat: Beat) -> None:
    """Write the PDF of a report."""
    letters = fonts.Printable()
    parts = [letters.data(part) for chapter in report.chapters() for part in _parts(chapter)]
    cover = letters.data(_front(report))
    if letters.lost and parts:
        parts[-1]["blocks"].append(_undrawn(report, letters.told()))
    batches = list(_batches(parts))
    languages = LANGUAGES[report.language]
    frame = letters.data(_frame(report, languages))
    with desk(qr_svg=qr(report.address)) as folder:
        found: dict[str, int] = {}
        first = 1 + _front_pages(folder, {**frame, **cover}, parts)
        begins = []
        for place, batch in enumerate(batches):
            marks = pages(folder, {**frame, "chapters": batch, "first": first, "total": 0})
            _forget(batches)
            found |= {key: page for key, page in marks if key}
            begins.append(first)
            first = marks[-1][1] + 1
            beat(place + 1, 2 * len(batches) + 1, "")
        numbered = {**frame, "total": first - 1}
        with path.open("wb") as target:
            joiner = Joiner(target, languages[0])
            for place, (batch, begin) in enumerate(zip(batches, begins, strict=True)):
                typeset(
                    folder, {**numbered, "chapters": batch, "first": begin}, folder / "part.pdf", _at(report)
                )
                _forget(batches)
                joiner.add(folder / "part.pdf", place + 1, begin - 1)
                beat(len(batches) + place + 1, 2 * len(batches) + 1, "")
            entries = [[part["title"], found[part["key"]]] for part in parts if part["title"]]
            front = {**numbered, **cover, "contents": {**cover["contents"], "entries": entries}, "first": 1}
            typeset(folder, front, folder / "part.pdf", _at(report))
            joiner.add(folder / "part.pdf", 0, 0)
            forget()
            joiner.finish([Bookmark(" ".join(dict.fromkeys(title)), page) for title, page in entries])


def _forget(batches: list[Any]) -> None:
    if len(batches) > AT_ONCE:
        forget()


def _at(report: Report) -> datetime:
    return datetime.fromisoformat(report.cover["frozen_at"])


def _frame(report: Report, languages: tuple[str, ...]) -> dict[str, Any]:
    cover, words = report.cover, report.words
    generated = words["generated"][0] if cover["generated"] else ""
    return {
        "languages": languages,
        "address": report.address,
        "title": [breakable(text) for text in cover["title"]],
        "programme": cover["programme"][0],
        "head": f"{cover['programme'][0]} · {cut(cover['title'][0], 90)}",
        "snapshot": f"{words['snapshot'][0]} {report.code}",
        "foot": generated,
        "page": words["page"][0],
        "cover": None,
        "contents": None,
    }


def _undrawn(report: Report, told: list[str]) -> dict[str, Any]:
    words = [f"{words} {' · '.join(told)}" for words in dict.fromkeys(report.words["undrawn"])]
    return {"kind": "paragraph", "words": words, "note": True}


def _front(report: Report) -> dict[str, Any]:
    cover = {**report.cover, "title": [breakable(text) for text in report.cover["title"]]}
    longest = max(len(text) for text in cover["title"])
    cover["size"] = 30 if longest <= 60 else 20 if longest <= 200 else 10 if longest <= 2000 else 5
    cover["lines"] = [[_words(label), _words(value)] for label, value in cover["lines"]]
    return {"cover": cover, "contents": {"words": report.words["contents"], "entries": []}, "chapters": []}


def _front_pages(folder: Path, front: dict[str, Any], parts: list[dict[str, Any]]) -> int:
    """How many pages cover and contents take: known before the numbers that stand in them."""
    entries = [[part["title"], 1000] for part in parts if part["title"]]
    contents = {**front["contents"], "entries": entries}
    return pages(folder, {**front, "contents": contents, "first": 1, "total": 0})[-1][1]


def qr(address: str) -> bytes:
    """An address as a QR code."""
    picture = io.BytesIO()
    segno.make(address, error="m", micro=False).save(picture, kind="svg", border=0)
    return picture.getvalue()


def _parts(chapter: Chapter) -> Iterator[dict[str, Any]]:
    """A chapter for the template, in pieces that are typeset one by one; only the first has the title."""
    blocks: list[dict[str, Any]] = []
    weight, title = 0, [breakable(text) for text in chapter.title]
    for block in chapter.blocks:
        for piece, more in _pieces(block):
            if blocks and weight + more > MOST_ROWS:
                yield {"key": chapter.key, "title": title, "blocks": blocks, "weight": weight}
                blocks, weight, title = [], 0, []
            blocks.append(piece)
            weight += more
    yield {"key": chapter.key, "title": title, "blocks": blocks, "weight": weight}


def _batches(parts: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """Parts that are typeset together: few chapters of a long report, all of a short one."""
    batch: list[dict[str, Any]] = []
    for part in parts:
        if batch and sum(one["weight"] for one in batch) + part["weight"] > MOST_ROWS:
            yield batch
            batch = []
        batch.append(part)
    if batch:
        yield batch


def _pieces(block: Block) -> Iterator[tuple[dict[str, Any], int]]:
    """A block for the template with its weight in rows; long tables and lists in pieces."""
    match block:
        case Table():
            for rows in _in_pieces(block.rows(), MOST_ROWS):
                yield _table(block, rows), len(rows)
        case Profiles():
            for profiles in _in_pieces(block.asked(), MOST_PROFILES):
                yield _profiles(block, profiles), MOST_ROWS * len(profiles) // MOST_PROFILES
        case Paragraph():
            yield {"kind": "paragraph", "words": _words(block.words), "note": block.tone == "note"}, 1
        case Heading():
            yield {"kind": "heading", "words": _words(block.words)}, 1
        case KeyFigures():
            yield _cards(block), 9
        case Definitions():
            entries = [[_words(term), _words(words)] for term, words in block.entries]
            yield {"kind": "definitions", "entries": entries}, len(entries)
        case Chart():
            alt = " ".join(dict.fromkeys(block.alt))
            yield {"kind": "chart", "caption": block.caption, "alt": alt, "chart": charts.drawn(block)}, 12


def _in_pieces(rows: Iterable[Any], size: int) -> Iterator[list[Any]]:
    given = iter(rows)
    while piece := list(islice(given, size)):
        yield piece


def _table(table: Table, rows: list[tuple[Cell, ...]]) -> dict[str, Any]:
    return {
        "kind": "table",
        "caption": _words(table.caption),
        "columns": [_column(column) for column in table.columns],
        "width": min(sum(column.share for column in table.columns) / FULL, 1),
        "rows": [[_cell(cell) for cell in row] for row in rows],
    }


def _column(column: Column) -> dict[str, Any]:
    return {"head": _words(column.head), "share": column.share, "right": column.kind in ("figure", "amount")}


def _profiles(block: Profiles, given: list[Any]) -> dict[str, Any]:
    return {
        "kind": "profiles",
        "profiles": [
            {
                "title": _words(tuple(f"{facts[0][0]}  {name}" for name in facts[1])),
                "facts": _facts(block, facts[2:]),
                "figures": [
                    [_words(column.head), _cell(figure)]
                    for column, figure in zip(block.figures, figures, strict=True)
                    if figure
                ],
            }
            for facts, figures in given
        ],
    }


def _facts(block: Profiles, facts: Iterable[Cell]) -> list[str]:
    """Facts on one line a language."""
    lines: list[list[str]] = []
    for column, fact in zip(block.facts[2:], facts, strict=True):
        if isinstance(fact, Amount):
            texts = (
                [f"{head} {shown(fact.value, 'count')}" for head in column.head]
                if fact.value is not None
                else []
            )
        else:
            texts = list(fact) if isinstance(fact, tuple) else []
        lines.append(texts)
    return [breakable(" · ".join(texts)) for texts in zip(*filter(None, lines), strict=True)]


def _cards(block: KeyFigures) -> dict[str, Any]:
    cards = []
    for card in block.cards:
        figure = card.figure
        named = zip(figure.numbers[1:], figure.parts, strict=True) if figure.parts else ()
        cards.append(
            {
                "label": card.label,
                "numbers": [[n.text, n.code] for n in figure.numbers],
                "note": " ".join(dict.fromkeys(figure.note)),
                "parts": [[[n.text, n.code], " ".join(dict.fromkeys(words))] for n, words in named],
            }
        )
    return {"kind": "cards", "cards": cards}


def _cell(cell: Cell) -> Any:
    """A cell for the template: one text, words, or a figure's numbers and what is noted beside them."""
    match cell:
        case None:
            return "–"
        case Figure():
            return [[[n.text, n.code] for n in cell.numbers], *dict.fromkeys(cell.note)]
        case Amount():
            return "–" if cell.value is None else shown(cell.value, "count")
        case Day():
            return _words(cell.words)
        case _:
            return _words(cell)


def _words(words: Words) -> list[str]:
    return [breakable(text) for text in dict.fromkeys(words)]


def breakable(text: str) -> str:
    """The text with places for a line's end in words that no column holds."""
    if len(text) <= UNBROKEN:
        return text
    return " ".join(
        "\u200b".join(word[at : at + UNBROKEN] for at in range(0, len(word), UNBROKEN))
        if len(word) > UNBROKEN and word.isascii()
        else word
        for word in text.split(" ")
    )


def cut(text: str, most: int) -> str:
    """The beginning of a text, for a running head."""
    return text if len(text) <= most else f"{text[: most - 1]}…"
