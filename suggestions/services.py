"""Suggestions many at a time, and the codes by which proposers look up what became of theirs."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import uuid4

from django.db import IntegrityError, transaction

from enterprises.models import Enterprise
from score_mis.lib.codes import new_code
from score_mis.lib.workflow import Move, perform_many
from suggestions.models import Pile, Slip, Suggestion


@transaction.atomic
def enter_pile(
    *, rows: Sequence[dict[str, Any]], enterprise: Enterprise, by: Any, today: date, on: date
) -> Pile:
    """Submit a suggestion for each row, all or none. Raises what `perform_many` raises."""
    records = [Suggestion(enterprise=enterprise) for _row in rows]
    moves = [
        Move(record=record, move="submit", by=by, on=on, fields={"enterprise": enterprise, **row})
        for record, row in zip(records, rows, strict=True)
    ]
    perform_many(moves, today=today)
    keys = [record.pk for record in records]
    return Pile.objects.create(token=uuid4(), enterprise=enterprise, by=by, keys=keys)


def slips_for(suggestions: Sequence[Suggestion]) -> list[Slip]:
    """The slip of each suggestion, made where there is none; two queries, and one more for each new one."""
    known = Slip.objects.in_bulk([suggestion.pk for suggestion in suggestions], field_name="suggestion_id")
    slips = []
    for suggestion in suggestions:
        slip = known.get(suggestion.pk) or _new_slip(suggestion)
        slip.suggestion = suggestion
        slips.append(slip)
    return slips


def _new_slip(suggestion: Suggestion) -> Slip:
    """Give a suggestion its code. Two people at once get the same; a code that is taken already is drawn again."""
    try:
        with transaction.atomic():
            return Slip.objects.create(suggestion=suggestion, code=new_code())
    except IntegrityError:
        found = Slip.objects.filter(suggestion=suggestion).first()
        return found or _new_slip(suggestion)
