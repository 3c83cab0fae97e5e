"""Looks at items: when each enterprise's checks looked at each checklist item for the first and the last time."""

from collections.abc import Collection, Iterable, Iterator
from datetime import date

from enterprises.models import Enterprise
from hazards.models import SafetyCheck
from reports.models import ItemLook

AT_ONCE = 500
"""Enterprises whose checks are read together; bounds the memory."""

Looks = dict[tuple[int, str], tuple[date, date]]


def looks_of(enterprises: Iterable[int]) -> Looks:
    """Read from the checks when each enterprise looked at each item first and last."""
    found: Looks = {}
    checks = SafetyCheck.objects.counted().filter(enterprise__in=enterprises).order_by("checked_on", "pk")
    for owner, day, answers in checks.values_list("enterprise", "checked_on", "answers").iterator():
        for code in answers:
            first, _last = found.get((owner, code), (day, day))
            found[(owner, code)] = (first, day)
    return found


def look_again(enterprises: Collection[int]) -> None:
    """Write anew when these enterprises looked at each item."""
    for some in some_at_once(sorted(enterprises)):
        ItemLook.objects.filter(enterprise__in=some).delete()
        ItemLook.objects.bulk_create(
            (
                ItemLook(enterprise_id=owner, item_code=code, first_on=first, last_on=last)
                for (owner, code), (first, last) in looks_of(some).items()
            ),
            batch_size=2000,
        )


def everybody() -> Iterator[list[int]]:
    """The ids of all enterprises, some at once."""
    yield from some_at_once(list(Enterprise.objects.order_by("pk").values_list("pk", flat=True)))


def some_at_once(pks: list[int]) -> Iterator[list[int]]:
    """Cut a list into pieces of AT_ONCE."""
    for start in range(0, len(pks), AT_ONCE):
        yield pks[start : start + AT_ONCE]


def different_looks(unsure: Collection[int]) -> Iterator[str]:
    """Name each look at an item that differs from the checks, but for enterprises whose checks wait to be counted."""
    for some in everybody():
        rows = ItemLook.objects.filter(enterprise__in=some).order_by()
        kept = {
            (owner, code): (first, last)
            for owner, code, first, last in rows.values_list("enterprise", "item_code", "first_on", "last_on")
        }
        now = looks_of(some)
        for place in sorted(kept.keys() | now.keys()):
            if place[0] not in unsure and kept.get(place) != now.get(place):
                yield f"enterprise {place[0]}, item {place[1]}: tally {kept.get(place)}, records {now.get(place)}"
