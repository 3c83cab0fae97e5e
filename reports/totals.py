"""Totals above lists, from the tallies: what each list's filters are in the words of measures.

A list may be tallied only where it shows exactly the records of a measure; a test holds both equal on the pilot data
for every list, filter and role.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest

from enterprises.models import Level, Reach
from hazards.models import Hazard
from reports.evidence import Evidence
from reports.indicators import Part
from reports.measures import Span
from reports.readings import Sums
from reports.scope import Scope, scope_for
from reports.sources import TallySource, Want
from reports.standing import MOST as MOST_MARKS, standing_of
from score_mis.lib import dates, replica
from score_mis.lib.totals import MOST, Tallied, Total

KEPT = 300
"""Seconds for which a number of one tally version is kept."""
FEW = 200
"""Enterprises of a list of enterprises that are read live, about as many as a big district has."""

Sum = tuple[tuple[int, str], ...]
"""Measures with their signs."""


@dataclass(frozen=True)
class Listed:
    """What a kind of list counts: `whole` without filters; instead of it, the sum for a value of a filter.

    `dims` are the filters that a breakdown answers, `level` the one that hazards' level answers, `places` those that
    narrow the scope. `by_today` are sums that move with the calendar; all others have no end, for visits are planned
    ahead.
    """

    whole: Sum
    instead: Mapping[tuple[str, str], Sum] = field(default_factory=dict)
    dims: Mapping[str, str] = field(default_factory=dict)
    level: str = ""
    places: tuple[str, ...] = ()
    by_today: tuple[str, ...] = ()


def _sum(**signs: int) -> Sum:
    return tuple((sign, measure) for measure, sign in signs.items())


NONE: Sum = ()
OVERDUE = _sum(hazards_overdue=1)
LISTS: dict[str, Listed] = {
    "suggestions": Listed(
        _sum(suggestions_submitted=1),
        instead={("status", "done"): _sum(suggestions_implemented=1)},
        dims={"category": "category", "module": "module"},
    ),
    "hazards": Listed(
        _sum(hazards_identified=1),
        instead={
            ("status", "open"): _sum(hazards_identified=1, hazards_rectified=-1),
            ("status", "rectified"): _sum(hazards_rectified=1, hazards_verified=-1),
            ("status", "verified"): _sum(hazards_verified=1),
            ("overdue", "yes"): OVERDUE,
            ("found", "check"): _sum(hazards_in_checks=1),
            ("found", "other"): _sum(hazards_identified=1, hazards_in_checks=-1),
        },
        dims={"category": "category"},
        level="level",
        by_today=("hazards_overdue",),
    ),
    "checks": Listed(
        _sum(safety_checks=1),
        instead={("status", "submitted"): _sum(safety_checks=1)},
        dims={"performed_by": "performed_by"},
    ),
    "visits": Listed(_sum(visits_planned=1), dims={"module": "module"}),
    "enrolments": Listed(NONE),
    "enterprises": Listed(
        NONE, instead={("status", "in_programme"): _sum(enterprises=1)}, places=("area", "sector")
    ),
}


HELD = frozenset(name for listed in LISTS.values() for name in listed.by_today)
"""The measures that move with the calendar."""


def scope_of(request: HttpRequest, reach: Reach | None = None, **narrowed: Any) -> Scope:
    """What the person may see today, narrowed; found once a request and person."""
    kept: dict[tuple, Scope] = request.__dict__.setdefault("scopes", {})
    key = (request.user.pk, *sorted(narrowed.items()))
    if key not in kept:
        kept[key] = scope_for(request.user, dates.today(), reach=reach, **narrowed)
    return kept[key]


def fresh_of(request: HttpRequest) -> dict[str, Any]:
    """When the tallies were computed and what waits (of many marks: that they are many); asked once a request."""
    return standing_of(request).fresh


def is_small(scope: Scope) -> bool:
    """One enterprise, a district, or a list of few enterprises: live counts are quick there."""
    if scope.enterprise is not None:
        return True
    if scope.only is not None:
        return len(scope.only) <= FEW
    return scope.area is not None and scope.area.level >= Level.DISTRICT


def total_of_evidence(found: Evidence, want: Want, scope: Scope, span: Span, fresh: Any, **row: str) -> Total:
    """How many records lie behind a figure: counted, and where they are too many for that, as the tallies say."""
    if is_small(scope) or span.known_on is not None:
        return Total(len(found))
    counted = found.records.up_to(MOST)
    if not counted.is_least or not want.part.measure or not fresh["computed_at"]:
        return counted
    sums = Sums(TallySource(scope).read([want], span, ""))
    number = sums.total(want, span, key=row.get("key"), level=row.get("level", ""))
    return Total(number, counted_at=fresh["computed_at"] if fresh["waiting"] else None)


def recomputed(found: Evidence, total: Total, scope: Scope) -> dict[str, Any] | None:
    """The median or the sum computed from the records again, unless these are too many for a page."""
    return found.recomputed if total.number <= MOST or is_small(scope) else None


def read_sum(scope: Scope, measures: Sum, *, dim: str = "", key: str | None = None, level: str = "") -> int:
    """A sum of measures in a scope as the tallies have it today."""
    spans = {False: Span(dates.PLAUSIBLE[1].limit_value), True: Span(dates.today())}
    number = 0
    for by_today, span in spans.items():
        wants = {Want(Part(m, ""), dim): sign for sign, m in measures if (m in HELD) is by_today}
        if wants:
            sums = Sums(TallySource(scope).read(list(wants), span, ""))
            number += sum(sign * sums.total(want, span, key=key, level=level) for want, sign in wants.items())
    return number


def overdue(request: HttpRequest, reach: Reach | None, today: date) -> int:
    """Overdue hazards a person sees: of an area as its tallies have them, of a list of enterprises live.

    A live number is kept until the next mark is written: nothing changes it without one.
    """
    reach, fresh = reach or Reach.of(request.user, today), fresh_of(request)
    of_area = len(reach.paths) == 1 and not reach.enterprise_ids
    waits = 0 if of_area else fresh["waiting"]
    parts = (reach.paths, reach.enterprise_ids, today, fresh["generation"], fresh["version"], waits)
    words = hashlib.sha256(f"overdue-{parts}".encode()).hexdigest()
    number = cache.get(words) if waits <= MOST_MARKS else None
    if number is None:
        scope = scope_of(request, reach)
        hazards = Hazard.objects.filter(scope.q("enterprise")).overdue(today)
        number = read_sum(scope, OVERDUE) if scope.has_tallies else hazards.order_by().count()
        cache.set(words, number, KEPT)
    replica.saw(request, lambda: fresh["version"])
    return number


class TallyProvider:
    """Answers from the tallies of an area, and says which lists are small enough to be counted."""

    def tallied(self, request: HttpRequest, kind: str, asked: Mapping[str, Any]) -> Tallied | None:
        """The number behind a list, where its filters are one question to the tallies and these were ever counted."""
        listed, left = LISTS[kind], dict(asked)
        measures = listed.whole
        for (name, value), instead in listed.instead.items():
            if left.get(name) == value:
                measures, _value = instead, left.pop(name)
                break
        level = str(left.pop(listed.level, "")) if listed.level else ""
        places = {name: left.pop(name) for name in listed.places if name in left}
        dim, key = "", None
        for name in listed.dims.keys() & left.keys():
            dim, key = listed.dims[name], _key(left.pop(name))
            break
        fresh = fresh_of(request)
        if left or not measures or not fresh["computed_at"]:
            return None
        number = _sum_of(request, places, measures, dim=dim, key=key, level=level)
        if number is None:
            return None
        replica.saw(request, lambda: fresh["version"])
        return Tallied(number, fresh["computed_at"] if fresh["waiting"] else None)

    def is_small(self, request: HttpRequest, asked: Mapping[str, Any]) -> bool:
        """Whether one enterprise is asked for, or the person sees few."""
        return bool(asked.get("enterprise")) or is_small(scope_of(request))

    def kept(self, request: HttpRequest, words: str, count: Callable[[], Any]) -> Any:
        """What was counted, until a mark is written or the waiting ones are drained: nothing changes it without one."""
        fresh, today = fresh_of(request), dates.today()
        if fresh["waiting"] > MOST_MARKS:
            return count()
        reach = Reach.of(request.user, today)
        moment = (today, fresh["generation"], fresh["version"], fresh["waiting"])
        parts = ("kept", reach.paths, reach.enterprise_ids, moment, words)
        name = hashlib.sha256(repr(parts).encode()).hexdigest()
        found = cache.get(name)
        if found is None:
            found = count()
            cache.set(name, found, KEPT)
        return found


def _sum_of(request: HttpRequest, places: Mapping[str, Any], measures: Sum, **asked: Any) -> int | None:
    """What the tallies say, None where none do; kept as long as they are the same.

    What stands in cells has the version that they have. Only what moves with the calendar may also be read live, and
    then it is not kept where it is broken down, for that changes with every record.
    """
    reach, today, fresh = Reach.of(request.user, dates.today()), dates.today(), fresh_of(request)
    is_live = asked["dim"] and any(name in HELD for _sign, name in measures)
    of_area = len(reach.paths) == 1 and not reach.enterprise_ids
    where = sorted((name, place.pk, place.code) for name, place in places.items())
    parts = (reach.paths, where, measures, asked, today, fresh["generation"], fresh["version"])
    words = hashlib.sha256(f"list-{parts}".encode()).hexdigest()
    number = cache.get(words) if of_area and not is_live else None
    if number is not None:
        return number
    scope = scope_of(request, **{name: place.code for name, place in places.items()})
    if not scope.has_tallies:
        return None
    number = read_sum(scope, measures, **asked)
    if of_area and not is_live:
        cache.set(words, number, KEPT)
    return number


def _key(value: Any) -> str:
    """A filter's value as the key of a breakdown: a module by its number."""
    return str(getattr(value, "number", value))
