"""Issuing: the signed snapshot as JSON, and its documents, each made once by a job and known by its hash."""

from pathlib import Path
from typing import Any, cast

from django.conf import settings

from publications import documents, snapshots
from publications.freezing import CannotFreeze, freeze
from publications.models import Document, Freezing, Report, Snapshot
from score_mis.lib import canonical, dates
from score_mis.lib.filejobs import CannotMake, ask

FREEZE = "publications.tasks.freeze"
ISSUE = "publications.tasks.issue"
FORMATS = ("pdf", "docx", "xlsx")


def ask_to_freeze(report: Report, *, by: Any) -> Freezing:
    """Give the freeze of a report to a job; return the one that waits where there is one already."""
    job = Freezing(asked_by=by, language=by.language, format="json", name=str(report), report=report)
    return cast(Freezing, ask(job, FREEZE))


def ask_for(snapshot: Snapshot, file_format: str, language: str, *, by: Any) -> Document:
    """Give a document to a job; return it as it is where it was asked for before."""
    wish = wish_for(snapshot, file_format, language, by=by)
    if wish.pk is not None:
        return wish
    return cast(Document, ask(wish, ISSUE))


def wish_for(snapshot: Snapshot, file_format: str, language: str, *, by: Any) -> Document:
    """A document as it is, or a new one that waits and is given to no job: whoever asks makes it."""
    known = snapshot.documents.filter(format=file_format, language=language).first()
    if known is not None:
        return known
    name = f"{snapshot.report} {snapshot.code} {language}"
    return Document(
        asked_by=by, language=language, format=file_format, name=name, snapshot=snapshot, task=ISSUE
    )


def ask_for_all(snapshot: Snapshot, *, by: Any) -> list[Document]:
    """Ask for every format in every language that the report names."""
    return [ask_for(snapshot, f, language, by=by) for language in snapshot.report.languages for f in FORMATS]


def write_frozen(job: Freezing, path: Path, beat: Any) -> None:
    """Freeze, ask for the documents, and write the signed snapshot; a freeze that was done is not done again.

    While it freezes nothing is written to the job's row: other connections write its progress there.
    """
    snapshot = job.snapshot or Snapshot.objects.filter(made_for=job.key).first()
    if snapshot is None:
        try:
            snapshot = freeze(job.report, by=job.asked_by, now=dates.now(), beat=beat, made_for=job.key)
        except CannotFreeze as error:
            raise CannotMake(str(error)) from error
    job.snapshot = snapshot
    Freezing.objects.filter(pk=job.pk).update(snapshot=snapshot)
    ask_for_all(snapshot, by=job.asked_by)
    path.write_bytes(signed(snapshot))


def write_document(job: Document, path: Path, beat: Any) -> None:
    """Write one document of a snapshot."""
    snapshot = job.snapshot
    issued = documents.Issued(
        content=snapshots.content(snapshot),
        sha256=snapshot.sha256,
        key=snapshot.key.key_id,
        signature=snapshot.signature,
        site=settings.SITE_URL,
        rows=lambda kind: snapshots.rows(snapshot, kind),
    )
    documents.write(issued, job.format, job.language, path, beat)


def signed(snapshot: Snapshot) -> bytes:
    """The signed snapshot: its content, with what is needed to check it anywhere."""
    envelope = {
        "about": "A frozen report of SCORE MIS. Hash and signature are of `content` as canonical JSON (RFC 8785).",
        "content": snapshots.content(snapshot),
        "sha256": snapshot.sha256,
        "algorithm": "Ed25519",
        "key": snapshot.key.key_id,
        "public_key": snapshot.key.public,
        "signature": snapshot.signature,
    }
    return canonical.written(envelope)
