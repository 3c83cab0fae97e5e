"""The board of one enterprise: three columns, what waits in each, and what a person may do with each card."""

from datetime import date
from typing import Any

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from enterprises.models import Enterprise
from score_mis.lib import moves
from score_mis.lib.workflow import EDIT, VOID
from suggestions.filters import DONE, GROUPS, UNDECIDED
from suggestions.models import ANSWER_WITHIN_DAYS, Status, Suggestion

CARDS = 20
LEFT_OUT = (Status.REJECTED, Status.WITHDRAWN, Status.CANCELLED)
NOT_ON_CARDS = frozenset({EDIT, VOID, "cancel", "withdraw"})
"""Moves that stay on the record's own page: rare, or not to be undone."""


def columns(enterprise: Enterprise, *, by: Any, today: date) -> dict[str, Any]:
    """Return columns, their counts and cards, and what left the board; a fixed number of queries."""
    records = Suggestion.objects.filter(enterprise=enterprise)
    counts = dict(records.order_by().values_list("status").annotate(Count("pk")))
    roles = enterprise.roles_of(by, today)
    lanes: list[tuple[str, str, tuple[str, ...], QuerySet]] = [
        (UNDECIDED, _("Submitted"), GROUPS[UNDECIDED], records.undecided()),
        (Status.ADOPTED, _("Adopted"), (Status.ADOPTED,), records.to_implement()),
        (DONE, _("Implemented"), GROUPS[DONE], records.implemented_lately()),
    ]
    return {
        "columns": [
            {
                "status": status,
                "label": label,
                "count": sum(counts.get(value, 0) for value in statuses),
                "cards": [_card(record, enterprise, by, today, roles) for record in cards[:CARDS]],
            }
            for status, label, statuses, cards in lanes
        ],
        "left_out": [
            {"status": status, "label": status.label, "count": counts[status]}
            for status in LEFT_OUT
            if status in counts
        ],
    }


def _card(
    record: Suggestion, enterprise: Enterprise, by: Any, today: date, roles: frozenset[str]
) -> dict[str, Any]:
    """Return what a card shows; no query."""
    record.enterprise = enterprise
    days = record.days_open(today)
    return {
        "suggestion": record,
        "days_open": days,
        "answer_is_late": days is not None and days > ANSWER_WITHIN_DAYS,
        "late": record.is_overdue(today),
        "moves": moves.buttons(
            record, by=by, today=today, url_name="suggestions:move", hide=NOT_ON_CARDS, roles=roles
        ),
    }
