"""Checklist files: JSON with one version of one checklist, read and checked before anything is written.

`{"code", "name_en", "name_zh", "version", "sections": [{"code", "name_en", "name_zh", "items": [{"code", "group",
"kind", "text_en", "text_zh", "reference_en", "reference_zh", "level_hint"}]}]}`. Names and texts are given in both
languages; a reference may be missing, then in both.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from hazards.models import ChecklistItem, ChecklistVersion, Group, ItemKind, Level, Section

STARTER = Path(__file__).resolve().parent / "data" / "checklist.json"
"""The list that comes with the product."""

NAMES = ("name_en", "name_zh")
TEXTS = ("text_en", "text_zh")
REFERENCES = ("reference_en", "reference_zh")
CHOICES = {"group": Group.values, "kind": ItemKind.values, "level_hint": Level.values}
ITEM = ("code", *CHOICES, *TEXTS, *REFERENCES)


class ChecklistRefused(Exception):
    """The file cannot become a version; `problems` holds one sentence each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True)
class SectionSource:
    """A chapter of a file: its fields and its items'."""

    fields: dict[str, str]
    items: list[dict[str, str]]


@dataclass(frozen=True)
class ChecklistSource:
    """A file that was found good."""

    code: str
    names: dict[str, str]
    number: int
    sections: list[SectionSource]

    def content(self) -> list[tuple[dict, list[dict]]]:
        """All that a version keeps, to compare with `content_of`."""
        return [(section.fields, section.items) for section in self.sections]

    @property
    def item_count(self) -> int:
        """How many items the version has."""
        return sum(len(section.items) for section in self.sections)


def content_of(version: ChecklistVersion) -> list[tuple[dict, list[dict]]]:
    """What a saved version keeps, in the form of `ChecklistSource.content`; two queries."""
    items: dict[int, list[dict]] = {}
    for item in ChecklistItem.objects.filter(version=version).order_by("position"):
        items.setdefault(item.section_id, []).append({name: getattr(item, name) for name in ITEM})
    return [
        ({name: getattr(section, name) for name in ("code", *NAMES)}, items.get(section.pk, []))
        for section in Section.objects.filter(version=version).order_by("position")
    ]


def read(path: Path) -> ChecklistSource:
    """Read and check a file; raise ChecklistRefused with every problem found."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ChecklistRefused(
            [_("The file %(path)s cannot be read: %(error)s") % {"path": path, "error": error}]
        ) from error
    try:
        data = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        raise ChecklistRefused([_("The file is not JSON: %(error)s") % {"error": error}]) from error
    return parse(data)


def parse(data: Any) -> ChecklistSource:
    """Check what a file holds; raise ChecklistRefused with every problem found."""
    if not isinstance(data, dict) or not _is_list_of_objects(data.get("sections")):
        raise ChecklistRefused([_("The file must hold an object with a list “sections” of objects.")])
    sections = data["sections"]
    if not all(_is_list_of_objects(section.get("items")) for section in sections):
        raise ChecklistRefused([_("Each section must have a list “items” of objects.")])
    problems = list(_problems(data, sections))
    if problems:
        raise ChecklistRefused(problems)
    return ChecklistSource(
        code=data["code"],
        names=_picked(data, NAMES),
        number=data["version"],
        sections=[
            SectionSource(
                _picked(section, ("code", *NAMES)), [_picked(item, ITEM) for item in section["items"]]
            )
            for section in sections
        ],
    )


def _picked(source: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, str]:
    return {name: (source.get(name) or "").strip() for name in names}


def _is_list_of_objects(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(part, dict) for part in value)


def _problems(data: dict, sections: list[dict]) -> Iterator[str]:
    """Yield a sentence for everything that is wrong."""
    number = data.get("version")
    if not isinstance(number, int) or isinstance(number, bool) or not 1 <= number <= 32_767:
        yield _("“version” must be a whole number from 1.")
    yield from _text_problems(_("Checklist"), data, ("code", *NAMES))
    items = [item for section in sections for item in section["items"]]
    yield from _repeated(_("Section code"), sections)
    yield from _repeated(_("Item code"), items)
    for place, section in enumerate(sections, 1):
        name = _("Section %(code)s") % {"code": section.get("code") or place}
        yield from _text_problems(name, section, ("code", *NAMES))
    for place, item in enumerate(items, 1):
        name = _("Item %(code)s") % {"code": item.get("code") or place}
        yield from _text_problems(name, item, ("code", *TEXTS))
        yield from _item_problems(name, item)


def _repeated(name: str, records: list[dict]) -> Iterator[str]:
    counted = Counter(str(record["code"]).strip() for record in records if record.get("code"))
    for code, times in counted.items():
        if times > 1:
            yield _("%(name)s %(code)s stands there %(times)s times.") % {
                "name": name,
                "code": code,
                "times": times,
            }


def _text_problems(name: str, record: dict, fields: tuple[str, ...]) -> Iterator[str]:
    """Every field is there and fits its column."""
    for field in fields:
        value = record.get(field)
        if not isinstance(value, str) or not value.strip():
            yield _("%(name)s: “%(field)s” is missing.") % {"name": name, "field": field}
        elif len(value) > _longest(field, record):
            yield _("%(name)s: “%(field)s” is too long.") % {"name": name, "field": field}


def _longest(field: str, record: dict) -> int:
    """The length of the column that a field goes to."""
    if field == "code":
        return 8 if "items" in record else 40 if "sections" in record else 12
    model = Section if field in NAMES else ChecklistItem
    return getattr(model._meta.get_field(field), "max_length", 0)


def _item_problems(name: str, item: dict) -> Iterator[str]:
    """Choices are known, and a reference is given in both languages or in none."""
    for field, values in CHOICES.items():
        if item.get(field) not in values:
            yield _("%(name)s: “%(field)s” is “%(value)s”, but must be one of %(values)s.") % {
                "name": name,
                "field": field,
                "value": item.get(field, ""),
                "values": ", ".join(values),
            }
    given = [field for field in REFERENCES if item.get(field)]
    if given:
        yield from _text_problems(name, item, REFERENCES)
