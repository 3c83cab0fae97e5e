"""Reading Word and Excel documents: archives of XML, unpacked within limits and never with entities of their own."""

import re
import struct
import zipfile
import zlib
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from lxml import etree
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from publications.numbers import shown
from publications.reading.findings import CODE, Findings, ReadFile, Unreadable

MOST_UNPACKED = 1 << 30
MOST_KEPT = 64 << 20
"""What is read in one piece: shared strings, styles, relations."""
MOST_FILES = 5000
STREAMED = re.compile(r"(word/document\.xml|xl/worksheets/.*\.xml)")
CODED = re.compile(rb">E[1-9]\d{0,8}[ab]?<|t=\"s\"|t='s'")
BLOCK = 1 << 20
BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    etree.LxmlError,
    InvalidFileException,
    struct.error,
    SyntaxError,
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
    IndexError,
    ArithmeticError,
    EOFError,
    NotImplementedError,
    RuntimeError,
)
"""What libraries raise over files that somebody broke; of XML parsers the error is a SyntaxError."""


class Tag:
    """The elements of a Word document that matter here."""

    TEXT = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}t"
    BREAK = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}br"
    TAB = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}tab"
    PARAGRAPH = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}p"
    ROW = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}tr"
    TABLE = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}tbl"


def read(path: Path, findings: Findings) -> ReadFile:
    """Read a DOCX or an XLSX."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = _within_limits(archive)
            if "word/document.xml" in names:
                return _docx(archive, findings)
            if "xl/workbook.xml" in names:
                return _xlsx(path, archive, findings)
    except BROKEN as error:
        raise Unreadable(_("The document is damaged and cannot be read.")) from error
    raise Unreadable(_("This is neither a PDF nor a Word or Excel document."))


def _within_limits(archive: zipfile.ZipFile) -> set[str]:
    """The files of an archive; raises Unreadable for one that unpacks to too much, is locked, or declares entities."""
    files = archive.infolist()
    kept = sum(file.file_size for file in files if not STREAMED.fullmatch(file.filename))
    if len(files) > MOST_FILES or kept > MOST_KEPT or sum(file.file_size for file in files) > MOST_UNPACKED:
        raise Unreadable(_("The document unpacks to more than is read."))
    for file in files:
        if file.flag_bits & 1:
            raise Unreadable(_("The file is locked by a password."))
        if file.filename.endswith((".xml", ".rels")):
            with archive.open(file) as inside:
                if b"<!DOCTYPE" in inside.read(4096):
                    raise Unreadable(_("The document is damaged and cannot be read."))
    return {file.filename for file in files}


def _docx(archive: zipfile.ZipFile, findings: Findings) -> ReadFile:
    """The text of a Word document, paragraph by paragraph, with what was inserted and without what was struck out."""
    rows = 0
    with archive.open("word/document.xml") as document:
        text: list[str] = []
        for _event, element in etree.iterparse(
            document, resolve_entities=False, no_network=True, huge_tree=False
        ):
            match element.tag:
                case Tag.TEXT:
                    text.append(element.text or "")
                case Tag.BREAK:
                    text.append("\n")
                case Tag.TAB:
                    text.append("\t")
                case Tag.PARAGRAPH:
                    findings.text("".join(text))
                    text.clear()
                case Tag.ROW:
                    rows += 1
                    findings.on_time()
            if element.tag in CLEARED:
                _forgotten(element)
    return findings.file("docx", rows=rows)


CLEARED = {Tag.PARAGRAPH, Tag.ROW, Tag.TABLE}


def _forgotten(element: Any) -> None:
    """Let go of an element and of all before it, so that memory stays small."""
    element.clear()
    while element.getprevious() is not None:
        del element.getparent()[0]


def _xlsx(path: Path, archive: zipfile.ZipFile, findings: Findings) -> ReadFile:
    """Codes of a workbook with the cell on the left of each."""
    book = load_workbook(path, read_only=True, data_only=True, keep_links=False)
    rows = 0
    try:
        for sheet in book.worksheets:
            if not _has_codes(archive, sheet._worksheet_path):
                continue
            sheet.reset_dimensions()
            for row in sheet.iter_rows():
                rows += 1
                if rows % 200 == 0:
                    findings.on_time()
                _row(row, findings)
    finally:
        book.close()
    return findings.file("xlsx", rows=rows)


def _has_codes(archive: zipfile.ZipFile, name: str) -> bool:
    """Whether a sheet may have codes or addresses: lists of records have none, and are long."""
    with archive.open(name.lstrip("/")) as sheet:
        before = b""
        while block := sheet.read(BLOCK):
            if CODED.search(before + block) or b"://" in before + block:
                return True
            before = block[-32:]
    return False


def _row(row: Any, findings: Findings) -> None:
    before: Any = None
    for cell in row:
        value = cell.value
        if isinstance(value, str):
            if CODE.fullmatch(value) and before is not None:
                findings.pair(_shown(before), value)
            else:
                findings.address(value)
        before = cell if value is not None else None


def _shown(cell: Any) -> str:
    """A number of a workbook as documents write it."""
    value, look = cell.value, str(cell.number_format or "")
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    number = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    if "%" in look:
        return shown(f"{_short(number * 100):f}", "percent")
    return _fixed(number, look)


def _fixed(number: Decimal, look: str) -> str:
    """With as many decimals as its format shows, where it has no more."""
    places = len(found[1]) if (found := re.search(r"0\.(0+)", look)) else 0
    rounded = round(number, places)
    return f"{rounded:,f}" if rounded == number else f"{_short(number):,f}"


def _short(number: Decimal) -> Decimal:
    """Without zeros at the end."""
    return Decimal(f"{round(number, 9).normalize():f}")
