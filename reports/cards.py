"""The cards of the dashboard as HTML, one function each.

They are strings made in Python because templates take twice as long over tables of figures. Texts of people reach them
as values of `fill`, which escapes them.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from crispy_forms.templatetags.crispy_forms_filters import as_crispy_form
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _, ngettext
from heroicons.templatetags.heroicons import heroicon_micro, heroicon_outline

from reports.dashboard import Breakdown, Dashboard, LeagueRow, ModuleRow
from reports.figures import Figure
from reports.questions import QuestionForm
from score_mis.lib.filterform import fields_of
from score_mis.lib.markup import NOTHING, fill, fill_each, joined

CARD = '<section class="card{}"{}><div class="card-body">{}{}{}</div></section>'
HEAD = '<div class="card-head"><h2>{}</h2>{}</div>'
TABLE = '<table class="table{}">{}<tbody>{}</tbody></table>'
ICONS = {
    "ok": "check-circle",
    "warn": "clock",
    "bad": "exclamation-triangle",
    "idle": "minus-circle",
}
DOT = " · "


def asked(form: QuestionForm) -> SafeString:
    """The filters; with errors as all forms show them."""
    wrong = NOTHING
    if form.errors:
        wrong = render_to_string("_error_summary.html", {"form": form})
    return fill(
        '{}<details class="filters mb-3 no-print"{} data-open-wide><summary>{}{}</summary>'
        '<form method="get" role="search" class="align-items-start" aria-label="{}">{}'
        '<div class="d-flex flex-wrap gap-2 mb-3 align-self-end">'
        '<button type="submit" class="btn btn-primary">{}</button> '
        '<a class="btn btn-secondary" href="{}">{}</a></div></form></details>',
        *(wrong, fill(" {}", "open") if form.errors else NOTHING),
        *(_funnel(), _("Filters"), _("Filters"), fields_of(form) or as_crispy_form(form)),
        *(_("Show"), reverse("reports:dashboard"), _("Clear")),
    )


def waiting() -> SafeString:
    """What stands instead of the cards while a job counts."""
    text = _(
        "No tally holds the answer to this question, so a job goes through the records. This page looks for the "
        "answer every few seconds; you may also come back later."
    )
    bar = fill('<progress aria-label="{}"></progress>', _("The job counts"))
    return fill('<div class="alert alert-info" role="status"><p>{}</p>{}</div>', text, bar)


def uncounted() -> SafeString:
    """What stands above the cards before anything was ever counted."""
    text = _("The figures have not been counted yet. They appear when the job has run; see Operations.")
    return fill('<div class="alert alert-warning">{}</div>', text)


def board(shown: Dashboard, fresh: Mapping[str, Any]) -> SafeString:
    """All cards of the dashboard in their places."""
    counted = when_counted(fresh)
    charts = shown.trend_charts()
    cards = [
        ("col-lg-6", _suggestions(shown, counted)),
        ("col-lg-6", _hazards(shown, counted)),
        ("col-12", _numbers(shown, counted)),
        *(("col-lg-6", _chart(title, chart, table, counted)) for title, chart, table in charts),
        ("col-xl-6", _league(shown, counted)),
        ("col-xl-6", _modules(shown, counted)),
        ("col-lg-7", _coverage(shown, counted)),
        ("col-lg-5", _deadlines(shown, counted)),
        *(("col-lg-6", _breakdown(table, counted)) for table in shown.categories()),
        ("col-lg-6", _figures(_("Major hazards"), shown.major(), counted)),
        ("col-lg-6", _figures(_("Savings, training, data quality"), shown.others(), counted)),
    ]
    above = NOTHING if fresh["computed_at"] else uncounted()
    return fill('{}<div class="row g-3">{}</div>', above, fill_each('<div class="{}">{}</div>', cards))


def rate(figure: Figure, fresh: Mapping[str, Any]) -> SafeString:
    """One rate with its parts."""
    return _card(_defined(figure), _big(figure), when_counted(fresh))


def when_counted(fresh: Mapping[str, Any]) -> SafeString:
    """When the figures of a card were counted."""
    if not fresh["computed_at"]:
        return NOTHING
    moment = formats.date_format(timezone.localtime(fresh["computed_at"]), "DATETIME_FORMAT")
    late = fill(" · <strong>{}</strong>", _("out of date")) if fresh["stale"] else NOTHING
    return fill('<p class="note mb-0">{}{}</p>', _("counted at %(moment)s") % {"moment": moment}, late)


def _card(
    head: Any, body: Any, counted: SafeString, size: str = " h-100", place: SafeString = NOTHING
) -> SafeString:
    return fill(CARD, size, place, head, body, counted)


def _titled(title: Any, link: Any = NOTHING) -> SafeString:
    return fill(HEAD, title, link)


def _defined(figure: Figure) -> SafeString:
    """The head of a card about one indicator, with the way to its definition."""
    link = fill(
        '<a href="{}#{}">{}<span class="visually-hidden"> · {}</span></a>',
        reverse("reports:definitions"),
        figure.indicator.id,
        _("definition"),
        figure.name,
    )
    return _titled(figure.name, link)


def _big(figure: Figure) -> SafeString:
    return fill('<div class="big">{}</div><p class="parts">{}</p>', figure.shown, figure.parts)


def _notes(figures: Iterable[Figure]) -> SafeString:
    """Indicators in one line."""
    return joined((fill("{}: {} ({})", f.name, f.shown, f.parts) for f in figures), DOT)


def _suggestions(shown: Dashboard, counted: SafeString) -> SafeString:
    figure, left, rest = shown.figure("suggestion_completion_rate"), shown.still_to_do(), NOTHING
    if not shown.span.since:
        text = ngettext("%(n)s adopted and still to do", "%(n)s adopted and still to do", left) % {"n": left}
        rest = fill(" · {}", text)
    note = fill('<p class="note">{}{}</p>', _notes(shown.suggestion_notes()), rest)
    return _card(_defined(figure), joined([_big(figure), shown.suggestion_steps(), note]), counted)


def _hazards(shown: Dashboard, counted: SafeString) -> SafeString:
    figure, late = shown.figure("hazard_completion_rate"), shown.value("hazards_overdue")
    overdue = fill("{} {}", shown.figure("hazards_overdue").shown, _("overdue"))
    still = NOTHING if shown.span.since else fill("{} · ", _("%(n)s open") % {"n": shown.open_hazards()})
    note = fill(
        '<p class="note">{} {}{}</p>',
        _tag("bad" if late else "ok", overdue),
        still,
        _notes(shown.hazard_notes()),
    )
    return _card(_defined(figure), joined([_big(figure), shown.hazard_steps(), note]), counted)


def _numbers(shown: Dashboard, counted: SafeString) -> SafeString:
    lines = ((figure.name, figure.shown) for figure in shown.counts())
    pattern = '<div><dt>{}</dt><dd class="fs-4 fw-semibold">{}</dd></div>'
    return _card(NOTHING, fill('<dl class="facts">{}</dl>', fill_each(pattern, lines)), counted, size="")


def _chart(title: str, chart: SafeString, table: SafeString, counted: SafeString) -> SafeString:
    """A chart with its table underneath."""
    body = fill(
        '{}<details class="mt-2"><summary>{}<span class="visually-hidden"> · {}</span></summary>'
        '<div class="overflow-x-auto">{}</div></details>',
        *(chart, _("table"), title, table),
    )
    return _card(_titled(title), body, counted)


def _league(shown: Dashboard, counted: SafeString) -> SafeString:
    """Completion by enterprise or part of the area."""
    by_area = shown.league_kind == "area"
    heads = [_("Area") if by_area else _("Enterprise"), _("Suggestions"), _("Hazards")]
    rows = _league_rows(shown.league(), heads[1:])
    if not rows:
        rows = fill(
            '<tr><td colspan="3">{}</td></tr>',
            _("Enterprises appear here when programme staff have registered them."),
        )
    after = shown.next_enterprises()
    more = fill('<a href="{}">{}</a>', after, _("More enterprises")) if after else NOTHING
    title = _("Completion by area") if by_area else _("Completion by enterprise")
    head = fill(
        "<thead><tr>{}</tr></thead>", fill_each('<th scope="col">{}</th>', ((name,) for name in heads))
    )
    body = joined([fill(TABLE, " stack", head, rows), more])
    return _card(_titled(title), body, counted, place=fill(' id="{}"', "league"))


def _league_rows(rows: Iterable[LeagueRow], heads: list[str]) -> SafeString:
    cell = '<td data-label="{}">{}<strong>{}</strong> <span class="parts">{}</span></td>'
    return fill_each(
        '<tr><th scope="row"><a href="{}">{}</a></th>{}</tr>',
        (
            (
                row.url,
                row.label,
                fill_each(
                    cell,
                    (
                        (head, bar, figure.shown, figure.parts)
                        for head, (figure, bar) in zip(heads, row.figures, strict=True)
                    ),
                ),
            )
            for row in rows
        ),
    )


def _modules(shown: Dashboard, counted: SafeString) -> SafeString:
    """Modules and how far the enterprises are."""
    names = [_("Module"), _("Started"), _("Completed"), _("Status")]
    kinds = (NOTHING, fill(' class="{}"', "num"), fill(' class="{}"', "num"), NOTHING)
    heads = fill_each('<th scope="col"{}>{}</th>', zip(kinds, names, strict=True))
    lines = fill_each(
        '<tr><th scope="row">{}</th><td class="num" data-label="{}">{}</td>'
        '<td class="num" data-label="{}">{}</td><td data-label="{}">{}</td></tr>',
        (_module_line(row, names) for row in shown.modules()),
    )
    people = joined((fill("{} {}", label, link) for label, link in shown.people()), DOT)
    note = fill('<p class="note">{}: {}</p>', _("People trained"), people or "–")
    every = fill(
        '<a href="{}">{}<span class="visually-hidden"> · {}</span></a>',
        *(reverse("training:module_list"), _("all"), _("Modules")),
    )
    table = fill(TABLE, " stack", fill("<thead><tr>{}</tr></thead>", heads), lines)
    return _card(_titled(_("Modules"), every), joined([table, note]), counted)


def _module_line(row: ModuleRow, names: list[str]) -> tuple[Any, ...]:
    cells = (row.started, row.completed, _tag(row.tone, row.state))
    return (row.module, *(part for pair in zip(names[1:], cells, strict=True) for part in pair))


def _coverage(shown: Dashboard, counted: SafeString) -> SafeString:
    """Which items were looked at where."""
    figure = shown.figure("item_coverage")
    parts = fill('<p class="parts"><strong>{}</strong> · {}</p>', figure.shown, figure.parts)
    return _card(_defined(figure), joined([parts, shown.coverage_map()]), counted)


def _deadlines(shown: Dashboard, counted: SafeString) -> SafeString:
    """Overdue hazards by age, and whether deadlines were kept."""
    head = fill(
        '<thead><tr><th scope="col">{}</th><th scope="col" class="num">{}</th></tr></thead>',
        *(_("Days overdue"), _("Hazards")),
    )
    lines = fill_each('<tr><th scope="row">{}</th><td class="num">{}</td></tr>', shown.ageing())
    notes = fill_each(
        '<p class="note mb-0">{}: <strong>{}</strong>{}</p>',
        ((f.name, f.shown, fill(" · {}", f.parts) if f.parts else NOTHING) for f in shown.deadlines()),
    )
    return _card(_titled(_("Deadlines")), joined([fill(TABLE, "", head, lines), notes]), counted)


def _breakdown(table: Breakdown, counted: SafeString) -> SafeString:
    """Counts by the keys of one breakdown."""
    head = fill(
        '<thead><tr><th scope="col"><span class="visually-hidden">{}</span></th>{}</tr></thead>',
        table.title,
        fill_each('<th scope="col" class="num">{}</th>', ((name,) for name in table.heads)),
    )
    cells = '<td class="num">{}</td>'
    lines = fill_each(
        '<tr><th scope="row">{}</th>{}</tr>',
        ((label, fill_each(cells, ((link,) for link in links))) for label, links in table.rows),
    )
    body = fill(
        '<div class="overflow-x-auto">{}</div>',
        fill(TABLE, "", head, lines or fill("<tr><td>{}</td></tr>", _("Nothing was recorded."))),
    )
    return _card(_titled(table.title), body, counted)


def _figures(title: str, figures: Iterable[Figure], counted: SafeString) -> SafeString:
    """Indicators as lines."""
    lines = fill_each(
        '<tr><th scope="row">{}</th><td class="num"><strong>{}</strong>{}</td></tr>',
        (
            (
                f.name,
                f.shown,
                fill('<div class="parts text-wrap">{}</div>', f.parts) if f.parts else NOTHING,
            )
            for f in figures
        ),
    )
    return _card(_titled(title), fill(TABLE, "", NOTHING, lines), counted)


def _tag(tone: str, text: Any) -> SafeString:
    """A state as icon, word and colour."""
    return fill('<span class="tag tag-{}">{} {}</span>', tone, _icon(tone), text)


@cache
def _funnel() -> SafeString:
    return fill("{}", heroicon_outline("funnel", size=20))


@cache
def _icon(tone: str) -> SafeString:
    return fill("{}", heroicon_micro(ICONS[tone], size=14))
