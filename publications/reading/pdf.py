"""Reading a PDF: the text of its pages, as PDFium finds it."""

from pathlib import Path

import pypdfium2
from django.utils.translation import gettext as _

from publications.reading.findings import Findings, ReadFile, Unreadable

MOST_PAGES = 10_000


def read(path: Path, findings: Findings) -> ReadFile:
    """Read the pages of a PDF."""
    try:
        return _read(path, findings)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise Unreadable(_("The file is locked by a password.")) from error
        raise Unreadable(_("The PDF is damaged and cannot be read.")) from error


def _read(path: Path, findings: Findings) -> ReadFile:
    document = pypdfium2.PdfDocument(path)
    try:
        count = len(document)
        if count > MOST_PAGES:
            raise Unreadable(_("The file has too many pages."))
        for number in range(count):
            findings.on_time()
            page = document[number]
            text = page.get_textpage()
            findings.text(text.get_text_range())
            text.close()
            page.close()
        return findings.file("pdf", pages=count)
    finally:
        document.close()
