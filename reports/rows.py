"""How a record looks as one line of an evidence list."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from enterprises.models import Enterprise
from hazards.models import ChecklistItem, Hazard, SafetyCheck
from reports.models import ItemLook
from score_mis.lib import workflow
from score_mis.lib.workflow import Change
from suggestions.models import Suggestion
from training.models import CounsellingVisit, Enrolment, Participant


@dataclass
class EvidenceRow:
    """One record: what it is called, where it leads, whose it is, what it says, its day and state."""

    label: str
    url: str
    enterprise: str
    what: str
    day: Any
    state: str


def _suggestion(row: Suggestion) -> EvidenceRow:
    return EvidenceRow(
        row.reference,
        row.get_absolute_url(),
        row.enterprise.name,
        row.title,
        row.submitted_on,
        row.status_label,
    )


def _hazard(row: Hazard) -> EvidenceRow:
    what = f"{row.description} · {row.place}"
    return EvidenceRow(
        row.reference, row.get_absolute_url(), row.enterprise.name, what, row.identified_on, row.status_label
    )


def _check(row: SafetyCheck) -> EvidenceRow:
    what = row.get_performed_by_display()
    return EvidenceRow(
        row.reference, row.get_absolute_url(), row.enterprise.name, what, row.checked_on, row.status_label
    )


def _visit(row: CounsellingVisit) -> EvidenceRow:
    return EvidenceRow(
        str(row.get_type_display()),
        row.get_absolute_url(),
        row.enterprise.name,
        f"{row.get_type_display()} {row.sequence}",
        row.done_on or row.due_on,
        row.status_label,
    )


def _enrolment(row: Enrolment) -> EvidenceRow:
    day = row.completed_on or row.started_on
    return EvidenceRow(
        str(row.module), row.get_absolute_url(), row.enterprise.name, str(row.module), day, row.status_label
    )


def _participant(row: Participant) -> EvidenceRow:
    what = " · ".join(part for part in (row.get_sex_display(), row.get_standing_display()) if part)
    return EvidenceRow(
        row.name or _("unnamed"),
        row.workshop.get_absolute_url(),
        row.enterprise.name if row.enterprise else "",
        what or _("unknown"),
        row.workshop.held_on,
        row.workshop.name,
    )


def _enterprise(row: Enterprise) -> EvidenceRow:
    return EvidenceRow(
        row.code, row.get_absolute_url(), row.name, row.area.name, row.enrolled_on, row.status_label
    )


def _item(row: ChecklistItem) -> EvidenceRow:
    url = reverse("hazards:checklist_detail", args=[row.version_id])
    return EvidenceRow(row.code, url, "", row.text, None, row.section.name)


def _look(row: ItemLook) -> EvidenceRow:
    return EvidenceRow(
        row.item_code,
        f"{reverse('hazards:check_list')}?enterprise={row.enterprise_id}",
        row.enterprise.name,
        _("looked at for the first time"),
        row.first_on,
        "",
    )


def _pair(pair: tuple[Enterprise, ChecklistItem]) -> EvidenceRow:
    enterprise, item = pair
    return EvidenceRow(item.code, enterprise.get_absolute_url(), enterprise.name, item.text, None, "")


def _change(row: Change) -> EvidenceRow:
    record = row.record
    table = workflow.table_of(record)
    done = {transition.move: transition.done for transition in table.rows}
    found = ROWS[type(record)](record)
    return EvidenceRow(
        found.label,
        found.url,
        found.enterprise,
        found.what,
        row.happened_on,
        str(done.get(row.move, row.move)),
    )


ROWS: dict[type, Callable[[Any], EvidenceRow]] = {
    Suggestion: _suggestion,
    Hazard: _hazard,
    SafetyCheck: _check,
    CounsellingVisit: _visit,
    Enrolment: _enrolment,
    Participant: _participant,
    Enterprise: _enterprise,
    ChecklistItem: _item,
    ItemLook: _look,
    tuple: _pair,
}


def evidence_rows(records: Iterable[Any]) -> list[EvidenceRow]:
    """Return the lines of an evidence list."""
    return [_change(row) if isinstance(row, Change) else ROWS[type(row)](row) for row in records]
