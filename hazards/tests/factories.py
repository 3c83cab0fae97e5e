"""Records of the hazards app for tests, made through their moves."""

import io
from datetime import date
from types import SimpleNamespace

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from conftest import START, TODAY
from enterprises.models import Programme
from hazards import checklist_file
from hazards.checking import Finding, submit_check
from hazards.models import ChecklistVersion, Hazard, SafetyCheck
from hazards.services import load_checklist
from score_mis.lib import photos, workflow

FOUND_ON = date(2017, 12, 1)
STATES = ("identified", "assigned", "rectified", "verified", "void")


def checklist_data(**changes):
    """What a small good checklist file holds: two sections of three items."""
    data = {"code": "test", "name_en": "Test list", "name_zh": "测试检查表", "version": 1, "sections": []}
    for letter, name, name_zh in (("E", "Electrical", "电气"), ("F", "Fire", "消防")):
        items = [
            {
                "code": f"{letter}-0{number}",
                "group": "site",
                "kind": "thing",
                "text_en": f"{name} item {number} is in order",
                "text_zh": f"{name_zh}第{number}项完好",
                "reference_en": "GB/T 13869",
                "reference_zh": "GB/T 13869",
                "level_hint": "general",
            }
            for number in (1, 2, 3)
        ]
        data["sections"].append({"code": letter, "name_en": name, "name_zh": name_zh, "items": items})
    return {**data, **changes}


def make_version(programme: Programme, *, on: date = START, **changes) -> ChecklistVersion:
    """Load and publish the small checklist."""
    source = checklist_file.parse(checklist_data(**changes))
    return load_checklist(programme=programme, source=source, publish_on=on)[0]


def make_draft(*, by, enterprise, version, on: date = FOUND_ON, answers=None, **fields) -> SafetyCheck:
    """Begin a check; by default a self-check of all six items."""
    answers = {f"{s}-0{n}": "" for s in "EF" for n in (1, 2, 3)} if answers is None else answers
    fields = {"version": version, "performed_by": "self_check", "answers": answers, **fields}
    return workflow.perform(
        SafetyCheck(enterprise=enterprise), "start", by=by, today=TODAY, on=on, fields=fields
    )


def make_check(*, by, enterprise, version, answers=None, findings=None, on: date = FOUND_ON, **fields):
    """Submit a check; by default a clean one of two items."""
    draft = make_draft(by=by, enterprise=enterprise, version=version, on=on, **fields)
    answers = {"E-01": "o", "E-02": "o"} if answers is None else answers
    return submit_check(draft, by=by, today=TODAY, on=on, answers=answers, findings=findings or {})


def make_finding(**fields) -> Finding:
    """A finding of a general hazard."""
    return Finding(**{"description": "Cover missing", "place": "Hall 2", **fields})


def move(record, name, *, by, on=None, **options):
    """Make one move on the tests' day."""
    return workflow.perform(record, name, by=by, today=TODAY, on=on, **options)


def make_hazard(*, by, enterprise, on: date = FOUND_ON, **fields) -> Hazard:
    """Report a hazard without a check."""
    fields = {"description": "Exit blocked", "place": "Store", **fields}
    return move(Hazard(enterprise=enterprise), "identify", by=by, on=on, fields=fields)


ORDER = {"responsible": "Wang", "measures": "Clear the exit", "deadline": date(2017, 12, 10)}


def make_order(hazard: Hazard, *, by, on: date = FOUND_ON, **fields) -> Hazard:
    """Order the rectification."""
    return move(hazard, "assign", by=by, on=on, fields={**ORDER, **fields})


def make_rectified(hazard: Hazard, *, by, on: date = date(2017, 12, 5), photo=None) -> Hazard:
    """Report an ordered hazard as rectified, with an after-photo."""
    clean = photos.accept(photo or picture())
    return move(hazard, "rectify", by=by, on=on, fields={"evidence": "Cleared"}, photos=[clean])


def picture(name: str = "hall.png", size: tuple[int, int] = (40, 30)) -> SimpleUploadedFile:
    """A photo as a browser sends it."""
    out = io.BytesIO()
    Image.new("RGB", size, "grey").save(out, "PNG")
    return SimpleUploadedFile(name, out.getvalue(), content_type="image/png")


def scene(world) -> SimpleNamespace:
    """The usual words: who, where, and the small checklist."""
    return SimpleNamespace(
        version=make_version(world.programme), at={"enterprise": world.enterprise}, **world.cast()
    )


def hazard_at(world, state, **fields) -> Hazard:
    """A hazard in a state, ordered by the inspector, rectified by the leader, verified by the inspector."""
    if not state:
        return Hazard(enterprise=world.enterprise)
    hazard = make_hazard(by=world.member, enterprise=world.enterprise, **fields)
    if state == "void":
        return move(hazard, "void", by=world.staff, reason="mistake")
    if state in STATES[1:]:
        plan = {"contingency": "close the hall"} if hazard.level == "major" else {}
        hazard = make_order(hazard, by=world.inspector, **plan)
    if state in ("rectified", "verified"):
        hazard = make_rectified(hazard, by=world.leader)
    if state == "verified":
        hazard = move(hazard, "verify", by=world.inspector, on=date(2017, 12, 6))
    return hazard
