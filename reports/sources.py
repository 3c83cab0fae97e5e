"""Where sums come from: the tallies of an area, or the records themselves; both give the same groups.

An area is read from its tallies: whole months from month totals, the days at the edges of what is asked from day
cells. What tallies do not hold is counted live: single enterprises and lists of them, two breakdowns at once, periods
of cohorts that do not begin and end with a month, and, below provinces, the running month of a breakdown.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from functools import cache

from enterprises.models import Sector
from reports.cells import Areas, Days, Group, Keys, Plan, Stretch, groups, months
from reports.live import LiveSource
from reports.measures import Span
from reports.models import BIG
from reports.registry import MEASURES
from reports.scope import Scope
from reports.wants import Source, Want, different
from score_mis.lib import dates

__all__ = ["LiveSource", "Source", "TallySource", "Want", "source_for"]


class TallySource:
    """Reads the tallies of an area; what they do not hold is counted live."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.live = LiveSource(scope)

    def read(self, wants: list[Want], span: Span, place: str = "") -> Iterator[Group]:
        """Return all groups of the wants; two grouped queries for what the tallies hold."""
        if not self.scope.has_tallies or place == "enterprise":
            yield from self.live.read(wants, span, place)
            return
        plans: list[Plan] = []
        live: list[tuple[Want, tuple[Days, ...]]] = []
        for want in different(wants, span):
            plan = self._plan(want, span, place)
            if plan is None:
                live.append((want, (want.days(span),)))
                continue
            plans.append(plan)
            if plan.edges_live and plan.stretch.edges:
                live.append((want, plan.stretch.edges))
        yield from self.live.of_days(live, span, place)
        yield from self._cells(plans, place)

    def _plan(self, want: Want, span: Span, place: str) -> Plan | None:
        """How to read a want from the tallies; None where they do not hold it."""
        dim = label = want.label(span)
        keys: Keys = (span.last,) if label == "item" else ()
        if self.scope.sector is not None or place == "sector":
            if label:
                return None
            dim = "sector"
            keys = (str(self.scope.sector.pk),) if self.scope.sector else ()
        if dim and not _is_kept(want.measure(span), dim):
            return None
        if want.is_cohort(span):
            if not whole_months(span):
                return None
            after = dates.month_end(span.last) + dates.DAY
            keys = (f"{span.since:%Y-%m}", f"{after:%Y-%m}")
        kept = not dim or self._smallest_level(place) <= BIG
        return Plan(want.measure(span), dim, keys, Stretch.of(*want.days(span)), not kept)

    def _smallest_level(self, place: str) -> int:
        """The level of the areas whose cells are read."""
        if place == "area":
            return max((area.level for area in self.scope.parts), default=BIG + 1)
        return self.scope.area.level

    def _cells(self, plans: list[Plan], place: str) -> Iterator[Group]:
        codes: dict[str, str] = {}
        if place == "sector":
            codes = {str(pk): code for pk, code in Sector.objects.values_list("pk", "code")}
        for row, measure, dim, key, level, n, amount in groups(
            plans, Areas.of(self.scope, parts=place == "area")
        ):
            if dim == "sector":
                yield Group(codes[key] if place == "sector" else row, measure, "", "", level, n, amount)
            else:
                yield Group(row, measure, dim, key.partition("/")[2] if "/" in dim else key, level, n, amount)

    def months(self, measures: Iterable[str], last: date) -> dict[str, dict[date, int]]:
        """Return how much of each measure falls in each month up to a day."""
        if not self.scope.has_tallies or self.scope.sector is not None:
            return self.live.months(measures, last)
        return months(self.scope, measures, last)


def source_for(scope: Scope, span: Span) -> Source:
    """The tallies; what is asked as known then is counted from the records, inside `reports.known.as_known`."""
    return TallySource(scope) if span.known_on is None else LiveSource(scope)


@cache
def _is_kept(measure: str, dim: str) -> bool:
    """Whether the tallies of a measure have a breakdown."""
    return all(dim in stream.breakdowns() for stream in MEASURES[measure].streams)


def whole_months(span: Span) -> bool:
    """Whether a period begins with a month, and ends with one or on the day up to which it is followed."""
    ends = span.last == dates.month_end(span.last) or span.last >= span.as_of
    return span.since is not None and span.since.day == 1 and ends
