"""What the papers of hazards share: columns and facts, lines of cells, cells with a photo."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _, gettext_lazy, ngettext

from hazards.models import Hazard, Level
from score_mis.lib.pdf import pair, shown
from score_mis.lib.photo_files import Thumbnails
from score_mis.lib.photos import Kind

WHEN: dict[str, Any] = {Kind.BEFORE: gettext_lazy("Before"), Kind.AFTER: gettext_lazy("After")}


def columns(given: Iterable[tuple[Any, float]], language: str) -> list[dict[str, Any]]:
    """Columns of a table from names and shares of the width; without a share one is as wide as what it holds."""
    return [{"words": pair(name, language), "share": share} for name, share in given]


def counted(number: int) -> str:
    """So many hazards."""
    return ngettext("%(n)d hazard", "%(n)d hazards", number) % {"n": number}


def fact(
    label: Any, value: Any, language: str, *, other: str = "", strong: bool = False, blank: int = 0
) -> dict[str, Any]:
    """A fact with its name; `blank` leaves so many lines to write by hand."""
    return {
        "label": [capfirst(words) for words in pair(label, language)],
        "value": "" if blank else shown(value),
        "other": other,
        "strong": strong,
        "blank": blank,
    }


def line(text: Any, *, strong: bool = False, alarm: bool = False, whole: bool = False) -> dict[str, Any]:
    """A line of a cell; one that is kept `whole` is never broken."""
    return {"text": shown(text), "strong": strong, "alarm": alarm, "whole": whole}


def lines(*texts: Any) -> list[dict[str, Any]]:
    """Lines of a cell; empty ones are left out."""
    return [line(text) for text in texts if text not in (None, "")]


def level(hazard: Hazard, *more: Any) -> list[dict[str, Any]]:
    """The level, major ones as an alarm."""
    is_major = hazard.level == Level.MAJOR
    return [line(hazard.get_level_display(), strong=is_major, alarm=is_major), *lines(*more)]


def plan(hazard: Hazard) -> list[dict[str, Any]]:
    """What has been ordered against it."""
    return lines(hazard.measures, hazard.interim_control, hazard.contingency)


def funds(hazard: Hazard) -> str:
    """The funds with their currency; empty where there are none."""
    if hazard.funds is None:
        return ""
    return f"{shown(hazard.funds)} {hazard.enterprise.programme.currency}"


def due(hazard: Hazard, today: date) -> list[dict[str, Any]]:
    """The deadline in force, the first one where it was put off, and how long it is past."""
    told = [line(hazard.deadline, whole=True)] if hazard.deadline else []
    if hazard.original_deadline not in (None, hazard.deadline):
        told += lines(_("first deadline: %(day)s") % {"day": shown(hazard.original_deadline)})
    late = hazard.days_overdue(today)
    if late:
        words = ngettext("%(counter)s day overdue", "%(counter)s days overdue", late) % {"counter": late}
        told.append(line(words, strong=True, alarm=True))
    return told


def thumbnail(hazard: Hazard, kind: str, pictures: Thumbnails) -> Any:
    """A cell with the first photo from before, or the last one from afterwards."""
    photos = [photo for photo in hazard.photos.all() if photo.kind == kind]
    if not photos:
        return []
    photo = photos[0] if kind == Kind.BEFORE else photos[-1]
    return {"file": pictures.of(photo), "words": f"{hazard.reference} · {WHEN[kind]}"}
