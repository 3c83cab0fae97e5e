"""A good practice on one sheet of A4, to be pinned up and handed on. It names no person."""

from datetime import date
from typing import Any

from django.utils import translation
from django.utils.text import capfirst
from django.utils.translation import gettext as _, gettext_lazy

from enterprises.papers import head
from practices.models import Practice
from score_mis.lib.pdf import pair, shown
from score_mis.lib.photo_files import Thumbnails
from score_mis.lib.photos import Kind

TITLE = gettext_lazy("Good practice")
TEXTS = ("problem", "idea", "result")
WHEN: dict[str, Any] = {Kind.BEFORE: gettext_lazy("Before"), Kind.AFTER: gettext_lazy("After")}
ON_CARD = 2
"""Photos of each kind."""
MOST_LINES = 12
"""Of a text that are kept apart."""
SIDE = 900


def card_paper(practice: Practice, *, today: date, language: str) -> dict[str, Any]:
    """The card; about 3 queries."""
    enterprise = practice.enterprise
    programme = enterprise.programme
    with translation.override(language):
        context = head(programme, TITLE, number=practice.reference, by="", today=today, language=language)
        context["foot"] = [name for name in (programme.authority_zh, programme.authority_en) if name]
        context["name"] = " ".join(practice.title.split())
        context["enterprise"] = [enterprise.name, enterprise.other_name or ""]
        context["texts"] = [
            {"words": _labels(name, language), "text": _told(getattr(practice, name))}
            for name in TEXTS
            if getattr(practice, name)
        ]
        context["facts"] = _facts(practice, language)
        context["photos"] = _photos(practice, language)
    return context


def _labels(name: str, language: str) -> list[str]:
    field: Any = Practice._meta.get_field(name)
    return [capfirst(words) for words in pair(field.verbose_name, language)]


def _told(text: str) -> str:
    """A text with its line ends, as long as these are few enough for one page; empty lines are left out."""
    told = [line.strip() for line in text.splitlines() if line.strip()]
    return ("\n" if len(told) <= MOST_LINES else " ").join(told)


def _facts(practice: Practice, language: str) -> list[dict[str, Any]]:
    """Sector, area, category, module, saving, hazards removed; those that are known."""
    enterprise, hazards = practice.enterprise, practice.hazards.counted().count()
    saving = practice.saving is not None and f"{shown(practice.saving)} {practice.currency}"
    rows = [
        (pair(gettext_lazy("Sector"), language), str(enterprise.sector)),
        (pair(gettext_lazy("Area"), language), str(enterprise.area)),
        (_labels("category", language), practice.get_category_display()),
        (_labels("module", language), practice.module and str(practice.module)),
        (_labels("saving", language), saving),
        (pair(gettext_lazy("Hazards removed"), language), hazards and str(hazards)),
        (_labels("published_on", language), practice.published_on and shown(practice.published_on)),
    ]
    return [{"words": words, "value": value} for words, value in rows if value]


def _photos(practice: Practice, language: str) -> list[dict[str, Any]]:
    pictures, photos = Thumbnails(SIDE), list(practice.photos.all())
    before = [photo for photo in photos if photo.kind == Kind.BEFORE][:ON_CARD]
    after = [photo for photo in photos if photo.kind == Kind.AFTER][-ON_CARD:]
    return [
        {
            "file": pictures.of(photo),
            "words": pair(WHEN[photo.kind], language),
            "missing": _("The file of this photo is missing."),
        }
        for photo in before + after
    ]
