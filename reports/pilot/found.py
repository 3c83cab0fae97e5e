"""What the checks found: which check, which finding, and which hazards need a story of their own."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from random import Random

from hazards.models import PerformedBy
from reports.pilot.applicability import applies
from reports.pilot.cases import CLOSED_MAJOR, REPEATS, Open, open_at
from reports.pilot.checks import Look
from reports.pilot.figures import CHECKED
from reports.pilot.places import Pilot, Site
from reports.pilot.texts import Finding, Place, findings

FIND_RATE = {
    PerformedBy.SELF_CHECK: 1,
    PerformedBy.CONSULTANT: 4,
    PerformedBy.INSPECTOR: 6,
    PerformedBy.JOINT: 7,
}
"""How many times likelier than a self-check a check of a kind is to find something."""

LAST_CLOSED = date(2017, 12, 4)
LAST_MAJOR = date(2017, 10, 21)
REPEATED_BEFORE = date(2017, 8, 26)
REPEATING_FROM = date(2017, 9, 11)
TWO_AT_ONCE = 0.045


@dataclass(eq=False)
class Found:
    """One hazard that a check found."""

    site: Site
    day: date
    finding: Finding
    place: Place
    look: Look | None = None
    case: Open | None = None
    repeat_of: "Found | None" = None

    @property
    def is_major(self) -> bool:
        """Whether it is graded major."""
        return self.finding.level == "major"


def find(pilot: Pilot, site: Site, looks: list[Look]) -> list[Found]:
    """Say what the checks of one enterprise found, and write it into them."""
    rng = site.stream("found")
    items = {item.code: item for item in pilot.items}
    fits = [finding for finding in findings() if applies(items[finding.item], site.spec.trade)]
    general = [finding for finding in fits if finding.level == "general"]
    major = [finding for finding in fits if finding.level == "major"]
    rng.shuffle(general)
    rng.shuffle(major)
    ordinary, grave = iter(general), iter(major)
    found = []
    for look, case, is_major in places_for(rng, site, looks):
        finding = next(grave if is_major else ordinary)
        found.append(Found(site, look.day, finding, look.place, look, case))
    found.sort(key=lambda one: one.day)
    repeat(rng, found, REPEATS[site.number - 1])
    for one in found:
        if one.look is not None:
            one.look.findings.append(one.finding)
    return sorted(found, key=lambda one: one.day)


def places_for(rng: Random, site: Site, looks: list[Look]) -> Iterator[tuple[Look, Open | None, bool]]:
    """Choose the checks that found something: first for the open hazards, then the major ones, then the rest."""
    wanted = CHECKED[site.number - 1].found
    free = list(looks)

    def take(look: Look) -> Look:
        free.remove(look)
        return look

    for case in open_at(site.number):
        wanted -= 1
        yield take(next(look for look in free if look.day >= case.found_from)), case, case.is_major
    outside = (PerformedBy.INSPECTOR, PerformedBy.JOINT)
    for _ in range(CLOSED_MAJOR[site.number - 1]):
        wanted -= 1
        yield take(rng.choice([lk for lk in free if lk.kind in outside and lk.day <= LAST_MAJOR])), None, True
    twice = round(wanted * TWO_AT_ONCE)
    once = []
    for _ in range(wanted - twice):
        early = [look for look in free if look.day <= LAST_CLOSED]
        once.append(take(rng.choices(early, [FIND_RATE[look.kind] for look in early])[0]))
    for look in once + rng.sample(once, twice):
        yield look, None, False


def repeat(rng: Random, found: list[Found], count: int) -> None:
    """Let some findings of autumn be those of spring again."""
    early = [one for one in found if one.day < REPEATED_BEFORE and not one.is_major and one.case is None]
    late = [one for one in found if one.day >= REPEATING_FROM and not one.is_major and one.case is None]
    for again, before in zip(rng.sample(late, count), rng.sample(early, count), strict=True):
        again.repeat_of = before
        again.finding = before.finding
        again.place = before.place
