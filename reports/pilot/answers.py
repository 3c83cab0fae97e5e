"""What was looked at in each check: every enterprise goes round the list, a few items at a time."""

from random import Random
from typing import TYPE_CHECKING

from hazards.models import Answer, PerformedBy
from reports.pilot.applicability import applies
from reports.pilot.figures import CHECKED
from reports.pilot.places import Pilot, Site
from reports.pilot.texts import findings

if TYPE_CHECKING:
    from reports.pilot.checks import Look

DAILY = 5
OPENED = {4: 0.45, 5: 0.6, 6: 0.7, 7: 0.8, 8: 0.86, 9: 0.92, 10: 0.97}
"""Up to which share of the list the enterprises look at in each month of 2017; later at all of it."""


class Rounds:
    """How one enterprise goes through the list: each kind of check takes the next items where it left off."""

    def __init__(self, pilot: Pilot, site: Site, rng: Random) -> None:
        self.rng = rng
        self.position = {item.code: item.position for item in pilot.items}
        self.applicable = {item.code for item in pilot.items if applies(item, site.spec.trade)}
        self.order = self._order(pilot, self._unseen(site))
        self.daily = rng.sample([code for code in self.order if code in self.applicable], DAILY)
        self.next = {kind: rng.randrange(len(self.order)) for kind in PerformedBy}
        self.next[PerformedBy.SELF_CHECK] = 0

    def _unseen(self, site: Site) -> set[str]:
        """Choose the items nobody ever looks at; nothing is found at them."""
        bank = {finding.item for finding in findings()}
        quiet = [code for code in self.position if code not in bank]
        return set(self.rng.sample(quiet, CHECKED[site.number - 1].unseen))

    def _order(self, pilot: Pilot, unseen: set[str]) -> list[str]:
        """Shuffle the sections; the items of each stay together."""
        sections = sorted({item.section_id for item in pilot.items})
        self.rng.shuffle(sections)
        place = {pk: n for n, pk in enumerate(sections)}
        seen = [item for item in pilot.items if item.code not in unseen]
        return [item.code for item in sorted(seen, key=lambda item: place[item.section_id])]

    def answers(self, look: "Look") -> dict[str, str]:
        """Return the answers of the next check, in the order of the list."""
        is_daily = look.kind == PerformedBy.SELF_CHECK
        count = self.rng.randint(10, 18) if is_daily else self.rng.randint(19, 25)
        opened = self.order[: int(len(self.order) * OPENED.get(look.day.month, 1.0))]
        start = self.next[look.kind] % len(opened)
        self.next[look.kind] = start + count
        found = {finding.item for finding in look.findings}
        codes = {opened[(start + n) % len(opened)] for n in range(count)} | found
        if is_daily:
            codes |= set(self.daily)
        return {code: self._answer(code, found) for code in sorted(codes, key=self.position.__getitem__)}

    def _answer(self, code: str, found: set[str]) -> str:
        if code in found:
            return Answer.HAZARD.value
        return Answer.OK.value if code in self.applicable else Answer.NOT_APPLICABLE.value
