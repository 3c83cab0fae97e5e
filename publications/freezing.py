"""Freezing: what a report counts, proved record by record against what the tallies say, and kept for ever.

Everything is read in one snapshot of the database, after all waiting changes were counted. A figure that the records
do not bear out stops the freeze: nothing is kept, and the difference is named.
"""

import zlib
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext as _

from enterprises.models import Mark
from publications import signing
from publications.asking import Asked, figures
from publications.comparing import again
from publications.content import Numbered, described
from publications.membership import Block, Gatherer, Sets
from publications.models import Report, Snapshot, SnapshotRows
from publications.restatement import as_content, differences, earlier
from publications.scopes import scope_of, spans_of
from reports import tallies
from reports.indicators import VERSION
from score_mis.lib import canonical, dates
from score_mis.lib.codes import new_code
from score_mis.lib.release import release

DRAINS = 20
"""So often the waiting changes are counted before it is said that others write all the time."""
CODE = 5
"""Random characters of a snapshot's code, before the one that checks them."""
Beat = Callable[[int, int, Any], None]


class CannotFreeze(Exception):
    """Why nothing was frozen; its text may be shown."""


def silent(done: int, total: int, step: Any) -> None:
    """Tell nobody how far it is."""


def freeze(
    report: Report,
    *,
    by: Any,
    now: datetime,
    beat: Beat = silent,
    made_for: UUID | None = None,
) -> Snapshot:
    """Freeze a report and return the snapshot; raises CannotFreeze with the reason, and keeps nothing then.

    `made_for` is kept with it: the key of the job that asked.
    """
    if report.as_of > dates.today():
        raise CannotFreeze(_("The cut-off day lies in the future."))
    try:
        key = signing.in_use()
        signing.sign(key, b"")
    except signing.NoKey as error:
        raise CannotFreeze(str(error)) from error
    for _attempt in range(DRAINS):
        beat(0, 1, _("Counting the changes that wait"))
        tallies.drain()
        with tallies.snapshot():
            if not Mark.objects.exists():
                is_quiet = connection.vendor == "sqlite"  # where nobody else can write meanwhile
                told = silent if is_quiet else beat
                return _freeze(report, by=by, now=now, key=key, beat=told, made_for=made_for)
    raise CannotFreeze(
        _("Changes are still waiting to be counted. Nothing was frozen; try again in some minutes.")
    )


def _freeze(
    report: Report, *, by: Any, now: datetime, key: Any, beat: Beat, made_for: UUID | None
) -> Snapshot:
    scope, sets = scope_of(report), Sets()
    enterprises = list(scope.enterprises().order_by("code").values_list("pk", flat=True))
    if not enterprises:
        raise CannotFreeze(_("There is no enterprise in this scope; there is nothing to freeze."))
    asked = figures(scope, spans_of(report))
    where = [sets.of(one) for one in asked]
    gatherer, blocks = Gatherer(sets), list[Block]()
    for place, found in enumerate(gatherer.blocks(enterprises)):
        blocks += found
        beat(min(place * 25, len(enterprises)), len(enterprises), _("Gathering the records"))
    _prove(gatherer, asked, where)
    code = new_code(CODE)
    numbered = [
        Numbered(f"E{n}", one, sets) for n, (one, sets) in enumerate(zip(asked, where, strict=True), 1)
    ]
    content = described(report, code, numbered, enterprises)
    published = earlier(report)
    restated = differences(published) if published is not None else []
    content |= {
        "restatement": [as_content(published, restated)] if published is not None and restated else [],
        "frozen_at": now.isoformat(timespec="seconds"),
        "frozen_by": str(by),
        "software": release(),
        "definitions": VERSION,
        "tallies": str(tallies.version()),
        "key": key.key_id,
        "sets": sets.described(gatherer.kinds),
        "rows": [{"enterprise": b.enterprise, "kind": b.kind, "n": b.n, "sha256": b.sha256} for b in blocks],
    }
    who = {"by": by, "now": now, "key": key, "made_for": made_for}
    return _keep(report, canonical.written(content), code, blocks, **who)


def _prove(gatherer: Gatherer, asked: list[Asked], where: list[dict[str, Any]]) -> None:
    """Refuse figures that the records do not bear out."""
    wrong = []
    for one, sets in zip(asked, where, strict=True):
        found = again(gatherer, one, sets)
        if found != one.reading:
            wrong.append(f"{one.indicator.name} {one.dim} {one.key}: {one.reading} / {found}")
    if wrong:
        told = _("%(n)s figures of the tallies differ from the records, the first: %(first)s.")
        hint = _("Nothing was frozen; an administrator runs “manage.py tally --check”.")
        raise CannotFreeze(f"{told % {'n': len(wrong), 'first': wrong[0]}} {hint}")


def _keep(
    report: Report,
    content: bytes,
    code: str,
    blocks: list[Block],
    *,
    by: Any,
    now: datetime,
    key: Any,
    made_for: UUID | None,
) -> Snapshot:
    scoped = {
        name: getattr(report, name) for name in ("area", "sector", "enterprise", "cohort", "as_of", "since")
    }
    with transaction.atomic():
        snapshot = Snapshot.objects.create(
            **scoped,
            report=report,
            code=code,
            frozen_at=now,
            frozen_by=by,
            software=release(),
            definitions=VERSION,
            packed=zlib.compress(content, 6),
            size=len(content),
            sha256=canonical.digest(content),
            key=key,
            signature=signing.sign(key, content),
            made_for=made_for,
        )
        rows = (
            SnapshotRows(
                snapshot=snapshot,
                enterprise_ref=block.enterprise,
                kind=block.kind,
                n=block.n,
                counts=block.counts,
                packed=block.packed,
                sha256=block.sha256,
            )
            for block in blocks
        )
        SnapshotRows.objects.bulk_create(rows, batch_size=200)
    return snapshot
