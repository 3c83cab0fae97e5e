"""As known then, as known now: which figures of a frozen report would be others today, and because of which records.

All figures are counted again from today's records, through the sets of the snapshot; where a number differs, the
records behind it are compared one by one, and `reports.causes` tells what was done to them since, by whom and why.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from publications.asking import Asked
from publications.comparing import again
from publications.membership import PAIRS, Gatherer, Set, Sets
from publications.models import Report, Snapshot
from publications.scopes import in_both, scope_of
from publications.snapshots import FrozenFigure, content, figure, rows_in
from reports.causes import causes_since, in_words
from reports.indicators import INDICATORS, percent
from reports.measures import Span
from reports.membership import KINDS, members_of
from reports.restating import Because, Crossed, Difference, Figure, Members, Ref, restated
from reports.scope import Scope

MOST_RECORDS = 50
"""Records that a report names for a figure; of more their number is said."""
PARTS = {"a": "numerator", "b": "denominator"}


def earlier(report: Report) -> Snapshot | None:
    """The last snapshot of the same scope, whose figures a new one restates."""
    places = {name: getattr(report, name) for name in ("area", "sector", "enterprise", "cohort")}
    rows = Snapshot.objects.filter(**places, as_of__lte=report.as_of).select_related("report")
    return rows.order_by("-frozen_at", "-pk").first()


def differences(snapshot: Snapshot) -> list[Difference]:
    """The figures of a snapshot that would be others today, in the order of their codes."""
    said = content(snapshot)
    scope, sets = scope_of(snapshot), _sets(said)
    gatherer = Gatherer(sets)
    for _blocks in gatherer.blocks(list(scope.enterprises().order_by("code").values_list("pk", flat=True))):
        pass  # only what it counts is wanted
    codes = [one["code"] for one in said["figures"] if _differs(gatherer, sets, one)]
    found = [one for code in codes if (one := figure(snapshot, code, said)) is not None]
    now = {one.code: _now(one, scope) for one in found}
    causes = causes_since(snapshot.frozen_at, snapshot.as_of)
    return restated([_then(one) for one in found], now, causes)


def _sets(said: dict[str, Any]) -> Sets:
    """The sets of a snapshot with their numbers; those of indicators that are no more are left empty."""
    sets = Sets()
    for one in said["sets"]:
        row = INDICATORS.get(one["indicator"])
        days: list[Any] = [date.fromisoformat(one["as_of"])]
        if one["since"]:
            days += [date.fromisoformat(one["since"]), days[0]]
        if row is None or one["part"] not in row.parts():
            row, part = INDICATORS["enterprises"], "value"
        else:
            part = one["part"]
        sets.found.append(Set(row, part, Span(*days)))
    return sets


def _differs(gatherer: Gatherer, sets: Sets, one: dict[str, Any]) -> bool:
    """Whether a figure, counted from today's records, has other numbers than the frozen one."""
    row = INDICATORS.get(one["indicator"])
    if row is None:
        return False
    first = next(iter(one["sets"].values()))
    span = sets.found[first[PAIRS][0] if isinstance(first, dict) else first].span
    asked = Asked(row, one["mode"], span, one["dim"], one["key"], one["reading"])
    reading = again(gatherer, asked, one["sets"])
    if "percent" in reading:
        reading["percent"] = percent(reading["numerator"], reading["denominator"])
    return reading != one["reading"]


def _then(one: FrozenFigure) -> Figure:
    """A frozen figure with the records that it counted."""
    parts = {
        PARTS.get(letter, "value"): _frozen_members(replace(one, letter=letter))
        for letter in one.figure["sets"]
    }
    return Figure(one.code, one.figure["indicator"], _kind(one.figure["reading"]), parts, _asked(one))


def _now(one: FrozenFigure, scope: Scope) -> Figure:
    """The same figure with the records that it would count today."""
    row, said = INDICATORS[one.figure["indicator"]], one.figure
    names: dict[str, Any] = {"dim": "", "key": None, "level": ""}
    if said["dim"] == "enterprise":
        scope = Scope(only=tuple(scope.enterprises().filter(pk=said["key"]).values_list("pk", flat=True)))
    elif said["dim"] == "level":
        names["level"] = said["key"]
    elif said["dim"] not in ("", "month", "step"):
        names |= {"dim": said["dim"], "key": said["key"]}
    parts = {}
    for letter, number in said["sets"].items():
        part, span = PARTS.get(letter, "value"), _span(one, number)
        name = _sets_part(one, number) if said["dim"] == "step" else part
        parts[part] = members_of(row, name, scope, span, names)
    return Figure(one.code, row.id, _kind(said["reading"]), parts, _asked(one))


def _span(one: FrozenFigure, number: Any) -> Span:
    place = number[PAIRS][0] if isinstance(number, dict) else number
    return _sets(one.content).found[place].span


def _sets_part(one: FrozenFigure, number: int) -> str:
    return one.content["sets"][number]["part"]


def _frozen_members(one: FrozenFigure) -> Members | Crossed:
    where = one.where
    if isinstance(where, dict):
        first, second = (dict(_members(one, number)) for number in where[PAIRS])
        return Crossed(first, second)
    return dict(_members(one, where))


def _members(one: FrozenFigure, number: int) -> Iterator[tuple[Ref, Any]]:
    for row in rows_in(one, number):
        yield _ref(row), row["in"][str(number)]


def _ref(row: dict[str, Any]) -> Ref:
    """The record of a frozen row, as restatements name it."""
    if row["kind"] == "item_look":
        return Ref("item_look", f"{row['enterprise']}/{row['item_code']}")
    return Ref(row["kind"], str(row["id"]))


def _kind(reading: dict[str, Any]) -> str:
    return next((kind for name, kind in KIND_OF.items() if name in reading), "count")


KIND_OF = {"numerator": "rate", "median": "median", "sum": "sum"}


def _asked(one: FrozenFigure) -> tuple[tuple[str, str], ...]:
    return tuple((name, one.figure[name]) for name in ("mode", "dim", "key") if one.figure[name])


def as_content(snapshot: Snapshot, found: list[Difference]) -> dict[str, Any]:
    """Differences as a later snapshot keeps them, in both languages."""
    names = _names({one.ref for difference in found for one in difference.because})
    return {
        "code": snapshot.code,
        "title": snapshot.report.titles(),
        "as_of": snapshot.as_of.isoformat(),
        "frozen_at": snapshot.frozen_at.isoformat(timespec="seconds"),
        "figures": [
            {
                "code": one.code,
                "indicator": one.indicator,
                **{name: dict(one.asked).get(name, "") for name in ("mode", "dim", "key")},
                "published": one.published,
                "now": one.now,
                "records": len(one.because),
                "because": [_because(each, names) for each in one.because[:MOST_RECORDS]],
            }
            for one in found
        ],
    }


def _because(one: Because, names: dict[Ref, str]) -> dict[str, Any]:
    return {
        "kind": one.ref.kind,
        "id": one.ref.pk,
        "name": names.get(one.ref, one.ref.pk),
        "part": one.part,
        "what": one.what,
        "old": None if one.old is None else str(one.old),
        "new": None if one.new is None else str(one.new),
        "causes": [in_both(lambda cause=cause: in_words(cause)) for cause in one.causes],  # type: ignore[misc]
    }


def _names(refs: set[Ref]) -> dict[Ref, str]:
    """What records are called; those of changes as their records, looks by their item, and people not by name."""
    found = {ref: ref.pk.partition("/")[2] for ref in refs if ref.kind == "item_look"}
    for kind in {ref.kind for ref in refs} - {"item_look", "participant"}:
        model: Any = KINDS[kind]
        owner = getattr(model, "record_field", "")
        pks = [ref.pk for ref in refs if ref.kind == kind]
        rows = model._base_manager.filter(pk__in=pks)
        for row in rows.select_related(owner) if owner else rows:
            record = getattr(row, owner) if owner else row
            found[Ref(kind, str(row.pk))] = getattr(record, "reference", None) or str(record)
    return found
