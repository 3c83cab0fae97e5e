"""A sheet as PDF of any length: typeset in volumes that are joined, each no larger than a worker can easily hold."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from functools import partial
from itertools import groupby, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pypdfium2
from django.utils import translation
from django.utils.text import capfirst
from django.utils.translation import gettext as _, gettext_lazy

from enterprises.papers import head, room_to_sign
from score_mis.lib import pdf
from score_mis.lib.columns import Kind
from score_mis.lib.filejobs import Beat, CannotMake
from sheets.asked import Asked
from sheets.sheet import Row, Sheet

VOLUME = 500
"""Rows in a volume."""
EMPTY = gettext_lazy("Nothing to list.")


def amounts(sheet: Sheet, asked: Asked) -> list[str]:
    """In which currency its amounts are, where it has some."""
    if asked.programme is None or all(one.kind is not Kind.AMOUNT for one in sheet.columns):
        return []
    return [_("Amounts in %(currency)s.") % {"currency": asked.programme.currency}]


def write_pdf(sheet: Sheet, asked: Asked, languages: Iterable[str], path: Path, beat: Beat) -> None:
    """Write a sheet as a PDF, in one language after the other."""
    with TemporaryDirectory(prefix=f"{path.name}.", dir=path.parent) as folder:
        volumes: list[Path] = []
        for language in languages:
            with translation.override(language):
                for content in _volumes(sheet, asked, language, beat):
                    volumes.append(Path(folder, f"{len(volumes)}.pdf"))
                    volumes[-1].write_bytes(content)
        if len(volumes) == 1:
            path.write_bytes(volumes[0].read_bytes())
        else:
            _join(volumes, path, beat)


def _volumes(sheet: Sheet, asked: Asked, language: str, beat: Beat) -> Iterator[bytes]:
    """The volumes of a sheet in the language in force; at least one."""
    rows = iter(sheet.rows(asked))
    some = list(islice(rows, VOLUME))
    done = number = 0
    while some or not number:
        more = list(islice(rows, VOLUME))
        number, done = number + 1, done + len(some)
        beat(done, 0, gettext_lazy("Typesetting"))
        volume, count = number if more or number > 1 else 0, None if more else done
        context = _context(sheet, asked, some, language, volume=volume, count=count)
        if volume:
            alive = partial(beat, done, 0, gettext_lazy("Typesetting"))
            yield pdf.render_apart("sheets/sheet.typ", context, language=language, alive=alive)
        else:
            yield pdf.render("sheets/sheet.typ", context, language=language)
        some = more


def _context(
    sheet: Sheet, asked: Asked, rows: list[Row], language: str, *, volume: int, count: int | None
) -> dict[str, Any]:
    """What a volume shows. `volume` is its number, 0 where it is the only one; `count` all rows, for the last one."""
    if asked.programme is None:
        raise CannotMake(_("There is no programme yet."))
    is_last = count is not None
    told = _("Volume %(number)s") % {"number": volume} if volume else ""
    foot = head(
        asked.programme, sheet.name, number=told, by=asked.person, today=asked.today, language=language
    )
    ends = [_("End of the sheet: %(count)s rows.") % {"count": count}] if is_last and count else []
    signing = room_to_sign([(words, "") for words in sheet.signing] if is_last else [], language)
    return foot | signing | {
        "scope": [*asked.lines(), *amounts(sheet, asked)],
        "upright": sheet.upright,
        "plain": sheet.plain,
        "volume": [told] if told else [],
        "parts": list(_parts(sheet, rows, language)),
        "empty": [] if rows or count else pdf.pair(EMPTY, language),
        "tail": ends,
        "closing": [pdf.pair(words, language) for words in sheet.closing] if is_last else [],
    }  # fmt: skip


def _parts(sheet: Sheet, rows: list[Row], language: str) -> Iterator[dict[str, Any]]:
    """The tables of a volume: one, or one a part."""
    groups = sheet.paper()
    columns = [
        {"words": [capfirst(words) for words in pdf.pair(group.words, language)], "share": group.share}
        for group in groups
    ]
    places = {column.key: (place, column.kind) for place, column in enumerate(sheet.columns)}
    for title, some in groupby(rows, key=lambda row: row[0] if sheet.in_parts else ""):
        cells = [[_cell([row[places[key][0]] for key in group.keys]) for group in groups] for row in some]
        yield {"title": title, "columns": columns, "rows": cells}


def _cell(values: list[Any]) -> list[dict[str, Any]]:
    """A cell: its values as lines; those that are nothing are left out."""
    return [
        {
            "text": f"{value:,}" if isinstance(value, int) else pdf.shown(value),
            "strong": False,
            "alarm": False,
            "whole": isinstance(value, int | date | datetime),
        }
        for value in values
        if value is not None and value != ""
    ]


def _join(volumes: list[Path], path: Path, beat: Beat) -> None:
    """Join volumes to one file, in their order."""
    whole = pypdfium2.PdfDocument.new()
    for number, volume in enumerate(volumes):
        part = pypdfium2.PdfDocument(volume)
        whole.import_pages(part)
        part.close()
        beat(number + 1, len(volumes), gettext_lazy("Joining volumes"))
    whole.save(path)
    whole.close()
