"""Pages of hazards."""

from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from enterprises.models import Enterprise, Role
from hazards.filters import HazardFilter
from hazards.forms import HazardForm
from hazards.models import Hazard, HazardPhoto, Level, SafetyCheck
from hazards.models.hazard import OPEN, RECTIFIED
from hazards.papers.shared import funds
from hazards.rows import hazard_table
from hazards.views.checks import may_add
from hazards.views.choose import choose_enterprise
from hazards.views.shared import HAZARD_TONES, chosen_enterprise, link, visible
from hazards.workflow import FIELD
from score_mis.lib import dates, moves, photo_files
from score_mis.lib.keyset import Chain
from score_mis.lib.photos import before_after
from score_mis.lib.totals import listing
from score_mis.lib.workflow import EDIT
from training.models import CounsellingVisit


def visible_hazard(request: HttpRequest, pk: int) -> Hazard:
    """A hazard the person may see, or 404."""
    hazards = Hazard.objects.visible_to(request.user).select_related(
        *("enterprise__area", "enterprise__programme", "item"),
        *("check_event__enterprise", "check_event__version", "visit__enterprise"),
        *("repeat_of__enterprise", "fixed_by__enterprise", "rectified_by", "verified_by"),
    )
    return get_object_or_404(hazards, pk=pk)


@require_safe
def hazard_list(request: HttpRequest) -> HttpResponse:
    """Hazards: the longest overdue first, then the open ones by level, then the newest."""
    today = dates.today()
    found = HazardFilter(request.GET, Hazard.objects.visible_to(request.user), request=request, today=today)
    urgent = Chain([part.select_related("enterprise") for part in found.by_urgency()])
    context = listing(request, found.qs, source=urgent, kind="hazards", filterset=found)
    context["table"] = hazard_table(context["page_obj"], today=today)
    context["one"] = only_enterprise(request, found)
    return render(request, "hazards/hazard_list.html", {**context, "may_add": may_add(request)})


def only_enterprise(request: HttpRequest, found: HazardFilter) -> Enterprise | None:
    """The enterprise that the list is about, if it is one: chosen, or the only one the person sees."""
    if "enterprise" in found.filters:
        return found.form.cleaned_data.get("enterprise")
    return Enterprise.objects.visible_to(request.user).first()


def dress(hazard: Hazard, today: Any) -> Hazard:
    """Give a hazard what its page shows beside its own fields."""
    hazard.overdue_days = hazard.days_overdue(today)
    hazard.tone = HAZARD_TONES.get(hazard.status, "idle")
    return hazard


@require_http_methods(["GET", "HEAD", "POST"])
def hazard_add(request: HttpRequest) -> HttpResponse:
    """Report a hazard: on its own, in a check (`?check=`), during a visit (`?visit=`), or once more (`?again=`)."""
    hazard = Hazard()
    if "check" in request.GET:
        hazard.check_event = visible(request, SafetyCheck.objects.counted(), request.GET["check"])
        hazard.enterprise = hazard.check_event.enterprise
    elif "visit" in request.GET:
        hazard.visit = visible(request, CounsellingVisit.objects.all(), request.GET["visit"])
        hazard.enterprise = hazard.visit.enterprise
    elif "again" in request.GET:
        gone = Hazard.objects.filter(status__in=RECTIFIED).select_related("enterprise__area")
        hazard = visible(request, gone, request.GET["again"]).once_more()
    else:
        enterprise = chosen_enterprise(request, FIELD, dates.today())
        if enterprise is None:
            return choose_enterprise(request, FIELD)
        hazard.enterprise = enterprise
    return moves.move_page(
        request,
        hazard,
        "identify",
        today=dates.today(),
        form_class=HazardForm,
        template="hazards/hazard_form.html",
    )


@require_safe
def hazard_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """What is wrong, who does what by when, before and after, and what happened since."""
    today = dates.today()
    hazard = dress(visible_hazard(request, pk), today)
    roles = hazard.roles_of(request.user, today)
    others_only = hazard.level == Level.MAJOR and Role.INSPECTOR not in roles
    hide = frozenset({"verify", "send_back"}) if others_only else frozenset()
    context = {
        "record": hazard,
        "finding": _shown(hazard, FINDING),
        "order": _shown(hazard, ORDER),
        "outcome": _shown(hazard, OUTCOME),
        **pictures(hazard),
        "extensions": hazard.extensions(),
        "refusals": hazard.refusals(),
        "earlier": earlier(hazard, roles),
        "may_return": hazard.status in RECTIFIED and bool(roles & FIELD),
        "may_share": hazard.status in RECTIFIED and bool(roles & SHARING),
        "repeats": hazard.repeats.select_related("enterprise").order_by("pk"),
        "moves": moves.buttons(
            hazard, by=request.user, today=today, url_name="hazards:hazard_move", hide=hide
        ),
        "changes": moves.history(hazard, by=request.user, today=today, url_name="hazards:hazard_correct"),
    }
    return render(request, "hazards/hazard_detail.html", context)


def pictures(hazard: Hazard) -> dict[str, Any]:
    """Its photos from before and from afterwards; one query."""
    photos = hazard.photos.select_related("added_by")
    titles = {"before_title": _("Before"), "after_title": _("After")}
    return {**before_after(photos), **titles, "photo_url": "hazards:photo"}


def earlier(hazard: Hazard, roles: frozenset[str]) -> Hazard | None:
    """The hazard that this one may repeat, for those who can say so; nothing where it is said already."""
    if hazard.repeat_of_id or hazard.status not in OPEN or not roles & FIELD:
        return None
    return hazard.earlier_alike().select_related("enterprise").first()


FINDING = (
    "identified_on",
    "place",
    "found_by",
    "category",
    "defect_type",
    "check_event",
    "item",
    "visit",
    "repeat_of",
)
ORDER = ("assigned_on", "responsible", "measures", "funds", "deadline", "interim_control", "contingency")
SHARING = frozenset({Role.EIT_MEMBER, Role.CONSULTANT})
"""Who makes a good practice of what was rectified."""
OUTCOME = (
    *("rectified_on", "rectified_by", "evidence", "no_photo_reason", "fixed_by"),
    *("verified_on", "verified_by", "verification_note"),
)
DONE = (
    *("place", "measures", "deadline"),
    *("rectified_on", "rectified_by", "evidence", "no_photo_reason"),
)
BESIDE = {
    "rectify": ("place", "measures", "responsible", "deadline", "interim_control", "contingency"),
    "rectify_on_spot": ("identified_on", "place", "found_by"),
    "verify": DONE,
    "send_back": DONE,
}
"""What stands beside the form of a move, so that nobody has to leave it to look."""
ALWAYS = ("identified_on", "place", "deadline", "responsible", "measures")


def _shown(hazard: Hazard, names: tuple[str, ...]) -> list[tuple[str, Any]]:
    """Facts with their names; what is empty is shown only where somebody would look for it."""
    shown = []
    for name in names:
        value = getattr(hazard, name)
        if value in (None, "") and name not in ALWAYS:
            continue
        if name in ("check_event", "visit", "repeat_of", "fixed_by"):
            value = link(value)
        elif name == "category":
            value = hazard.get_category_display()
        elif name == "funds":
            value = funds(hazard)
        shown.append((_label(hazard, name), value))
    if "deadline" in names and hazard.original_deadline not in (None, hazard.deadline):
        shown.append((_label(hazard, "original_deadline"), hazard.original_deadline))
    return shown


def _label(hazard: Hazard, name: str) -> Any:
    names = {"rectified_by": _("rectified by"), "verified_by": _("verified by")}
    return capfirst(names.get(name) or hazard._meta.get_field(name).verbose_name)


@require_http_methods(["GET", "HEAD", "POST"])
def hazard_move(request: HttpRequest, pk: int, move: str) -> HttpResponse:
    """Make a move of a hazard; its photos and what was ordered stand beside the form where they matter."""
    hazard = visible_hazard(request, pk)
    beside: dict[str, Any] = {}
    if move in BESIDE:
        beside = {"facts": _shown(hazard, BESIDE[move]), "refusals": hazard.refusals(), **pictures(hazard)}
    return moves.move_page(
        request,
        hazard,
        move,
        today=dates.today(),
        form_class=HazardForm,
        template="hazards/hazard_form.html",
        context=beside,
    )


def hazard_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Edit what was written about a hazard."""
    return hazard_move(request, pk, EDIT)


@require_http_methods(["GET", "HEAD", "POST"])
def hazard_correct(request: HttpRequest, pk: int, change: int) -> HttpResponse:
    """Correct the date of a past step."""
    return moves.correct_page(request, visible_hazard(request, pk), change, today=dates.today())


@require_safe
def photo(request: HttpRequest, key: str) -> FileResponse:
    """A photo of a hazard, for those who may see the hazard."""
    mine = Hazard.objects.visible_to(request.user)
    return photo_files.serve(HazardPhoto.objects.filter(hazard__in=mine), key)
