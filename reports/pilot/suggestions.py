"""Suggestions: who proposed what, and the moves that made the published figures out of them."""

from datetime import date, datetime
from decimal import Decimal
from random import Random
from typing import Any

from accounts.models import User
from enterprises.models import Sex
from reports.pilot import photos, texts
from reports.pilot.figures import SUGGESTED
from reports.pilot.places import Pilot, Site
from reports.pilot.schedule import (
    AS_OF,
    LAST,
    WORKING_DAYS,
    Entries,
    index_of,
    spread,
    working_days_after,
)
from reports.pilot.texts import Idea, both, some
from score_mis.lib.workflow import Move, perform_many
from suggestions.models import ProposerRole, Suggestion
from training.models import CounsellingVisit

FIRST = date(2017, 4, 24)
WEIGHTS = {
    "safety": 38, "workplace": 20, "productivity": 14, "quality": 11, "cleaner": 9, "people": 6, "other": 2,
}  # fmt: skip
ROLES = (("frontline", 71), ("technician", 13), ("manager", 8), ("", 8))
SEXES = ((Sex.FEMALE, 38), (Sex.MALE, 55), ("", 7))
SAVES_MONEY = ("productivity", "quality", "cleaner")

ROOM = {
    "implemented": 6,
    "cancelled": 30,
    "to_do": 8,
    "rejected": 8,
    "deferred": 8,
    "withdrawn": 6,
    "voided": 8,
}
"""How many working days before the end the last suggestion of each fate is submitted."""

TO_DO_FROM = date(2017, 10, 16)
WAITING_FROM = date(2017, 11, 27)
SENT_BACK_SITES = {2: 1, 3: 2, 5: 1, 7: 1, 9: 1}
"""How many implemented suggestions were sent back once and carried out again."""

SENT_BACK_TO_DO = 10
"""At this enterprise one suggestion was sent back and is still to do."""

DEFERRED_FIRST, VERIFIED_SHARE, BEFORE_PHOTO, AFTER_PHOTO, FROM_VISIT = 0.035, 0.72, 0.07, 0.16, 0.18


class Story:
    """One suggestion: its record, and its moves as they come about."""

    def __init__(self, site: Site, fate: str, rng: Random) -> None:
        self.site, self.fate, self.rng = site, fate, rng
        self.entries = Entries(rng)
        self.record = Suggestion(enterprise=site.enterprise)
        self.moves: list[Move] = []

    @property
    def day(self) -> int:
        """The index of the last event's working day."""
        return index_of(self.moves[-1].on)

    @property
    def room(self) -> int:
        """How many working days are left after the last event."""
        return max(0, LAST - self.day)

    def later(self, least: int, most: int) -> date:
        """Return a working day so many days after the last event, as far as there is room."""
        return WORKING_DAYS[self.day + min(self.rng.randint(least, most), self.room)]

    def move(
        self, name: str, by: User, on: date, *, reason: str = "", photo: str = "", **fields: Any
    ) -> None:
        """Append a move."""
        entered: datetime = self.entries.after(on)
        photo_names = [photo] if photo else []
        self.moves.append(
            Move(
                record=self.record,
                move=name,
                by=by,
                on=on,
                reason=reason,
                fields=fields,
                photos=photo_names,
                entered_at=entered,
            )
        )


def write_suggestions(pilot: Pilot) -> None:
    """Write every suggestion of every enterprise."""
    moves: list[Move] = []
    for site in pilot.sites:
        moves += moves_of(pilot, site)
    perform_many(sorted(moves, key=lambda move: move.entered_at), today=AS_OF)


def moves_of(pilot: Pilot, site: Site) -> list[Move]:
    """Return all moves of one enterprise's suggestions."""
    rng = site.stream("suggestions")
    fits = [idea for idea in texts.ideas() if not idea.trades or site.spec.trade in idea.trades.split(",")]
    send_back = SENT_BACK_SITES.get(site.number, 0)
    moves: list[Move] = []
    for fate, count in SUGGESTED[site.number - 1]._asdict().items():
        for n, day in enumerate(days_of(rng, site, fate, count)):
            story = Story(site, fate, rng)
            submit(pilot, story, day, fits)
            live(
                story, again=fate == "implemented" and count // 3 <= n < count // 3 + send_back, first=n == 0
            )
            moves += story.moves
    return moves


def days_of(rng: Random, site: Site, fate: str, count: int) -> list[date]:
    """Return the days on which suggestions of a fate were submitted."""
    first = {"to_do": TO_DO_FROM, "waiting": WAITING_FROM}.get(fate, FIRST)
    return spread(rng, count, first, WORKING_DAYS[LAST - ROOM.get(fate, 0)])


def submit(pilot: Pilot, story: Story, day: date, fits: list[Idea]) -> None:
    """Submit a suggestion; some were raised during a visit, which then sets the day."""
    rng, site = story.rng, story.site
    visit = _visit_near(rng, site, day)
    if visit is not None and visit.done_on is not None:
        day = visit.done_on
    idea = _idea(rng, fits)
    place = site.place(rng)
    anonymous = rng.random() < 0.06
    role = _weighted(rng, ROLES)
    fields: dict[str, Any] = {
        "enterprise": site.enterprise,
        "title": idea.title(place),
        "text": idea.text(),
        "category": "" if rng.random() < 0.01 else idea.category,
        "team": site.team,
        "module": pilot.modules[1] if rng.random() < 0.93 else None,
        "visit": visit,
        "is_anonymous": anonymous,
        "proposer": ""
        if anonymous or rng.random() < 0.1
        else f"Worker {site.number}-{rng.randint(20, 140)} (generated)",
        "proposer_sex": "" if anonymous and rng.random() < 0.5 else _weighted(rng, SEXES),
        "proposer_role": ProposerRole(role) if role else "",
        "department": str(place),
        "saving_estimated": _money(rng, 800, 60_000)
        if idea.category in SAVES_MONEY and rng.random() < 0.6
        else None,
    }
    by = site.consultant if visit is not None else rng.choice((site.member, site.member, site.leader))
    story.move("submit", by, day, photo=photos.BEFORE if rng.random() < BEFORE_PHOTO else "", **fields)


def live(story: Story, *, again: bool, first: bool) -> None:
    """Let a suggestion go the way of its fate."""
    rng, site, fate = story.rng, story.site, story.fate
    if fate == "waiting":
        return
    if fate == "voided":
        story.move("void", site.leader, story.later(1, 4), reason=texts.DUPLICATE)
        return
    if fate == "withdrawn":
        story.move("withdraw", site.member, story.later(1, 6), reason=some(rng, texts.WITHDRAWALS))
        return
    if fate == "deferred" or (rng.random() < DEFERRED_FIRST and story.room > 30):
        story.move("defer", site.leader, story.later(2, 8), reason=some(rng, texts.POSTPONEMENTS))
        if fate == "deferred":
            return
    if fate == "rejected":
        story.move("reject", site.leader, story.later(1, 10), decision_reason=some(rng, texts.REFUSALS))
        return
    adopt(story)
    if fate == "cancelled":
        story.move("cancel", site.leader, story.later(10, 25), reason=some(rng, texts.CANCELLATIONS))
    elif fate == "implemented":
        carry_out(story, again=again)
    elif site.number == SENT_BACK_TO_DO and first:
        story.move("implement", site.member, story.later(3, 6))
        story.move("send_back", site.leader, story.later(1, 3), reason=some(rng, texts.SENT_BACK))


def adopt(story: Story) -> None:
    """Adopt: quickly as a rule, with an owner, a day and often an answer to the proposer."""
    rng, site = story.rng, story.site
    keep_free = 1 if story.fate == "implemented" else 0
    wait = min(rng.choice((0, 1, 1, 2, 2, 3, 3, 4, 5, 6, 8, 11)), max(0, story.room - keep_free))
    on = WORKING_DAYS[story.day + wait]
    due = working_days_after(on, rng.choice((6, 12, 12, 18, 24, 30)))
    if story.fate == "to_do" and (site.spec.is_real or rng.random() < 0.5):
        due = max(due, working_days_after(AS_OF, rng.randint(4, 24)))
    story.move(
        "adopt",
        site.leader,
        on,
        decision_reason=some(rng, texts.ANSWERS) if rng.random() < 0.6 else "",
        owner=both(*rng.choice((("维修班", "maintenance team"), ("班组长", "team leader"), ("安全员", "safety officer"),
                                ("车间主任", "workshop manager")))),
        due_on=due,
        cost=_money(rng, 50, 4_000) if rng.random() < 0.4 else None,
    )  # fmt: skip


def carry_out(story: Story, *, again: bool) -> None:
    """Implement, perhaps after being sent back once, and mostly have it verified."""
    rng, site = story.rng, story.site
    saving = None
    if story.moves[0].fields["category"] in SAVES_MONEY and rng.random() < 0.62:
        saving = _money(rng, 500, 48_000)
    photo = photos.AFTER if rng.random() < AFTER_PHOTO else ""
    story.move(
        "implement",
        site.member,
        story.later(1, rng.choice((5, 10, 18, 30))),
        photo=photo,
        saving_actual=saving,
    )
    if again:
        story.move("send_back", site.leader, story.later(1, 4), reason=some(rng, texts.SENT_BACK))
        story.move("implement", site.member, story.later(2, 8), saving_actual=saving)
    if story.room and (again or rng.random() < VERIFIED_SHARE):
        verifier = site.leader if rng.random() < 0.75 else site.consultant
        story.move("verify", verifier, story.later(1, 14))


def _visit_near(rng: Random, site: Site, day: date) -> CounsellingVisit | None:
    """Return the visit of that week, for some of the suggestions."""
    if rng.random() >= FROM_VISIT * 3:
        return None
    near = [
        visit
        for visit in site.visits
        if visit.done_on and visit.done_on >= FIRST and abs((visit.done_on - day).days) <= 7
    ]
    return near[0] if near else None


def _idea(rng: Random, fits: list[Idea]) -> Idea:
    category = _weighted(rng, tuple(WEIGHTS.items()))
    return rng.choice([idea for idea in fits if idea.category == category])


def _weighted(rng: Random, pairs: tuple[tuple[str, int], ...]) -> str:
    return rng.choices([value for value, _weight in pairs], [weight for _value, weight in pairs])[0]


def _money(rng: Random, least: int, most: int) -> Decimal:
    """Return an amount in CNY; small ones are more frequent."""
    return Decimal(round(least + (most - least) * rng.random() ** 3, -1)).quantize(Decimal("0.01"))
