"""Tallies: days counted again from the records. Nothing here adds to a number; every cell is deleted and rebuilt.

`drain` takes the marks it can see, and rebuilds the marked days of the marked kinds of record; `build_all` rebuilds
everything; `differences` recounts everything and compares. One runs at a time (advisory lock on PostgreSQL, the single
writer on SQLite). A mark written meanwhile stays for the next drain.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal

from django.db import connection, models, transaction
from django.db.models import Count, F, Max, Min, Sum
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
    rows = stream.rows().annotate(
        cell_owner=F(f"{stream.enterprise}__pk"),
        cell_path=F(f"{stream.enterprise}__area__path"),
        cell_key=stream.dims[dim] if dim else models.Value(""),
        cell_level=F(stream.level) if stream.level else models.Value(""),
    )
    sums = {"total": Sum("n")}
    if stream.has_amount:
        sums["money"] = Sum("amount")
    return (
        rows.filter(where)
        .order_by()
        .values("cell_owner", "cell_path", "cell_key", "cell_level", "day")
        .annotate(**sums)
    )


def text_key(key: object) -> str:
    """Return a breakdown's key as tallies keep it; unknown is empty."""
    return "" if key is None else key.isoformat() if isinstance(key, date) else str(key)


def _cells(measures: Iterable[Measure], kinds: dict[str, set[date]] | None) -> tuple[Cells, Cells]:
    """Count the days of the kinds (all of them when None): cells of enterprises and of areas with all above them."""
    own, areas = defaultdict(_empty), defaultdict(_empty)
    for measure in measures:
        for stream in measure.streams:
            if kinds is not None and stream.kind not in kinds:
                continue
            where = models.Q() if kinds is None else models.Q(day__in=kinds[stream.kind])
            for dim in ("", *stream.dims):
                for row in counted(stream, dim, where):
                    rest = (measure.name, dim, text_key(row["cell_key"]), row["cell_level"], row["day"])
                    _add(own[(row["cell_owner"], *rest)], row)
                    for pk in row["cell_path"].strip("/").split("/"):
                        _add(areas[(int(pk), *rest)], row)
    return _kept(own), _kept(areas)


def _empty() -> list:
    return [0, None]


def _add(cell: list, row: dict) -> None:
    cell[0] += row["total"]
    if row.get("money") is not None:
        cell[1] = (cell[1] or Decimal(0)) + row["money"]


def _kept(cells: Cells) -> Cells:
    """Leave out cells in which nothing remains."""
    return {key: value for key, value in cells.items() if value[0] or value[1]}


def _objects(model: type, owner: str, cells: Cells) -> Iterator:
    for (pk, measure, dim, key, level, day), (n, amount) in cells.items():
        yield model(
            **{owner: pk}, measure=measure, dim=dim, key=key, level=level, day=day, n=n, amount=amount
        )


def _write(cells: tuple[Cells, Cells]) -> None:
    EnterpriseTally.objects.bulk_create(_objects(EnterpriseTally, "enterprise_id", cells[0]), batch_size=2000)
    AreaTally.objects.bulk_create(_objects(AreaTally, "area_id", cells[1]), batch_size=2000)


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
    """Delete and count again the days of the kinds of record."""
    touched = [m for m in MEASURES.values() if any(s.kind in kinds for s in m.streams)]
    for measure in touched:
        days = set().union(*(kinds.get(s.kind, set()) for s in measure.streams))
        widened = {s.kind: days for s in measure.streams}
        for model in (EnterpriseTally, AreaTally):
            model.objects.filter(measure=measure.name, day__in=days).delete()
        _write(_cells([measure], widened))


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
    _write(_cells(MEASURES.values(), None))
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
        own, areas = _cells(MEASURES.values(), None)
        found = [*_compare(EnterpriseTally, "enterprise_id", own, behind)]
        found += _compare(AreaTally, "area_id", areas, behind)
        unsure = {enterprise for kind, enterprise, _day in waiting if kind == "check"}
        found += _compare_looks(unsure)
    return found, len(waiting)


def _compare(model: type, owner: str, counted_now: Cells, behind: set[tuple[str, date]]) -> Iterator[str]:
    """Name each cell whose kept value is not what the records say."""
    kinds = {m.name: {s.kind for s in m.streams} for m in MEASURES.values()}
    kept = {
        (pk, measure, dim, key, level, day): [n, amount]
        for pk, measure, dim, key, level, day, n, amount in model.objects.values_list(
            owner, "measure", "dim", "key", "level", "day", "n", "amount"
        ).iterator()
    }
    for place in sorted(kept.keys() | counted_now.keys(), key=str):
        _pk, measure, dim, key, level, day = place
        if any((kind, day) in behind for kind in kinds.get(measure, ())):
            continue
        old, new = kept.get(place, [0, None]), counted_now.get(place, [0, None])
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
