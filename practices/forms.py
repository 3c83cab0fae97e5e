"""Forms of good-practice cards: each is a move; hazards and photos taken along are written with it."""

from collections.abc import Iterable
from functools import cached_property
from typing import Any

from crispy_forms.layout import HTML, Layout
from django import forms
from django.db import transaction
from django.db.models import Q
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from hazards.models import Hazard
from practices import services
from practices.models import Practice
from score_mis.lib.layout import More
from score_mis.lib.moves import MoveForm
from suggestions.models import Suggestion
from training.models import Module

RECENT = 50
"""Rectified hazards to choose from; those on the card already stay."""
FIRST = ("enterprise", "title", "problem", "idea", "result", "photo", "saving", "category")
TAKEN = "{% include 'practices/_taken.html' %}"


class HazardsField(forms.ModelMultipleChoiceField):
    """Hazards by number and the beginning of what was wrong."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: Hazard) -> str:
        """Number and description."""
        return f"{obj.reference} · {Truncator(obj.description).chars(90)}"


class PracticeForm(MoveForm):
    """Any move of a card. A new one may begin with `sources`: a suggestion and hazards, with their photos."""

    record: Practice

    def __init__(self, *args: Any, sources: Iterable[Any] = (), **kwargs: Any) -> None:
        self.sources = list(sources)
        super().__init__(*args, **kwargs)

    @cached_property
    def offered(self) -> dict[str, Any]:
        """Photos that can be taken along, by name; each knows whether it is ticked."""
        found = services.photos_of(self.sources)
        ticked = self.data.getlist("taken") if self.is_bound else list(found)
        for name, photo in found.items():
            photo.name, photo.ticked = name, name in ticked
            photo.address = f"{'suggestions' if name.startswith('sug') else 'hazards'}:photo"
        return found

    def prepare(self) -> None:
        """Narrow the links, and put what is usually filled first."""
        self.fields.pop("enterprise", None)
        if "saving" in self.fields:
            self.fields["saving"].help_text = (
                self.record.currency or self.record.enterprise.programme.currency
            )
        if "title" not in self.fields:
            return
        self._narrow()
        usual: list[Any] = [name for name in FIRST if name in self.fields]
        if self.offered:
            usual.insert(usual.index("photo"), HTML(TAKEN))
        rest = [name for name in self.fields if name not in usual]
        self.helper.layout = Layout(*usual, More(_("More details"), *rest))

    def _narrow(self) -> None:
        """Offer suggestions carried out, modules and rectified hazards of the enterprise; what is chosen stays."""
        card, enterprise = self.record, self.record.enterprise
        done = Suggestion.objects.implemented_lately().filter(enterprise=enterprise)
        recent = list(done.values_list("pk", flat=True)[:RECENT])
        kept = [card.suggestion_id] if card.suggestion_id else []
        self.fields["suggestion"].queryset = Suggestion.objects.filter(pk__in=recent + kept).select_related(
            "enterprise"
        )
        self.fields["module"].queryset = Module.objects.filter(
            Q(is_offered=True) | Q(pk=card.module_id), programme=enterprise.programme_id
        )
        linked = list(card.hazards.values_list("pk", flat=True)) if card.pk else []
        named = linked or [source.pk for source in self.sources if isinstance(source, Hazard)]
        possible = list(services.removable_at(enterprise).values_list("pk", flat=True)[:RECENT])
        self.fields["hazards"] = HazardsField(
            Hazard.objects.filter(pk__in=possible + named, enterprise=enterprise).select_related(
                "enterprise"
            ),
            label=_("Hazards removed"),
            required=False,
            initial=named,
        )

    def make(self) -> Practice:
        """Make the move, and write what hangs on the card in the same transaction."""
        with transaction.atomic():
            record: Any = super().make()
            taken = [photo for photo in self.offered.values() if photo.ticked]
            services.complete(record, hazards=self.cleaned_data.get("hazards"), taken=taken, by=self.by)
        return record
