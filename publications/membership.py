"""Which records are behind which figure, and the rows that are frozen of them.

A *set* is what the measure of one part of one indicator counts in one span: the records come from `reports.evidence`,
the same that a figure's link opens on the day. Each record is frozen once, with the sets it is in; a figure's part is a
set, narrowed to one row of a breakdown. Enterprises are gone through some at a time, so that memory stays small.
"""

import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.db.models import F, QuerySet

from hazards.models import ChecklistItem
from publications.asking import Asked
from publications.kinds import KINDS, Kind, frozen
from reports.evidence import Records, enterprise_path, gather
from reports.indicators import INDICATORS, Indicator
from reports.measures import Measure, Span
from reports.registry import MEASURES
from reports.scope import Scope
from reports.wants import Want
from score_mis.lib import canonical

AT_ONCE = 25
"""Enterprises gone through together."""
NONE = 0
"""In place of the enterprise, for records that belong to none."""
PAIRS = "pairs"
SPECIAL = ("items", "coverage", "reporting")
"""Kinds of indicators whose records no measure lists."""


@dataclass(frozen=True)
class Set:
    """The records that one part of an indicator counts in a span."""

    indicator: Indicator
    part: str
    span: Span

    def measure(self) -> Measure | None:
        """What is counted; None for what coverage lists."""
        if self.indicator.kind in SPECIAL:
            return None
        return MEASURES[Want(self.indicator.parts()[self.part], "").measure(self.span)]

    def key(self) -> tuple:
        """Equal for sets that are the same records with the same values."""
        measure, part = self.measure(), self.indicator.parts()[self.part]
        if measure is None:
            return (self.indicator.kind, self.part, self.span)
        cohort = part.cohort if self.span.since else ""
        span = Span(self.span.last) if part.held else self.span
        return (measure.name, cohort, span, part.level, self._valued())

    def _valued(self) -> str:
        """Whether its records bring a value along: days, of which a median is taken, or money."""
        return self.indicator.kind if self.indicator.kind in ("median", "sum") else ""

    def members(self, scope: Scope) -> Iterator["Member"]:
        """The records of some enterprises that it has."""
        found = gather(self.indicator, self.part, scope, self.span).records
        if not isinstance(found, Records):
            raise TypeError("Pairs are two sets.")
        for part in found.parts:
            yield from self._members(part.queryset.order_by())

    def _members(self, found: QuerySet) -> Iterator["Member"]:
        measure, path = self.measure(), enterprise_path(found.model)
        dims = dict(measure.dims) | ({"level": measure.level} if measure.level else {}) if measure else {}
        value = self._value(measure)
        if value is not None:
            found = found.annotate(frozen_value=value)
        owner = "pk" if not path or found.model is ChecklistItem else f"{path}_id"
        columns = ["pk", owner, *(["frozen_value"] if value is not None else []), *dims.values()]
        for pk, enterprise, *rest in found.values_list(*columns).iterator(chunk_size=2000):
            given = frozen(rest.pop(0)) if value is not None else None
            keys = {dim: "" if key is None else str(key) for dim, key in zip(dims, rest, strict=True)}
            yield Member(found.model, pk, NONE if found.model is ChecklistItem else enterprise, given, keys)

    def _value(self, measure: Measure | None) -> Any:
        """The expression of what a record brings along; None for nothing."""
        if measure is None or not self._valued():
            return None
        if self.indicator.kind == "sum":
            return F(measure.amount)
        held = self.indicator.parts()[self.part].held
        return measure.lag(Span(self.span.last) if held else self.span) if measure.lag else None


@dataclass(frozen=True)
class Member:
    """A record in a set: whose it is, the value it brings along, and its key in each breakdown."""

    model: type[models.Model]
    pk: int
    enterprise: int
    value: Any
    keys: dict[str, str]


@dataclass
class Sets:
    """The sets of a report, numbered as they are asked for."""

    found: list[Set] = field(default_factory=list)
    numbers: dict[tuple, int] = field(default_factory=dict)

    def number(self, wanted: Set) -> int:
        """The number of a set."""
        key = wanted.key()
        if key not in self.numbers:
            self.numbers[key] = len(self.found)
            self.found.append(wanted)
        return self.numbers[key]

    def of(self, asked: Asked) -> dict[str, Any]:
        """The set of each part of a figure, by the letter of the part; pairs are two sets."""
        found: dict[str, Any] = {}
        for letter, part in asked.parts().items():
            if asked.indicator.kind == "coverage" and part == "denominator":
                both = (("enterprises", asked.span), ("checklist_items", asked.span))
                found[letter] = {PAIRS: [self.number(Set(INDICATORS[i], "value", span)) for i, span in both]}
            else:
                found[letter] = self.number(Set(asked.indicator, part, asked.span))
        return found

    def described(self, models_of: dict[int, set[str]]) -> list[dict[str, Any]]:
        """What each set is, for the snapshot."""
        return [
            {
                "indicator": one.indicator.id,
                "part": one.part,
                "as_of": one.span.as_of.isoformat(),
                "since": one.span.since.isoformat() if one.span.since else None,
                "kinds": sorted(models_of.get(number, ())),
            }
            for number, one in enumerate(self.found)
        ]


@dataclass
class Block:
    """The frozen rows of one kind of record of one enterprise."""

    enterprise: int
    kind: str
    n: int
    counts: dict[str, int]
    packed: bytes
    sha256: str


class Gatherer:
    """Goes through the enterprises of a scope and yields their blocks; counts and values stay for the comparison."""

    def __init__(self, sets: Sets) -> None:
        self.sets = sets
        self.counts: Counter[tuple] = Counter()
        self.values: dict[tuple, Counter[str]] = defaultdict(Counter)
        self.kinds: dict[int, set[str]] = defaultdict(set)

    def blocks(self, enterprises: list[int]) -> Iterator[list[Block]]:
        """The blocks, some enterprises at a time; first what belongs to none."""
        places = list(enumerate(self.sets.found))
        yield self._gathered([(n, one) for n, one in places if one.indicator.kind == "items"], Scope(only=()))
        others = [(n, one) for n, one in places if one.indicator.kind != "items"]
        for start in range(0, len(enterprises), AT_ONCE):
            yield self._gathered(others, Scope(only=tuple(enterprises[start : start + AT_ONCE])))

    def _gathered(self, sets: Iterable[tuple[int, Set]], scope: Scope) -> list[Block]:
        records: dict[type[models.Model], dict[int, dict[str, Any]]] = defaultdict(dict)
        for number, one in sets:
            for member in one.members(scope):
                row = records[member.model].setdefault(
                    member.pk, {"enterprise": member.enterprise, "keys": {}, "in": {}}
                )
                row["keys"] |= member.keys
                row["in"][str(number)] = member.value
                self._count(number, member)
        return [block for model, rows in records.items() for block in _blocks(KINDS[model], rows)]

    def _count(self, number: int, member: Member) -> None:
        self.kinds[number].add(KINDS[member.model].name)
        narrowed = [("", ""), *member.keys.items(), ("enterprise", str(member.enterprise))]
        for dim, key in narrowed:
            self.counts[(number, dim, key)] += 1
            if member.value is not None:
                self.values[(number, dim, key)][str(member.value)] += 1


def _blocks(kind: Kind, found: dict[int, dict[str, Any]]) -> Iterator[Block]:
    """The rows of a kind, by enterprise, in the order of their keys."""
    of: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for pk, said in _said(kind, sorted(found)):
        row = found.pop(pk)
        of[row.pop("enterprise")].append({"id": pk, **said, **row})
    for enterprise, rows in sorted(of.items()):
        counts: Counter[str] = Counter(number for row in rows for number in row["in"])
        content = canonical.written(rows)
        packed = zlib.compress(content, 6)
        yield Block(enterprise, kind.name, len(rows), dict(counts), packed, canonical.digest(content))


def _said(kind: Kind, pks: list[int]) -> Iterator[tuple[int, dict[str, Any]]]:
    """What records say, in the order of their keys."""
    numbered = [f"{kind.owner}__" if kind.owner else ""] if kind.letter else []
    reference = [f"{prefix}{name}" for prefix in numbered for name in ("enterprise__code", "number")]
    for start in range(0, len(pks), 2000):
        rows = kind.model._base_manager.filter(pk__in=pks[start : start + 2000]).order_by("pk")
        for pk, *values in rows.values_list("pk", *kind.fields.values(), *reference):
            said = {name: frozen(value) for name, value in zip(kind.fields, values, strict=False)}
            if reference:
                said["ref"] = f"{values[-2]}-{kind.letter}{values[-1]:04d}"
            yield pk, said
