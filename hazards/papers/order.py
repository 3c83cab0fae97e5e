"""The rectification order of one hazard."""

from datetime import date
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _, gettext_lazy

from enterprises.papers import head, room_to_sign
from hazards.models import Hazard
from hazards.papers.shared import WHEN, fact, funds
from score_mis.lib.pdf import pair, shown
from score_mis.lib.photo_files import Thumbnails
from score_mis.lib.photos import Kind

TITLE = gettext_lazy("Rectification notice")
NOTE = gettext_lazy("A paper of the programme; it does not take the place of an authority's own order.")

ON_ORDER = 3
"""Photos of each kind on an order; all of them are on the hazard's page."""

SIDE = 900
"""The long side of its pictures, in pixels."""


def order_paper(hazard: Hazard, *, by: Any, today: date, language: str) -> dict[str, Any]:
    """The rectification order of one hazard: what was found and ordered, and room for what follows; about 5 queries."""
    with translation.override(language):
        context = head(
            hazard.enterprise.programme, TITLE, number=hazard.reference, by=by, today=today, language=language
        )
        context["facts"] = _facts(hazard, language)
        context["photos"] = _photos(hazard, language)
        context["outcome_title"] = pair(gettext_lazy("Rectification and re-check"), language)
        context["outcome"] = _outcome(hazard, language)
        context |= room_to_sign(_signatures(hazard), language)
        context["note"] = pair(NOTE, language)
    return context


def _facts(hazard: Hazard, language: str) -> list[dict]:
    """What was found and what has to be done. Rows without a value are left out, but for those of every order."""

    def own(name: str, value: Any = None, **more: Any) -> dict:
        field: Any = hazard._meta.get_field(name)
        return fact(field.verbose_name, getattr(hazard, name) if value is None else value, language, **more)

    enterprise, item = hazard.enterprise, hazard.item
    rows = [
        fact(gettext_lazy("number"), hazard.reference, language, strong=True),
        fact(gettext_lazy("enterprise"), enterprise.name, language, other=enterprise.other_name, strong=True),
        own("identified_on"),
        own("place"),
        own("description", strong=True),
        own("level", _level(hazard), strong=True),
        own("assigned_on"),
        own("measures"),
        own("responsible"),
        own("deadline", _deadline(hazard), strong=True),
    ]
    if item:
        rows.insert(5, own("item", str(item), other=item.other_text))
        if item.reference:
            rows.insert(6, fact(gettext_lazy("standard"), item.reference, language))
    for name, place in (("found_by", 4), ("check_event", 4)):
        if getattr(hazard, name):
            rows.insert(place, own(name))
    if hazard.funds is not None:
        rows.append(own("funds", funds(hazard)))
    rows += [own(name) for name in ("interim_control", "contingency", "repeat_of") if getattr(hazard, name)]
    return rows


def _level(hazard: Hazard) -> str:
    return " · ".join(filter(None, (str(hazard.get_level_display()), hazard.get_category_display())))


def _deadline(hazard: Hazard) -> str:
    """The deadline in force, and the first one where it was put off."""
    if hazard.original_deadline in (None, hazard.deadline):
        return shown(hazard.deadline)
    return _("%(day)s (first deadline: %(first)s)") % {
        "day": shown(hazard.deadline),
        "first": shown(hazard.original_deadline),
    }


def _photos(hazard: Hazard, language: str) -> list[dict]:
    pictures, photos = Thumbnails(SIDE), list(hazard.photos.all())
    before = [photo for photo in photos if photo.kind == Kind.BEFORE][:ON_ORDER]
    after = [photo for photo in photos if photo.kind == Kind.AFTER][-ON_ORDER:]
    return [
        {
            "file": pictures.of(photo),
            "words": pair(WHEN[photo.kind], language),
            "missing": _("The file of this photo is missing."),
        }
        for photo in before + after
    ]


def _outcome(hazard: Hazard, language: str) -> list[dict]:
    """What was done and what the re-check found; lines to write on where that is still to come."""
    did = fact(
        gettext_lazy("rectified on"), hazard.rectified_on, language, blank=0 if hazard.rectified_on else 1
    )
    what = fact(gettext_lazy("what was done"), hazard.evidence, language, blank=0 if hazard.evidence else 3)
    result = hazard.verification_note or (_("put right") if hazard.verified_on else "")
    seen = fact(
        gettext_lazy("verified on"), hazard.verified_on, language, blank=0 if hazard.verified_on else 1
    )
    found = fact(gettext_lazy("result of verification"), result, language, blank=0 if result else 2)
    return [did, what, seen, found]


def _signatures(hazard: Hazard) -> list[tuple[Any, Any]]:
    order = hazard.changes.filter(move="assign", in_force=True).select_related("by").last()
    return [
        (gettext_lazy("Issued by"), order and order.by),
        (gettext_lazy("Received by (responsible person)"), ""),
        (gettext_lazy("Re-checked by"), hazard.verified_by),
    ]
