"""Pages of what was known then: both values of each headline figure, and the dashboard of then."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _, ngettext

from enterprises.models import Enterprise
from enterprises.models.owned import sees_everything
from reports import cards, tallies
from reports.dashboard import HAZARD_TREND, LEAGUE, TREND, Dashboard
from reports.evidence import gather
from reports.figures import Figure, Page
from reports.indicators import Indicator
from reports.known import Known, as_known, end_of
from reports.measures import Span
from reports.questions import QuestionForm
from reports.readings import read_all
from reports.scope import Scope
from reports.sources import LiveSource
from score_mis.lib import replica
from score_mis.lib.markup import NOTHING, fill, fill_each, joined

HEADLINE = (
    *LEAGUE,
    "enterprises",
    *TREND,
    "safety_checks",
    *HAZARD_TREND,
    "hazards_overdue",
    "visits_done_of_planned",
)
"""The figures of which both values stand side by side."""
MOST = 2000
"""Enterprises of which a job finds out what was known."""
View = Callable[..., HttpResponse]


def page(view: View) -> View:
    """One snapshot of the database for a page; what was known then needs tables of its own, and so the primary."""
    ordinary = replica.page(tallies.version)(view)

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.GET.get("known_on"):
            return ordinary(request, *args, **kwargs)
        with replica.snapshot(temporary=True):
            return view(request, *args, **kwargs)

    return wrapped


def refuse_too_many(form: QuestionForm, most: int) -> None:
    """Say so where what was known of more enterprises than `most` is asked for."""
    if form.errors or form.span.known_on is None:
        return
    if len(form.scope.enterprises().order_by().values("pk")[: most + 1]) > most:
        text = _("What was known then can be shown of at most %(n)s enterprises here. Choose a smaller area.")
        form.add_error("known_on", text % {"n": most})


def as_asked(form: QuestionForm) -> AbstractContextManager[Known]:
    """The records as known at the end of the asked day, of those enterprises that the person may see today."""
    within = None
    if not sees_everything(form.user):
        visible = Enterprise.objects.visible_to(form.user, form.today)
        within = set(visible.order_by().values_list("pk", flat=True))
    if form.span.known_on is None:
        raise ValueError("A day on which it was known was expected.")
    return as_known(form.scope, end_of(form.span.known_on), within=within)


@contextmanager
def reading(form: QuestionForm) -> Iterator[Scope]:
    """The scope of a question, and inside it the records as they are asked for; all must be read before the end."""
    if form.span.known_on is None:
        yield form.scope
        return
    with as_asked(form) as known:
        yield known.scope


def today_of(span: Span) -> Span:
    """The same question as it is answered today."""
    return replace(span, known_on=None)


def content(form: QuestionForm, after: str, fresh: dict[str, Any]) -> SafeString:
    """Both values of the headline figures, and below them all cards as they were then."""
    counted = fresh | {"computed_at": timezone.now(), "waiting": 0, "stale": False}
    with replica.snapshot(temporary=True):
        now = read_all(LiveSource(form.scope), today_of(form.span), HEADLINE)
        with as_asked(form) as known:
            board = Dashboard(known.scope, form.span, after)
            below = cards.board(board, counted)
            left_out = known.left_out
    return joined([compared(form.scope, form.span, board.readings, now, left_out), below])


def compared(
    scope: Scope, span: Span, then: dict[str, Any], now: dict[str, Any], left_out: int
) -> SafeString:
    """The card with both values of each headline figure, each a link to its own records."""
    known, today = Page(scope, span), Page(scope, today_of(span))
    heads = [
        _("Indicator"),
        _("As known on %(day)s") % {"day": date_format(span.known_on)},
        _("As known today"),
    ]
    labels = [
        date_format(span.known_on, "SHORT_DATE_FORMAT"),
        heads[2],
    ]  # what fits beside a value on a phone
    lines = (
        _line(known.big(name, then[name]), today.big(name, now[name]), then[name] != now[name], labels)
        for name in HEADLINE
    )
    table = fill(
        '<table class="table stack"><thead><tr>{}</tr></thead><tbody>{}</tbody></table>',
        fill_each('<th scope="col">{}</th>', ((head,) for head in heads)),
        joined(lines),
    )
    return fill(
        '<section class="card mb-3"><div class="card-body">'
        '<div class="card-head"><h2>{}</h2></div>{}{}</div></section>',
        *(_("As known then, as known now"), _said(left_out), table),
    )


def _said(left_out: int) -> SafeString:
    if not left_out:
        return NOTHING
    text = ngettext(
        "%(n)s enterprise that lay here then is not yours to see today and is not counted.",
        "%(n)s enterprises that lay here then are not yours to see today and are not counted.",
        left_out,
    )
    return fill('<p class="note">{}</p>', text % {"n": left_out})


def _line(then: Figure, now: Figure, differs: bool, labels: list[str]) -> SafeString:
    mark = fill(' <span class="tag tag-warn">{}</span>', _("differs")) if differs else NOTHING
    cell = '<td data-label="{}"><strong>{}</strong> <span class="parts">{}</span>{}</td>'
    cells = [
        fill(cell, labels[0], then.shown, then.parts, NOTHING),
        fill(cell, labels[1], now.shown, now.parts, mark),
    ]
    return fill('<tr><th scope="row">{}</th>{}</tr>', then.name, joined(cells))


def other_list(row: Indicator, part: str, form: QuestionForm, asked: dict[str, Any]) -> tuple[int, str]:
    """How many records the same figure has as known today, and where they are listed."""
    span = today_of(form.span)
    found = gather(row, part, form.scope, span, **asked)
    extra = {"by": asked["dim"], "level": asked["level"]}
    extra = {name: value for name, value in extra.items() if value}
    if asked["key"] is not None:
        extra["key"] = asked["key"]
    return len(found), Page(form.scope, span).url(row.id, part, **extra)
