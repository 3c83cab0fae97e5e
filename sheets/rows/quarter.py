"""Rows of the quarterly hazard statistics for the authority: what happened in the quarter, and what stood at its end.

Figures are those of the indicators, so that each is the number of a list on the site; funds are added up from the
hazards themselves. A rate is percent with both its parts beside it.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import islice
from typing import Any

from django.db.models import Count, Q, Sum
from django.utils.translation import gettext as _, gettext_lazy

from hazards.models import Hazard
from reports.labels import labels
from reports.measures import Span
from reports.readings import Readings, places, read_places
from reports.scope import Scope
from reports.sources import TallySource
from score_mis.lib.columns import Column, Kind
from sheets.asked import Asked
from sheets.sheet import Group, Row

IDS = ("hazards_identified", "hazards_rectified", "hazard_completion_rate", "hazards_overdue")
CENT = Decimal("0.01")
AT_A_TIME = 200
"""Enterprises whose figures are read together."""

COLUMNS = (
    Column("part", gettext_lazy("part")),
    Column("name", gettext_lazy("counted for"), Kind.LONG),
    Column("quarter_identified", gettext_lazy("identified in the period"), Kind.NUMBER),
    Column("quarter_rectified", gettext_lazy("rectifications in the period"), Kind.NUMBER),
    Column("quarter_of_them_rectified", gettext_lazy("of those identified in it: rectified"), Kind.NUMBER),
    Column("quarter_rate", gettext_lazy("rate of rectification in the period, %"), Kind.NUMBER),
    Column("end_identified", gettext_lazy("identified up to the end"), Kind.NUMBER),
    Column("end_rectified", gettext_lazy("rectified at the end"), Kind.NUMBER),
    Column("end_rate", gettext_lazy("rate of rectification at the end, %"), Kind.NUMBER),
    Column("end_overdue", gettext_lazy("overdue at the end"), Kind.NUMBER),
    Column("quarter_funds", gettext_lazy("funds, hazards of the period"), Kind.AMOUNT),
    Column("quarter_funded", gettext_lazy("hazards of the period with funds"), Kind.NUMBER),
    Column("end_funds", gettext_lazy("funds, all hazards"), Kind.AMOUNT),
    Column("end_funded", gettext_lazy("all hazards with funds"), Kind.NUMBER),
)
GROUPS = tuple(
    Group(column.words, 2.6 if column.key == "name" else 1.35 if column.kind == Kind.AMOUNT else 1.1, (column.key,))
    for column in COLUMNS[1:]
)  # fmt: skip

Reading = Mapping[str, Any]
Funds = dict[Any, tuple[Any, int, Any, int]]


def count_rows(asked: Asked) -> int:
    """About how many rows: one an enterprise, and some more."""
    return asked.enterprises().order_by().count() + 20


def rows(asked: Asked) -> Iterator[Row]:
    """All hazards, by level, by category, by area, by enterprise."""
    by = {"level": IDS, "category": IDS}
    period = Readings(TallySource(asked.scope), asked.period, IDS, by=by)
    state = Readings(TallySource(asked.scope), asked.state, IDS, by=by)
    whole = _funds(asked, asked.scope, "")
    yield _row(_("All hazards"), asked.scope.title(), period.whole, state.whole, whole.get(""))
    for dim, part in (("level", _("By level")), ("category", _("By category"))):
        keys = sorted({*period.by[dim], *state.by[dim]}, key=lambda key: (not key, key))
        funds, names = _funds(asked, asked.scope, dim), labels(dim, keys)
        for key in keys:
            yield _row(part, names[key], period.by[dim].get(key), state.by[dim].get(key), funds.get(key))
    if asked.scope.enterprise is None:
        yield from _areas(asked)
        yield from _enterprises(asked)


def _areas(asked: Asked) -> Iterator[Row]:
    found = places(asked.scope, "area")
    if len(found) < 2:
        return
    period, state = (_at(asked.scope, span, "area", found) for span in (asked.period, asked.state))
    for key, scope in found:
        at, funds = (key, scope.direct), _funds(asked, scope, "")
        name = _("%(area)s, in no part of it") % {"area": scope.title()} if scope.direct else scope.title()
        yield _row(_("By area"), name, period[at], state[at], funds.get(""))


def _enterprises(asked: Asked) -> Iterator[Row]:
    """Enterprise by enterprise, some at a time, so that a country needs no more memory than a district."""
    every = asked.enterprises().only("pk", "code", "name_en", "name_zh").iterator(chunk_size=AT_A_TIME)
    while some := list(islice(every, AT_A_TIME)):
        scope = asked.only(tuple(enterprise.pk for enterprise in some))
        found = [(one.pk, asked.only((one.pk,))) for one in some]
        period, state = (_at(scope, span, "enterprise", found) for span in (asked.period, asked.state))
        funds = _funds(asked, scope, "enterprise")
        for one in some:
            key = (one.pk, False)
            yield _row(
                _("By enterprise"), f"{one.code} {one.name}", period[key], state[key], funds.get(one.pk)
            )


def _at(scope: Scope, span: Span, by: str, found: list[tuple[Any, Scope]]) -> dict[tuple[Any, bool], Reading]:
    read = read_places(TallySource(scope), span, by, IDS, found)
    return {(key, place.direct): reading for key, place, reading in read}


def _funds(asked: Asked, scope: Scope, by: str) -> Funds:
    """Sum of funds and number of hazards that have some: of the period, and of all up to its end; one query."""
    lately = Q(identified_on__gte=asked.since)
    hazards = Hazard.objects.counted().filter(scope.q("enterprise"), identified_on__lte=asked.day)
    sums = {
        "period_sum": Sum("funds", filter=lately),
        "period_n": Count("funds", filter=lately),
        "end_sum": Sum("funds"),
        "end_n": Count("funds"),
    }
    if not by:
        return {"": _money(*hazards.aggregate(**sums).values())}
    found = hazards.order_by().values_list(by).annotate(**sums)
    return {key: _money(*values) for key, *values in found}


def _money(lately: Any, n: int, whole: Any, of: int) -> tuple[Any, int, Any, int]:
    """Sums with their two decimals, which SQLite leaves away."""
    first, second = (None if one is None else Decimal(one).quantize(CENT) for one in (lately, whole))
    return first, n, second, of


def _row(part: str, name: str, period: Reading | None, state: Reading | None, funds: Any) -> Row:
    happened, stood = _parts(period), _parts(state)
    money = funds or (None, 0, None, 0)
    return (part, name, *happened[:4], *stood[4:7], stood[7], *money)


def _parts(reading: Reading | None) -> tuple[Any, ...]:
    """Of a period: identified, rectified, of them rectified, rate; of a day: identified, rectified, rate, overdue."""
    if reading is None:
        return (0, 0, 0, None, 0, 0, None, 0)
    rate = reading["hazard_completion_rate"]
    return (
        reading["hazards_identified"]["value"], reading["hazards_rectified"]["value"], rate["numerator"],
        rate["percent"], rate["denominator"], rate["numerator"], rate["percent"], reading["hazards_overdue"]["value"],
    )  # fmt: skip
