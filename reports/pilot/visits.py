"""Counselling visits of the pairs: intake, three follow-ups, final assessment, and what comes next."""

from datetime import date, time, timedelta
from random import Random
from typing import NamedTuple

from enterprises.models import MonthlyPlan
from reports.pilot.figures import CHECKED
from reports.pilot.places import Pilot, Site, keep
from reports.pilot.schedule import (
    AS_OF,
    LAST,
    LAUNCH,
    WORKING_DAYS,
    Entries,
    given,
    index_of,
    is_working_day,
    working_days_after,
)
from reports.pilot.texts import actions, both, talks
from score_mis.lib.dates import month_end, months
from score_mis.lib.workflow import Move, perform_many
from training.models import CounsellingVisit, VisitAction, VisitType

FOLLOW_UP, MONITORING = VisitType.FOLLOW_UP, VisitType.MONITORING
ROUNDS = (
    (VisitType.INTAKE, date(2017, 4, 7)),
    (FOLLOW_UP, date(2017, 5, 8)),
    (FOLLOW_UP, date(2017, 6, 26)),
    (FOLLOW_UP, date(2017, 9, 4)),
    (VisitType.FINAL, date(2017, 10, 23)),
)
"""The five visits of module 1: the day on which the pairs begin each round; one enterprise a day and pair."""

DAY_IN_ROUND = (0, 0, 1, 1, 0, 2, 2, 1, 3, 2)
"""After how many working days in each round an enterprise has its turn with its pair."""

DONE, SUBMITTED, REVIEWED = "done", "submitted", "reviewed"
RECENT = (
    (1, MONITORING, date(2017, 11, 28), REVIEWED),
    (2, MONITORING, date(2017, 11, 29), REVIEWED),
    (3, MONITORING, date(2017, 12, 11), SUBMITTED),
    (4, MONITORING, date(2017, 12, 12), SUBMITTED),
    (7, MONITORING, date(2017, 12, 14), SUBMITTED),
    (9, MONITORING, date(2017, 12, 18), DONE),
)
"""Visits of the last weeks: enterprise, type, day, how far the report is."""

PLANNED = (
    (5, MONITORING, date(2017, 12, 15)),
    (1, FOLLOW_UP, date(2017, 12, 20)),
    (2, FOLLOW_UP, date(2017, 12, 20)),
    (3, FOLLOW_UP, date(2017, 12, 22)),
    (6, MONITORING, date(2017, 12, 26)),
    (8, MONITORING, date(2017, 12, 27)),
    (10, MONITORING, date(2018, 1, 9)),
    (4, FOLLOW_UP, date(2018, 1, 16)),
)
"""Not logged yet. One was missed; the two follow-up visits of 20 December come right after the review workshop."""

CANCELLED = (8, date(2017, 8, 8), "高温停产检修 · Production stops for the summer overhaul")
RESCHEDULED = {(4, 2), (7, 3)}
"""Enterprise and sequence of visits that were put off by two days."""

RETURNED = {(6, 4), (9, 3)}
"""Enterprise and sequence of visits whose report came back once."""


ACTIONS_DONE = 0.9
LAST_PLANNED = date(2018, 6, 1)
SHARE = {date(2017, 4, 1): 0.3, date(2017, 5, 1): 0.8, date(2017, 12, 1): 0.95}
"""The months in which less was planned: the start, and the days after the review workshop."""


class Stop(NamedTuple):
    """One visit as it was planned and what became of it."""

    type: str
    sequence: int
    due_on: date
    state: str


def stops(site: Site) -> list[Stop]:
    """Return the visits of an enterprise that were made, in order."""
    turn = DAY_IN_ROUND[site.number - 1]
    made = [
        Stop(kind, n, working_days_after(first, turn), REVIEWED) for n, (kind, first) in enumerate(ROUNDS, 1)
    ]
    for number, kind, day, state in RECENT:
        if number == site.number:
            made.append(Stop(kind, len(made) + 1, day, state))
    return made


def plan(site: Site, stop: Stop, module: object, entries: Entries, rng: Random) -> Move:
    """Return the move that enters a visit in the plan, some days before it."""
    planned = WORKING_DAYS[max(index_of(LAUNCH), index_of(min(stop.due_on, AS_OF)) - rng.randint(6, 12))]
    fields = {
        "enterprise": site.enterprise,
        "module": module,
        "type": stop.type,
        "sequence": stop.sequence,
        "due_on": stop.due_on,
        "starts_at": time(rng.choice((9, 13)), 30),
        "consultant": site.consultant,
        "inspector": site.inspector,
    }
    record = CounsellingVisit(enterprise=site.enterprise)
    return Move(
        record=record,
        move="plan",
        by=site.consultant,
        on=planned,
        fields=fields,
        entered_at=entries.after(planned),
    )


def log_of(site: Site, stop: Stop, following: date | None, rng: Random) -> dict:
    """Return what is written down about a visit."""
    talk = rng.choice(talks(stop.type))
    few = 2 if stop.type == VisitType.INTAKE else 0
    return {
        "women_workers": rng.randint(2, 6) - min(few, 1),
        "men_workers": rng.randint(2, 8) - min(few, 2),
        "women_managers": rng.randint(0, 2),
        "men_managers": rng.randint(1, 3),
        "topics": both(talk.topics_zh, talk.topics_en),
        "observations": both(talk.observations_zh, talk.observations_en),
        "next_visit_on": following,
    }


def moves_of(pilot: Pilot, site: Site, stop: Stop, following: date | None) -> list[Move]:
    """Return every move of a visit that was made."""
    rng = site.stream(f"visit {stop.sequence}")
    entries = Entries(rng)
    module = pilot.modules[1] if stop.sequence <= len(ROUNDS) else None
    moves = [plan(site, stop, module, entries, rng)]
    record = moves[0].record
    done = stop.due_on
    key = (site.number, stop.sequence)

    def move(name: str, by: object, on: date, reason: str = "", **fields: object) -> None:
        entered = entries.after(on)
        moves.append(
            Move(record=record, move=name, by=by, on=on, reason=reason, fields=fields, entered_at=entered)
        )

    if key in RESCHEDULED:
        done = working_days_after(stop.due_on, 2)
        reason = "企业当日迎接客户审核 · The enterprise has a customer audit that day"
        move("reschedule", site.consultant, working_days_after(moves[0].on, 3), reason, due_on=done)
    move("log", site.consultant, done, **log_of(site, stop, following, rng))
    if stop.state == DONE:
        return moves
    on = min(working_days_after(done, rng.randint(1, 3)), WORKING_DAYS[LAST])
    move("submit", site.consultant, on)
    if key in RETURNED:
        move(
            "return",
            pilot.staff,
            working_days_after(on, 2),
            "请补充受访人数 · Please add how many people you met",
        )
        on = working_days_after(on, 3)
        move("submit", site.consultant, on)
    if stop.state == REVIEWED:
        move("review", pilot.staff, working_days_after(on, rng.randint(2, 6)))
    return moves


def write_visits(pilot: Pilot) -> None:
    """Write all visits: those made, those planned, the one that was cancelled; then what was agreed."""
    moves: list[Move] = []
    for site in pilot.sites:
        made = stops(site)
        ahead = [day for number, _kind, day in PLANNED if number == site.number]
        for stop, following in zip(
            made, [s.due_on for s in made[1:]] + [min(ahead, default=None)], strict=True
        ):
            if following is not None and following <= stop.due_on:
                following = None
            chain = moves_of(pilot, site, stop, following)
            site.visits.append(chain[0].record)
            moves += chain
        moves += planned_moves(site, len(made))
    perform_many(sorted(moves, key=lambda move: move.entered_at), today=AS_OF)
    for site in pilot.sites:
        write_actions(site)
        write_plans(site, [move.record for move in moves if move.record.enterprise_id == site.enterprise.pk])


def planned_moves(site: Site, made: int) -> list[Move]:
    """Return the moves of visits that are not made (yet)."""
    rng = site.stream("planned visits")
    moves = []
    for n, (_number, kind, day) in enumerate((p for p in PLANNED if p[0] == site.number), made + 1):
        moves.append(plan(site, Stop(kind, n, day, ""), None, Entries(rng), rng))
    number, day, reason = CANCELLED
    if number == site.number:
        entries = Entries(rng)
        first = plan(site, Stop(MONITORING, 1, day, ""), None, entries, rng)
        on = working_days_after(first.on, 4)
        moves += [
            first,
            Move(
                record=first.record,
                move="cancel",
                by=site.consultant,
                on=on,
                reason=reason,
                entered_at=entries.after(on),
            ),
        ]
    return moves


def write_actions(site: Site) -> None:
    """Save two or three agreed actions a visit; most are ticked at the next one, the last ones when they are due."""
    rng = site.stream("actions")
    choice = list(actions())
    rng.shuffle(choice)
    for n, visit in enumerate(site.visits):
        following = site.visits[n + 1] if n + 1 < len(site.visits) else None
        done = given(visit.done_on)
        for agreed in (choice[(3 * n + k) % len(choice)] for k in range(rng.randint(2, 3))):
            due = working_days_after(done, rng.randint(10, 24))
            action = VisitAction(
                visit=visit,
                text=both(agreed.action_zh, agreed.action_en),
                owner=both(agreed.who_zh, agreed.who_en),
                due_on=due,
            )
            entries = Entries(rng)
            keep(action, entries.after(done), site.consultant)
            until = given(following.done_on) if following else WORKING_DAYS[LAST]
            is_done = site.spec.is_real or rng.random() < ACTIONS_DONE
            if is_done and (following or due <= until):
                action.done_on = min(due, until)
                action.done_at_visit = following
                keep(action, entries.after(until if following else due), site.consultant)


def write_plans(site: Site, visits: list[CounsellingVisit]) -> None:
    """Save what was planned a month: visits as entered, checks by working days, a little more than was done."""
    due = {visit.pk: visit.due_on for visit in visits}.values()
    weights = {
        month: working_days_in(month) * SHARE.get(month, 1.0) for month in months(LAUNCH, LAST_PLANNED)
    }
    past = sum(weight for month, weight in weights.items() if month < AS_OF)
    for month, weight in weights.items():
        entered = Entries(site.stream(f"plan {month:%Y-%m}")).after(LAUNCH if month < AS_OF else AS_OF)
        checks = round(CHECKED[site.number - 1].checks * 1.06 * weight / past)
        keep(
            MonthlyPlan(
                enterprise=site.enterprise,
                month=month,
                checks=checks,
                visits=sum(1 for day in due if day.replace(day=1) == month),
            ),
            entered,
            site.consultant,
        )


def working_days_in(month: date) -> int:
    """Return how many days people work in a month."""
    days = (month + timedelta(days=n) for n in range((month_end(month) - month).days + 1))
    return sum(1 for day in days if is_working_day(day))
