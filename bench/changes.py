"""Real writes that the tallies must follow: many at once by SQL, single ones through the moves."""

import time
from unittest import mock

from django.db import transaction
from django.db.models import Q

from accounts.models import User
from bench.loading import LAST_DAY, literal, rows, run
from enterprises.models import Area, Enterprise, Mark
from score_mis.lib.workflow import EDIT, perform
from suggestions.models import Suggestion

CHOSEN = """
CREATE TEMPORARY TABLE chosen ON COMMIT DROP AS
SELECT id FROM suggestions_suggestion
WHERE submitted_on BETWEEN {last} - {days} + 1 AND {last} AND status <> 'void'
ORDER BY hashint8extended(id, {seed}) LIMIT {count}
"""
CHANGED = """
UPDATE suggestions_suggestion s SET category = CASE category WHEN 'safety' THEN 'quality' ELSE 'safety' END
FROM chosen WHERE chosen.id = s.id
"""
MARKED = """
INSERT INTO enterprises_mark (kind, area_id, enterprise_id, day, created_at)
SELECT 'suggestion', e.area_id, e.id, c.happened_on, now()
FROM chosen JOIN suggestions_suggestion s USING (id) JOIN enterprises_enterprise e ON e.id = s.enterprise_id
JOIN suggestions_suggestionchange c ON c.suggestion_id = s.id
GROUP BY s.id, e.id, e.area_id, c.happened_on
"""


def change_suggestions(count: int, days: int, seed: int) -> dict[str, int]:
    """Give up to `count` suggestions of the last `days` another category, with the marks that each one's save writes.

    All days of these suggestions lie within the span. Returns how many were changed, and the marks.
    """
    with transaction.atomic():
        run(CHOSEN.format(last=literal(LAST_DAY), days=days, count=count, seed=seed))
        return {"changed": run(CHANGED), "marks": run(MARKED)}


def change_an_old_one(seed: int) -> dict[str, int]:
    """The same with one suggestion that was verified: its days lie months apart."""
    with transaction.atomic():
        run(
            f"""CREATE TEMPORARY TABLE chosen ON COMMIT DROP AS SELECT id FROM suggestions_suggestion
            WHERE status = 'verified' AND submitted_on BETWEEN DATE '2017-03-01' AND DATE '2017-06-01'
            ORDER BY hashint8extended(id, {seed}) LIMIT 1"""
        )
        return {"changed": run(CHANGED), "marks": run(MARKED)}


def move_an_enterprise(there: bool, *, far: bool) -> Enterprise:
    """Let the staff put an enterprise of middling size into another district, or back; `far`: of another province."""
    (pk, home), *_rest = rows(
        """SELECT e.id, a.code FROM enterprises_enterprise e JOIN enterprises_area a ON a.id = e.area_id
        WHERE e.id = (SELECT enterprise_id FROM suggestions_suggestion GROUP BY enterprise_id
        ORDER BY abs(count(*) - 126), enterprise_id LIMIT 1)"""
    )
    enterprise = Enterprise.objects.get(pk=pk)
    province = Area.objects.get(level=1, below__area__code=home)
    districts = Area.objects.filter(level=3).exclude(code=home)
    near = Q(path__startswith=province.path)
    districts = districts.exclude(near) if far else districts.filter(near)
    target = districts.order_by("pk").first() if there else districts.order_by("-pk").first()
    staff = User.objects.get(username="staff")
    return perform(enterprise, EDIT, by=staff, today=LAST_DAY, fields={"area": target})


class Saver:
    """Saves suggestions through their moves, one edit of a fresh one each time, with and without marks."""

    def __init__(self) -> None:
        self.member = User.objects.get(username="member")
        self.own = Enterprise.objects.get(assignments__user=self.member)

    def fresh(self) -> Suggestion:
        """A new suggestion."""
        fields = {"enterprise": self.own, "title": "measured"}
        return perform(
            Suggestion(enterprise=self.own), "submit", by=self.member, today=LAST_DAY, fields=fields
        )

    def save(self) -> float:
        """Seconds of one save."""
        return self._edit(self.fresh())

    def _edit(self, record: Suggestion) -> float:
        begun = time.perf_counter()
        perform(record, EDIT, by=self.member, today=LAST_DAY, fields={"title": "measured again"})
        return time.perf_counter() - begun

    def save_without_mark(self) -> float:
        """Seconds of one save that neither works marks out nor writes any nor wakes the drainer."""
        record = self.fresh()
        with (
            mock.patch.object(Suggestion, "marks", return_value=[]),
            mock.patch.object(type(Mark.objects), "append", return_value=0),
        ):
            return self._edit(record)
