"""Regular supervision: the checks and visits planned in each enterprise and month, and what was done of them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _, ngettext

from enterprises.models import Enterprise, MonthlyPlan, Status
from enterprises.models.owned import sees_everything
from hazards.models import SafetyCheck
from reports.indicators import Part
from reports.measures import Span
from reports.readings import Sums
from reports.scope import scope_for
from reports.sources import TallySource, Want
from reports.totals import is_small
from score_mis.lib import dates
from score_mis.lib.markup import fill
from score_mis.lib.tables import Column, joined, link, over, table, tag
from training.models import CounsellingVisit
from training.models.visits import LOGGED

IN_PROGRAMME = (Status.ENROLLED, Status.ACTIVE)


@dataclass(frozen=True)
class Month:
    """A month of the calendar, up to today where it is not over."""

    first: date
    today: date

    @property
    def last(self) -> date:
        """Its last day; today while it runs."""
        end = dates.month_end(self.first)
        return self.today if self.first <= self.today <= end else end

    @property
    def previous(self) -> date:
        """The first day of the month before."""
        return dates.month_start(self.first - timedelta(days=1))

    @property
    def following(self) -> date:
        """The first day of the month after."""
        return dates.month_end(self.first) + timedelta(days=1)

    def checks(self) -> QuerySet[SafetyCheck]:
        """Checks that count and were made in it."""
        return SafetyCheck.objects.counted().filter(checked_on__range=(self.first, self.last))

    def visits(self) -> QuerySet[CounsellingVisit]:
        """Visits that were made in it."""
        return CounsellingVisit.objects.filter(status__in=LOGGED, done_on__range=(self.first, self.last))


@dataclass
class Done:
    """What was planned in an enterprise in a month, and what was done."""

    enterprise: Enterprise
    planned_checks: int = 0
    planned_visits: int = 0
    checks: int = 0
    visits: int = 0


def still_to_check(user: Any, month: Month) -> QuerySet[MonthlyPlan]:
    """The plans of enterprises in which checks of the month are still to be made, the most first; with `done`."""
    made = month.checks().filter(enterprise=OuterRef("enterprise")).order_by().values("enterprise")
    plans = _plans(user, month).filter(checks__gt=0, enterprise__status__in=IN_PROGRAMME)
    plans = plans.annotate(done=Coalesce(Subquery(made.annotate(n=Count("pk")).values("n")), 0))
    return plans.filter(checks__gt=F("done")).order_by(F("done") - F("checks"), "enterprise__code")


def checks_of(user: Any, month: Month) -> dict[str, Any]:
    """Checks done and planned in a month in all enterprises a person sees; big areas as the tallies have them."""
    return {
        "done": _done_checks(user, month),
        "planned": _plans(user, month).aggregate(number=Sum("checks"))["number"] or 0,
        "url": f"{reverse('hazards:check_list')}?since={month.first}&until={month.last}",
        "plan_url": f"{reverse('reports:plans')}?month={month.first:%Y-%m}",
        "first": month.first,
    }


def _done_checks(user: Any, month: Month) -> int:
    scope = scope_for(user, month.today)
    if is_small(scope) or not scope.has_tallies:
        return month.checks().filter(scope.q("enterprise")).order_by().count()
    want, span = Want(Part("safety_checks", ""), ""), Span(month.last, month.first, month.last)
    return Sums(TallySource(scope).read([want], span, "")).total(want, span)


def _plans(user: Any, month: Month) -> QuerySet[MonthlyPlan]:
    plans = MonthlyPlan.objects.filter(month=month.first)
    return plans if sees_everything(user) else plans.filter(enterprise__in=_enterprises(user, month))


def _enterprises(user: Any, month: Month) -> QuerySet[Enterprise]:
    return Enterprise.objects.visible_to(user, month.today)


def planned_places(user: Any, month: Month) -> QuerySet[Enterprise]:
    """The enterprises with a plan for the month or in the programme, in the order of their codes."""
    planned = MonthlyPlan.objects.filter(month=month.first).values("enterprise")
    return (
        _enterprises(user, month)
        .filter(Q(status__in=IN_PROGRAMME) | Q(pk__in=planned))
        .order_by("code", "pk")
    )


def done_in(enterprises: Iterable[Enterprise], month: Month) -> list[Done]:
    """What was planned and done in each of some enterprises; three queries."""
    found = {enterprise.pk: Done(enterprise) for enterprise in enterprises}
    for plan in MonthlyPlan.objects.filter(month=month.first, enterprise__in=found):
        row = found[plan.enterprise_id]
        row.planned_checks, row.planned_visits = plan.checks, plan.visits
    for name, records in (("checks", month.checks()), ("visits", month.visits())):
        numbers = records.filter(enterprise__in=found).order_by().values_list("enterprise")
        for owner, number in numbers.annotate(Count("pk")):
            setattr(found[owner], name, number)
    return list(found.values())


def with_done(plans: Iterable[MonthlyPlan], today: date) -> list[tuple[MonthlyPlan, int, int]]:
    """Plans of one enterprise, each with the numbers of checks and visits done; three queries."""
    found = list(plans)
    if not found:
        return []
    days = (min(plan.month for plan in found), min(today, dates.month_end(max(plan.month for plan in found))))
    own = {"enterprise": found[0].enterprise_id}
    checks = SafetyCheck.objects.counted().filter(**own, checked_on__range=days)
    visits = CounsellingVisit.objects.filter(**own, status__in=LOGGED, done_on__range=days)
    made_checks, made_visits = _by_month(checks, "checked_on"), _by_month(visits, "done_on")
    return [(plan, made_checks.get(plan.month, 0), made_visits.get(plan.month, 0)) for plan in found]


def _by_month(records: QuerySet, day: str) -> dict[date, int]:
    numbers = records.order_by().annotate(month=dates.MonthStart(day)).values_list("month")
    return dict(numbers.annotate(Count("pk")))


def plan_table(rows: Iterable[Done], *, month: Month, may_check: bool) -> SafeString:
    """Enterprises with checks and visits done of planned; `may_check` adds where to begin a check."""
    columns = [Column(_("Enterprise")), Column(_("Checks")), Column(_("Visits"))]
    columns += [Column(_("Begin"))] if may_check else []
    return table(columns, _lines(rows, month, may_check))


def _lines(rows: Iterable[Done], month: Month, may_check: bool) -> Iterator[list[Any]]:
    checks = f"{reverse('hazards:check_list')}?since={month.first}&until={month.last}"
    visits = f"{reverse('training:visit_list')}?done_from={month.first}&done_until={month.last}"
    for row in rows:
        place, name = row.enterprise, row.enterprise.name
        cells = [
            over(link(place.get_absolute_url(), name), place.code),
            _done_of(row.checks, row.planned_checks, f"{checks}&enterprise={place.pk}"),
            _done_of(row.visits, row.planned_visits, f"{visits}&enterprise={place.pk}"),
        ]
        begin = f"{reverse('hazards:check_add')}?enterprise={place.pk}"
        hidden = fill('{}<span class="visually-hidden">: {}</span>', _("Check"), name)
        yield cells + ([link(begin, hidden)] if may_check else [])


def _done_of(done: int, planned: int, url: str) -> SafeString:
    """Done of planned, with a tag for what is missing."""
    number = link(url, done) if done else 0
    if not planned:
        return joined([number if done else "0", _("none planned")], " · ")
    missing = planned - done
    words = ngettext("%(n)d to do", "%(n)d to do", missing) % {"n": missing}
    state = tag(words, "warn") if missing > 0 else tag(_("done"), "ok")
    return joined([fill("{} / {}", number, planned), state])
