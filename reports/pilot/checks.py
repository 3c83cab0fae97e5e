"""Safety checks: on which days, by whom, with which answers."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from typing import Any

from accounts.models import User
from hazards.models import Answer, PerformedBy, SafetyCheck
from reports.pilot.answers import Rounds
from reports.pilot.figures import CHECKED
from reports.pilot.places import Pilot, Site
from reports.pilot.schedule import AS_OF, WORKING_DAYS, ZONE, Entries, thin_out
from reports.pilot.texts import Finding, Place
from score_mis.lib.workflow import Move, perform_many
from training.models import CounsellingVisit

SELF_CHECKS_FROM = date(2017, 4, 24)
INSPECTIONS, CONSULTANT_CHECKS = 9, 4

CORRECTED_ON = date(2017, 11, 15)
SECOND_LOT = datetime.combine(CORRECTED_ON, time(8), tzinfo=ZONE)
"""Checks are written in two lots, typed in before and after this moment: corrections need the first lot's."""

NOT_A_HAZARD = 4
"""At this enterprise a check was corrected because an item turned out fine."""

CORRECTED = {
    NOT_A_HAZARD: "该项经复核不是隐患 · Looked at again, the item is no hazard",
    7: "漏填一页 · A page was left out",
}
MAY_BE_CORRECTED = (date(2017, 11, 13), date(2017, 11, 14))
DRAFTS = {3: AS_OF, 9: date(2017, 12, 18)}


@dataclass(eq=False)
class Look:
    """One check as it was made."""

    site: Site
    day: date
    kind: PerformedBy
    place: Place
    visit: CounsellingVisit | None = None
    findings: list[Finding] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    record: SafetyCheck = field(default_factory=SafetyCheck)
    entered_at: datetime | None = None

    @property
    def by(self) -> User:
        """Who typed it in."""
        if self.kind == PerformedBy.SELF_CHECK:
            return self.site.leader if self.day.toordinal() % 4 == 0 else self.site.member
        return self.site.inspector if self.kind == PerformedBy.INSPECTOR else self.site.consultant

    def people(self) -> str:
        """Who checked, by name."""
        site = self.site
        pairs = {
            PerformedBy.SELF_CHECK: (site.member, site.leader),
            PerformedBy.INSPECTOR: (site.inspector, site.leader),
            PerformedBy.CONSULTANT: (site.consultant, site.member),
            PerformedBy.JOINT: (site.consultant, site.inspector),
        }
        return ", ".join(user.name for user in pairs[self.kind])

    def sheet(self) -> dict[str, Any]:
        """Return what the head of the check says."""
        joint = self.kind == PerformedBy.JOINT
        return {
            "enterprise": self.site.enterprise,
            "performed_by": self.kind,
            "inspector": self.site.inspector if joint or self.kind == PerformedBy.INSPECTOR else None,
            "consultant": self.site.consultant if joint or self.kind == PerformedBy.CONSULTANT else None,
            "people": self.people(),
            "site_area": str(self.place),
        }


def looks_of(site: Site) -> list[Look]:
    """Return the checks of one enterprise by day, without findings and answers."""
    rng = site.stream("checks")
    days = [day for day in WORKING_DAYS if day >= SELF_CHECKS_FROM]
    visits = {visit.done_on: visit for visit in site.visits if visit.done_on}
    kinds = [(day, PerformedBy.JOINT) for day in visits]
    free = [day for day in days[:-1] if day not in visits]
    for kind, count in ((PerformedBy.INSPECTOR, INSPECTIONS), (PerformedBy.CONSULTANT, CONSULTANT_CHECKS)):
        kinds += [(day, kind) for day in rng.sample(free, count)]
    own = CHECKED[site.number - 1].checks - len(kinds)
    kinds += [(day, PerformedBy.SELF_CHECK) for day in thin_out(rng, own, days)]
    return [
        Look(site, day, kind, site.place(rng), visits[day] if kind == PerformedBy.JOINT else None)
        for day, kind in sorted(kinds)
    ]


def write_checks(pilot: Pilot, looks: list[Look]) -> dict[int, Look]:
    """Answer and write the checks; return those that were corrected, as they first were, by enterprise."""
    moves: list[Move] = []
    first_versions: dict[int, Look] = {}
    for site in pilot.sites:
        rng = site.stream("answers")
        rounds = Rounds(pilot, site, rng)
        for look in (look for look in looks if look.site is site):
            look.record.enterprise = site.enterprise
            look.answers = rounds.answers(look)
            replaces = None
            entries = Entries(rng)
            if may_be_corrected(look) and site.number not in first_versions:
                replaces = first_versions[site.number] = spoilt(look)
                moves += moves_of(pilot, replaces, entries, at_once=True)
                entries = Entries(rng, since=SECOND_LOT)
            moves += moves_of(pilot, look, entries, replaces, at_once=replaces is not None)
        if site.number in DRAFTS:
            moves.append(draft(pilot, site, rounds))
    moves.sort(key=lambda move: move.entered_at or SECOND_LOT)
    perform_many([move for move in moves if move.entered_at < SECOND_LOT], today=AS_OF)
    perform_many([move for move in moves if move.entered_at >= SECOND_LOT], today=AS_OF)
    return first_versions


def may_be_corrected(look: Look) -> bool:
    """Whether a check is one that was typed in wrongly at first."""
    own = look.kind == PerformedBy.SELF_CHECK and not look.findings
    return own and look.day in MAY_BE_CORRECTED and look.site.number in CORRECTED


def spoilt(look: Look) -> Look:
    """Return a check as it was first: a hazard that is none, or items left out."""
    wrong = replace(look, record=SafetyCheck(enterprise=look.site.enterprise), answers=dict(look.answers))
    fine = [code for code, answer in look.answers.items() if answer == Answer.OK]
    if look.site.number == NOT_A_HAZARD:
        wrong.answers[fine[0]] = Answer.HAZARD.value
    else:
        for code in fine[-4:]:
            del wrong.answers[code]
    return wrong


def moves_of(
    pilot: Pilot, look: Look, entries: Entries, replaces: Look | None = None, *, at_once: bool = False
) -> list[Move]:
    """Return the moves of a check: begun and submitted on its day; a correction also replaces the old check."""
    start = {"version": pilot.version, **look.sheet()}
    begun = entries.after(look.day, at_once=at_once)
    moves = []
    if replaces is not None:
        start["replaces"] = replaces.record
        moves.append(
            Move(
                record=replaces.record,
                move="supersede",
                by=look.by,
                on=CORRECTED_ON,
                reason=CORRECTED[look.site.number],
                entered_at=begun,
            )
        )
    look.entered_at = entries.after(look.day, at_once=True)
    for move, fields, entered_at in (
        ("start", start, begun),
        ("submit", {"answers": look.answers}, look.entered_at),
    ):
        moves.append(
            Move(record=look.record, move=move, by=look.by, on=look.day, fields=fields, entered_at=entered_at)
        )
    return moves


def draft(pilot: Pilot, site: Site, rounds: Rounds) -> Move:
    """Return the move of a check that was begun and not submitted."""
    look = Look(site, DRAFTS[site.number], PerformedBy.SELF_CHECK, site.place(rounds.rng))
    half = dict(list(rounds.answers(look).items())[:6])
    return Move(
        record=SafetyCheck(enterprise=site.enterprise),
        move="start",
        by=site.member,
        on=look.day,
        fields={"version": pilot.version, **look.sheet(), "answers": half},
        entered_at=Entries(rounds.rng).after(look.day, at_once=True),
    )
