"""What the papers of hazards share: head and foot, lines of cells, cells with a photo."""

from datetime import date
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _, gettext_lazy, ngettext

from enterprises.models import Enterprise, Programme
from hazards.models import Hazard
from score_mis.lib.pdf import pair, shown
from score_mis.lib.photo_files import Thumbnails
from score_mis.lib.photos import Kind

WHEN: dict[str, Any] = {Kind.BEFORE: gettext_lazy("Before"), Kind.AFTER: gettext_lazy("After")}


def head(
    programme: Programme, title: Any, *, number: str, by: Any, today: date, language: str
) -> dict[str, Any]:
    """What begins and ends every paper: programme, title, who printed it when, and that records are generated."""
    generated = gettext_lazy("Generated records; only the totals are published.")
    with translation.override(language):
        printed = _("Printed on %(day)s by %(name)s") % {"day": shown(today), "name": by}
    return {
        "programme": names(programme),
        "title": pair(title, language),
        "number": number,
        "generated": pair(generated, language) if programme.is_generated else [],
        "foot": [printed, *(name for name in (programme.authority_zh, programme.authority_en) if name)],
    }


def names(record: Programme | Enterprise) -> list[str]:
    """Both names of a record, that of the language in force first."""
    return [record.name, record.other_name] if record.other_name else [record.name]


def line(text: Any, *, strong: bool = False, alarm: bool = False, whole: bool = False) -> dict[str, Any]:
    """A line of a cell; one that is kept `whole` is never broken."""
    return {"text": shown(text), "strong": strong, "alarm": alarm, "whole": whole}


def lines(*texts: Any) -> list[dict[str, Any]]:
    """Lines of a cell; empty ones are left out."""
    return [line(text) for text in texts if text not in (None, "")]


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
