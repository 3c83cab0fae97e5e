"""What stands in the shadows: the records of a scope as they were known at a moment.

Records without entry times are as they are today: the tree of areas, sectors, checklists, and records that have no
change rows. An area that was added later is left out, unless an enterprise of the scope lies there.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Value, When, Window
from django.db.models.functions import Lead

from enterprises.models import Area, Enterprise, EnterpriseChange
from hazards.models import Hazard, SafetyCheck
from reports.known.shadows import Shadow
from reports.known.undoing import as_it_was
from reports.models import FirstRecord, ItemLook
from reports.scope import Scope
from reports.tallies.firsts import first_days
from reports.tallies.looks import COUNTED, some_at_once
from score_mis.lib.members import with_keys
from score_mis.lib.transitions import TABLES, Table
from score_mis.lib.workflow import EDIT
from suggestions.models import Suggestion
from training.models import CounsellingVisit, Enrolment, Module, Participant, Workshop

RECORDS = (Suggestion, SafetyCheck, Hazard, CounsellingVisit, Enrolment)
"""Records with states that belong to an enterprise; a hazard's check is known before the hazard."""

MOST_LOOKS = 10_000_000
"""More than there are items of a hundred enterprises; keys of looks are given out in pieces."""
LOOKS = "SELECT {before} + ROW_NUMBER() OVER (ORDER BY enterprise, key), counted.* FROM ({counted}) counted"


def fill(scope: Scope, moment: datetime, within: Collection[int] | None) -> int:
    """Make and fill all tables; return how many enterprises of the scope then were left out."""
    then = _enterprises(scope, moment)
    seen = [record for record in then if within is None or record.pk in within]
    _places(scope, moment, seen)
    owned = [_Owned(TABLES[model], moment) for model in RECORDS]
    for records in owned:
        records.stage(seen)
    without_states = [_from_history(model, moment, seen) for model in (Module, Workshop, Participant)]
    for shadow in without_states:
        shadow.take_place()
    for records in owned:
        records.take_place()
    _derive(seen)
    return len(then) - len(seen)


def _enterprises(scope: Scope, moment: datetime) -> list[Any]:
    """The enterprises that lay in the scope at a moment, as they were known then."""
    table = TABLES[Enterprise]
    later = EnterpriseChange.objects.filter(entered_at__gt=moment).order_by()
    moved = later.filter(Q(details__has_key="area") | Q(details__has_key="sector"))
    asked = Enterprise.objects.filter(
        Q(pk__in=scope.enterprises().order_by().values("pk")) | Q(pk__in=moved.values("enterprise"))
    )
    found = list(_known(table, asked, moment).order_by("pk"))
    rows = _rows_of(table, found)
    then = [as_it_was(table, record, rows[record.pk], moment) for record in found]
    paths = dict(Area.objects.filter(pk__in={record.area_id for record in then}).values_list("pk", "path"))
    return [record for record in then if scope.covers(record, paths[record.area_id])]


def _known(table: Table, records: QuerySet, moment: datetime) -> QuerySet:
    """Those of some records that were known: entered by then, or without any entry."""
    rows = table.changes._base_manager.filter(**{table.changes.record_field: OuterRef("pk")})
    return records.filter(Exists(rows.filter(entered_at__lte=moment)) | ~Exists(rows))


def _rows_of(table: Table, records: Iterable[Any]) -> dict[int, list[Any]]:
    """The change rows of records; one query a hundred."""
    found: dict[int, list[Any]] = defaultdict(list)
    owner = table.changes.record_field
    for some in some_at_once([record.pk for record in records]):
        for row in table.changes._base_manager.filter(**{f"{owner}__in": some}).order_by("pk"):
            found[getattr(row, f"{owner}_id")].append(row)
    return found


def _places(scope: Scope, moment: datetime, seen: list[Any]) -> None:
    """Shadow the enterprises with their changes, and the areas where some were added since."""
    table = TABLES[Enterprise]
    records, changes = Shadow(Enterprise), Shadow(table.changes)
    records.add(seen)
    for some in some_at_once([record.pk for record in seen]):
        _copy_changes(changes, table, Q(enterprise__in=some), moment)
    added = _history_of(Area).filter(history_type="+", history_date__gt=moment).order_by()
    used = {int(pk) for path in _paths(seen) for pk in path.strip("/").split("/")}
    new = Area.objects.filter(pk__in=added.values("id")).exclude(pk__in=used).order_by().values("pk")
    if new.exists():
        areas = Shadow(Area)
        areas.copy(Area.objects.exclude(pk__in=new))
        areas.take_place(["parent_id"])
    records.take_place(["area_id"])
    changes.take_place(["enterprise_id"])


def _paths(seen: list[Any]) -> Iterable[str]:
    return Area.objects.filter(pk__in={record.area_id for record in seen}).values_list("path", flat=True)


def _copy_changes(shadow: Shadow, table: Table, whose: Q, moment: datetime) -> None:
    """The change rows entered by a moment, in force and held until as they were."""
    changes: Any = table.changes._base_manager
    mended = changes.filter(supersedes=OuterRef("pk"), entered_at__lte=moment)
    rows: Any = changes.filter(whose, entered_at__lte=moment).annotate(
        was_in_force=Case(
            When(Q(move=EDIT) | Exists(mended), then=Value(False)),
            default=Value(True),
            output_field=models.BooleanField(),
        )
    )
    following = Window(
        Lead("happened_on"), partition_by=[F(table.changes.record_field), F("was_in_force")], order_by="seq"
    )
    rows = rows.annotate(following=following).annotate(
        held_until=Case(When(was_in_force=True, then=F("following")), output_field=models.DateField())
    )
    shadow.copy(rows, {"in_force": "was_in_force", "until_on": "held_until"})


class _Owned:
    """The shadows of one kind of record and its changes. Enterprises are shadowed already."""

    def __init__(self, table: Table, moment: datetime) -> None:
        self.table, self.moment = table, moment
        self.owner = table.changes.record_field
        self.records, self.changes = Shadow(table.model), Shadow(table.changes)

    def stage(self, seen: list[Any]) -> None:
        """Copy what was not touched since, and add the rest as it was; some enterprises at once."""
        later = self.table.changes._base_manager.filter(
            **{self.owner: OuterRef("pk")}, entered_at__gt=self.moment
        )
        for some in some_at_once([record.pk for record in seen]):
            records: Any = self.table.model._base_manager
            all_known = _known(self.table, records.filter(enterprise__in=some), self.moment)
            replaced = self._replaced(some)
            changed: Any = Exists(later) | Q(check_event__in=list(replaced)) if replaced else Exists(later)
            self.records.copy(all_known.exclude(changed))
            touched = list(all_known.filter(changed))
            rows = _rows_of(self.table, touched)
            then = [as_it_was(self.table, record, rows[record.pk], self.moment) for record in touched]
            for record in then:
                while replaced and record.check_event_id in replaced:
                    record.check_event_id = replaced[record.check_event_id]
            self.records.add(then)
            _copy_changes(self.changes, self.table, Q(**{f"{self.owner}__enterprise__in": some}), self.moment)

    def _replaced(self, some: list[int]) -> dict[int, int]:
        """For hazards: checks entered since, and which they replaced; hazards went along without a row of their own."""
        if self.table.model is not Hazard:
            return {}
        rows = SafetyCheck.objects.filter(
            enterprise__in=some,
            replaces__isnull=False,
            changes__move="start",
            changes__entered_at__gt=self.moment,
        )
        return dict(rows.order_by().values_list("pk", "replaces"))

    def take_place(self) -> None:
        """Let both tables stand for the real ones."""
        self.records.take_place(["enterprise_id"])
        self.changes.take_place([f"{self.owner}_id"])


def _history_of(model: Any) -> models.QuerySet:
    """The rows of a record's history."""
    return model.history.model.objects.all()


def _from_history(model: Any, moment: datetime, seen: list[Any]) -> Shadow:
    """A record without states by its history: the last row of then; what has no history is as it is today.

    Participants are those of the enterprises, and come and go. Modules and workshops are only renamed and moved: one
    whose history begins later is as it began.
    """
    shadow, kept = Shadow(model), _history_of(model)
    by_then = kept.filter(history_date__lte=moment)
    last = ~Exists(by_then.filter(id=OuterRef("id"), history_id__gt=OuterRef("history_id")))
    told = kept.filter(id=OuterRef("pk"))
    if model is Participant:
        owners = Q(enterprise__in=[record.pk for record in seen])
        shadow.copy(by_then.filter(last, owners).exclude(history_type="-"))
        shadow.copy(model.objects.filter(~Exists(told), owners))
        return shadow
    shadow.copy(by_then.filter(last).exclude(history_type="-"))
    first = ~Exists(kept.filter(id=OuterRef("id"), history_id__lt=OuterRef("history_id")))
    untold = ~Exists(by_then.filter(id=OuterRef("id")))
    shadow.copy(kept.filter(first, untold, id__in=model.objects.order_by().values("pk")))
    shadow.copy(model.objects.filter(~Exists(told)))
    return shadow


def _derive(seen: list[Any]) -> None:
    """Find looks at items and first records again, from the records of then."""
    looks, firsts = Shadow(ItemLook), Shadow(FirstRecord)
    for number, some in enumerate(some_at_once([record.pk for record in seen])):
        days = first_days(some)
        firsts.add([FirstRecord(enterprise_id=pk, first_on=day) for pk, day in sorted(days.items())])
        checks = SafetyCheck.objects.counted().filter(enterprise__in=some).order_by()
        told, parameters = with_keys(checks.values_list("enterprise", "checked_on", "answers"), "answers")
        looks.insert(LOOKS.format(before=number * MOST_LOOKS, counted=COUNTED.format(seen=told)), parameters)
    looks.take_place(["enterprise_id"])
    firsts.take_place()
