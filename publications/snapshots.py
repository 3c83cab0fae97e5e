"""Reading what was frozen: the content, one figure by its code, the rows behind it."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db.models import QuerySet

from publications.membership import PAIRS
from publications.models import Snapshot, SnapshotRows
from score_mis.lib import canonical

WRITTEN_CODE = re.compile(r"E([1-9][0-9]{0,8})([ab]?)")
"""The code of a figure, and of one part of it."""


class Altered(Exception):
    """What the database holds is not what was frozen: somebody went past its triggers. Its text may be shown."""


@dataclass(frozen=True)
class FrozenFigure:
    """A figure of a snapshot and, where the code names one, its part."""

    snapshot: Snapshot
    content: dict[str, Any]
    figure: dict[str, Any]
    letter: str

    @property
    def code(self) -> str:
        """The code as documents print it."""
        return f"{self.figure['code']}{self.letter}"

    @property
    def where(self) -> Any:
        """The set of the part; that of the denominator, and so of all, for a rate as a whole."""
        sets = self.figure["sets"]
        return sets[self.letter] if self.letter in sets else sets["b"]

    @property
    def value(self) -> int | None:
        """How many records there are behind the part; None for a rate as a whole."""
        reading = self.figure["reading"]
        if "numerator" in reading:
            return {"a": reading["numerator"], "b": reading["denominator"]}.get(self.letter)
        return reading["n"] if "n" in reading else reading["value"]

    def narrowed(self) -> tuple[str, str]:
        """The breakdown and its row; months and steps have sets of their own."""
        dim = self.figure["dim"]
        return ("", "") if dim in ("", "month", "step") else (dim, self.figure["key"])


def content(snapshot: Snapshot) -> dict[str, Any]:
    """The canonical content; raises Altered where its hash is another."""
    written = snapshot.written()
    if canonical.digest(written) != snapshot.sha256:
        raise Altered(f"{snapshot.code}: the content does not have the hash it was frozen with.")
    return json.loads(written)


def figure(snapshot: Snapshot, code: str, known: dict[str, Any] | None = None) -> FrozenFigure | None:
    """The figure of a code, None where there is none; `known` is the content where it was read already."""
    found = WRITTEN_CODE.fullmatch(code)
    said = content(snapshot) if known is None else known
    place = int(found[1]) - 1 if found else -1
    if found is None or place >= len(said["figures"]):
        return None
    one = said["figures"][place]
    if found[2] and found[2] not in one["sets"]:
        return None
    return FrozenFigure(snapshot, said, one, found[2])


def blocks_of(one: FrozenFigure, number: int) -> QuerySet:
    """The blocks that may have rows of a set, narrowed to one enterprise where the figure is."""
    rows = SnapshotRows.objects.filter(
        snapshot=one.snapshot, kind__in=one.content["sets"][number]["kinds"]
    ).order_by("kind", "enterprise_ref")
    dim, key = one.narrowed()
    return rows.filter(enterprise_ref__in=[int(key), 0]) if dim == "enterprise" else rows


def rows_in(one: FrozenFigure, number: int, skip: int = 0) -> Iterator[dict[str, Any]]:
    """The rows of a set that the figure counts, with kind and enterprise; whole blocks are skipped unread."""
    dim, key = one.narrowed()
    whole = dim in ("", "enterprise")
    for block in blocks_of(one, number).iterator(chunk_size=20):
        n = block.counts.get(str(number), 0)
        if not n or (whole and skip >= n):
            skip -= n
            continue
        for row in read(block):
            if str(number) in row["in"] and (whole or row["keys"].get(dim) == key):
                if skip > 0:
                    skip -= 1
                else:
                    yield {**row, "kind": block.kind, "enterprise": block.enterprise_ref}


def rows_of(one: FrozenFigure, skip: int = 0) -> Iterator[dict[str, Any]]:
    """The records behind a figure as they were at the freeze; pairs are made of their enterprises and items."""
    where = one.where
    if not isinstance(where, dict):
        yield from rows_in(one, where, skip)
        return
    enterprises, items = where[PAIRS]
    listed = list(rows_in(one, items))
    for owner in rows_in(one, enterprises, skip // max(len(listed), 1)):
        for item in islice(listed, skip % max(len(listed), 1), None):
            yield {**item, "enterprise": owner["enterprise"], "pair": [owner["id"], item["id"]]}
        skip = 0


def count_of(one: FrozenFigure) -> int:
    """How many records are behind a figure, counted from the frozen rows."""
    where = one.where
    if not isinstance(where, dict):
        return sum(1 for _row in rows_in(one, where))
    enterprises, items = where[PAIRS]
    return sum(1 for _row in rows_in(one, enterprises)) * sum(1 for _row in rows_in(one, items))


def read(block: SnapshotRows) -> list[dict[str, Any]]:
    """The rows of a block; raises Altered where their hash is another."""
    written = block.written()
    if canonical.digest(written) != block.sha256:
        raise Altered(f"{block}: the rows do not have the hash they were frozen with.")
    return json.loads(written)


def rows(snapshot: Snapshot, kind: str) -> Iterator[dict[str, Any]]:
    """All frozen rows of a kind of record, enterprise by enterprise; for the lists of a workbook."""
    found = SnapshotRows.objects.filter(snapshot=snapshot, kind=kind).order_by("enterprise_ref")
    for block in found.iterator(chunk_size=20):
        for row in read(block):
            yield {**row, "enterprise": block.enterprise_ref}
