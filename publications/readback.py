"""Produced files, read back: which report a file says it is, and which value stands before each evidence code.

What a file is, its content says, not its name. Bad files are refused with a sentence; limits on size, unpacked size and
time keep them from doing harm.
"""

import zipfile
from pathlib import Path

from django.utils.translation import gettext as _

from publications.reading import office, pdf
from publications.reading.findings import Findings, ReadFile, Unreadable

__all__ = ["ReadFile", "Unreadable", "read_back"]

LARGEST = 60 * 1024 * 1024


def read_back(path: Path) -> ReadFile:
    """Read a document; raises Unreadable for what is none, is broken, locked, or too large."""
    if path.stat().st_size > LARGEST:
        raise Unreadable(_("The file is larger than 60 MB."))
    with path.open("rb") as file:
        head = file.read(1024)
    if b"%PDF-" in head:
        return pdf.read(path, Findings())
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise Unreadable(_("The file is locked by a password, or of an old Office format."))
    if head.startswith(b"PK") and zipfile.is_zipfile(path):
        return office.read(path, Findings())
    raise Unreadable(_("This is neither a PDF nor a Word or Excel document."))
