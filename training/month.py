"""A month of visits: a table of weeks, and the same days as a list for screens too narrow for names in a table."""

import calendar
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self
from urllib.parse import urlencode

from django.db.models import Count, F
from django.urls import reverse
from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format, time_format
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _, ngettext, pgettext_lazy

from score_mis.lib import dates
from score_mis.lib.markup import NOTHING, fill, fill_each, grouped, joined
from score_mis.lib.tables import address_of, tag, tags
from training.models import CounsellingVisit, VisitStatus, VisitType
from training.models.visits import VISIT_TONES, VisitQuerySet

ROOM = 4
"""Visits of one day that the table names; the rest is a number that leads to the list."""
MOST = 300
"""Visits of one month that are read; of a month with more only the numbers are shown."""
HEADS = (
    pgettext_lazy("head of a calendar", "Mon"),
    pgettext_lazy("head of a calendar", "Tue"),
    pgettext_lazy("head of a calendar", "Wed"),
    pgettext_lazy("head of a calendar", "Thu"),
    pgettext_lazy("head of a calendar", "Fri"),
    pgettext_lazy("head of a calendar", "Sat"),
    pgettext_lazy("head of a calendar", "Sun"),
)
"""Names of days that fit a narrow column in every language."""
FIRST, LAST = (validator.limit_value for validator in dates.PLAUSIBLE)


@dataclass(frozen=True)
class Month:
    """The visits of a month by their planned days; void and cancelled ones are left out."""

    first: date
    today: date
    numbers: dict[date, int]
    visits: dict[date, list[CounsellingVisit]]

    @classmethod
    def of(cls, visits: VisitQuerySet, first: date, *, today: date) -> Self:
        """Read a month; one query for the numbers and one for the visits, unless they are too many to name."""
        there = visits.on_calendar().filter(due_on__gte=first, due_on__lte=dates.month_end(first))
        counted = there.order_by().values_list("due_on").annotate(number=Count("pk"))
        numbers = dict(counted)
        found: dict[date, list[CounsellingVisit]] = defaultdict(list)
        if 0 < sum(numbers.values()) <= MOST:
            for visit in there.for_list().order_by("due_on", F("starts_at").asc(nulls_first=True), "pk"):
                found[visit.due_on].append(visit)
        return cls(first, today, numbers, found)

    @property
    def count(self) -> int:
        """How many visits there are."""
        return sum(self.numbers.values())

    @property
    def before(self) -> date | None:
        """The month before; None at the beginning of what dates can be."""
        return dates.month_start(self.first - timedelta(days=1)) if self.first > FIRST else None

    @property
    def after(self) -> date | None:
        """The month after; None at the end of what dates can be."""
        following = dates.month_end(self.first) + timedelta(days=1)
        return following if following <= LAST else None

    def table(self) -> SafeString:
        """The weeks, Monday first."""
        heads = fill_each(
            '<th scope="col"><abbr title="{}" class="text-decoration-none">{}</abbr></th>',
            zip(WEEKDAYS.values(), HEADS, strict=True),
        )
        weeks = calendar.Calendar().monthdatescalendar(self.first.year, self.first.month)
        lines = joined(
            fill("<tr>{}</tr>", joined(self._cell(day, named=self._lines(day)) for day in week))
            for week in weeks
        )
        return fill(
            '<table class="table month"><caption class="visually-hidden">{}</caption><thead><tr>{}</tr></thead>'
            "<tbody>{}</tbody></table>",
            date_format(self.first, "YEAR_MONTH_FORMAT"),
            heads,
            lines,
        )

    def _cell(self, day: date, *, named: Iterable[SafeString]) -> SafeString:
        if (day.year, day.month) != (self.first.year, self.first.month):
            return SafeString("<td></td>")
        current = SafeString(' aria-current="date"') if day == self.today else NOTHING
        number = self.numbers.get(day, 0)
        if not number:
            return fill("<td{}>{}</td>", current, day.day)
        jump = fill(
            '<a class="jump d-md-none" href="#day-{}">{} <span class="count" aria-hidden="true">{}</span>'
            '<span class="visually-hidden">{}</span></a>',
            day.day,
            day.day,
            grouped(number),
            ngettext("%(number)s visit", "%(number)s visits", number) % {"number": grouped(number)},
        )
        return fill(
            '<td{}>{}<span class="d-none d-md-inline">{}</span><ul class="d-none d-md-block">{}</ul></td>',
            current,
            jump,
            day.day,
            joined(fill("<li>{}</li>", line) for line in named),
        )

    def _lines(self, day: date) -> list[SafeString]:
        """What the table says of a day: its first visits, and a link to the list where there are more."""
        shown = [self._line(visit) for visit in self.visits.get(day, [])[:ROOM]]
        more = self.numbers.get(day, 0) - len(shown)
        return [*shown, self._more(day, more, bool(shown))] if more else shown

    def _line(self, visit: CounsellingVisit) -> SafeString:
        url = address_of("training:visit_detail")
        return fill(
            '<a href="{}">{}</a>{} {}', url(visit.pk), visit.enterprise, what(visit), state(visit, self.today)
        )

    def _more(self, day: date, number: int, has_others: bool) -> SafeString:
        query = urlencode({"due_from": day.isoformat(), "due_until": day.isoformat()})
        words = (
            ngettext("%(number)s more", "%(number)s more", number)
            if has_others
            else ngettext("%(number)s visit", "%(number)s visits", number)
        )
        url = f"{reverse('training:visit_list')}?{query}"
        return fill('<a href="{}">{}</a>', url, words % {"number": grouped(number)})

    def agenda(self) -> SafeString:
        """The days with visits, one below the other."""
        return joined(
            fill(
                '<h2 id="day-{}" tabindex="-1" class="mt-3 mb-0">{}</h2><ul class="rows">{}</ul>',
                day.day,
                _("%(weekday)s, %(day)s")
                % {"weekday": WEEKDAYS[day.weekday()], "day": date_format(day, "MONTH_DAY_FORMAT")},
                joined(self._rows(day)),
            )
            for day in sorted(self.numbers)
        )

    def _rows(self, day: date) -> list[SafeString]:
        url = address_of("training:visit_detail")
        rows = [
            fill(
                '<li><div><a href="{}">{}</a><small>{}</small></div>{}</li>',
                url(visit.pk),
                visit.enterprise,
                what(visit),
                state(visit, self.today),
            )
            for visit in self.visits.get(day, [])
        ]
        return rows or [fill("<li>{}</li>", self._more(day, self.numbers[day], False))]


def what(visit: CounsellingVisit) -> str:
    """The time, where there is one, and what kind of visit it is."""
    kind = f"{capfirst(str(VisitType(visit.type).label))} {visit.sequence}"
    if visit.starts_at is None:
        return kind
    return f"{time_format(visit.starts_at, 'H:i')} · {kind}"


def state(visit: CounsellingVisit, today: date) -> SafeString:
    """The state of a visit as a tag; of one whose day has passed, that."""
    if visit.status == VisitStatus.PLANNED and visit.due_on < today:
        return tag(_("day has passed"), "bad")
    return tags(dict(VisitStatus.choices).get, VISIT_TONES.__getitem__)(visit.status)
