"""Live counts: the records themselves, with the queries the tallies are built with; any combination of breakdowns.

One statement a measure and kind of record counts all breakdowns that are asked of it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any, NamedTuple

from django.db.models import DecimalField, F, Q, QuerySet, Sum, Value

from reports.cells import WHOLE, Days, Group, stretches_q
from reports.measures import Span, Stream
from reports.registry import MEASURES
from reports.scope import Scope
from reports.tallies.counting import TEXT, counted, key_of, summed_money
from reports.wants import Want, different
from score_mis.lib import statements


class Asked(NamedTuple):
    """A measure on some stretches of days, of those that entered a cohort in a period or of all."""

    measure: str
    days: tuple[Days, ...]
    cohort: str = ""
    period: tuple[date, ...] = ()

    @classmethod
    def of(cls, want: Want, span: Span, stretches: Iterable[Days]) -> "Asked":
        """What a want asks of the records of some stretches of days."""
        if want.is_cohort(span) and span.since is not None:
            period = (span.since, span.last)
            return cls(want.measure(span), tuple(stretches), want.part.cohort, period)
        return cls(want.measure(span), tuple(stretches))

    def shape(self) -> tuple:
        """What decides how the condition is written: everything but its days."""
        return self.measure, tuple(first is None for first, _last in self.days), self.cohort

    def values(self) -> list[statements.Value]:
        """Its days in order."""
        return [*(day for stretch in self.days for day in stretch if day is not None), *self.period]

    def written(self, stream: Stream, values: Iterator[Any]) -> Q:
        """The condition on rows of a stream, with values in place of its own."""
        days = [(None if first is None else next(values), next(values)) for first, _last in self.days]
        where = stretches_q("day", days)
        if self.cohort:
            path = stream.cohorts[self.cohort]
            where &= Q(**{f"{path}__gte": next(values), f"{path}__lte": next(values)})
        return where


class LiveSource:
    """Counts the records of a scope."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self._known: dict[str, dict[int, Any]] = {}

    def read(self, wants: list[Want], span: Span, place: str = "") -> Iterator[Group]:
        """Return all groups of the wants."""
        yield from self.of_days([(want, (want.days(span),)) for want in different(wants, span)], span, place)

    def of_days(
        self, wants: Iterable[tuple[Want, tuple[Days, ...]]], span: Span, place: str = ""
    ) -> Iterator[Group]:
        """Return the groups of wants, each on some stretches of days."""
        together: dict[Asked, list[Want]] = defaultdict(list)
        for want, stretches in wants:
            together[Asked.of(want, span, stretches)].append(want)
        for asked, found in together.items():
            dims = tuple(sorted({want.dim for want in found} - {""}))
            for stream in MEASURES[asked.measure].streams:
                rows = self._rows(asked, stream, dims, bool(place))
                for want in found:
                    column = dims.index(want.dim) if want.dim else None
                    label = want.label(span)
                    for (owner, key, level), (n, money) in folded(rows, column).items():
                        yield Group(self._row(owner, place), asked.measure, label, key, level, n, money)

    def _rows(self, asked: Asked, stream: Stream, dims: tuple[str, ...], by_owner: bool) -> list[tuple]:
        """Owner, level, n, amount and the keys of breakdowns, from one statement."""
        place = MEASURES[asked.measure].streams.index(stream)
        return statements.rows(
            ("live", asked.shape(), place, dims, by_owner, self.scope.shape()),
            [*asked.values(), *self.scope.values()],
            partial(_grouped, asked, stream, dims, by_owner, self.scope),
        )

    def _row(self, owner: int | None, place: str) -> Any:
        """The row of a breakdown that an enterprise belongs to."""
        if owner is None or not place:
            return WHOLE
        if place == "enterprise":
            return owner
        return self._places(place)[owner]

    def _places(self, place: str) -> dict[int, Any]:
        """The row of each enterprise of the scope; asked once."""
        if place not in self._known:
            if place == "sector":
                pairs = self.scope.enterprises().values_list("pk", "sector__code")
                self._known[place] = dict(pairs)
            else:
                self._known[place] = self._areas()
        return self._known[place]

    def _areas(self) -> dict[int, Any]:
        pairs = self.scope.enterprises().values_list("pk", "area__path", "area__code")
        if self.scope.area is None or not self.scope.has_tallies:
            return {pk: code for pk, _path, code in pairs}
        codes = {area.pk: area.code for area in self.scope.parts}
        found = {}
        for pk, path, _code in pairs:
            below = path.removeprefix(self.scope.area.path).split("/")[0]
            found[pk] = codes[int(below)] if below else self.scope.area.code
        return found

    def months(self, measures: Iterable[str], last: date) -> dict[str, dict[date, int]]:
        """Return how much of each measure falls in each month up to a day."""
        found: dict[str, dict[date, int]] = {}
        for name in measures:
            found[name] = defaultdict(int)
            asked = Asked(name, ((None, last),))
            for place, stream in enumerate(MEASURES[name].streams):
                rows = statements.rows(
                    ("live months", asked.shape(), place, self.scope.shape()),
                    [*asked.values(), *self.scope.values()],
                    partial(_by_month, asked, stream, self.scope),
                )
                for month, n in rows:
                    found[name][month] += n
        return found


def _grouped(
    asked: Asked, stream: Stream, dims: tuple[str, ...], by_owner: bool, scope: Scope, values: Iterator[Any]
) -> QuerySet:
    where = asked.written(stream, values) & scope.q(stream.enterprise, values)
    breakdowns = stream.breakdowns()
    keys = {f"key_{place}": key_of(breakdowns[dim]) for place, dim in enumerate(dims)}
    rows = stream.rows().annotate(
        cell_owner=F(f"{stream.enterprise}__pk") if by_owner else Value(None, output_field=TEXT),
        cell_level=F(stream.level) if stream.level else Value("", output_field=TEXT),
        **keys,
    )
    money = summed_money("amount") if stream.has_amount else Value(None, output_field=DecimalField())
    grouped = rows.filter(where).order_by().values("cell_owner", "cell_level", *keys)
    return grouped.annotate(total=Sum("n", default=0), money=money).values_list(
        "cell_owner", "cell_level", "total", "money", *keys
    )


def _by_month(asked: Asked, stream: Stream, scope: Scope, values: Iterator[Any]) -> QuerySet:
    where = asked.written(stream, values) & scope.q(stream.enterprise, values)
    return counted(stream, "", where, by_month=True).values_list("cell_day", "total")


def folded(rows: list[tuple], column: int | None) -> dict[tuple, tuple[int, Decimal | None]]:
    """Rows added up by owner, one of the keys (None: none) and level: n and amount."""
    found: dict[tuple, tuple[int, Decimal | None]] = {}
    for owner, level, n, money, *keys in rows:
        place = owner, "" if column is None else keys[column], level
        before, amount = found.get(place, (0, None))
        if money is not None:
            amount = (amount or Decimal(0)) + money
        found[place] = before + n, amount
    return found
