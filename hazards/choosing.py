"""Which items a new check begins with: the usual ones, those not looked at longest, or whole sections."""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from statistics import median_high

from enterprises.models import Enterprise
from hazards.models import ChecklistItem, SafetyCheck

LAST = 10
"""Checks that say what is usual: two weeks of daily ones."""
RECENT = 1000
"""Checks that are searched for the last look at an item."""


def usual_items(
    enterprise: Enterprise, items: Iterable[ChecklistItem], *, performed_by: str
) -> list[ChecklistItem]:
    """What this enterprise's last ten checks of a kind looked at most often, in the list's order; one query.

    As many items as such a check usually has. Empty where there was no such check yet.
    """
    checks = SafetyCheck.objects.counted().filter(enterprise=enterprise, performed_by=performed_by)
    last = list(checks.order_by("-checked_on", "-pk").values_list("answers", flat=True)[:LAST])
    if not last:
        return []
    times = Counter(code for answers in last for code in answers)
    looked_at = [item for item in items if times[item.code]]
    often = sorted(looked_at, key=lambda item: (-times[item.code], item.position))
    return _in_order(often[: median_high(len(answers) for answers in last)])


def longest_unseen(enterprise: Enterprise, items: Iterable[ChecklistItem], count: int) -> list[ChecklistItem]:
    """The `count` items that were not looked at for the longest time, in the list's order; one query.

    Looks at the latest 1,000 checks; an item that is in none of them comes first.
    """
    rows = SafetyCheck.objects.counted().filter(enterprise=enterprise).order_by("-checked_on")
    seen: dict[str, date] = {}
    for day, answers in rows.values_list("checked_on", "answers")[:RECENT]:
        for code in answers:
            seen.setdefault(code, day)
    return _in_order(sorted(items, key=lambda item: (seen.get(item.code, date.min), item.position))[:count])


def _in_order(items: Iterable[ChecklistItem]) -> list[ChecklistItem]:
    return sorted(items, key=lambda item: item.position)
