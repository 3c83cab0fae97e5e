"""Looks at items: when each enterprise's checks looked at each checklist item for the first and the last time.

The database reads the answers, groups and compares; Python sees only what differs.
"""

from collections.abc import Collection, Iterator
from datetime import date
from itertools import groupby
from typing import Any

from django.db import connection
from django.db.models.query import RawQuerySet

from enterprises.models import Enterprise, EnterpriseChange
from hazards.models import SafetyCheck
from reports.models import ItemLook
from score_mis.lib.members import with_keys

AT_ONCE = 100
"""Enterprises whose checks are read together; bounds the memory, and how long a drain waits for a full build."""
BATCH = 2000
"""Rows written by one statement."""

COUNTED = (
    "SELECT enterprise, key, MIN(checked_on), MAX(checked_on) FROM ({seen}) seen GROUP BY enterprise, key"
)
"""The rule: the first and the last day of the checks that count and have an answer to an item."""
DIFFERENT = """
    SELECT MIN(id) AS id, enterprise_id, item_code, first_on, last_on
    FROM ({kept} UNION ALL SELECT counted.*, NULL FROM ({counted}) counted) sides
    GROUP BY enterprise_id, item_code, first_on, last_on HAVING COUNT(*) = 1
    ORDER BY enterprise_id, item_code
"""
INSERTED = (
    "INSERT INTO reports_itemlook (enterprise_id, item_code, first_on, last_on) {counted} ORDER BY 1, 2"
)


def look_again(enterprises: Collection[int]) -> set[tuple[int, date]]:
    """Write anew when these enterprises looked at each item; return areas and days where item coverage changed."""
    changed: set[tuple[int, date]] = set()
    for some in some_at_once(sorted(enterprises)):
        known = ItemLook.objects.filter(enterprise__in=some).exists()
        changed |= _days_of(_mend(some) if known else _write(some))
    return changed


def _write(some: list[int]) -> set[tuple[int, date]]:
    """Insert the looks of enterprises that have none; return each enterprise with its days."""
    counted, parameters = _counted(some)
    with connection.cursor() as cursor:
        cursor.execute(INSERTED.format(counted=counted), parameters)
    rows = ItemLook.objects.filter(enterprise__in=some).order_by()
    return set(rows.values_list("enterprise", "first_on").distinct())


def _mend(some: list[int]) -> set[tuple[int, date]]:
    """Replace what differs; return the enterprises with the days on which they begin or cease to count."""
    other = list(_different(some))
    gone, new = [look for look in other if look.pk], [look for look in other if not look.pk]
    for start in range(0, len(gone), BATCH):
        ItemLook.objects.filter(pk__in=[look.pk for look in gone[start : start + BATCH]]).delete()
    moved = _firsts(gone) ^ _firsts(new)
    ItemLook.objects.bulk_create(new, batch_size=BATCH)
    return {(owner, day) for owner, _code, day in moved}


def _firsts(looks: list[ItemLook]) -> set[tuple[int, str, date]]:
    return {(look.enterprise_id, look.item_code, look.first_on) for look in looks}


def _different(some: list[int]) -> RawQuerySet:
    """The looks that are kept or counted, but not both; what is kept has an id."""
    rows = ItemLook.objects.filter(enterprise__in=some).order_by()
    kept = rows.values_list("enterprise_id", "item_code", "first_on", "last_on", "id")
    kept_sql, kept_parameters = kept.query.sql_with_params()
    counted, parameters = _counted(some)
    sql = DIFFERENT.format(kept=kept_sql, counted=counted)
    return ItemLook.objects.raw(sql, [*kept_parameters, *parameters])


def _counted(some: list[int]) -> tuple[str, list]:
    """The statement that counts the looks of some enterprises."""
    checks = SafetyCheck.objects.counted().filter(enterprise__in=some).order_by()
    seen, parameters = with_keys(checks.values_list("enterprise", "checked_on", "answers"), "answers")
    return COUNTED.format(seen=seen), parameters


def _days_of(begun: Collection[tuple[int, date]]) -> set[tuple[int, date]]:
    """Areas with the days on which their enterprises first looked at something, came in or left."""
    owners = {owner for owner, _day in begun}
    areas = dict(Enterprise.objects.filter(pk__in=owners).order_by().values_list("pk", "area"))
    steps = EnterpriseChange.objects.filter(enterprise__in=owners).order_by()
    return {(areas[owner], day) for owner, day in begun} | set(
        steps.values_list("enterprise__area", "happened_on").distinct()
    )


def everybody() -> Iterator[list[int]]:
    """The ids of all enterprises, some at once."""
    yield from some_at_once(list(Enterprise.objects.order_by("pk").values_list("pk", flat=True)))


def some_at_once(pks: list[int]) -> Iterator[list[int]]:
    """Cut a list into pieces of AT_ONCE."""
    for start in range(0, len(pks), AT_ONCE):
        yield pks[start : start + AT_ONCE]


def different_looks(unsure: Collection[int]) -> Iterator[dict[str, Any]]:
    """Each look at an item that differs from the checks, but for enterprises whose checks wait to be counted."""
    for some in everybody():
        for place, looks in groupby(_different(some), key=lambda look: (look.enterprise_id, look.item_code)):
            if place[0] not in unsure:
                found = {bool(look.pk): [f"{look.first_on}", f"{look.last_on}"] for look in looks}
                names = {"enterprise": place[0], "item": place[1]}
                yield {**names, "kept": found.get(True), "now": found.get(False)}
