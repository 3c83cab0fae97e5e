"""Verification: whether a file is one that was issued, and if not, which of its figures are others.

Only the very bytes that were issued are accepted. What differs is refused even where all its figures are right, but it
is said so; a figure that was changed, is missing, or does not belong to the report is named by its code.
"""

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.utils.translation import get_language, gettext as _, ngettext

from publications import signing, snapshots
from publications.models import Document, Freezing, SigningKey, Snapshot
from publications.numbers import expected, plain
from publications.readback import Unreadable, read_back
from score_mis.lib import canonical
from score_mis.lib.filejob import State

MOST_NAMED = 20
"""Figures that are named one by one."""


@dataclass(frozen=True)
class Changed:
    """A figure that is not what was frozen: its code, what it is, what the file says, what was frozen."""

    code: str
    name: str
    found: str
    frozen: str


@dataclass
class Verdict:
    """What became of a file. `is_issued` is the one answer that counts; `told` are sentences for people."""

    is_issued: bool = False
    snapshot: Snapshot | None = None
    told: list[str] = field(default_factory=list)
    changed: list[Changed] = field(default_factory=list)
    figures: int = 0


def verify(path: Path) -> Verdict:
    """Look at a file, whatever its name says."""
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    issued = _issued(sha256)
    if issued is not None:
        return issued
    try:
        return _signed_json(path) or _compared(path)
    except Unreadable as error:
        return Verdict(told=[str(error)])


def _issued(sha256: str) -> Verdict | None:
    """The verdict on a file with the very bytes of one that was issued."""
    rows = (
        Document.objects.filter(sha256=sha256, state=State.READY).select_related("snapshot__report"),
        Freezing.objects.filter(sha256=sha256, state=State.READY).select_related("snapshot__report"),
    )
    for found in rows:
        job = found.first()
        if job is not None and job.snapshot is not None:
            told = _("This is the file that was issued on %(day)s, unaltered.") % {
                "day": f"{job.asked_at:%Y-%m-%d}"
            }
            if not _is_genuine(job.snapshot):
                return Verdict(
                    False,
                    job.snapshot,
                    [_("The snapshot in the database was altered: its hash or signature is wrong.")],
                )
            return Verdict(True, job.snapshot, [told])
    return None


def _is_genuine(snapshot: Snapshot) -> bool:
    """Whether the snapshot itself still has the hash and the signature it was frozen with."""
    written = snapshot.written()
    return canonical.digest(written) == snapshot.sha256 and signing.is_signed(
        snapshot.key, written, snapshot.signature
    )


def _signed_json(path: Path) -> Verdict | None:
    """The verdict on a signed snapshot that was written anew; None for any other kind of file."""
    with path.open("rb") as file:
        if not file.read(64).lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
            return None
    if path.stat().st_size > 60 * 1024 * 1024:
        raise Unreadable(_("The file is larger than 60 MB."))
    try:
        envelope = json.loads(path.read_bytes())
        said = envelope["content"]
        written = canonical.written(said)
        code, signature, key_id = said["code"], str(envelope["signature"]), str(envelope["key"])
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise Unreadable(_("This is no snapshot of SCORE MIS.")) from error
    snapshot = Snapshot.objects.filter(code=str(code)).select_related("report", "key").first()
    key = SigningKey.objects.filter(key_id=key_id).first()
    if key is not None and signing.is_signed(key, written, signature):
        told = _(
            "The content and its signature are those of the snapshot; only the way it is written differs."
        )
        is_known = snapshot is not None and snapshot.sha256 == canonical.digest(written)
        return Verdict(
            False,
            snapshot,
            [told if is_known else _("The signature is right, but no such snapshot is here.")],
        )
    if snapshot is None:
        return Verdict(told=[_("No report with this code was ever frozen here.")])
    verdict = _judged(snapshot, _figures_of(said))
    verdict.told.insert(0, _("The signature is not right: the content was changed."))
    return verdict


def _figures_of(said: dict[str, Any]) -> dict[str, str]:
    """The figures of a content that somebody may have changed, as documents would show them."""
    try:
        return expected(said)
    except (KeyError, TypeError, ValueError, ArithmeticError) as error:
        raise Unreadable(_("This is no snapshot of SCORE MIS.")) from error


def _compared(path: Path) -> Verdict:
    """The verdict on a document that is not one of those that were issued."""
    read = read_back(path)
    snapshot = (
        Snapshot.objects.filter(code=read.code).select_related("report", "key").first() if read.code else None
    )
    if snapshot is None:
        return Verdict(
            told=[
                _("No report with this code was ever frozen here.")
                if read.code
                else _("The file carries no code of a report.")
            ]
        )
    return _judged(snapshot, {code: plain(text) for code, text in read.values.items()})


def _judged(snapshot: Snapshot, values: dict[str, str]) -> Verdict:
    """Compare the figures of a file with those that were frozen."""
    said = snapshots.content(snapshot)
    frozen = expected(said)
    verdict = Verdict(False, snapshot, figures=len(values))
    for code, text in values.items():
        if code not in frozen or text != frozen[code]:
            verdict.changed.append(Changed(code, _name(said, code), text, frozen.get(code, "–")))
    if verdict.changed:
        n = len(verdict.changed)
        verdict.told.append(
            ngettext(
                "This is not the file that was issued: %(n)s figure differs.",
                "This is not the file that was issued: %(n)s figures differ.",
                n,
            )
            % {"n": n}
        )
    else:
        verdict.told.append(
            _("This is not the file that was issued: it was altered. Its %(n)s figures equal those frozen.")
            % {"n": len(values)}
        )
    missing = len(frozen.keys() - values.keys())
    if missing:
        verdict.told.append(_("%(n)s figures of the report are not in the file.") % {"n": missing})
    return verdict


def _name(said: dict[str, Any], code: str) -> str:
    """What a figure is, in the reader's language; empty for a code that the report does not have."""
    found = next((one for one in said["figures"] if one["code"] == code.rstrip("ab")), None)
    if found is None:
        return ""
    language = get_language() or "en"
    name = said["indicators"][found["indicator"]]["name"][language]
    if found["dim"] == "enterprise":
        names = {str(one["pk"]): one["name"][language] for one in said["enterprises"]}
        return f"{name} · {names.get(found['key'], found['key'])}"
    return f"{name} · {said['labels'][found['dim']][found['key']][language]}" if found["dim"] else name
