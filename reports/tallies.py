"""Tallies: days counted again from the records. Nothing here adds to a number; every cell is deleted and rebuilt.

`drain` takes the marks it can see, and rebuilds the marked days of the marked kinds of record; `build_all` rebuilds
everything; `differences` recounts everything and compares. One runs at a time (advisory lock on PostgreSQL, the single
writer on SQLite). A mark written meanwhile stays for the next drain.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection, models, transaction
from django.db.models import Count, F, Max, Min, Sum, Value
from django.db.models.functions import Cast, Coalesce
from django.utils import timezone

from enterprises.models import Enterprise, Mark
from hazards.models import SafetyCheck
from reports.measures import Measure, Stream
from reports.models import AreaTally, EnterpriseTally, ItemLook, TallyRun
from reports.registry import MEASURES

LOCK = 7_265_001  # any number that no other program uses on this database

Cells = dict[tuple, list]
"""(owner id, measure, dim, key, level, day) → [n, amount]."""


def counted(stream: Stream, dim: str, where: models.Q) -> models.QuerySet:
    """Group a stream's rows by enterprise, day, level and one breakdown; the one query all counting is built on."""
    text = models.CharField()
    rows = stream.rows().annotate(
        cell_owner=F(f"{stream.enterprise}__pk"),
        cell_key=Coalesce(Cast(stream.dims[dim], text), Value("")) if dim else Value(""),
        cell_level=F(stream.level) if stream.level else Value(""),
    )
    money = Sum("amount") if stream.has_amount else Value(None, output_field=models.DecimalField())
    grouped = rows.filter(where).order_by().values("cell_owner", "cell_key", "cell_level", "day")
    return grouped.annotate(total=Sum("n"), money=money).exclude(
        total=0, **({"money": 0} if stream.has_amount else {})
    )


def insert_select(model: Any, columns: dict[str, str], rows: models.QuerySet) -> None:
    """Insert what a query returns without passing it through Python; `columns` maps the table's to the query's."""
    sql, parameters = rows.values_list(*columns.values()).query.sql_with_params()
    quote = connection.ops.quote_name
    names = ", ".join(quote(model._meta.get_field(name).column) for name in columns)
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {quote(model._meta.db_table)} ({names}) {sql}", parameters)


OWN = {
    "enterprise": "cell_owner",
    "measure": "cell_measure",
    "stream": "cell_stream",
    "dim": "cell_dim",
    "key": "cell_key",
    "level": "cell_level",
    "day": "day",
    "n": "total",
    "amount": "money",
}


def _count_enterprises(measure: Measure, days: set[date] | None) -> None:
    """Insert the cells of a measure for all enterprises, on some days or on all."""
    where = models.Q() if days is None else models.Q(day__in=days)
    for number, stream in enumerate(measure.streams):
        for dim in ("", *stream.dims):
            rows = counted(stream, dim, where).annotate(
                cell_measure=Value(measure.name), cell_stream=Value(number), cell_dim=Value(dim)
            )
            insert_select(EnterpriseTally, OWN, rows)


def _sum_areas(measures: Iterable[str], days: set[date] | None) -> None:
    """Insert the cells of every area that holds enterprises: the sums of the enterprises in it and below it."""
    cells = EnterpriseTally.objects.filter(measure__in=measures)
    if days is not None:
        cells = cells.filter(day__in=days)
    paths = Enterprise.objects.order_by().values_list("area__path", flat=True).distinct()
    for pk in sorted({int(part) for path in paths for part in path.strip("/").split("/")}):
        same = ("measure", "stream", "dim", "key", "level", "day")
        below = cells.filter(enterprise__area__path__contains=f"/{pk}/").order_by().values(*same)
        rows = below.annotate(cell_area=Value(pk), total=Sum("n"), money=Sum("amount"))
        insert_select(
            AreaTally, {"area": "cell_area", **{n: n for n in same}, "n": "total", "amount": "money"}, rows
        )


def _lock() -> None:
    """Let one drainer in at a time; SQLite has a single writer anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def _one_snapshot() -> None:
    """Let all queries of the transaction see the same moment; SQLite's writer lock does so anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")


def _rebuild(kinds: dict[str, set[date]]) -> None:
    """Delete and count again the marked days of the measures that count these kinds of record."""
    for measure in MEASURES.values():
        days = set().union(*(kinds.get(stream.kind, set()) for stream in measure.streams))
        if days:
            for model in (EnterpriseTally, AreaTally):
                model.objects.filter(measure=measure.name, day__in=days).delete()
            _count_enterprises(measure, days)
            _sum_areas([measure.name], days)


def drain() -> int:
    """Take the marks that wait and count their days again; return how many marks there were. Safe to run twice."""
    with transaction.atomic():
        _lock()
        marks = list(Mark.objects.values_list("pk", "kind", "enterprise", "day"))
        for start in range(0, len(marks), 5000):
            Mark.objects.filter(pk__in=[pk for pk, *_rest in marks[start : start + 5000]]).delete()
        if any(day is None for _pk, _kind, _enterprise, day in marks):
            _build()
        elif marks:
            kinds = defaultdict(set)
            for _pk, kind, _enterprise, day in marks:
                kinds[kind].add(day)
            _rebuild(kinds)
            look_again({enterprise for _pk, kind, enterprise, _day in marks if kind == "check"})
        _note("drain", len(marks))
    return len(marks)


def build_all() -> int:
    """Count everything anew, taking all marks that wait; return the number of cells of areas."""
    with transaction.atomic():
        _lock()
        taken, _by_model = Mark.objects.filter(
            pk__lte=Mark.objects.aggregate(last=Max("pk"))["last"] or 0
        ).delete()
        _build()
        _note("drain", taken)
    return AreaTally.objects.count()


def _build() -> None:
    EnterpriseTally.objects.all().delete()
    AreaTally.objects.all().delete()
    for measure in MEASURES.values():
        _count_enterprises(measure, None)
    _sum_areas(MEASURES, None)
    ItemLook.objects.all().delete()
    look_again(set(Enterprise.objects.values_list("pk", flat=True)))


def _note(kind: str, marks: int) -> None:
    """Keep when the newest run of a kind finished."""
    TallyRun.objects.update_or_create(kind=kind, defaults={"finished_at": timezone.now(), "marks": marks})


def looks_of(enterprises: Iterable[int]) -> dict[tuple[int, str], tuple[date, date]]:
    """Read from the checks when each enterprise looked at each item first and last."""
    found: dict[tuple[int, str], tuple[date, date]] = {}
    checks = SafetyCheck.objects.counted().filter(enterprise__in=enterprises).order_by("checked_on", "pk")
    for owner, day, answers in checks.values_list("enterprise", "checked_on", "answers").iterator():
        for code in answers:
            first, _last = found.get((owner, code), (day, day))
            found[(owner, code)] = (first, day)
    return found


def look_again(enterprises: set[int]) -> None:
    """Write anew when these enterprises looked at each item."""
    ItemLook.objects.filter(enterprise__in=enterprises).delete()
    ItemLook.objects.bulk_create(
        (
            ItemLook(enterprise_id=owner, item_code=code, first_on=first, last_on=last)
            for (owner, code), (first, last) in looks_of(enterprises).items()
        ),
        batch_size=2000,
    )


def differences() -> tuple[list[str], int]:
    """Recount everything and compare: a sentence for each cell that differs, and how many marks waited.

    Days with waiting marks are left out: they are known to be behind. One database snapshot.
    """
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost:
            _one_snapshot()
        waiting = list(Mark.objects.values_list("kind", "enterprise", "day"))
        if any(day is None for _kind, _enterprise, day in waiting):
            return [], len(waiting)
        behind = {(kind, day) for kind, _enterprise, day in waiting}
        own, areas = recounted()
        found = [*_compare(EnterpriseTally, "enterprise_id", own, behind)]
        found += _compare(AreaTally, "area_id", areas, behind)
        unsure = {enterprise for kind, enterprise, _day in waiting if kind == "check"}
        found += _compare_looks(unsure)
    return found, len(waiting)


def recounted() -> tuple[Cells, Cells]:
    """Count all cells of enterprises and areas from the records, added up here and not by the database."""
    paths = dict(Enterprise.objects.values_list("pk", "area__path"))
    own: Cells = defaultdict(_empty)
    areas: Cells = defaultdict(_empty)
    for measure in MEASURES.values():
        for stream in measure.streams:
            for dim in ("", *stream.dims):
                for row in counted(stream, dim, models.Q()):
                    rest = (measure.name, dim, row["cell_key"], row["cell_level"], row["day"])
                    _add(own[(row["cell_owner"], *rest)], row["total"], row["money"])
                    for pk in paths[row["cell_owner"]].strip("/").split("/"):
                        _add(areas[(int(pk), *rest)], row["total"], row["money"])
    return _kept(own), _kept(areas)


def _empty() -> list:
    return [0, None]


def _add(cell: list, n: int, amount: Decimal | None) -> None:
    cell[0] += n
    if amount is not None:
        cell[1] = (cell[1] or Decimal(0)) + amount


def _kept(cells: Cells) -> Cells:
    """Leave out cells in which nothing remains."""
    return {key: value for key, value in cells.items() if value[0] or value[1]}


def _compare(model: Any, owner: str, counted_now: Cells, behind: set[tuple[str, date]]) -> Iterator[str]:
    """Name each cell whose kept value is not what the records say."""
    kinds = {m.name: {s.kind for s in m.streams} for m in MEASURES.values()}
    kept: Cells = defaultdict(_empty)
    columns = (owner, "measure", "dim", "key", "level", "day", "n", "amount")
    for *place, n, amount in model.objects.values_list(*columns).iterator():
        _add(kept[tuple(place)], n, amount)
    kept = _kept(kept)
    for place in sorted(kept.keys() | counted_now.keys(), key=str):
        _pk, measure, dim, key, level, day = place
        if any((kind, day) in behind for kind in kinds.get(measure, ())):
            continue
        old, new = kept.get(place, _empty()), counted_now.get(place, _empty())
        if old != new:
            where = f"{owner.removesuffix('_id')} {place[0]}"
            what = " ".join(part for part in (measure, dim, key, level) if part)
            yield f"{where}, {what}, {day}: tally {_shown(old)}, records {_shown(new)}"


def _shown(cell: list) -> str:
    return str(cell[0]) if cell[1] is None else f"{cell[0]} ({cell[1]})"


def _compare_looks(unsure: set[int]) -> Iterator[str]:
    """Name each look at an item that differs."""
    kept = {
        (owner, code): (first, last)
        for owner, code, first, last in ItemLook.objects.values_list(
            "enterprise", "item_code", "first_on", "last_on"
        )
    }
    now = looks_of(Enterprise.objects.values_list("pk", flat=True))
    for place in sorted(kept.keys() | now.keys()):
        if place[0] not in unsure and kept.get(place) != now.get(place):
            yield f"enterprise {place[0]}, item {place[1]}: tally {kept.get(place)}, records {now.get(place)}"


def recount() -> list[str]:
    """Compare, keep what differed on the run's row, and repair by building everything anew; for every night."""
    found, _waiting = differences()
    if found:
        build_all()
    TallyRun.objects.create(kind="recount", finished_at=timezone.now(), differences=found[:200])
    return found


def freshness() -> dict:
    """When the tallies were computed (None: never) and how many marks wait since when; two queries."""
    run = TallyRun.objects.filter(kind="drain").first()
    waiting = Mark.objects.aggregate(n=Count("pk"), since=Min("created_at"))
    return {
        "computed_at": run.finished_at if run else None,
        "waiting": waiting["n"],
        "since": waiting["since"],
    }
