"""Records of the hazards app for tests."""

from datetime import date

from conftest import START
from enterprises.models import Programme
from hazards import checklist_file
from hazards.models import ChecklistVersion
from hazards.services import load_checklist


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
