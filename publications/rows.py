"""Reports, snapshots and frozen records as the rows of tables."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils import formats
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _, ngettext

from publications.kinds import NAMED
from publications.models import Report, Snapshot
from score_mis.lib.tables import NOTHING, Column, Heading, link, over, table


def report_table(reports: Iterable[Report]) -> SafeString:
    """A table of reports, each with `freezes`, how often it was frozen."""
    names = (_("Report"), _("Kind"), _("Scope"), _("Cut-off day"), _("Frozen"))
    return table([Column(name) for name in names], _reports(reports))


def _reports(reports: Iterable[Any]) -> Iterator[list[Any]]:
    for report in reports:
        yield [
            over(link(report.get_absolute_url(), report.name), report.other_name),
            report.get_kind_display(),
            report.scope_name,
            formats.date_format(report.as_of),
            ngettext("once", "%(n)s times", report.freezes) % {"n": report.freezes}
            if report.freezes
            else NOTHING,
        ]


def snapshot_table(snapshots: Iterable[Snapshot]) -> SafeString:
    """A table of what was frozen."""
    names = (_("Code"), _("Frozen at"), _("Frozen by"), _("Cut-off day"), "SHA-256")
    rows = (
        [
            Heading(link(one.get_absolute_url(), one.code)),
            formats.date_format(one.frozen_at, "DATETIME_FORMAT"),
            one.frozen_by,
            formats.date_format(one.as_of),
            format_html("<code>{}…</code>", one.sha256[:12]),
        ]
        for one in snapshots
    )
    return table([Column(name) for name in names], rows)


PAGES = {
    "suggestion": "suggestions:detail",
    "hazard": "hazards:hazard_detail",
    "check": "hazards:check_detail",
    "visit": "training:visit_detail",
    "enrolment": "training:enrolment_detail",
    "enterprise": "enterprises:detail",
}
"""Where the record itself is looked at, as it is today."""
DAYS = (
    "happened_on",
    "submitted_on",
    "identified_on",
    "checked_on",
    "done_on",
    "held_on",
    "first_on",
    "started_on",
)


def frozen_table(rows: Iterable[dict[str, Any]], enterprises: dict[int, str], language: str) -> SafeString:
    """The records behind a figure as they were frozen; a link leads to what each is today."""
    names = (_("Record"), _("Enterprise"), _("What"), _("Day"), _("Then"))
    return table([Column(name) for name in names], (_frozen(row, enterprises, language) for row in rows))


def _frozen(row: dict[str, Any], enterprises: dict[int, str], language: str) -> list[Any]:
    kind = row["kind"]
    label = row.get("ref") or row.get("code") or row.get("item_code") or f"{NAMED[kind].shown} {row['id']}"
    page = PAGES.get(kind)
    name = link(reverse(page, args=[row["id"]]), label) if page else label
    zh = language.startswith("zh")
    texts = (row.get("text_zh"), row.get("text_en")) if zh else (row.get("text_en"), row.get("text_zh"))
    names = (row.get("name_zh"), row.get("name_en")) if zh else (row.get("name_en"), row.get("name_zh"))
    what = next(
        filter(
            None, (row.get("title"), row.get("description"), *texts, *names, row.get("type"), row.get("move"))
        ),
        str(NAMED[kind].shown),
    )
    day = next((row[name] for name in DAYS if row.get(name)), "")
    return [
        Heading(name),
        enterprises.get(row["enterprise"], NOTHING),
        what if len(what) <= 140 else f"{what[:139]}…",
        formats.date_format(date.fromisoformat(day)) if day else NOTHING,
        state_of(row) or NOTHING,
    ]


def state_of(row: dict[str, Any]) -> str:
    """The state a frozen record was in, or that a move led to, in the reader's language."""
    kind, value = NAMED[row["kind"]], row.get("status") or row.get("target")
    if not value:
        return ""
    model: Any = kind.model
    if kind.owner:
        model = model._meta.get_field(kind.owner).related_model
    return str(dict(model._meta.get_field("status").choices).get(value, value))
