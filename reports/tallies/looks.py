"""Looks at items: when each enterprise's checks looked at each checklist item for the first and the last time."""

from collections.abc import Collection, Iterable, Iterator
from datetime import date

from enterprises.models import Enterprise, EnterpriseChange
from hazards.models import SafetyCheck
from reports.models import ItemLook

AT_ONCE = 100
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


def look_again(enterprises: Collection[int]) -> set[tuple[int, date]]:
    """Write anew when these enterprises looked at each item; return areas and days where item coverage changed."""
    changed: set[tuple[int, date]] = set()
    for some in some_at_once(sorted(enterprises)):
        old, new = kept_looks(some), looks_of(some)
        other = {place for place in old.keys() | new.keys() if old.get(place) != new.get(place)}
        if not other:
            continue
        owners = {pk for pk, _code in other}
        changed |= _days_of(owners, [found[place] for found in (old, new) for place in other & found.keys()])
        ItemLook.objects.filter(enterprise__in=owners).delete()
        ItemLook.objects.bulk_create(
            (
                ItemLook(enterprise_id=owner, item_code=code, first_on=first, last_on=last)
                for (owner, code), (first, last) in new.items()
                if owner in owners
            ),
            batch_size=2000,
        )
    return changed


def _days_of(owners: Collection[int], looks: Collection[tuple[date, date]]) -> set[tuple[int, date]]:
    """Areas of enterprises with the days of looks and those on which the enterprises came in or left."""
    rows = EnterpriseChange.objects.filter(enterprise__in=owners).order_by()
    pairs = set(rows.values_list("enterprise__area", "happened_on").distinct())
    return pairs | {(area, first) for area in {area for area, _day in pairs} for first, _last in looks}


def kept_looks(enterprises: Collection[int]) -> Looks:
    """Read the looks as they are kept."""
    rows = ItemLook.objects.filter(enterprise__in=enterprises).order_by()
    columns = ("enterprise", "item_code", "first_on", "last_on")
    return {(owner, code): (first, last) for owner, code, first, last in rows.values_list(*columns)}


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
        kept, now = kept_looks(some), looks_of(some)
        for place in sorted(kept.keys() | now.keys()):
            if place[0] not in unsure and kept.get(place) != now.get(place):
                yield f"enterprise {place[0]}, item {place[1]}: tally {kept.get(place)}, records {now.get(place)}"
