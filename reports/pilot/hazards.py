"""Hazards: found, ordered, rectified, verified; by the same moves as real ones."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from random import Random
from typing import Any

from accounts.models import User
from hazards.models import Hazard, Level, PerformedBy
from reports.pilot import photos, texts
from reports.pilot.cases import EXTENDED, FIXED_BY_SUGGESTION, LATE, SENT_BACK, UNVERIFIED
from reports.pilot.checks import CORRECTED_ON, NOT_A_HAZARD, Look
from reports.pilot.found import Found
from reports.pilot.places import Pilot, Site
from reports.pilot.schedule import (
    AS_OF,
    LAST,
    WORKING_DAYS,
    ZONE,
    Entries,
    given,
    index_of,
    working_days_after,
)
from reports.pilot.texts import Finding, both
from score_mis.lib.workflow import Move, perform_many
from suggestions.models import Suggestion

SECOND_LOT = datetime.combine(date(2017, 9, 1), time(0), tzinfo=ZONE)
"""Hazards are written in two lots, typed in before and after this moment: repeats need the first lot's."""

ON_THE_SPOT = 0.26
BEFORE_PHOTO, AFTER_PHOTO = 0.8, 0.86
TIME_TO_RECTIFY = (5, 6, 6, 10, 12, 12, 18, 25)
TIME_FOR_MAJOR = (20, 24, 30)
"""Working days from the order to the deadline."""

SPECIAL_BEFORE = date(2017, 10, 28)
OFFICERS = (
    ("车间主任", "workshop manager"),
    ("设备主管", "maintenance head"),
    ("安全员", "safety officer"),
    ("仓库主管", "store head"),
)
DUPLICATE_AT = 6
"""At this enterprise one hazard was reported twice; the second record is void."""


@dataclass(eq=False)
class Case:
    """One hazard on its way; `kind` is what is special about it."""

    found: Found
    rng: Random
    kind: str = ""
    record: Hazard = field(default_factory=Hazard)
    moves: list[Move] = field(default_factory=list)
    deadline: date | None = None

    def __post_init__(self) -> None:
        look = self.found.look
        self.site = self.found.site
        self.record.enterprise = self.site.enterprise
        self.entries = Entries(self.rng, since=look.entered_at if look else None)

    @property
    def day(self) -> int:
        """The index of the last event's working day."""
        return index_of(self.moves[-1].on)

    def later(self, least: int, most: int) -> date:
        """Return a working day so many days after the last event, as far as there is room."""
        return WORKING_DAYS[min(self.day + self.rng.randint(least, most), max(self.day, LAST))]

    def move(
        self, name: str, by: User, on: date, *, reason: str = "", photo: str = "", **fields: Any
    ) -> None:
        """Append a move."""
        self.moves.append(
            Move(
                record=self.record,
                move=name,
                by=by,
                on=on,
                reason=reason,
                fields=fields,
                photos=[photo] if photo else [],
                entered_at=self.entries.after(on),
            )
        )


def write_hazards(pilot: Pilot, found: Iterable[Found], corrected: dict[int, Look]) -> None:
    """Write all hazards, and the two that count nowhere."""
    cases: list[Case] = []
    for site in pilot.sites:
        mine = [
            Case(one, site.stream(f"hazard {n}")) for n, one in enumerate(f for f in found if f.site is site)
        ]
        choose_kinds(site, mine)
        by_found = {case.found: case.record for case in mine}
        for case in mine:
            identify(pilot, case, by_found)
            order(case)
            rectify(case)
        link_suggestions(site, mine)
        verify_all(site, mine)
        cases += mine
    cases.append(no_hazard(pilot, pilot.site(NOT_A_HAZARD), corrected[NOT_A_HAZARD]))
    cases.append(
        reported_twice(pilot, next(c for c in cases if c.site.number == DUPLICATE_AT and not c.kind))
    )
    cases.sort(key=lambda case: case.moves[0].entered_at)
    for lot in (
        [case for case in cases if case.moves[0].entered_at < SECOND_LOT],
        [case for case in cases if case.moves[0].entered_at >= SECOND_LOT],
    ):
        moves = [move for case in lot for move in case.moves]
        perform_many(sorted(moves, key=lambda move: move.entered_at), today=AS_OF)


def choose_kinds(site: Site, cases: list[Case]) -> None:
    """Say which hazards are open, major, extended, late, sent back; the others are rectified in time."""
    rng = site.stream("hazard kinds")
    for case in cases:
        if case.found.case is not None:
            case.kind = "open"
        elif case.found.is_major:
            case.kind = "major"
    plain = [case for case in cases if not case.kind and case.found.day < SPECIAL_BEFORE]
    rng.shuffle(plain)
    for kind, counts in (("extended", EXTENDED), ("late", LATE), ("sent back", SENT_BACK)):
        for _ in range(counts[site.number - 1]):
            plain.pop().kind = kind
    for case in cases:
        if not case.kind and case.rng.random() < ON_THE_SPOT:
            case.kind = "on the spot"


def identify(pilot: Pilot, case: Case, by_found: dict[Found, Hazard]) -> None:
    """Enter the hazard, a moment after its check."""
    found, site = case.found, case.site
    look, finding = found.look, found.finding
    item = next(item for item in pilot.items if item.code == finding.item)
    section = pilot.sections[item.section_id]
    by = look.by if look else site.member
    case.move(
        "identify",
        by,
        found.day,
        photo=photos.BEFORE if case.rng.random() < BEFORE_PHOTO else "",
        enterprise=site.enterprise,
        check_event=look.record if look else None,
        item=item if look else None,
        level=Level.MAJOR if found.is_major else Level.GENERAL,
        description=finding.description,
        place=str(found.place),
        found_by=look.people() if look else f"Worker {site.number}-{case.rng.randint(20, 140)} (generated)",
        category=item.kind,
        defect_type=both(section.name_zh, section.name_en),
        visit=look.visit if look else None,
        repeat_of=by_found[found.repeat_of] if found.repeat_of else None,
        interim_control=texts.INTERIM if found.is_major else "",
    )


def order(case: Case) -> None:
    """Order the rectification, by the inspector who was there or by the team leader; and extend where it must be."""
    rng, site, open_case = case.rng, case.site, case.found.case
    if case.kind == "on the spot" or (open_case is not None and open_case.deadline is None):
        return
    look = case.found.look
    official = case.found.is_major or (
        look is not None and look.kind in (PerformedBy.INSPECTOR, PerformedBy.JOINT)
    )
    on = case.later(0, 1 if case.found.is_major else 2)
    days = rng.choice(TIME_FOR_MAJOR if case.found.is_major else TIME_TO_RECTIFY)
    if case.kind == "sent back":
        days = 25
    case.deadline = open_case.deadline if open_case else working_days_after(on, days)
    case.move(
        "assign",
        site.inspector if official else site.leader,
        on,
        responsible=both(*rng.choice(OFFICERS)),
        measures=case.found.finding.measures,
        funds=Decimal(rng.randrange(100, 9000, 50)) if case.found.is_major or rng.random() < 0.3 else None,
        deadline=case.deadline,
        contingency=texts.CONTINGENCY if case.found.is_major else "",
    )
    extended = open_case.extended_to if open_case else None
    if case.kind == "extended":
        extended = working_days_after(case.deadline, 10)
    if extended:
        before = WORKING_DAYS[max(case.day, index_of(case.deadline) - 2)]
        case.move("extend", site.inspector, before, reason=texts.EXTENSION, deadline=extended)


def rectify(case: Case) -> None:
    """Put it right: at once, in time, or too late; and again where it was sent back."""
    rng, open_case = case.rng, case.found.case
    if open_case is not None:
        if open_case.was_sent_back:
            put_right(case, case.later(2, 3))
            case.move(
                "send_back", case.site.inspector, case.later(1, 2), reason=texts.some(rng, texts.SENT_BACK)
            )
        return
    if case.kind == "on the spot":
        put_right(case, case.found.day, "rectify_on_spot")
        return
    deadline = given(case.deadline)
    if case.kind == "sent back":
        put_right(case, case.later(2, 5))
        case.move("send_back", case.site.inspector, case.later(1, 4), reason=texts.some(rng, texts.SENT_BACK))
        put_right(case, case.later(2, 6))
    elif case.kind in ("extended", "late"):
        put_right(case, working_days_after(deadline, rng.randint(1, 6)))
    else:
        last = min(index_of(min(deadline, AS_OF)), LAST)
        put_right(
            case, WORKING_DAYS[max(case.day, min(case.day + rng.randint(1, 16), last - rng.randint(0, 2)))]
        )


def put_right(case: Case, on: date, move: str = "rectify") -> None:
    """Report the hazard as rectified, with a photo or the reason why there is none."""
    pictured = case.rng.random() < AFTER_PHOTO
    case.move(
        move,
        case.site.member,
        on,
        photo=photos.AFTER if pictured else "",
        evidence=case.found.finding.evidence,
        no_photo_reason="" if pictured else texts.NO_PHOTO,
    )


def link_suggestions(site: Site, cases: list[Case]) -> None:
    """Name the suggestion that fixed a hazard: a safety suggestion carried out in those days."""
    left = FIXED_BY_SUGGESTION[site.number - 1]
    if not left:
        return
    ideas = list(
        Suggestion.objects.filter(
            enterprise=site.enterprise, category="safety", implemented_on__isnull=False
        ).order_by("implemented_on", "pk")
    )
    for case in cases:
        last = case.moves[-1]
        fixing = [
            idea for idea in ideas if idea.implemented_on and case.found.day < idea.implemented_on <= last.on
        ]
        if left and not case.kind and fixing:
            last.fields = {**last.fields, "fixed_by": fixing[0]}
            ideas.remove(fixing[0])
            left -= 1


def verify_all(site: Site, cases: list[Case]) -> None:
    """Verify what was rectified, but for the latest few; a major hazard by the inspector."""
    closed = [case for case in cases if case.kind != "open"]
    closed.sort(key=lambda case: (case.moves[-1].on, case.found.is_major))
    waiting = UNVERIFIED[site.number - 1]
    for case in closed[: len(closed) - waiting]:
        by_inspector = case.found.is_major or case.rng.random() < 0.6
        case.move(
            "verify",
            site.inspector if by_inspector else site.consultant,
            case.later(1, 10),
            verification_note=texts.some(case.rng, texts.VERIFIED_NOTES),
        )


def no_hazard(pilot: Pilot, site: Site, look: Look) -> Case:
    """Return a hazard that was none: its check was corrected, the hazard is void."""
    code = next(code for code, answer in look.answers.items() if answer == "h")
    finding = Finding(code, "general", "疑似异常，待复核", "Looks wrong, to be looked at again", "", "")
    case = Case(Found(site, look.day, finding, look.place, look), site.stream("no hazard"), kind="void")
    identify(pilot, case, {})
    case.move(
        "void",
        site.inspector,
        CORRECTED_ON,
        reason="该项经复核不是隐患 · Looked at again, the item is no hazard",
    )
    return case


def reported_twice(pilot: Pilot, first: Case) -> Case:
    """Return the second report of a hazard that was known already; void."""
    site = first.site
    again = Found(site, WORKING_DAYS[index_of(first.found.day) + 1], first.found.finding, first.found.place)
    case = Case(again, site.stream("reported twice"), kind="void")
    identify(pilot, case, {})
    case.move("void", site.inspector, case.later(1, 3), reason=texts.DUPLICATE)
    return case
