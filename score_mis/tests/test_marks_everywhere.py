"""Nothing writes a counted record without a mark: every writer in the code is known, and every move leaves a mark."""

import ast
import random
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from django.apps import apps
from django.db.models import Q
from django.forms import ModelForm
from django.urls import get_resolver

from conftest import OWN_APPS
from enterprises.models import Enterprise, Mark
from enterprises.models.marks import MarkManager
from meetings.models import Decision
from practices.models import Practice
from reports import tallies
from reports.registry import MEASURES
from reports.tallies.counting import counted
from reports.tests.reference import Reference
from reports.tests.walks import RECORDS, Ground, Walk
from score_mis.lib import workflow
from score_mis.lib.records import RecordForm
from score_mis.lib.transitions import TABLES

ROOT = Path(__file__).resolve().parents[2]
APPS = (*OWN_APPS, "score_mis")
WRITES = {
    "save", "create", "bulk_create", "update", "delete", "bulk_update", "get_or_create", "update_or_create",
    "_raw_delete", "bulk_create_with_history", "bulk_update_with_history",
}  # fmt: skip
FED_BY = {
    "Area", "CheckChange", "CounsellingVisit", "Enrolment", "EnrolmentChange", "Enterprise", "EnterpriseChange",
    "FirstRecord", "Hazard", "HazardChange", "ItemLook", "Module", "Participant", "SafetyCheck", "Suggestion",
    "SuggestionChange", "VisitChange", "Workshop",
}  # fmt: skip
"""What the measures read, as it stands today: who adds to it thinks of its marks."""

WRITERS = {
    # Moves and services that append the marks themselves, in one transaction.
    "score_mis/lib/workflow.py": "the moves: marks of before and after are appended by perform and perform_many",
    "score_mis/lib/corrections.py": "the correction of a day: marks of before and after",
    "score_mis/lib/stateful.py:save_checked": "called by perform and correct",
    "enterprises/models/marks.py:MarkManager.append": "the marks",
    "enterprises/services.py": "areas and their moves: range marks of the areas that are counted another way",
    "training/services.py:add_participants": "within _people_of, which appends marks of before and after",
    "training/services.py:remove_participant": "within _people_of",
    "training/services.py:keep": "called by save_module and save_workshop, which append marks; and for actions",
    "training/services.py:save_enrolment": "names of people in the details of a change row; no figure reads them",
    "training/services.py:make_calendar_address": "addresses for calendar programs; no figure reads them",
    "training/services.py:withdraw_calendar_address": "addresses for calendar programs",
    "hazards/checking.py:_carry_over": "appends the marks of the hazards",
    # The tallies themselves.
    "reports/tallies/": "the tallies",
    "reports/answers.py": "answers of jobs; no figure reads them",
    "score_mis/lib/filejob": "files that jobs make; no figure reads them",
    # The pilot data set: made through the moves, and its workshops append their marks.
    "reports/pilot/training.py": "write_workshops appends the marks of each workshop",
    "reports/pilot/people.py:account": "accounts",
    "reports/pilot/photos.py": "photos and files",
    "reports/pilot/places.py": "days in the history; areas, sectors and teams come before all records",
    "reports/pilot/build.py:write_ground": "days in the history",
    # Records that no figure reads.
    "accounts/": "accounts",
    "hazards/services.py": "checklists: a new version is read live; records point to versions that never change",
    "suggestions/services.py:enter_pile": "its suggestions go through perform_many; no figure reads the pile itself",
    "suggestions/pile.py:PileForm.again": "a dictionary",
    "suggestions/views/paper.py:pile_add": "ends in enter_pile",
    "publications/": "reports, snapshots, keys and files; no figure reads them",
    "practices/services.py:": "photos of cards and links to hazards; no figure counts cards",
    "suggestions/services.py:_new_slip": "codes of slips; no figure reads them",
    "hazards/sheet.py": "files of photos, and plain dictionaries",
    "score_mis/lib/photo_files.py:Thumbnails._make": "a picture in memory",
    "score_mis/lib/photos.py:_written": "a file",
    "score_mis/lib/photo_files.py:": "photos and files",
    "score_mis/lib/sessions.py": "sessions",
    "training/views/actions.py:_form": "agreed actions; no figure reads them",
    # Forms: their models are looked at one by one below.
    "score_mis/lib/records.py": "forms of records without states",
    "score_mis/lib/moves.py:move_page": "forms of moves end in perform",
    "enterprises/forms/places.py:AreaEditForm.save": "names of an area; a move of it goes through move_area",
    "enterprises/views/": "forms of people and plans; no figure reads them",
    "hazards/forms.py:CorrectVersionForm.replace": "ends in correct_check",
    "hazards/views/checks.py:check_add": "ends in perform",
    "reminders/": "messages, wishes and rounds; no figure reads them",
    # Not the database at all.
    "sheets/papers.py:_join": "a file",
    "score_mis/lib/pdf_join.py": "pages of a file",
    "score_mis/lib/moves.py:MoveForm.__init__": "a dictionary",
    "score_mis/lib/release.py:release": "a hash",
    "score_mis/settings.py:": "a dictionary",
    "reports/indicators.py:": "a dictionary",
}
"""Everything that writes anything, and why no mark is missing."""

UNCOUNTED = {Practice, Decision}
"""Records with states that no figure counts."""
NAMES_ONLY = {"AreaForm", "AreaAddForm", "AreaEditForm"}
"""Forms of counted models that change what no figure is broken down by, or end in `enterprises.services`."""


def calls(node: ast.AST, where: tuple[str, ...] = ()) -> Iterator[str]:
    """The functions in which something is written."""
    for child in ast.iter_child_nodes(node):
        inside = (*where, child.name) if isinstance(child, ast.FunctionDef | ast.ClassDef) else where
        if isinstance(child, ast.Call) and called(child.func) in WRITES:
            yield ".".join(inside)
        yield from calls(child, inside)


def called(function: ast.expr) -> str:
    """The name of what is called."""
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def writers() -> set[str]:
    """Every function of the product that writes, as path:name."""
    found = set()
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            if not {"tests", "migrations"} & set(path.parts):
                name = path.relative_to(ROOT).as_posix()
                found |= {f"{name}:{where}" for where in calls(ast.parse(path.read_text(encoding="utf-8")))}
    return found


def feeding() -> set[type]:
    """The models whose tables stand in the statements that count, with every breakdown."""
    sql = " ".join(
        str(counted(stream, dim, Q(pk__gt=0), owner="area_id").query)
        for measure in MEASURES.values()
        for stream in measure.streams
        for dim in ("", *stream.breakdowns())
    )
    tables = set(re.findall(r'"(\w+)"', sql))
    return {model for model in apps.get_models() if model._meta.db_table in tables}


def test_what_the_measures_read_is_known(db):
    assert {model.__name__ for model in feeding()} | {"Area"} == FED_BY


def test_every_writer_is_known_and_says_why_no_mark_is_missing():
    found = writers()
    unknown = {name for name in found if not any(name.startswith(known) for known in WRITERS)}
    assert not unknown, "write through a move or a service that appends marks, or say here why none is needed"
    assert not {known for known in WRITERS if not any(name.startswith(known) for name in found)}, "gone"


def forms_below(form: type[ModelForm]) -> Iterator[type[ModelForm]]:
    """All forms that build on one."""
    for below in form.__subclasses__():
        yield below
        yield from forms_below(below)


def test_forms_of_counted_models_end_in_services(db):
    assert get_resolver().url_patterns  # imports every view, and so every form
    own = [form for form in forms_below(ModelForm) if form.__module__.split(".")[0] in APPS]
    counted_forms = [form for form in own if form._meta.model in feeding()]
    assert counted_forms
    for form in counted_forms:
        own_save = next(base for base in form.__mro__ if "save" in vars(base))
        assert form.__name__ in NAMES_ONLY or own_save is not RecordForm, form


class Watched(Walk):
    """A walk that looks after each move whether marks were written."""

    done: Counter[tuple[type, str]]

    def perform(self, record, row, on, seen=None) -> None:
        changes, marks = TABLES[type(record)].changes._base_manager, Mark.objects.count()
        before = changes.count()
        super().perform(record, row, on, seen)
        if changes.count() > before:
            self.done[(type(record), row.move)] += 1
            assert Mark.objects.count() > marks, (type(record), row.move)


SELDOM = {"drop", "discard"}


def test_every_move_of_every_table_leaves_a_mark(world):
    walk = Watched(Ground(world))
    walk.done, walk.rng = Counter(), random.Random(7)
    kinds = (*RECORDS, Enterprise)
    wanted = {(model, row.move) for model in kinds for row in TABLES[model].rows if row.move not in SELDOM}
    wanted -= {(Enterprise, move) for move in ("register", "enrol", "activate")}  # in bulk, by the ground
    for _round in range(60):
        missing = {model for model, _move in wanted - set(walk.done)}
        if not missing:
            break
        for model in sorted(missing & set(RECORDS), key=lambda model: model.__name__):
            walk.create(model)
        for model in sorted(missing, key=lambda model: model.__name__):
            for _step in range(5):
                walk.step(model)
    missing_moves = wanted - set(walk.done)
    assert not missing_moves
    tallies.drain()
    assert tallies.differences() == ([], 0)


ACTS = [
    "bulk",
    "replace_check",
    "workshop",
    "participant",
    "renumber",
    "register",
    "bulk_places",
    "move_area",
]


class Torn(Exception):
    """The marks could not be written."""


def test_nothing_is_saved_without_its_marks(world, monkeypatch):
    walk = Walk(Ground(world))
    walk.rng = random.Random(3)
    for model in RECORDS:
        walk.create(model)
        walk.step(model)
    walk.workshop()
    before = as_it_stands()

    def tear(self: MarkManager, marks: object) -> int:
        raise Torn

    monkeypatch.setattr(MarkManager, "append", tear)
    for act in ACTS:
        assert torn(walk, act), act
        assert as_it_stands() == before, act


def torn(walk: Walk, act: str) -> bool:
    """Do something until it would write marks."""
    model = [RECORDS[0]] if act in ("create", "step", "correct") else []
    for seed in range(60):
        walk.rng = random.Random(seed)
        try:
            getattr(walk, act)(*model)
        except Torn:
            return True
    return False


def as_it_stands() -> dict[str, object]:
    """All that is counted, as plain values."""
    found = vars(Reference())
    changes = {
        t.changes.__name__: list(t.changes._base_manager.order_by("pk").values()) for t in TABLES.values()
    }
    return {
        **found,
        **changes,
        "modules": list(apps.get_model("training.Module").objects.values("pk", "number")),
    }


def test_moves_are_the_tables_of_all_states():
    assert set(TABLES) == {*RECORDS, Enterprise, *UNCOUNTED}
    assert all(issubclass(model, workflow.Stateful) for model in TABLES)
