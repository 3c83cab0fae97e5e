"""A snapshot's documents: PDF, DOCX and XLSX in English, Chinese or both, from one description of the content."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from publications.chapters import Seal, described
from publications.documents import docx, pdf, xlsx

Beat = Callable[[int, int, Any], None]


@dataclass(frozen=True)
class Issued:
    """What documents are made of: the content, what proves it, where it is verified, and the frozen records."""

    content: Mapping[str, Any]
    sha256: str
    key: str
    signature: str
    site: str
    rows: Callable[[str], Iterator[Mapping[str, Any]]]


def write(issued: Issued, format: str, language: str, path: Path, beat: Beat) -> None:
    """Write a document; raises fonts.FontMissing where the machine has no font for Chinese."""
    report = described(issued.content, language, issued.site, Seal(issued.sha256, issued.key))
    if format == "pdf":
        pdf.write(report, path, beat)
    elif format == "docx":
        docx.write(report, path, beat)
    elif format == "xlsx":
        xlsx.write(report, issued.content, issued.rows, path, beat)
    else:
        raise ValueError(f"No document of this format: {format}")
