"""Cards that begin with a suggestion or a hazard, and what hangs on a card beside its own fields."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction

from enterprises.models import Enterprise
from hazards.models import Hazard
from practices.models import LONGEST, Practice, PracticePhoto
from score_mis.lib.photos import MOST, Photo
from suggestions.models import Category, Suggestion


def from_suggestion(suggestion: Suggestion) -> Practice:
    """A card that is not saved yet, with what the suggestion says; who proposed it is not taken along."""
    return Practice(
        enterprise=suggestion.enterprise,
        suggestion=suggestion,
        title=suggestion.title,
        idea=suggestion.text[:LONGEST],
        category=suggestion.category,
        module=suggestion.module,
        saving=suggestion.saving_actual,
    )


def from_hazard(hazard: Hazard) -> Practice:
    """A card that is not saved yet, with what the hazard says; of the suggestion that fixed it, where one did."""
    card = Practice(enterprise=hazard.enterprise, category=Category.SAFETY)
    idea = hazard.fixed_by
    if idea is not None and not existing_card(idea):
        card = from_suggestion(idea)
    card.title = card.title or hazard.description[:200]
    card.problem = hazard.description[:LONGEST]
    card.idea = card.idea or hazard.measures[:LONGEST]
    card.result = hazard.evidence[:LONGEST]
    return card


def existing_card(suggestion: Suggestion) -> Practice | None:
    """The card of a suggestion, if it has one that counts; one query."""
    return suggestion.practices.exclude(status="void").first()


def removed_by(suggestion: Suggestion) -> list[Hazard]:
    """The hazards that a suggestion fixed; one query."""
    return list(suggestion.hazards_fixed.counted().order_by("pk"))


def photos_of(records: Iterable[Any]) -> dict[str, Photo]:
    """The photos of the suggestion and hazards a card begins with, by the names a form knows them by."""
    found = {}
    for record in records:
        for photo in record.photos.all()[:MOST]:
            found[f"{record._meta.model_name}-{photo.pk}"] = photo
    return found


@transaction.atomic
def complete(practice: Practice, *, hazards: Iterable[Hazard] | None, taken: Sequence[Any], by: Any) -> None:
    """Link the hazards a card tells of, and give it photos that are stored already; their files are shared."""
    if hazards is not None:
        practice.hazards.set(hazards)
    for photo in taken:
        practice.photos.create(
            file=str(photo.file.name), kind=photo.kind, is_placeholder=photo.is_placeholder, added_by=by
        )


def remove_photo(photo: PracticePhoto) -> None:
    """Take a photo off a card that is not read by others yet. The file stays: the record it came from may have it."""
    photo.delete()


def removable_at(enterprise: Enterprise) -> Any:
    """The hazards of an enterprise that were rectified, the latest first."""
    found = Hazard.objects.filter(enterprise=enterprise, status__in=("rectified", "verified"))
    return found.order_by("-rectified_on", "-pk")
