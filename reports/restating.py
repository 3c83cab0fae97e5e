"""Restatement: which published figures would be others today, by how much, because of which records, and why these.

Nothing here reads the database: a figure comes with its records (`reports.membership` finds today's), and what was
done to a record since comes from a function that is given (`reports.causes` has one).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from statistics import median
from typing import Any, NamedTuple

from reports.indicators import percent

Value = int | str | None
"""What a record gives beside itself: the days of a median, the amount of a sum as text, or nothing."""


class Ref(NamedTuple):
    """A record by its kind (`reports.membership.KINDS`) and key; looks and pairs by "enterprise/item code"."""

    kind: str
    pk: str


Members = Mapping[Ref, Value]


@dataclass(frozen=True)
class Crossed:
    """All pairs of two kinds of record, by what they are made of; nobody wants to list a million pairs."""

    first: Members
    second: Members

    def __len__(self) -> int:
        return len(self.first) * len(self.second)

    def factors(self) -> Members:
        """The records of both kinds."""
        return {**self.first, **self.second}


@dataclass(frozen=True)
class Figure:
    """A figure with the records behind each of its parts ("value", or "numerator" and "denominator").

    `kind` says how it is computed of them: count, rate, median or sum. What else it is called by (mode, breakdown and
    key, level) is in `asked` and handed on as it is.
    """

    code: str
    indicator: str
    kind: str
    parts: Mapping[str, Members | Crossed]
    asked: tuple[tuple[str, str], ...] = ()

    def reading(self) -> dict[str, Any]:
        """The figure, computed from its records; numbers as text where they may have a fraction."""
        if self.kind == "rate":
            numerator, denominator = len(self.parts["numerator"]), len(self.parts["denominator"])
            whole = percent(numerator, denominator)
            return {"numerator": numerator, "denominator": denominator, "percent": whole}
        members = self.parts["value"]
        if self.kind == "median":
            days = [int(value) for value in _values(members) if value is not None]
            return {"median": f"{median(days):g}" if days else None, "n": len(days)}
        if self.kind == "sum":
            amounts = [Decimal(str(value)) for value in _values(members) if value is not None]
            return {"sum": f"{sum(amounts, Decimal(0)):.2f}", "n": len(amounts)}
        return {"value": len(members)}


def _values(members: Members | Crossed) -> Iterable[Value]:
    return () if isinstance(members, Crossed) else members.values()


@dataclass(frozen=True)
class Cause:
    """One entry since the publication that touched a record: a move, a mended day, an edit.

    `on` is the record that the entry is about, which may be the enterprise or the workshop of the counted one.
    `values` are the columns it changed, with old and new as text.
    """

    on: Ref
    move: str
    entered_at: datetime
    by: str
    reason: str = ""
    day: date | None = None
    day_before: date | None = None
    values: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True)
class Because:
    """A record that counts in a part and did not (added), did and does not (gone), or counts otherwise (changed)."""

    ref: Ref
    part: str
    what: str
    old: Value = None
    new: Value = None
    causes: tuple[Cause, ...] = ()


@dataclass(frozen=True)
class Difference:
    """A figure that would be another today. Without a reason found, the definition or the calendar changed it."""

    code: str
    indicator: str
    asked: tuple[tuple[str, str], ...]
    published: dict[str, Any]
    now: dict[str, Any]
    because: tuple[Because, ...]

    @property
    def by(self) -> dict[str, str | int | None]:
        """By how much each number of the figure is greater today; None where it is none on one side."""
        return {name: _difference(value, self.now[name]) for name, value in self.published.items()}


def _difference(old: Any, new: Any) -> str | int | None:
    if old is None or new is None:
        return None
    if isinstance(old, int) and isinstance(new, int):
        return new - old
    return str(Decimal(str(new)) - Decimal(str(old)))


Causes = Callable[[set[Ref]], Mapping[Ref, Sequence[Cause]]]


def restated(published: Iterable[Figure], now: Mapping[str, Figure], causes: Causes) -> list[Difference]:
    """Return the published figures whose numbers would be others today, in their order.

    `now` has the same figures by code, of the same day and scope, with today's records; one that is missing there is
    no indicator any more and is left out. `causes` is asked once, for all records together.
    """
    pairs = [(old, now[old.code]) for old in published if old.code in now]
    differing = [(old, new, _because(old, new)) for old, new in pairs if old.reading() != new.reading()]
    why = causes({one.ref for _old, _new, found in differing for one in found})
    return [
        Difference(
            old.code,
            old.indicator,
            old.asked,
            old.reading(),
            new.reading(),
            tuple(
                Because(one.ref, one.part, one.what, one.old, one.new, tuple(why.get(one.ref, ())))
                for one in found
            ),
        )
        for old, new, found in differing
    ]


def _because(old: Figure, new: Figure) -> list[Because]:
    """The records in which two figures differ, part by part: gone, added, changed."""
    found: list[Because] = []
    for part in old.parts:
        before, after = _members(old.parts[part]), _members(new.parts[part])
        found += [Because(ref, part, "gone", old=before[ref]) for ref in sorted(before.keys() - after.keys())]
        found += [Because(ref, part, "added", new=after[ref]) for ref in sorted(after.keys() - before.keys())]
        found += [
            Because(ref, part, "changed", before[ref], after[ref])
            for ref in sorted(before.keys() & after.keys())
            if before[ref] != after[ref]
        ]
    return found


def _members(part: Members | Crossed) -> Members:
    return part.factors() if isinstance(part, Crossed) else part
