"""What a sheet is asked of: whose records, up to which day or in which period. Never beyond what a person may see."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from enterprises.models import Enterprise, Programme, Reach
from reports.measures import Span
from reports.scope import Scope, UnknownScope, scope_for
from reports.tallies import freshness
from score_mis.lib import dates
from score_mis.lib.filejobs import CannotMake
from score_mis.lib.pdf import shown

QUARTER = re.compile(r"(\d{4})-Q([1-4])")


def quarter(text: str) -> tuple[date, date]:
    """First and last day of a quarter written as 2017-Q4; ValueError for anything else."""
    found = QUARTER.fullmatch(text)
    if found is None:
        raise ValueError(text)
    first = date(int(found[1]), 3 * int(found[2]) - 2, 1)
    return first, dates.month_end(first.replace(month=first.month + 2))


def quarter_of(day: date) -> str:
    """The quarter that a day lies in."""
    return f"{day.year:04d}-Q{(day.month + 2) // 3}"


@dataclass(frozen=True)
class Asked:
    """A sheet's question. `day` is the last day that counts, `since` the first one of a period."""

    person: Any
    roles: frozenset[str]
    today: date
    scope: Scope
    day: date
    since: date | None = None
    programme: Programme | None = None

    @classmethod
    def of(cls, person: Any, given: Mapping[str, str], today: date) -> "Asked":
        """Ask what the person may see today; CannotMake with a sentence where they may not, or a day lies ahead."""
        reach = Reach.of(person, today)
        if not (reach.roles and person.is_active):
            raise CannotMake(_("You have no role in the programme any more."))
        try:
            scope = scope_for(
                person, today, given.get("area", ""), "", given.get("enterprise", ""), reach=reach
            )
        except UnknownScope as error:
            raise CannotMake(str(error)) from error
        since, day = _days(given, today)
        if (since or day) > today:
            raise CannotMake(_("The day lies in the future."))
        return cls(person, reach.roles, today, scope, min(day, today), since, Programme.objects.current())

    @property
    def state(self) -> Span:
        """As of the last day."""
        return Span(self.day)

    @property
    def period(self) -> Span:
        """From the first day to the last."""
        return Span(self.day, self.since or self.day, self.day)

    def within(self, path: str = "enterprise") -> Q:
        """The condition on records of the enterprises in question."""
        return self.scope.q(path)

    def enterprises(self) -> Any:
        """The enterprises in question, in their order."""
        return Enterprise.objects.filter(self.scope.q()).order_by("code", "pk")

    def only(self, keys: tuple[int, ...]) -> Scope:
        """The question's scope, narrowed to some of its enterprises."""
        return replace(Scope(), only=keys)

    def lines(self) -> list[str]:
        """What was asked, in the language in force."""
        if self.since:
            days = _("from %(since)s to %(day)s") % {"since": shown(self.since), "day": shown(self.day)}
        else:
            days = _("as of %(day)s") % {"day": shown(self.day)}
        return [f"{self.scope.title()} · {days}", *self._waiting()]

    def _waiting(self) -> list[str]:
        number = freshness()["waiting"]
        return [_("%(n)s changes waited to be counted.") % {"n": number}] if number else []


def _days(given: Mapping[str, str], today: date) -> tuple[date | None, date]:
    if given.get("quarter"):
        return quarter(given["quarter"])
    since = date.fromisoformat(given["since"]) if given.get("since") else None
    return since, date.fromisoformat(given.get("day") or today.isoformat())
