"""The indicators: one row each. Tally, card, link, command, schema and the page of definitions follow from these rows.

Source of the definitions: the programme's indicator paper; the pilot's values are those of the Mid-Term Review.
A rate is numerator and denominator, never a mean of rates; 0 in the denominator is "n/a", not zero.
"""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from enterprises.forms import INDICATORS as INDICATOR_NAMES
from hazards.models.hazard import AGEING

VERSION = 1
"""Version of the definitions; raised whenever one of them changes its meaning."""


@dataclass(frozen=True)
class Part:
    """One count of an indicator: a measure, perhaps only major hazards; `shown` is its name in a sentence.

    In a period, `events` is the measure that is counted instead (things that happened), `cohort` the breakdown by
    which the part is restricted to those that entered in the period, and `held` marks a state that is read at the
    period's last day.
    """

    measure: str
    shown: Any
    level: str = ""
    events: str = ""
    cohort: str = ""
    held: bool = False


@dataclass(frozen=True, kw_only=True)
class Indicator:
    """One row. `kind` is count, rate, median, sum, or one of the special ones read by `reports.readings`.

    `how` is how its tallies move: additive, derived-day, distinct, median or sum. `by` breaks a row down always.
    """

    id: str
    name: Any
    definition: Any
    kind: str
    how: str = "additive"
    group: str
    value: Part | None = None
    numerator: Part | None = None
    denominator: Part | None = None
    by: str = ""
    steps: tuple[tuple[str, Part], ...] = ()

    def parts(self) -> dict[str, Part]:
        """The parts by the name used in links."""
        named = {"value": self.value, "numerator": self.numerator, "denominator": self.denominator}
        named |= {f"step-{index}": part for index, (_key, part) in enumerate(self.steps)}
        return {name: part for name, part in named.items() if part is not None}


SUBMITTED = Part("suggestions_submitted", _("submitted"))
ADOPTED = Part("suggestions_adopted", _("adopted"))
IMPLEMENTED = Part("suggestions_implemented", _("implemented"), events="suggestion_implementations")
CHECKS = Part("safety_checks", _("checks"))


def _hazard_rows(level: str) -> list[Indicator]:
    """The rows about hazards: for all levels, and again for major ones, which are always shown apart."""
    prefix, group = ("major_", "major") if level else ("", "hazards")
    identified = Part("hazards_identified", _("identified"), level)
    rectified = Part("hazards_rectified", _("rectified"), level, cohort="identified")
    named = {
        "identified": _("Major hazards identified") if level else _("Hazards identified"),
        "rectified": _("Major hazards rectified") if level else _("Hazards rectified"),
        "completion": _("Completion rate, major hazards") if level else _("Completion rate, hazards"),
        "verified": _("Verified closure, major hazards") if level else _("Verified closure"),
        "overdue": _("Major hazards overdue") if level else _("Hazards overdue"),
    }
    return [
        Indicator(
            id=f"{prefix}hazards_identified",
            name=named["identified"],
            kind="count",
            group=group,
            definition=_("Hazards with a day of identification up to the day."),
            value=identified,
        ),
        Indicator(
            id=f"{prefix}hazards_rectified",
            name=named["rectified"],
            kind="count",
            group=group,
            definition=_(
                "Hazards that stand rectified or verified on the day; one that was sent back does not. "
                "In a period: rectifications, counted as events."
            ),
            value=Part("hazards_rectified", _("rectified"), level, events="hazard_rectifications"),
        ),
        Indicator(
            id=f"{prefix}hazard_completion_rate",
            name=named["completion"],
            kind="rate",
            group=group,
            definition=_("Rectified hazards of those identified. In a period: of those identified in it."),
            numerator=rectified,
            denominator=identified,
        ),
        Indicator(
            id=f"{prefix}verified_closure_rate",
            name=named["verified"],
            kind="rate",
            group=group,
            definition=_(
                "Hazards verified by somebody else than the one who rectified, of those identified."
            ),
            numerator=Part("hazards_verified", _("verified"), level, cohort="identified"),
            denominator=identified,
        ),
        Indicator(
            id=f"{prefix}hazards_overdue",
            name=named["overdue"],
            kind="count",
            how="derived-day",
            group=group,
            definition=_(
                "Hazards not rectified on the day whose deadline, extensions included, lies before it."
            ),
            value=Part("hazards_overdue", _("overdue"), level, held=True),
        ),
    ]


def _rows() -> list[Indicator]:
    return [
        Indicator(
            id="enterprises",
            name=_("Enterprises"),
            kind="count",
            how="distinct",
            group="programme",
            definition=_("Enterprises that are enrolled or active on the day."),
            value=Part("enterprises", _("enterprises"), held=True),
        ),
        Indicator(
            id="suggestions_submitted",
            name=_("Suggestions submitted"),
            kind="count",
            group="suggestions",
            definition=_("Suggestions with a day of submission up to the day."),
            value=SUBMITTED,
        ),
        Indicator(
            id="suggestions_adopted",
            name=_("Suggestions adopted"),
            kind="count",
            group="suggestions",
            definition=_("Suggestions adopted up to the day; those cancelled later stay."),
            value=ADOPTED,
        ),
        Indicator(
            id="suggestions_implemented",
            name=_("Suggestions implemented"),
            kind="count",
            group="suggestions",
            definition=_(
                "Adopted suggestions that stand implemented on the day; one that was sent back does not. "
                "In a period: implementations, counted as events."
            ),
            value=IMPLEMENTED,
        ),
        Indicator(
            id="suggestions_sent_back",
            name=_("Suggestions sent back"),
            kind="count",
            group="suggestions",
            definition=_("How often an implemented suggestion was sent back."),
            value=Part("suggestions_sent_back", _("sent back")),
        ),
        Indicator(
            id="adoption_rate",
            name=_("Adoption rate"),
            kind="rate",
            group="suggestions",
            definition=_("Adopted suggestions of those submitted. In a period: of those submitted in it."),
            numerator=Part("suggestions_adopted", _("adopted"), cohort="submitted"),
            denominator=SUBMITTED,
        ),
        Indicator(
            id="suggestion_completion_rate",
            name=_("Completion rate, suggestions"),
            kind="rate",
            group="suggestions",
            definition=_("Implemented suggestions of those adopted. In a period: of those adopted in it."),
            numerator=Part("suggestions_implemented", _("implemented"), cohort="adopted"),
            denominator=ADOPTED,
        ),
        Indicator(
            id="implementation_rate",
            name=_("Implemented of all submitted"),
            kind="rate",
            group="suggestions",
            definition=_(
                "Implemented suggestions of those submitted. In a period: of those submitted in it."
            ),
            numerator=Part("suggestions_implemented", _("implemented"), cohort="submitted"),
            denominator=SUBMITTED,
        ),
        Indicator(
            id="decision_days",
            name=_("Median days to a decision"),
            kind="median",
            how="median",
            group="suggestions",
            definition=_("Days from submission to adoption or rejection, over those decided up to the day."),
            value=Part("suggestions_decided", _("decided")),
        ),
        Indicator(
            id="answered_in_time",
            name=_("Answered within 7 days"),
            kind="rate",
            group="suggestions",
            definition=_(
                "Adopted or rejected within 7 days of submission, of those decided up to the day. "
                "In a period: of those decided in it."
            ),
            numerator=Part("suggestions_answered_in_time", _("answered within 7 days")),
            denominator=Part("suggestions_decided", _("decided")),
        ),
        Indicator(
            id="implementation_days",
            name=_("Median days to implementation"),
            kind="median",
            how="median",
            group="suggestions",
            definition=_(
                "Days from adoption to implementation, over those that stand implemented on the day. "
                "In a period: over the implementations in it."
            ),
            value=IMPLEMENTED,
        ),
        Indicator(
            id="frontline_share",
            name=_("Front-line share"),
            kind="rate",
            group="suggestions",
            definition=_("Suggestions from front-line workers, of those whose proposer's role is known."),
            numerator=Part("suggestions_frontline", _("from front-line workers")),
            denominator=Part("suggestions_role_known", _("with a known role")),
        ),
        Indicator(
            id="saving_actual",
            name=_("Savings a year, actual"),
            kind="sum",
            how="sum",
            group="suggestions",
            definition=_(
                "Sum of the actual savings of implemented suggestions that report one. Not added to estimates."
            ),
            value=Part("savings_actual", _("reporting"), cohort="adopted"),
        ),
        Indicator(
            id="saving_estimated",
            name=_("Savings a year, estimated"),
            kind="sum",
            how="sum",
            group="suggestions",
            definition=_("Sum of the estimated savings of adopted suggestions that give one."),
            value=Part("savings_estimated", _("reporting")),
        ),
        Indicator(
            id="checklist_items",
            name=_("Checklist items"),
            kind="items",
            group="checks",
            definition=_("Items of the checklist version in force on the day."),
            value=Part("", _("items")),
        ),
        Indicator(
            id="safety_checks",
            name=_("Safety checks"),
            kind="count",
            group="checks",
            definition=_("Submitted checks with a day up to the day; a corrected check counts once."),
            value=CHECKS,
        ),
        Indicator(
            id="item_coverage",
            name=_("Item coverage"),
            kind="coverage",
            how="distinct",
            group="checks",
            definition=_(
                "Pairs of enterprise and item that a check has looked at up to the day, of enterprises × items. "
                "Always as of the day, in a period too."
            ),
            numerator=Part("item_looks", _("looked at"), held=True),
            denominator=Part("enterprises", _("pairs"), held=True),
        ),
        *_hazard_rows(""),
        Indicator(
            id="hazards_sent_back",
            name=_("Hazards sent back"),
            kind="count",
            group="hazards",
            definition=_("How often a rectification was refused and sent back."),
            value=Part("hazards_sent_back", _("sent back")),
        ),
        Indicator(
            id="on_time_rate",
            name=_("On time"),
            kind="rate",
            how="derived-day",
            group="hazards",
            definition=_(
                "Hazards that stood rectified at the end of their original deadline, of those whose original "
                "deadline has come."
            ),
            numerator=Part("hazards_on_time", _("on time")),
            denominator=Part("hazards_due", _("due")),
        ),
        Indicator(
            id="hazards_overdue_ageing",
            name=_("Overdue hazards by age"),
            kind="steps",
            how="derived-day",
            group="hazards",
            definition=_("Overdue hazards by the number of days since their deadline."),
            steps=tuple(
                (name, Part(f"hazards_overdue_{first}", name, held=True)) for first, _last, name in AGEING
            ),
        ),
        Indicator(
            id="findings_per_100_checks",
            name=_("Findings per 100 checks"),
            kind="rate",
            group="hazards",
            definition=_("100 × hazards found in checks, of the checks."),
            numerator=Part("hazards_in_checks", _("found in checks")),
            denominator=CHECKS,
        ),
        Indicator(
            id="repeat_rate",
            name=_("Repeat hazards"),
            kind="rate",
            group="hazards",
            definition=_("Hazards that repeat an earlier one, of those identified."),
            numerator=Part("hazards_repeated", _("repeats")),
            denominator=Part("hazards_identified", _("identified")),
        ),
        *_hazard_rows("major"),
        Indicator(
            id="visits_done_of_planned",
            name=_("Visits done of planned"),
            kind="rate",
            group="training",
            definition=_(
                "Planned visits that were done, of those planned up to the day; cancelled ones stay planned."
            ),
            numerator=Part("visits_done", _("done"), cohort="planned"),
            denominator=Part("visits_planned", _("planned")),
        ),
        Indicator(
            id="module_completions",
            name=_("Modules completed"),
            kind="rate",
            group="training",
            by="module",
            definition=_("For each module, enterprises that completed it, of those that started it."),
            numerator=Part("enrolments_completed", _("completed"), cohort="started"),
            denominator=Part("enrolments_started", _("started")),
        ),
        Indicator(
            id="people_trained",
            name=_("People trained"),
            kind="count",
            group="training",
            by="sex_role",
            definition=_(
                "People of enterprises at training workshops up to the day, by sex and worker or manager."
            ),
            value=Part("people_trained", _("people")),
        ),
        Indicator(
            id="reporting_coverage",
            name=_("Reporting coverage"),
            kind="reporting",
            how="distinct",
            group="data",
            definition=_(
                "Enterprises with a suggestion, check, hazard or visit, of those in the programme on the day."
            ),
            numerator=Part("enterprises_reporting", _("with records"), held=True),
            denominator=Part("enterprises", _("enterprises"), held=True),
        ),
        Indicator(
            id="entry_lag",
            name=_("Entry lag"),
            kind="median",
            how="median",
            group="data",
            definition=_("Median days from the event to its entry: suggestions, checks, hazards and visits."),
            value=Part("entries", _("entries")),
        ),
    ]


INDICATORS: dict[str, Indicator] = {row.id: row for row in _rows()}

INDICATOR_NAMES.update({row.id: row.name for row in INDICATORS.values()})

GROUPS = {
    "programme": _("Programme"),
    "suggestions": _("Suggestions"),
    "checks": _("Safety checks"),
    "hazards": _("Hazards"),
    "major": _("Major hazards"),
    "training": _("Training and visits"),
    "data": _("Data quality"),
}


def percent(numerator: int, denominator: int) -> int | None:
    """Return whole percent, halves up; never 100 below the whole, never 0 above nothing; None over nothing."""
    if denominator == 0:
        return None
    rounded = (200 * numerator + denominator) // (2 * denominator)
    if numerator < denominator:
        rounded = min(rounded, 99)
    return max(rounded, 1) if numerator > 0 else rounded
