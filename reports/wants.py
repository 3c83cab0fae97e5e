"""Wants: what is asked of a source of sums, and how."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from reports.cells import Group
from reports.indicators import Part
from reports.measures import Span, cohort_by
from reports.scope import Scope


@dataclass(frozen=True)
class Want:
    """One sum to read: a part and a breakdown of it."""

    part: Part
    dim: str

    def measure(self, span: Span) -> str:
        """The measure counted in the span: events instead of states where a period is asked."""
        return self.part.events if span.since is not None and self.part.events else self.part.measure

    def is_cohort(self, span: Span) -> bool:
        """Whether the part is restricted to those that entered in the period."""
        return span.since is not None and bool(self.part.cohort)

    def label(self, span: Span) -> str:
        """What the tallies are read by: the breakdown; a cohort is a breakdown of its own."""
        if not self.is_cohort(span):
            return self.dim
        return cohort_by(self.part.cohort, self.dim) if self.dim else self.part.cohort

    def days(self, span: Span) -> tuple[date | None, date]:
        """The first (None: ever) and the last day that count."""
        if self.is_cohort(span):
            return None, span.as_of
        if span.since is None or self.part.held:
            return None, span.last
        return span.since, span.last


def different(wants: Iterable[Want], span: Span) -> list[Want]:
    """The wants that ask for different sums in a span; parts of several indicators often ask for the same."""
    return list({(want.measure(span), want.label(span)): want for want in wants}.values())


class Source(Protocol):
    """Where groups come from."""

    scope: Scope

    def __init__(self, scope: Scope) -> None:
        """Read for a scope."""

    def read(self, wants: list[Want], span: Span, place: str) -> Iterable[Group]:
        """Return all groups of the wants, by row of a breakdown by place."""

    def months(self, measures: Iterable[str], last: date) -> dict[str, dict[date, int]]:
        """Return how much of each measure falls in each month up to a day."""
