"""The letter an enterprise gets after a visit: what was found and agreed, in the enterprise's language, as PDF."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils import translation
from django.utils.text import capfirst
from django.utils.translation import gettext as _, gettext_lazy, ngettext

from accounts.models import User
from enterprises.papers import head, names, room_to_sign
from score_mis.lib import pdf
from score_mis.lib.pdf import shown
from score_mis.lib.photo_files import Thumbnails
from training.models import CounsellingVisit, VisitAction, VisitStatus
from training.raised import Raised

PAPER = "training/visit_letter.typ"
IN_LETTER = 6
"""Photos in a letter; all of them are on the page of the visit."""
SIDE = 900
"""The long side of its pictures, in pixels."""


def letter(visit: CounsellingVisit, *, by: User, today: date, language: str = "") -> bytes:
    """Return the letter of a logged visit as PDF; in the enterprise's language unless another is asked for."""
    language = language or visit.enterprise.language
    with translation.override(language):
        return pdf.render(PAPER, contents(visit, by=by, today=today, language=language), language=language)


def file_name(visit: CounsellingVisit) -> str:
    """What the file is called where it is saved, but for its ending."""
    return f"visit-{visit.enterprise.code}-{visit.done_on}"


def contents(visit: CounsellingVisit, *, by: User, today: date, language: str) -> dict[str, Any]:
    """Return what the paper shows, in the language that is active; eight queries."""
    enterprise = visit.enterprise
    number, title = f"{enterprise.code} · {visit.done_on}", gettext_lazy("Letter on a counselling visit")
    is_draft = visit.status == VisitStatus.DONE
    signing = [(gettext_lazy("For the enterprise"), ""), (gettext_lazy("Consultant"), visit.consultant)]
    if visit.inspector:
        signing.append((gettext_lazy("Inspector"), visit.inspector))
    return {
        **head(enterprise.programme, title, number=number, by=by, today=today, language=language),
        "draft": _("Draft: the report on this visit is not submitted.") if is_draft else "",
        "to": [names(enterprise), enterprise.address, enterprise.contact],
        "facts": _facts(visit),
        "met": _met(visit),
        "texts": [[_("Topics"), visit.topics], [_("Observations"), visit.observations]],
        "agreed": _actions(_("Agreed actions"), visit.actions.all()) | {"none": _("No actions were agreed.")},
        "lists": [
            _actions(_("Found done at this visit"), visit.actions_ticked.all()),
            _actions(_("Open actions of earlier visits"), _still_open(visit)),
            *_raised(visit),
        ],
        "photos": _photos(visit),
        **room_to_sign(signing, language),
    }


def _facts(visit: CounsellingVisit) -> list[list[str]]:
    rows = [
        (_("Day of the visit"), visit.done_on),
        (_("Visit"), f"{capfirst(visit.get_type_display())} {visit.sequence}"),
        (_("Consultant"), visit.consultant),
        (_("Inspector"), visit.inspector),
        (_("Module"), visit.module),
        (_("Next visit"), visit.next_visit_on),
    ]
    return [[label, shown(value)] for label, value in rows if value]


def _met(visit: CounsellingVisit) -> dict[str, Any]:
    """People met by sex and standing, with sums."""
    women = (visit.women_workers, visit.women_managers)
    men = (visit.men_workers, visit.men_managers)
    lines = [
        (_("Women"), *women, sum(women)),
        (_("Men"), *men, sum(men)),
        (_("Together"), *map(sum, zip(women, men, strict=True)), visit.people_met()),
    ]
    return {
        "title": _("People met"),
        "heads": ["", _("Workers"), _("Managers"), _("Together")],
        "widths": [3, 1, 1, 1],
        "rows": [[str(cell) for cell in line] for line in lines],
    }


def _actions(title: str, actions: Iterable[VisitAction]) -> dict[str, Any]:
    return {
        "title": title,
        "heads": [_("Action"), _("Who"), _("Due on")],
        "widths": [5, 2, 2],
        "rows": [[action.text, action.owner, shown(action.due_on)] for action in actions],
    }


def _raised(visit: CounsellingVisit) -> list[dict[str, Any]]:
    """Suggestions and hazards that were raised during the visit."""
    raised = Raised.at(visit)
    return [
        {
            "title": _("Suggestions raised"),
            "heads": [_("Number"), _("Suggestion")],
            "widths": [2, 8],
            "rows": [[each.reference, each.title] for each in raised.suggestions],
        },
        {
            "title": _("Hazards found"),
            "heads": [_("Number"), _("Hazard"), _("Place"), _("Level"), _("Deadline")],
            "widths": [2, 4, 2, 1.2, 2.6],
            "rows": [
                [each.reference, each.description, each.place, each.get_level_display(), shown(each.deadline)]
                for each in raised.hazards
            ],
        },
    ]


def _photos(visit: CounsellingVisit) -> dict[str, Any]:
    """The first photos, and a line on the others."""
    photos, thumbnails = list(visit.photos.all()), Thumbnails(SIDE)
    more = len(photos) - IN_LETTER
    words = ngettext("%(n)s more photo is in the system.", "%(n)s more photos are in the system.", more)
    return {
        "title": _("Photos"),
        "more": words % {"n": more} if more > 0 else "",
        "missing": _("The file of this photo is missing."),
        "shown": [
            {"file": thumbnails.of(photo), "words": _("Photo %(n)s") % {"n": number}}
            for number, photo in enumerate(photos[:IN_LETTER], start=1)
        ],
    }


def _still_open(visit: CounsellingVisit) -> Iterable[VisitAction]:
    """What earlier visits agreed and is open today; later visits are left out."""
    return VisitAction.objects.carried_to(visit).filter(visit__done_on__lte=visit.done_on)
