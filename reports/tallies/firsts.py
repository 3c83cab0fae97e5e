"""First records: the day of each enterprise's first suggestion, check, hazard or visit, for reporting coverage."""

from collections.abc import Collection, Iterator
from datetime import date
from typing import Any

from django.db.models import Min

from enterprises.models import Enterprise, EnterpriseChange
from reports.models import FirstRecord
from reports.registry import REPORTED
from reports.tallies.looks import everybody, some_at_once


def first_again(enterprises: Collection[int]) -> set[tuple[int, date]]:
    """Find these enterprises' first records again; return areas and days where reporting coverage may have changed."""
    changed: set[tuple[int, date]] = set()
    for some in some_at_once(sorted(enterprises)):
        old = dict(FirstRecord.objects.filter(enterprise__in=some).values_list("enterprise", "first_on"))
        new = first_days(some)
        moved = {pk for pk in old.keys() | new.keys() if old.get(pk) != new.get(pk)}
        if not moved:
            continue
        FirstRecord.objects.filter(enterprise__in=moved).delete()
        FirstRecord.objects.bulk_create(
            [FirstRecord(enterprise_id=pk, first_on=new[pk]) for pk in moved & new.keys()]
        )
        areas = dict(Enterprise.objects.filter(pk__in=moved).values_list("pk", "area"))
        changed |= {(areas[pk], found[pk]) for found in (old, new) for pk in moved & found.keys()}
        rows = EnterpriseChange.objects.filter(enterprise__in=moved).order_by()
        changed |= set(rows.values_list("enterprise__area", "happened_on").distinct())
    return changed


def first_days(enterprises: Collection[int]) -> dict[int, date]:
    """Read from the records when each of these enterprises reported first."""
    found: dict[int, date] = {}
    for rows, column in REPORTED:
        days = rows().filter(enterprise__in=enterprises).order_by().values_list("enterprise")
        for pk, day in days.annotate(Min(column)):
            if day is not None:
                found[pk] = min(day, found.get(pk, day))
    return found


def different_firsts(unsure: Collection[int]) -> Iterator[dict[str, Any]]:
    """Each first record that is not what the records say, but for enterprises whose records wait to be counted."""
    for some in everybody():
        old = dict(FirstRecord.objects.filter(enterprise__in=some).values_list("enterprise", "first_on"))
        new = first_days(some)
        for pk in sorted((old.keys() | new.keys()) - set(unsure)):
            if old.get(pk) != new.get(pk):
                kept, now = ([f"{side[pk]}"] if pk in side else None for side in (old, new))
                yield {"enterprise": pk, "kept": kept, "now": now}
