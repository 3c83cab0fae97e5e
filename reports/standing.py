"""What every page of a person depends on, asked of the database in one statement, so that all of it is of one moment.

The programme, what the person holds, the state of the tallies, what waits to be counted, and when names were changed.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache, partial
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connections
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from enterprises.models import Area, Programme, Reach, Sector
from hazards.models import Checklist
from reports.tallies.state import LATE
from score_mis.lib import dates, prepared, replica
from training.models import Module

MOST = 1000
"""Waiting marks that are counted; one more means: more than that."""

NAMED = (Programme, Area, Sector, Module, Checklist)
"""Beside figures a page shows names of these; each change of them has a row of history."""

STATEMENT = """
    SELECT m.n, m.since, s.generation, s.version, s.computed_at,
           p.id, p.name_en, p.name_zh, p.is_generated, p.time_zone,
           a.role, a.path, a.enterprise_id, a.from_on, a.until_on, NEWEST
    FROM (SELECT COUNT(*) AS n, MIN(created_at) AS since
          FROM (SELECT created_at FROM enterprises_mark ORDER BY id LIMIT %s) waiting) m
    LEFT JOIN (SELECT generation, version, computed_at FROM reports_tallystate ORDER BY id LIMIT 1) s ON TRUE
    LEFT JOIN (SELECT id, name_en, name_zh, is_generated, time_zone
               FROM enterprises_programme ORDER BY id LIMIT 1) p ON TRUE
    LEFT JOIN (SELECT role, path, enterprise_id, from_on, until_on
               FROM enterprises_assignment LEFT JOIN enterprises_area ON enterprises_area.id = area_id
               WHERE user_id = %s AND from_on <= %s AND (until_on IS NULL OR until_on >= %s)) a ON TRUE
"""


class Shown(NamedTuple):
    """The programme as a page shows it."""

    pk: int
    name_en: str
    name_zh: str
    is_generated: bool
    time_zone: str


class Held(NamedTuple):
    """An assignment of the person."""

    role: str
    path: str | None
    enterprise_id: int | None
    from_on: date
    until_on: date | None


@dataclass(frozen=True)
class Standing:
    """One moment of what a page depends on.

    `held` also has what begins tomorrow or ended yesterday; `names` are the newest changes of what NAMED says.
    """

    programme: Shown | None
    held: tuple[Held, ...]
    names: tuple[int | None, ...]
    fresh: dict[str, Any]

    @property
    def today(self) -> date:
        """The programme's day."""
        return dates.today(self.programme.time_zone if self.programme else None)

    def rows(self, day: date) -> list[tuple[str, str | None, int | None]]:
        """The role and the place of what the person holds on a day: today here or in the programme."""
        held = [h for h in self.held if h.from_on <= day and (h.until_on is None or h.until_on >= day)]
        return [(h.role, h.path, h.enterprise_id) for h in held]

    def reach(self, day: date) -> Reach:
        """What the person may see on such a day."""
        return Reach.of_rows(self.rows(day))


class StandingMiddleware:
    """Let `Reach.of` learn what the person of a request holds from the request's standing, asked when it is needed."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        person: Any = request.user
        if person.is_authenticated:
            person.held_on = partial(_held_on, request, person.pk)
        return self.get_response(request)


def _held_on(request: HttpRequest, pk: int, day: date) -> list[tuple[str, str | None, int | None]] | None:
    """What the person of a request holds on a day, or None: the standing knows only of today."""
    standing = _asked_once(request, pk)
    return standing.rows(day) if day in (standing.today, dates.today()) else None


def standing_of(request: HttpRequest) -> Standing:
    """What a page depends on; asked once a request and person."""
    return _asked_once(request, getattr(getattr(request, "user", None), "pk", None))


def _asked_once(request: HttpRequest, pk: int | None) -> Standing:
    kept: dict[int | None, Standing] = request.__dict__.setdefault("standings", {})
    if pk not in kept:
        kept[pk] = ask(pk)
    return kept[pk]


def ask(pk: int | None) -> Standing:
    """Ask the database that reads use now; one query."""
    first, last = _days()
    using = connections[replica.alias()]
    rows = prepared.rows(using, "score_standing", _statement(), [MOST + 1, pk, last, first])
    n, since, generation, version, computed_at = rows[0][:5]
    since, computed_at = _moment(since), _moment(computed_at)
    return Standing(
        programme=_shown(rows[0][5:10]),
        held=tuple(sorted((_held(row[10:15]) for row in rows if row[10] is not None), key=repr)),
        names=rows[0][15:],
        fresh={
            "computed_at": computed_at,
            "version": version or 0,
            "generation": generation or 0,
            "waiting": n,
            "since": since,
            "stale": bool(n and (computed_at is None or timezone.now() - since > LATE)),
        },
    )


@lru_cache(maxsize=1)
def _statement() -> str:
    tables = [model.history.model._meta.db_table for model in NAMED]
    newest = [f"(SELECT MAX(history_id) FROM {table})" for table in tables]  # nosec B608 (tables of ours)
    return STATEMENT.replace("NEWEST", ", ".join(newest))


def _days() -> tuple[date, date]:
    """The first and the last day that may be today anywhere."""
    if settings.PROGRAMME_TODAY:
        return settings.PROGRAMME_TODAY, settings.PROGRAMME_TODAY
    here = timezone.now().astimezone(UTC).date()
    return here - timedelta(days=1), here + timedelta(days=1)


def _shown(row: tuple[Any, ...]) -> Shown | None:
    pk, name_en, name_zh, is_generated, time_zone = row
    return None if pk is None else Shown(pk, name_en, name_zh, bool(is_generated), time_zone)


def _held(row: tuple[Any, ...]) -> Held:
    role, path, enterprise_id, from_on, until_on = row
    return Held(role, path, enterprise_id, _day(from_on), until_on and _day(until_on))


def _day(value: Any) -> Any:
    """A date as SQLite writes it."""
    return parse_date(value) if isinstance(value, str) else value


def _moment(value: Any) -> datetime | None:
    """A moment as SQLite writes it, in UTC."""
    value = parse_datetime(value) if isinstance(value, str) else value
    return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value
