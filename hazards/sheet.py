"""The answering sheet of a check: what is shown, typed, kept in a draft and handed in.

A draft keeps all of it in `SafetyCheck.answers`: a chosen item without an answer as "", a plain answer as its letter,
an answer with typed details as {"a": letter, "description", "place", "level", "deadline", "photos"}. A submitted
check keeps letters only; the details have become hazards.

Photos are stored as soon as they arrive, for a browser cannot be given them back. Those that no draft keeps yet stand
signed on the page (`token`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from typing import Any

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.utils.datastructures import MultiValueDict
from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_lazy as _

from hazards.checking import Finding
from hazards.models import Answer, ChecklistItem, Hazard, HazardPhoto, Level, SafetyCheck, Section
from score_mis.lib import photo_files, photos
from score_mis.lib.moves import DayField

DETAILS = ("description", "place", "level", "deadline")
SALT = "hazards.sheet.photos"


class FindingForm(forms.Form):
    """What is said about an item that was answered with Hazard."""

    description = forms.CharField(label=_("What is wrong"), max_length=2000)
    place = forms.CharField(label=_("Place"), max_length=200)
    level = forms.ChoiceField(label=_("Level"), choices=Level)
    deadline = DayField(label=_("Rectify by"), required=False)


@dataclass
class Entry:
    """One item on the sheet of a check. `standing` are hazards that an older version of the check already has.

    Of the `photos` that wait for the hazard, `loose` ones are in no draft yet; `dropped` ones were taken off.
    """

    check_key: int
    item: ChecklistItem
    answer: str = ""
    details: dict[str, str] = field(default_factory=dict)
    photos: list[str] = field(default_factory=list)
    loose: list[str] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)
    standing: list[Hazard] = field(default_factory=list)
    errors: dict[str, list[str]] = field(default_factory=dict)
    finding: Finding | None = None

    @property
    def is_hazard(self) -> bool:
        """Whether the answer is Hazard."""
        return self.answer == Answer.HAZARD

    @property
    def answer_label(self) -> str:
        """The answer in words."""
        return str(Answer(self.answer).label) if self.answer else ""

    @property
    def level_label(self) -> str:
        """The level in words."""
        return str(dict(Level.choices).get(self.details.get("level", ""), ""))

    @property
    def token(self) -> str:
        """The names of loose photos, signed for this item of this check."""
        return signing.dumps(self.loose, salt=self._salt) if self.loose else ""

    @property
    def _salt(self) -> str:
        return f"{SALT}.{self.check_key}.{self.item.code}"

    def kept(self) -> Any:
        """What a draft keeps of this entry."""
        if not (self.is_hazard or self.details.get("description") or self.photos):
            return self.answer
        return {"a": self.answer, **self.details, "photos": self.photos}

    def bind(self, data: Mapping[str, Any], files: MultiValueDict) -> None:
        """Take what was typed and chosen; a new photo is checked and stored at once, so that it cannot be lost."""
        code = self.item.code
        given = data.get(f"{code}-answer", self.answer)
        self.answer = given if given in Answer.values else ""
        for name in DETAILS:
            if f"{code}-{name}" in data:
                self.details[name] = data[f"{code}-{name}"].replace("\x00", "").strip()  # JSON keeps none
        self._take_loose(data.get(f"{code}-token", ""))
        if data.get(f"{code}-drop"):
            self.photos, self.loose, self.dropped = [], [], self.photos
        self._keep(files.getlist(f"{code}-photo"))

    def _take_loose(self, token: str) -> None:
        """Take the photos that stand signed on the page, unless they were dropped or taken since."""
        for name in _unsigned(token, self._salt):
            if name not in self.photos and default_storage.exists(name):
                self.photos.append(name)
                self.loose.append(name)

    def _keep(self, uploads: list[Any]) -> None:
        """Store photos, and note why some are refused."""
        clean, refused = photos.accept_several(uploads, already=len(self.photos))
        for file in clean:
            try:
                name = photo_files.store(file)
            except ValidationError as error:
                refused = error.messages
                break
            self.photos.append(name)
            self.loose.append(name)
        if refused:
            self.errors["photo"] = refused

    def check(self, day: date) -> None:
        """Make the finding of a hazard answer, or note beside the fields what is missing or lies before `day`."""
        if not self.is_hazard or self.standing:
            return
        form = FindingForm({name: self.details.get(name, "") for name in DETAILS})
        form.full_clean()
        deadline = form.cleaned_data.get("deadline")
        if deadline and deadline < day:
            form.add_error("deadline", gettext("The deadline lies before the day of finding."))
        if form.is_valid():
            self.finding = Finding(**form.cleaned_data, photos=self.photos)
        else:
            self.errors.update({name: list(texts) for name, texts in form.errors.items()})


class Sheet:
    """The chosen items of a check with their answers."""

    def __init__(self, entries: list[Entry]) -> None:
        self.entries = entries

    @classmethod
    def of_draft(cls, check: SafetyCheck) -> "Sheet":
        """The sheet of a draft; one query."""
        entries = []
        for item in _items(check):
            value = check.answers[item.code]
            value = value if isinstance(value, dict) else {"a": value}
            details = {"place": check.site_area, "level": item.level_hint}
            details.update({name: value[name] for name in DETAILS if name in value})
            entries.append(Entry(check.pk, item, value["a"], details, list(value.get("photos", []))))
        return cls(entries)

    @classmethod
    def of_submitted(cls, check: SafetyCheck) -> "Sheet":
        """The sheet of a submitted check, to be corrected; two queries."""
        standing: dict[str, list[Hazard]] = {}
        for hazard in check.hazards.counted().select_related("item", "enterprise").order_by("pk"):
            if hazard.item:
                standing.setdefault(hazard.item.code, []).append(hazard)
        return cls(
            [
                Entry(
                    check.pk,
                    item,
                    check.answers[item.code],
                    {"place": check.site_area, "level": item.level_hint},
                    standing=standing.get(item.code, []),
                )
                for item in _items(check)
            ]
        )

    def bind(self, data: Mapping[str, Any], files: MultiValueDict) -> None:
        """Take what was typed and chosen."""
        for entry in self.entries:
            entry.bind(data, files)

    def is_complete(self, day: date) -> bool:
        """Whether it may be handed in for a check on `day`; what is missing is noted beside the fields."""
        for entry in self.entries:
            entry.check(day)
        return bool(self.answers()) and not self.errors()

    def errors(self) -> list[tuple[Entry, str, str]]:
        """Everything that is wrong: entry, field, sentence."""
        return [
            (entry, name, text)
            for entry in self.entries
            for name, texts in entry.errors.items()
            for text in texts
        ]

    def problems(self) -> list[dict[str, str]]:
        """What is wrong, for the summary on top of the page: the field's id and a sentence."""
        found = [
            {"id": f"{entry.item.code}-{name}", "text": f"{entry.item.code} · {_label(name)}: {text}"}
            for entry, name, text in self.errors()
        ]
        if not self.answers():
            found.append({"id": "sheet", "text": gettext("Answer at least one item.")})
        return found

    def draft(self) -> dict[str, Any]:
        """What a draft keeps."""
        return {entry.item.code: entry.kept() for entry in self.entries}

    def settle(self) -> None:
        """The draft has everything: no photo is loose any more, and those taken off are deleted."""
        for entry in self.entries:
            delete_photos(entry.dropped)
            entry.loose, entry.dropped = [], []

    def answers(self) -> dict[str, str]:
        """What a submitted check keeps: the letters of the items that were looked at."""
        return {entry.item.code: entry.answer for entry in self.entries if entry.answer}

    def findings(self) -> dict[str, Finding]:
        """What was found, by item code; after `is_complete`."""
        return {entry.item.code: entry.finding for entry in self.entries if entry.finding}

    def hazards(self) -> list[Entry]:
        """The entries answered with Hazard."""
        return [entry for entry in self.entries if entry.is_hazard]

    def unused_photos(self) -> list[str]:
        """Photos that were taken off, and those of items that are no hazard after all."""
        unused = [name for entry in self.entries if not entry.finding for name in entry.photos]
        return unused + [name for entry in self.entries for name in entry.dropped]

    def photo_attributes(self) -> SafeString:
        """The attributes of each field for photos."""
        return photos.PhotosInput().attributes

    def count(self, answer: str | None = None) -> int:
        """How many entries have this answer, or any."""
        return sum(
            1 for entry in self.entries if (entry.answer == answer if answer is not None else entry.answer)
        )

    def counts(self) -> list[tuple[str, int]]:
        """Each answer in words with its number."""
        return [(str(label), self.count(value)) for value, label in Answer.choices]

    def unseen(self) -> int:
        """How many chosen items have no answer."""
        return len(self.entries) - self.count()

    def levels(self) -> list[tuple[str, str]]:
        """The levels to choose from."""
        return [(value, str(label)) for value, label in Level.choices]

    @property
    def is_clean(self) -> bool:
        """Whether every chosen item was looked at and none is a hazard."""
        return not self.unseen() and not self.hazards()

    def sections(self) -> list[tuple[Section, list[Entry]]]:
        """The entries by section, in the list's order."""
        return by_section(self.entries)


def by_section(entries: Iterable[Entry]) -> list[tuple[Section, list[Entry]]]:
    """Entries in the list's order, grouped by section."""
    return [
        (section, list(group)) for section, group in groupby(entries, key=lambda entry: entry.item.section)
    ]


def _items(check: SafetyCheck) -> list[ChecklistItem]:
    """The items that the check's answers name, in the list's order."""
    items = check.version.items.select_related("section").order_by("position")
    return [item for item in items if item.code in check.answers]


def _unsigned(token: str, salt: str) -> list[str]:
    """The photo names in a token; none when it is not ours."""
    try:
        return list(signing.loads(token, salt=salt, max_age=86_400)) if token else []
    except signing.BadSignature:
        return []


def _label(name: str) -> str:
    if name in FindingForm.base_fields:
        return str(FindingForm.base_fields[name].label)
    return gettext("Photos")


def delete_photos(names: Iterable[str]) -> None:
    """Delete stored photos, but for those that a hazard has."""
    gone = set(names)
    if gone:
        photo_files.delete(
            gone - set(HazardPhoto.objects.filter(file__in=gone).values_list("file", flat=True))
        )
