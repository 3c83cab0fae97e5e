"""Stories: the ways records go through their states, told by the tables of moves and counted as in the pilot.

A story is a list of moves with the waiting days between them. It is walked through the record's own `Table`, so that
state, date columns, actors and change rows of a generated record agree as those of a moved one do.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import gcd
from typing import NamedTuple

from enterprises.workflow import ENTERPRISE
from hazards.workflow import CHECK, HAZARD
from score_mis.lib.workflow import NEW, Table
from suggestions.workflow import SUGGESTION
from training.workflow import ENROLMENT, VISIT


class Did(NamedTuple):
    """One move: who makes it, and how many days it comes after the one before."""

    move: str
    by: str
    least: int = 0
    most: int = 0


class Written(NamedTuple):
    """One change row of a story."""

    seq: int
    move: str
    source: str
    target: str
    by: str
    needs_reason: bool


@dataclass(frozen=True)
class Story:
    """`count` records of a block go this way. `recent`: begun at most so many days before the end; `room`: at least.

    `mode` tells the kinds of one generator apart (how a hazard's deadline lies).
    """

    count: int
    did: tuple[Did, ...]
    recent: int = 0
    room: int = 0
    mode: str = ""


@dataclass
class Told:
    """What a story leaves on its record: state, which step filled each date column, who filled each actor."""

    status: str = NEW
    at: dict[str, int] = field(default_factory=dict)
    who: dict[str, str] = field(default_factory=dict)
    rows: list[Written] = field(default_factory=list)


@dataclass(frozen=True)
class Book:
    """All stories of one kind of record; their counts make a block, in which each record has a slot."""

    name: str
    table: Table
    stories: tuple[Story, ...]

    @property
    def block(self) -> int:
        """How many records the stories count together."""
        return sum(story.count for story in self.stories)

    @property
    def stride(self) -> int:
        """A step that visits every slot of a block once, far from its neighbours."""
        return next(n for n in range(int(self.block * 0.618), 2 * self.block + 2) if gcd(n, self.block) == 1)

    def slots(self) -> list[int]:
        """The number of the story in each slot."""
        return [number for number, story in enumerate(self.stories) for _ in range(story.count)]

    def columns(self) -> tuple[list[str], list[str]]:
        """The date columns and the actor columns that moves of this kind fill."""
        return sorted(self.table.date_columns()), sorted({row.actor for row in self.table.rows if row.actor})


def tell(table: Table, did: Sequence[Did]) -> Told:
    """Walk moves through the table as `perform` would; raises ValueError where the table has no such move."""
    told = Told()
    for seq, step in enumerate(did, 1):
        row = table.row(step.move, told.status)
        if row is None:
            raise ValueError(f"{table.model.__name__}: no {step.move} out of {told.status or 'new'}")
        for name in row.clears:
            told.at.pop(name, None)
            told.who.pop(name, None)
        told.at |= dict.fromkeys(row.dates, seq)
        if row.actor:
            told.who[row.actor] = step.by
        target = told.status if row.target is None else str(row.target)
        told.rows.append(Written(seq, step.move, str(told.status), target, step.by, row.reason))
        told.status = target
    return told


def _did(*steps: tuple) -> tuple[Did, ...]:
    return tuple(Did(*step) for step in steps)


PROPOSED, ADOPTED = ("submit", "member"), ("adopt", "leader", 0, 11)
CARRIED_OUT, CONFIRMED = ("implement", "member", 1, 30), ("verify", "leader", 1, 14)
SUGGESTIONS = Book(
    "suggestion",
    SUGGESTION,
    (
        Story(628, _did(PROPOSED, ADOPTED, CARRIED_OUT, CONFIRMED), room=56),
        Story(251, _did(PROPOSED, ADOPTED, CARRIED_OUT), room=42),
        Story(32, _did(PROPOSED, ("defer", "leader", 2, 8), ADOPTED, CARRIED_OUT, CONFIRMED), room=64),
        Story(
            6,
            _did(PROPOSED, ADOPTED, CARRIED_OUT, ("send_back", "leader", 1, 4), CARRIED_OUT, CONFIRMED),
            room=90,
        ),
        Story(23, _did(PROPOSED, ADOPTED), recent=64, room=11, mode="to do"),
        Story(
            1, _did(PROPOSED, ADOPTED, ("implement", "member", 3, 6), ("send_back", "leader", 1, 3)), 64, 21
        ),
        Story(3, _did(PROPOSED, ADOPTED, ("cancel", "leader", 10, 25)), room=40),
        Story(170, _did(PROPOSED, ("reject", "leader", 1, 10)), room=10),
        Story(47, _did(PROPOSED, ("defer", "leader", 2, 8)), room=8),
        Story(30, _did(PROPOSED, ("withdraw", "member", 1, 6)), room=6),
        Story(67, _did(PROPOSED), recent=22),
        Story(4, _did(PROPOSED, ("void", "leader", 1, 4)), room=8),
    ),
)
"""Per 1,258 that count: 944 adopted, 917 implemented, as in the pilot."""

LOOKED = (("start", "member"), ("submit", "member"))
CHECKS = Book(
    "check",
    CHECK,
    (
        Story(2320, _did(*LOOKED)),
        Story(2, _did(*LOOKED, ("supersede", "member", 1, 5)), room=5, mode="corrected"),
        Story(2, _did(("start", "member")), recent=5),
    ),
)
"""With the two that replace the superseded ones 2,322 submitted, as in the pilot."""

FOUND, ORDERED = ("identify", "member"), ("assign", "leader", 0, 2)
PUT_RIGHT, VERIFIED = ("rectify", "member", 1, 16), ("verify", "inspector", 1, 10)
ON_SPOT, RETURNED = ("rectify_on_spot", "member"), ("send_back", "inspector", 1, 4)
HAZARDS = Book(
    "hazard",
    HAZARD,
    (
        Story(68, _did(FOUND, ON_SPOT, VERIFIED), room=10),
        Story(4, _did(FOUND, ON_SPOT), recent=30),
        Story(180, _did(FOUND, ORDERED, PUT_RIGHT, VERIFIED), room=28, mode="kept"),
        Story(10, _did(FOUND, ORDERED, PUT_RIGHT), recent=60, room=18, mode="kept"),
        Story(
            5,
            _did(FOUND, ORDERED, ("extend", "inspector", 4, 8), ("rectify", "member", 3, 12), VERIFIED),
            room=34,
            mode="extended",
        ),
        Story(7, _did(FOUND, ORDERED, ("rectify", "member", 12, 40), VERIFIED), room=54, mode="late"),
        Story(6, _did(FOUND, ORDERED, PUT_RIGHT, RETURNED, PUT_RIGHT, VERIFIED), room=48, mode="kept"),
        Story(
            8,
            _did(FOUND, ("assign", "inspector", 0, 1), ("rectify", "member", 5, 24), VERIFIED),
            room=38,
            mode="major",
        ),
        Story(2, _did(FOUND, ORDERED), recent=50, room=20, mode="overdue"),
        Story(1, _did(FOUND, ORDERED, ("extend", "inspector", 4, 8)), 90, 40, mode="extended"),
        Story(2, _did(FOUND), recent=5),
        Story(1, _did(FOUND, ("assign", "inspector", 0, 1)), recent=15, room=1, mode="major ahead"),
        Story(1, _did(FOUND, ORDERED, ("rectify", "member", 2, 3), RETURNED), 15, 9, mode="ahead"),
        Story(1, _did(FOUND, ORDERED), recent=8, room=2, mode="ahead"),
        Story(2, _did(FOUND, ("void", "inspector", 1, 3)), room=3),
    ),
)
"""Per 296 that count: 288 rectified, eight open, nine major, as in the pilot."""

PLANNED, LOGGED = ("plan", "consultant"), ("log", "consultant", 7, 14)
REPORTED, READ = ("submit", "consultant", 1, 3), ("review", "staff", 1, 9)
VISITS = Book(
    "visit",
    VISIT,
    (
        Story(70, _did(PLANNED, LOGGED, REPORTED, READ), room=26),
        Story(3, _did(PLANNED, LOGGED, REPORTED, ("return", "staff", 1, 4), REPORTED, READ), room=33),
        Story(1, _did(PLANNED, ("reschedule", "consultant", 3, 5), LOGGED, REPORTED, READ), room=31),
        Story(4, _did(PLANNED, LOGGED, REPORTED), recent=25, room=17),
        Story(1, _did(PLANNED, LOGGED), recent=17, room=14),
        Story(8, _did(PLANNED), recent=12, mode="ahead"),
        Story(1, _did(PLANNED), recent=25, room=15, mode="missed"),
        Story(2, _did(PLANNED, ("cancel", "consultant", 2, 6)), room=6),
    ),
)

STARTED, TRAINED = ("start", "consultant", 3, 9), ("train", "consultant", 7, 14)
COUNSELLED, COMPLETED = ("counsel", "consultant", 14, 28), ("complete", "consultant", 120, 200)
ENROLMENTS = Book(
    "enrolment",
    ENROLMENT,
    (
        Story(17, _did(("plan", "staff"), STARTED, TRAINED, COUNSELLED, COMPLETED), room=251),
        Story(2, _did(("plan", "staff"), STARTED, TRAINED, COUNSELLED), room=51),
        Story(1, _did(("plan", "staff"), STARTED, ("drop", "staff", 20, 60)), room=69),
        Story(10, _did(("plan", "staff")), recent=30, mode="plan"),
        Story(3, _did(("plan", "staff"), STARTED, TRAINED), room=23),
    ),
)

JOINED = (("register", "staff"), ("enrol", "staff", 3, 20))
ENTERPRISES = Book(
    "enterprise",
    ENTERPRISE,
    (
        Story(46, _did(*JOINED, ("activate", "staff", 5, 30))),
        Story(1, _did(*JOINED), recent=60, room=20),
        Story(1, _did(("register", "staff")), recent=60),
        Story(1, _did(*JOINED, ("activate", "staff", 5, 30), ("complete", "staff", 330, 500)), mode="ended"),
        Story(1, _did(*JOINED, ("activate", "staff", 5, 30), ("drop", "staff", 120, 500)), mode="ended"),
    ),
)

BOOKS: Mapping[str, Book] = {
    book.name: book for book in (ENTERPRISES, ENROLMENTS, VISITS, SUGGESTIONS, CHECKS, HAZARDS)
}
