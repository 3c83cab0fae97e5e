"""The presentation of a meeting: key figures, one enterprise a slide, what was decided. Figures are the dashboard's."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import F, QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from enterprises.models import Enterprise
from hazards.models import Hazard
from hazards.models.hazard import RECTIFIED
from meetings.models import Decision, Meeting
from practices.models import Practice
from reports import coverage
from reports.dashboard import Dashboard
from reports.measures import Span
from reports.scope import Scope, UnknownScope, scope_for
from reports.worklists import brief
from score_mis.lib.photos import Kind, Photo
from suggestions.models import Suggestion

HEADLINE = ("suggestion_completion_rate", "hazard_completion_rate")
OVERVIEW = (
    *("enterprises", "adoption_rate", "answered_in_time", "saving_actual"),
    *("safety_checks", "on_time_rate", "hazards_overdue", "visits_done_of_planned"),
)
OF_ENTERPRISE = ("hazards_identified", "hazards_rectified", "hazards_overdue")
LATELY = 3
"""Decisions on the slide of an enterprise."""
MOST = 7
"""Decisions on the last slide; all of them are on the meeting's page."""


@dataclass(frozen=True)
class Story:
    """What an enterprise shows: photos from before and from afterwards, and where they are from."""

    kind: str
    title: str
    url: str
    before: Photo | None
    after: Photo | None
    photo_url: str


@dataclass(frozen=True)
class Slide:
    """One slide of the presentation."""

    number: int
    total: int
    title: str
    template: str
    context: dict[str, Any]

    @property
    def before(self) -> int:
        """The slide before; of the first the first."""
        return max(1, self.number - 1)

    @property
    def after(self) -> int:
        """The slide after; of the last the last."""
        return min(self.total, self.number + 1)


class Stage:
    """A meeting as slides for one person: nobody is shown more than they see elsewhere."""

    def __init__(self, meeting: Meeting, user: Any, today: date) -> None:
        self.meeting, self.user, self.today = meeting, user, today
        self.span = Span(meeting.cut_off(today))

    @cached_property
    def scope(self) -> Scope:
        """The meeting's area; for who does not see all of it, what they see."""
        if self.meeting.area is None:
            return scope_for(self.user, self.today)
        try:
            return scope_for(self.user, self.today, area=self.meeting.area.code)
        except UnknownScope:
            return scope_for(self.user, self.today)

    @cached_property
    def keys(self) -> list[int]:
        """The enterprises in the programme on the day, in the order of their codes; one query."""
        held = coverage.in_programme(self.scope, self.span.last)
        if self.meeting.area is not None:
            held = held.filter(area__path__startswith=self.meeting.area.path)
        return list(held.order_by("code").values_list("pk", flat=True))

    @property
    def total(self) -> int:
        """How many slides there are."""
        return len(self.keys) + 2

    def slide(self, number: int) -> Slide:
        """A slide by its number from 1; 404 for one that is not there."""
        if not 1 <= number <= self.total:
            raise Http404
        enterprise = self.enterprise(number)
        if enterprise is not None:
            return self._slide(number, enterprise.name, "enterprise", self.of(enterprise))
        if number == 1:
            return self._slide(1, str(self.meeting), "overview", self.overview())
        return self._slide(number, _("Decisions of this meeting"), "decisions", self.decisions())

    def _slide(self, number: int, title: str, template: str, context: dict[str, Any]) -> Slide:
        return Slide(number, self.total, title, f"meetings/slides/{template}.html", context)

    def enterprise(self, number: int) -> Enterprise | None:
        """The enterprise of a slide; None of the first and last."""
        if not 1 < number < self.total:
            return None
        found = Enterprise.objects.select_related("area", "sector", "programme")
        return found.get(pk=self.keys[number - 2])

    def overview(self) -> dict[str, Any]:
        """The key figures of the scope, each with its parts."""
        board = Dashboard(self.scope, self.span, ids=HEADLINE + OVERVIEW)
        return {"headline": board.figures(*HEADLINE), "figures": board.figures(*OVERVIEW)}

    def of(self, enterprise: Enterprise) -> dict[str, Any]:
        """What there is to say about an enterprise."""
        scope = replace(self.scope, enterprise=enterprise)
        board = Dashboard(scope, self.span, ids=HEADLINE + OF_ENTERPRISE)
        made = Decision.objects.visible_to(self.user).standing().filter(enterprise=enterprise)
        return {
            "enterprise": enterprise,
            "headline": board.figures(*HEADLINE),
            "open": self._open(enterprise, board.open_hazards()),
            "overdue": board.figure("hazards_overdue"),
            "is_late": board.value("hazards_overdue") > 0,
            "story": story_of(enterprise, self.span.last),
            "decisions": self._late(made.for_list().order_by("-decided_on", "-pk")[:LATELY]),
        }

    def _open(self, enterprise: Enterprise, number: int) -> tuple[int, str]:
        """Open hazards with where they are listed; the list knows only of today."""
        if self.span.last != self.today:
            return number, ""
        return number, f"{reverse('hazards:hazard_list')}?status=open&enterprise={enterprise.pk}"

    def decisions(self) -> dict[str, Any]:
        """What this meeting decided, as far as the person sees it."""
        made = Decision.objects.visible_to(self.user).standing().filter(meeting=self.meeting)
        rows = list(made.for_list().order_by("pk")[: MOST + 1])
        more = made.count() - MOST if len(rows) > MOST else 0
        url = f"{reverse('meetings:decision_list')}?meeting={self.meeting.pk}"
        return {"decisions": self._late(rows[:MOST]), "more": more, "all_url": url}

    def _late(self, rows: Iterable[Decision]) -> list[Decision]:
        found: list[Any] = list(rows)
        for row in found:
            row.late = row.is_overdue(self.today)
        return found


def story_of(enterprise: Enterprise, day: date) -> Story | None:
    """The best published card of an enterprise; else its last suggestion carried out, or hazard rectified, with photos.

    The best card is the one that saves most, then the newest; records with photos from before go first. Up to six
    queries.
    """
    cards = Practice.objects.published().filter(enterprise=enterprise, photos__isnull=False)
    best = cards.distinct().order_by(F("saving").desc(nulls_last=True), "-published_on", "-pk").first()
    if best is not None:
        return _story(best, _("Good practice"), best.title, "practices:photo")
    for both in (True, False):
        idea = _with_photos(
            Suggestion.objects.implemented_lately().filter(implemented_on__lte=day), enterprise, both
        )
        if idea is not None:
            return _story(idea, _("Suggestion carried out"), idea.title, "suggestions:photo")
        gone = Hazard.objects.filter(status__in=RECTIFIED, rectified_on__lte=day)
        hazard = _with_photos(gone.order_by("-rectified_on", "-pk"), enterprise, both)
        if hazard is not None:
            return _story(hazard, _("Hazard rectified"), brief(hazard.description), "hazards:photo")
    return None


def _with_photos(rows: QuerySet, enterprise: Enterprise, both: bool) -> Any:
    """The first of an enterprise's records with a photo from afterwards, and where `both` is asked from before too."""
    found = rows.filter(enterprise=enterprise, photos__kind=Kind.AFTER)
    if both:
        found = found.filter(pk__in=rows.model.objects.filter(photos__kind=Kind.BEFORE).values("pk"))
    return found.distinct().first()


def _story(record: Any, kind: str, title: str, photo_url: str) -> Story:
    photos = list(record.photos.all())
    before = [photo for photo in photos if photo.kind == Kind.BEFORE]
    after = [photo for photo in photos if photo.kind == Kind.AFTER]
    url = record.get_absolute_url()
    return Story(kind, title, url, before[0] if before else None, after[-1] if after else None, photo_url)
