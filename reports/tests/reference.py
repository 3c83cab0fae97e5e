"""A second way to count: by hand, record by record, from the paper of indicators. Shares no code with the measures."""

import zoneinfo
from collections import defaultdict
from datetime import date, timedelta
from statistics import median
from typing import Any

from django.conf import settings

from enterprises.models import Area, Enterprise, EnterpriseChange
from hazards.models import CheckChange, ChecklistItem, Hazard, HazardChange, SafetyCheck
from reports.measures import Span
from reports.scope import Scope
from suggestions.models import Suggestion, SuggestionChange
from training.models import CounsellingVisit, Enrolment, Participant, VisitChange

AGES = {"0-7": (1, 7), "8-30": (8, 30), "31-90": (31, 90), ">90": (91, 10**6)}
FIXED = {"implemented", "verified"}
CLOSED = {"rectified", "verified"}


def middle(values: list[int]) -> dict[str, Any]:
    """A median as the command prints it."""
    found = median(values) if values else None
    return {"median": int(found) if found is not None and found == int(found) else found, "n": len(values)}


def _steps(changes: type, owner: str, *more: str) -> dict[int, list[dict]]:
    """The change rows in force of each record, oldest first."""
    found = defaultdict(list)
    names = (owner, "happened_on", "source", "target", *more)
    for row in changes.objects.filter(in_force=True).order_by(owner, "seq").values(*names):
        found[row[owner]].append(row)
    return found


class Reference:
    """Everything that was recorded, read once; `value` counts it for a scope and a span."""

    def __init__(self) -> None:
        self.parents = dict(Area.objects.values_list("pk", "parent"))
        self.enterprises = list(Enterprise.objects.values("pk", "area", "sector"))
        self.suggestions = list(Suggestion.objects.exclude(status="void").values())
        self.hazards = list(Hazard.objects.exclude(status="void").values())
        self.checks = list(SafetyCheck.objects.filter(status="submitted").values())
        self.visits = list(CounsellingVisit.objects.exclude(status="void").values())
        self.enrolments = list(
            Enrolment.objects.exclude(status="void").values(
                "enterprise_id", "started_on", "completed_on", "module__number"
            )
        )
        self.people = list(
            Participant.objects.filter(kind="enterprise", workshop__kind="training").values(
                "enterprise_id", "sex", "standing", "workshop__held_on"
            )
        )
        self.of_suggestion = _steps(SuggestionChange, "suggestion")
        self.of_hazard = _steps(HazardChange, "hazard", "deadline")
        self.of_enterprise = _steps(EnterpriseChange, "enterprise")
        self.items = list(ChecklistItem.objects.values("code", "version__published_on"))
        self.typed = self._typed()

    def _typed(self) -> list[tuple[int, date, int]]:
        """The first entry of each record: enterprise, day it told of, days until it was typed."""
        zone, found = zoneinfo.ZoneInfo(settings.TIME_ZONE), []
        for changes, owner, move, records in (
            (SuggestionChange, "suggestion", "submit", self.suggestions),
            (CheckChange, "check_event", "submit", self.checks),
            (HazardChange, "hazard", "identify", self.hazards),
            (VisitChange, "visit", "log", self.visits),
        ):
            whose = {record["id"]: record["enterprise_id"] for record in records}
            for row in changes.objects.filter(move=move, supersedes=None).values():
                if row[f"{owner}_id"] in whose:
                    late = (row["entered_at"].astimezone(zone).date() - row["happened_on"]).days
                    found.append((whose[row[f"{owner}_id"]], row["happened_on"], late))
        return found

    def members(self, scope: Scope) -> set[int]:
        """The enterprises of a scope, by climbing from each one's area."""
        found = set()
        for row in self.enterprises:
            around, area = set(), row["area"]
            while area is not None:
                around.add(area)
                area = self.parents[area]
            if (
                (scope.area is None or scope.area.pk in around)
                and (scope.sector is None or scope.sector.pk == row["sector"])
                and (scope.only is None or row["pk"] in scope.only)
            ):
                found.add(row["pk"])
        return found

    def value(self, scope: Scope, span: Span) -> dict[str, Any]:
        """Count the indicators this reference knows."""
        count = Count(self, self.members(scope), span)
        return count.suggestions() | count.of_hazards() | count.others()


def last_step(steps: list[dict], day: date) -> dict | None:
    """The step that held at the end of a day."""
    before = [row for row in steps if row["happened_on"] <= day]
    return before[-1] if before else None


def rate(numerator: int, denominator: int) -> tuple[int, int]:
    """A rate as the two numbers it stands for."""
    return numerator, denominator


class Count:
    """One scope and span."""

    def __init__(self, kept: Reference, members: set[int], span: Span) -> None:
        self.kept, self.members = kept, members
        self.first = span.since or date.min
        self.last = span.until or span.as_of
        self.day = span.as_of
        self.is_period = span.since is not None

    def mine(self, records: list[dict]) -> list[dict]:
        """The records of the scope."""
        return [record for record in records if record["enterprise_id"] in self.members]

    def falls(self, day: date | None) -> bool:
        """Whether a day counts: in the period, or up to the day."""
        return day is not None and self.first <= day <= self.last

    def of_cohort(self, day: date | None, cohort: date | None) -> bool:
        """Whether something that happened counts in a rate: by the day asked, of those that entered in the period."""
        return day is not None and day <= self.day and (not self.is_period or self.falls(cohort))

    def entered(self, steps: list[dict], states: set[str]) -> list[date]:
        """The days in the span on which a record came into the states."""
        return [
            row["happened_on"]
            for row in steps
            if row["target"] in states and row["source"] not in states and self.falls(row["happened_on"])
        ]

    def left(self, steps: list[dict], states: set[str]) -> int:
        """How often in the span a record fell out of the states."""
        return sum(
            row["source"] in states and row["target"] not in states and self.falls(row["happened_on"])
            for row in steps
        )

    def stands(self, steps: list[dict], states: set[str], day: date) -> bool:
        """Whether a record was in the states at the end of a day."""
        held = last_step(steps, day)
        return held is not None and held["target"] in states

    def suggestions(self) -> dict[str, Any]:
        """Suggestions, adopted, implemented, sent back, their rates, days and savings."""
        rows, steps = self.mine(self.kept.suggestions), self.kept.of_suggestion
        done = [row for row in rows if self.stands(steps[row["id"]], FIXED, self.day)]
        fixed = [(row, day) for row in rows for day in self.entered(steps[row["id"]], FIXED)]
        if not self.is_period:
            fixed = [(row, self.entered(steps[row["id"]], FIXED)[-1]) for row in done]
        submitted = sum(self.falls(row["submitted_on"]) for row in rows)
        adopted = [row for row in rows if self.falls(row["adopted_on"])]
        known = [row for row in rows if row["proposer_role"] and self.falls(row["submitted_on"])]
        return {
            "suggestions_submitted": submitted,
            "suggestions_adopted": len(adopted),
            "suggestions_implemented": len(fixed),
            "suggestions_sent_back": sum(self.left(steps[row["id"]], FIXED) for row in rows),
            "adoption_rate": rate(
                sum(self.of_cohort(row["adopted_on"], row["submitted_on"]) for row in rows), submitted
            ),
            "suggestion_completion_rate": rate(
                sum(not self.is_period or self.falls(row["adopted_on"]) for row in done), len(adopted)
            ),
            "implementation_rate": rate(
                sum(not self.is_period or self.falls(row["submitted_on"]) for row in done), submitted
            ),
            "frontline_share": rate(sum(row["proposer_role"] == "frontline" for row in known), len(known)),
            "decision_days": middle(
                [
                    (row["decided_on"] - row["submitted_on"]).days
                    for row in rows
                    if self.falls(row["decided_on"])
                ]
            ),
            "answered_in_time": rate(
                sum(
                    self.falls(row["decided_on"]) and (row["decided_on"] - row["submitted_on"]).days <= 7
                    for row in rows
                ),
                sum(self.falls(row["decided_on"]) for row in rows),
            ),
            "implementation_days": middle([(day - row["adopted_on"]).days for row, day in fixed]),
        }

    def of_hazards(self) -> dict[str, Any]:
        """Hazards and, apart, major ones: identified, rectified, verified, overdue, on time."""
        every = self.mine(self.kept.hazards)
        found = {}
        for prefix, rows in (("", every), ("major_", [row for row in every if row["level"] == "major"])):
            found |= {f"{prefix}{name}": value for name, value in self.hazards_among(rows).items()}
        late = dict.fromkeys(AGES, 0)
        for days in self.days_late(every):
            late[next(name for name, (least, most) in AGES.items() if least <= days <= most)] += 1
        due = [row for row in every if self.falls(row["original_deadline"])]
        steps = self.kept.of_hazard
        kept_to = [row for row in due if self.stands(steps[row["id"]], CLOSED, row["original_deadline"])]
        in_checks = [r for r in every if r["check_event_id"] is not None and self.falls(r["identified_on"])]
        repeats = [r for r in every if r["repeat_of_id"] is not None and self.falls(r["identified_on"])]
        return found | {
            "hazards_overdue_ageing": late,
            "on_time_rate": rate(len(kept_to), len(due)),
            "hazards_sent_back": sum(self.left(steps[row["id"]], CLOSED) for row in every),
            "findings_per_100_checks": rate(
                len(in_checks), sum(self.falls(row["checked_on"]) for row in self.mine(self.kept.checks))
            ),
            "repeat_rate": rate(len(repeats), found["hazards_identified"]),
        }

    def hazards_among(self, rows: list[dict]) -> dict[str, Any]:
        """The readings that are given for all hazards and for major ones."""
        steps = self.kept.of_hazard
        identified = sum(self.falls(row["identified_on"]) for row in rows)
        cohort = [row for row in rows if not self.is_period or self.falls(row["identified_on"])]
        closed = sum(self.stands(steps[row["id"]], CLOSED, self.day) for row in cohort)
        verified = sum(self.stands(steps[row["id"]], {"verified"}, self.day) for row in cohort)
        events = sum(len(self.entered(steps[row["id"]], CLOSED)) for row in rows)
        return {
            "hazards_identified": identified,
            "hazards_rectified": events if self.is_period else closed,
            "hazard_completion_rate": rate(closed, identified),
            "verified_closure_rate": rate(verified, identified),
            "hazards_overdue": len(self.days_late(rows)),
        }

    def days_late(self, rows: list[dict]) -> list[int]:
        """For each open hazard past its deadline on the last day, by how many days."""
        found = []
        for row in rows:
            held = last_step(self.kept.of_hazard[row["id"]], self.last)
            if held and held["target"] in ("identified", "assigned") and held["deadline"]:
                found.append((self.last - held["deadline"]) // timedelta(days=1))
        return [days for days in found if days > 0]

    def others(self) -> dict[str, Any]:
        """Enterprises, checks, visits, modules, people, entries."""
        visits = self.mine(self.kept.visits)
        both = [
            (max(row["due_on"], row["done_on"]) if row["done_on"] else None, row["due_on"]) for row in visits
        ]
        present = [self.kept.of_enterprise[pk] for pk in self.members]
        lags = [late for owner, day, late in self.kept.typed if owner in self.members and self.falls(day)]
        return {
            "enterprises": sum(self.stands(steps, {"enrolled", "active"}, self.last) for steps in present),
            "safety_checks": sum(self.falls(row["checked_on"]) for row in self.mine(self.kept.checks)),
            "visits_done_of_planned": rate(
                sum(self.of_cohort(day, due) for day, due in both), sum(self.falls(due) for _day, due in both)
            ),
            "module_completions": self.modules(),
            "people_trained": self.trained(),
            "entry_lag": middle(lags),
        } | self.coverage()

    def coverage(self) -> dict[str, Any]:
        """Enterprises in the programme with any record; pairs of these and the items looked at up to the day."""
        present = {
            pk
            for pk in self.members
            if self.stands(self.kept.of_enterprise[pk], {"enrolled", "active"}, self.last)
        }
        seen, days = (
            set(),
            (
                (self.kept.suggestions, "submitted_on"),
                (self.kept.checks, "checked_on"),
                (self.kept.hazards, "identified_on"),
                (self.kept.visits, "done_on"),
            ),
        )
        for records, name in days:
            seen |= {row["enterprise_id"] for row in records if self.falls(row[name])}
        items = {row["code"] for row in self.kept.items if row["version__published_on"] <= self.last}
        looked = {
            (row["enterprise_id"], code)
            for row in self.kept.checks
            for code in row["answers"]
            if row["checked_on"] <= self.last and row["enterprise_id"] in present and code in items
        }
        return {
            "checklist_items": len(items),
            "reporting_coverage": rate(len(seen & present), len(present)),
            "item_coverage": rate(len(looked), len(items) * len(present)),
        }

    def modules(self) -> dict[str, tuple[int, int]]:
        """Completed and started enrolments of each module that has any."""
        found: dict[str, list[int]] = defaultdict(lambda: [0, 0])
        for row in self.mine(self.kept.enrolments):
            number = str(row["module__number"])
            if self.of_cohort(row["completed_on"], row["started_on"]):
                found[number][0] += 1
            if self.falls(row["started_on"]):
                found[number][1] += 1
        return {number: rate(*both) for number, both in found.items()}

    def trained(self) -> dict[str, int]:
        """People by sex and standing."""
        found: dict[str, int] = defaultdict(int)
        for row in self.mine(self.kept.people):
            if self.falls(row["workshop__held_on"]):
                found[f"{row['sex']}/{row['standing']}"] += 1
        return dict(found)


def plainly(reading: dict[str, Any]) -> Any:
    """A reading of the product in the reference's words."""
    if "by" in reading:
        return {key: plainly(value) for key, value in reading["by"].items()}
    if "numerator" in reading:
        return reading["numerator"], reading["denominator"]
    return reading.get("value", reading)
