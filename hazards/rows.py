"""Hazards and checks as the rows of tables."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _, ngettext

from hazards.models import CheckStatus, Hazard, HazardStatus, Level, PerformedBy, SafetyCheck
from hazards.views.shared import CHECK_TONES, HAZARD_TONES
from score_mis.lib.markup import fill
from score_mis.lib.tables import Column, address_of, days, joined, link, over, table, tags

LETTERS = 90
"""Of a hazard's description that its row shows."""


def hazard_table(hazards: Iterable[Hazard], *, today: date) -> SafeString:
    """A table of hazards."""
    columns = [
        Column(_("Hazard")),
        Column(_("Enterprise")),
        Column(_("Level")),
        Column(_("Identified on"), "text-nowrap"),
        Column(_("Deadline")),
        Column(_("Status")),
    ]
    return table(columns, _hazards(hazards, today))


def _hazards(hazards: Iterable[Hazard], today: date) -> Iterator[list[Any]]:
    url, day = address_of("hazards:hazard_detail"), days()
    state = tags(dict(HazardStatus.choices).get, lambda status: HAZARD_TONES.get(status, "idle"))
    level = tags(dict(Level.choices).get, lambda level: "bad" if level == Level.MAJOR else "idle")
    late = tags(_days_overdue, lambda _days: "bad")
    for hazard in hazards:
        words = hazard.description
        if len(words) > LETTERS:
            words = Truncator(words).chars(LETTERS)
        overdue = hazard.days_overdue(today)
        deadline = fill('<span class="text-nowrap">{}</span>', day(hazard.deadline))
        yield [
            over(link(url(hazard.pk), words), f"{hazard.reference} · {hazard.place}"),
            hazard.enterprise,
            level(hazard.level),
            day(hazard.identified_on),
            joined([deadline, late(overdue)]) if overdue else deadline,
            state(hazard.status),
        ]


def _days_overdue(number: int) -> str:
    return ngettext("%(counter)s day overdue", "%(counter)s days overdue", number) % {"counter": number}


def _words(choices: Any) -> dict[str, str]:
    """The words of some choices in the reader's language."""
    return {value: str(label) for value, label in choices.choices}


def check_table(checks: Iterable[SafetyCheck], *, numbers: Mapping[int, int]) -> SafeString:
    """A table of checks; `numbers` are those of the hazards found in each."""
    columns = [
        Column(_("Check")),
        Column(_("Enterprise")),
        Column(_("Checked on"), "text-nowrap"),
        Column(_("Performed by")),
        Column(_("Hazards"), "num", "num"),
        Column(_("Status")),
    ]
    return table(columns, _checks(checks, numbers))


def _checks(checks: Iterable[SafetyCheck], numbers: Mapping[int, int]) -> Iterator[list[Any]]:
    url, day, performers = address_of("hazards:check_detail"), days(), _words(PerformedBy)
    state = tags(dict(CheckStatus.choices).get, lambda status: CHECK_TONES.get(status, "idle"))
    for check in checks:
        yield [
            over(link(url(check.pk), check.reference), check.site_area),
            check.enterprise,
            day(check.checked_on),
            performers[check.performed_by],
            numbers.get(check.pk, 0),
            state(check.status),
        ]
