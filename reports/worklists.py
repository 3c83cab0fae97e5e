"""Worklists: what waits for this person, oldest first.

Home shows them (`reports.home`); the same lists, narrowed to what is due, are what reminders tell of.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import formats
from django.utils.text import Truncator
from django.utils.translation import gettext as _, ngettext, pgettext

from enterprises.models import TEAM_LEADER, Enterprise, Role
from hazards.models import Hazard, SafetyCheck
from reports.plans import Month, still_to_check
from score_mis.lib import dates
from score_mis.lib.tables import ago
from score_mis.lib.totals import Total, up_to
from suggestions.models import ANSWER_WITHIN_DAYS, Suggestion
from training.models import CounsellingVisit, VisitAction

MOST = 5
COUNTED = 1_000
"""Things of a list that are counted; more are told as "1,000+"."""
LONGEST = 200
"""Letters of a thing that are shown."""
SOON = timedelta(days=30)
WEEK = ANSWER_WITHIN_DAYS
"""What waits for an answer, a report or somebody to look at it is due after so many days."""


@dataclass
class Line:
    """One thing that waits."""

    title: str
    about: str
    url: str
    tag: str = ""
    tone: str = "idle"
    do: str = ""
    do_url: str = ""


@dataclass
class Worklist:
    """A titled list with its number of things, and where all of them are."""

    title: str
    count: Total
    url: str
    lines: list[Line]
    empty: str

    @property
    def has_more(self) -> bool:
        """Whether there are more than the lines shown."""
        return self.count.number > len(self.lines)


class Desk:
    """Builds the lists of one person; each method is one list.

    With `due_by` the lists have only what is due by that day, and `most` things of each.
    """

    def __init__(self, user: Any, today: date, *, due_by: date | None = None, most: int = MOST) -> None:
        self.user, self.today, self.due_by, self.most = user, today, due_by, most
        self.enterprises = Enterprise.objects.visible_to(user, today)
        self.led: dict[int, bool] = {}

    def leads(self, enterprise: Enterprise) -> bool:
        """Whether the person leads a team there; asked once for each enterprise."""
        if enterprise.pk not in self.led:
            self.led[enterprise.pk] = TEAM_LEADER in enterprise.roles_of(self.user, self.today)
        return self.led[enterprise.pk]

    def mine(self, model: Any) -> Any:
        """Records of the person's enterprises."""
        return model.objects.filter(enterprise__in=self.enterprises)

    def _due(self, rows: QuerySet, **days: int) -> QuerySet:
        """What is due by the desk's day, where it has one: so many days after the day in any of the columns."""
        if self.due_by is None:
            return rows
        due = Q()
        for column, after in days.items():
            due |= Q(**{f"{column}__lte": self.due_by - timedelta(days=after)})
        return rows.filter(due)

    def _list(self, title: str, rows: QuerySet, url: str, line: Any, empty: str) -> Worklist:
        lines = [line(row) for row in rows[: self.most]]
        count = Total(len(lines)) if len(lines) < self.most else up_to(rows, COUNTED)
        return Worklist(title, count, url, lines, empty)

    def to_decide(self) -> Worklist:
        """Suggestions without an answer; they are due with those who lead a team there."""

        def line(row: Suggestion) -> Line:
            return Line(
                row.title,
                f"{row.enterprise.name} · {row.reference}",
                row.get_absolute_url(),
                ago(row.submitted_on, self.today),
                "warn" if (self.today - row.submitted_on).days > WEEK else "idle",
                _("Decide") if self.leads(row.enterprise) else "",
                reverse("suggestions:move", args=[row.pk, "adopt"]),
            )

        rows = self._due(self.mine(Suggestion).undecided().for_list(), submitted_on=WEEK)
        if self.due_by is not None:
            rows = rows.filter(enterprise__in=Enterprise.objects.led_by(self.user, self.today))
        return self._list(
            _("Suggestions to decide"),
            rows,
            reverse("suggestions:list") + "?status=undecided",
            line,
            _("No suggestion waits for an answer."),
        )

    def to_implement(self) -> Worklist:
        """Adopted suggestions still to do."""

        def line(row: Suggestion) -> Line:
            late = row.due_on is not None and row.due_on < self.today
            due = _("due %(day)s") % {"day": _day(row.due_on)} if row.due_on else _("no day set")
            return Line(
                row.title,
                f"{row.enterprise.name} · {row.owner or row.reference}",
                row.get_absolute_url(),
                due,
                "bad" if late else "idle",
                pgettext("button", "Implemented"),
                reverse("suggestions:move", args=[row.pk, "implement"]),
            )

        return self._list(
            _("Adopted, to be carried out"),
            self._due(self.mine(Suggestion).to_implement().for_list(), due_on=0),
            reverse("suggestions:list") + "?status=adopted",
            line,
            _("Everything adopted has been carried out."),
        )

    def _hazard(self, row: Hazard, do: str, move: str) -> Line:
        days = row.days_overdue(self.today)
        if days:
            tag, tone = ngettext("%(n)d day overdue", "%(n)d days overdue", days) % {"n": days}, "bad"
        elif row.deadline:
            tag, tone = _("due %(day)s") % {"day": _day(row.deadline)}, "idle"
        else:
            tag, tone = _("no deadline"), "warn"
        return Line(
            brief(row.description),
            " · ".join(part for part in (row.enterprise.name, row.place, row.responsible) if part),
            row.get_absolute_url(),
            tag,
            tone,
            do,
            reverse("hazards:hazard_move", args=[row.pk, move]),
        )

    def to_rectify(self) -> Worklist:
        """Open hazards of the enterprise."""
        rows = self.mine(Hazard).open().for_list().order_by("deadline", "pk")
        return self._list(
            _("Hazards to rectify"),
            self._due(rows, deadline=0),
            reverse("hazards:hazard_list") + "?status=open",
            lambda row: self._hazard(
                row, _("Rectified"), "rectify" if row.status == "assigned" else "rectify_on_spot"
            ),
            _("No hazard is open."),
        )

    def to_verify(self) -> Worklist:
        """Rectified hazards that wait for somebody to look."""

        def line(row: Hazard) -> Line:
            days = (self.today - row.rectified_on).days
            return Line(
                brief(row.description),
                f"{row.enterprise.name} · {row.place}",
                row.get_absolute_url(),
                ngettext("waits %(n)d day", "waits %(n)d days", days) % {"n": days},
                "bad" if days > WEEK else "warn",
                _("Verify"),
                reverse("hazards:hazard_move", args=[row.pk, "verify"]),
            )

        rows = self.mine(Hazard).to_verify().exclude(rectified_by=self.user).for_list()
        return self._list(
            _("Hazards to verify"),
            self._due(rows, rectified_on=WEEK),
            reverse("hazards:hazard_list") + "?status=rectified",
            line,
            _("No rectification waits for you."),
        )

    def overdue(self) -> Worklist:
        """Hazards past their deadline."""
        return self._list(
            _("Overdue hazards"),
            self.mine(Hazard).overdue(self.today).for_list(),
            reverse("hazards:hazard_list") + "?overdue=yes",
            lambda row: self._hazard(row, "", "extend"),
            _("No hazard is overdue."),
        )

    def to_order(self) -> Worklist:
        """Hazards found and not yet ordered."""
        rows = self.mine(Hazard).filter(status="identified").for_list().order_by("identified_on", "pk")
        return self._list(
            _("Hazards to order"),
            self._due(rows, deadline=0, identified_on=WEEK),
            reverse("hazards:hazard_list") + "?status=identified",
            lambda row: self._hazard(row, _("Order"), "assign"),
            _("Every hazard has its order."),
        )

    def visits(self) -> Worklist:
        """Next visits, and those planned that were not logged."""

        def line(row: CounsellingVisit) -> Line:
            late = row.due_on < self.today
            return Line(
                str(row),
                f"{_day(row.due_on)}" + (f" · {row.inspector}" if row.inspector else ""),
                row.get_absolute_url(),
                _("not logged yet") if late else _in_days(row.due_on, self.today),
                "bad" if late else "idle",
                _("Log") if row.due_on <= self.today else "",
                reverse("training:visit_move", args=[row.pk, "log"]),
            )

        rows = self.mine(CounsellingVisit).filter(status="planned", due_on__lte=self.today + SOON).for_list()
        own = rows.filter(Q(consultant=self.user) | Q(inspector=self.user)).order_by("due_on", "pk")
        return self._list(
            _("Next visits"),
            self._due(own, due_on=0),
            reverse("training:visit_list"),
            line,
            _("No visit is planned for the next 30 days."),
        )

    def visit_drafts(self) -> Worklist:
        """Visits done and not yet submitted."""

        def line(row: CounsellingVisit) -> Line:
            return Line(
                str(row),
                _("done on %(day)s") % {"day": _day(row.done_on)},
                row.get_absolute_url(),
                _("draft"),
                "warn",
                _("Submit"),
                reverse("training:visit_move", args=[row.pk, "submit"]),
            )

        rows = self.mine(CounsellingVisit).filter(status="done", consultant=self.user).for_list()
        return self._list(
            _("Visit reports to submit"),
            self._due(rows.order_by("done_on"), done_on=WEEK),
            reverse("training:visit_list") + "?status=done",
            line,
            _("Every visit report is submitted."),
        )

    def to_review(self) -> Worklist:
        """Visits submitted for review."""

        def line(row: CounsellingVisit) -> Line:
            return Line(
                str(row),
                f"{row.consultant} · {_day(row.done_on)}",
                row.get_absolute_url(),
                ago(row.submitted_on, self.today),
                "idle",
                _("Review"),
                row.get_absolute_url(),
            )

        rows = self.mine(CounsellingVisit).filter(status="submitted").for_list()
        return self._list(
            _("Visits to review"),
            self._due(rows.order_by("submitted_on", "pk"), submitted_on=WEEK),
            reverse("training:visit_list") + "?status=submitted",
            line,
            _("No visit waits for review."),
        )

    def actions(self) -> Worklist:
        """Agreed actions that are open, those due first."""

        def line(row: VisitAction) -> Line:
            late = row.due_on < self.today
            return Line(
                row.text,
                f"{row.visit.enterprise.name} · {row.owner}",
                row.visit.get_absolute_url(),
                _("due %(day)s") % {"day": _day(row.due_on)},
                "bad" if late else "idle",
            )

        rows = (
            VisitAction.objects.open()
            .filter(visit__enterprise__in=self.enterprises)
            .select_related("visit__enterprise")
            .order_by("due_on", "pk")
        )
        return self._list(
            _("Agreed actions"),
            self._due(rows, due_on=0),
            reverse("training:visit_list"),
            line,
            _("No agreed action is open."),
        )

    def check_drafts(self) -> Worklist:
        """Checks begun and not submitted."""

        def line(row: SafetyCheck) -> Line:
            return Line(
                f"{row.enterprise.name} · {row.reference}",
                _day(row.started_on),
                row.get_absolute_url(),
                _("draft"),
                "warn",
                _("Continue"),
                reverse("hazards:check_record", args=[row.pk]),
            )

        rows = self.mine(SafetyCheck).filter(status="draft", changes__by=self.user, changes__move="start")
        if self.due_by is not None:
            rows = rows.filter(started_on__lt=self.today)
        return self._list(
            _("Checks begun"),
            rows.for_list().order_by("started_on", "pk"),
            reverse("hazards:check_list") + "?status=draft",
            line,
            _("No check was left unfinished."),
        )

    def checks_to_do(self) -> Worklist:
        """Enterprises in which checks of this month are still to be made."""

        def line(row: Any) -> Line:  # a MonthlyPlan with `done`
            left = row.checks - row.done
            return Line(
                row.enterprise.name,
                _("%(done)d of %(planned)d done") % {"done": row.done, "planned": row.checks},
                row.enterprise.get_absolute_url(),
                ngettext("%(n)d to do", "%(n)d to do", left) % {"n": left},
                "idle",
                _("Check"),
                f"{reverse('hazards:check_add')}?enterprise={row.enterprise_id}",
            )

        plans = still_to_check(self.user, Month(dates.month_start(self.today), self.today))
        return self._list(
            _("Checks to do this month"),
            plans.select_related("enterprise"),
            reverse("reports:plans"),
            line,
            _("All planned checks are made."),
        )


def brief(text: str) -> str:
    """A text of any length as one line that is not long."""
    return Truncator(" ".join(text[: 2 * LONGEST].split())).chars(LONGEST)


def _day(day: date) -> str:
    return formats.date_format(day, "MONTH_DAY_FORMAT")


def _in_days(day: date, today: date) -> str:
    days = (day - today).days
    return ngettext("in %(n)d day", "in %(n)d days", days) % {"n": days} if days else _("today")


LISTS: dict[str, tuple[str, ...]] = {
    Role.EIT_MEMBER: ("to_decide", "to_implement", "to_rectify", "check_drafts", "actions"),
    Role.CONSULTANT: ("visits", "visit_drafts", "actions", "checks_to_do", "to_verify", "check_drafts"),
    Role.INSPECTOR: ("to_verify", "checks_to_do", "overdue", "to_order", "visits", "check_drafts"),
    Role.PROGRAMME_STAFF: ("to_review", "overdue"),
    Role.AUTHORITY: ("overdue",),
}
"""The lists of each role, by the names of the desk's methods, in the order of home."""


def names_of_lists(roles: frozenset[str]) -> list[tuple[str, str]]:
    """The lists of somebody with these roles, each with the first role that has it."""
    found: dict[str, str] = {}
    for role, names in LISTS.items():
        for name in names if role in roles else ():
            found.setdefault(name, role)
    return [(role, name) for name, role in found.items()]
