"""Forms of suggestions: each is a move, with choices narrowed to the enterprise and the few usual fields first."""

from datetime import date
from typing import Any

from crispy_forms.layout import HTML, Layout
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from enterprises.choosing import choose_enterprise
from enterprises.models import Enterprise, Reach, Role, Team
from score_mis.lib.layout import More
from score_mis.lib.moves import MoveForm
from suggestions.models import Suggestion
from suggestions.similar import NEARLY_SAME, Alike, similar
from training.models import CounsellingVisit, Module

FIRST = (
    "enterprise", "title", "text", "category", "proposer_role", "proposer_sex", "department", "is_anonymous",
    "photo", "saving_actual",
)  # fmt: skip
SIMILAR = "{% include 'suggestions/_similar.html' %}"
ENTERING = frozenset({Role.EIT_MEMBER, Role.CONSULTANT})
"""Who enters suggestions, and gives the proposers their slips."""


def enterprises_to_add_for(user: Any, today: date) -> QuerySet[Enterprise]:
    """Return the enterprises whose suggestions the person may enter: as a member of the team or as consultant."""
    condition = Q()
    for role in ENTERING:
        condition |= Reach.of(user, today, role).enterprises_q()
    return Enterprise.objects.filter(condition)


class SuggestionForm(MoveForm):
    """Any move of a suggestion."""

    record: Suggestion

    def prepare(self) -> None:
        """Narrow the links and put what is usually filled first."""
        self._narrow(self.known_enterprise())
        if "is_anonymous" in self.fields:
            self.fields["is_anonymous"].help_text = _("No name is kept.")
            self.fields["proposer_sex"].label = _("Sex of the proposer")
        usual = [name for name in FIRST if name in self.fields]
        if not usual:
            return
        rest = [name for name in self.fields if name not in usual]
        self.helper.layout = Layout(*self.between(usual), More(_("More details"), *rest))

    def between(self, usual: list[str]) -> list[Any]:
        """What is always seen: fields, and for subclasses what stands between them."""
        return usual

    def known_enterprise(self) -> Enterprise | None:
        """The enterprise of the record, if it is certain already."""
        return self.record.enterprise

    def _drop(self, *names: str) -> None:
        for name in names:
            self.fields.pop(name, None)

    def _narrow(self, enterprise: Enterprise | None) -> None:
        """Offer teams, visits and modules of the enterprise; what is chosen already stays."""
        if enterprise is None:
            self._drop("team", "visit", "module")
            return
        record = self.record
        choices = {
            "team": Team.objects.filter(Q(dissolved_on=None) | Q(pk=record.team_id), enterprise=enterprise),
            "visit": CounsellingVisit.objects.for_list()
            .filter(~Q(status__in=["cancelled", "void"]) | Q(pk=record.visit_id))
            .filter(enterprise=enterprise),
            "module": Module.objects.filter(
                Q(is_offered=True) | Q(pk=record.module_id), programme=enterprise.programme_id
            ),
        }
        for name, queryset in choices.items():
            if name in self.fields:
                self.fields[name].queryset = queryset


class NewSuggestionForm(SuggestionForm):
    """A new suggestion for one of the `possible` enterprises; `chosen` is the one the page was opened for."""

    def __init__(
        self, *args: Any, possible: QuerySet[Enterprise], chosen: Enterprise | None, **kwargs: Any
    ) -> None:
        self.possible, self.chosen = possible, chosen
        self.alike: list[Alike] = []
        super().__init__(*args, **kwargs)

    def prepare(self) -> None:
        """Ask for the enterprise only where there is a choice."""
        if len(self.possible[:2]) == 1:
            self._drop("enterprise")
        else:
            choose_enterprise(self, self.possible)
            self.initial["enterprise"] = self.chosen and self.chosen.pk
        super().prepare()

    def between(self, usual: list[str]) -> list[Any]:
        """Show what is like the title below it."""
        place = usual.index("title") + 1
        return [*usual[:place], HTML(SIMILAR), *usual[place:]]

    def clean(self) -> dict[str, Any]:
        """Ask once whether a suggestion that is nearly the same as one here is another one."""
        data = super().clean() or self.cleaned_data
        enterprise = data.get("enterprise") or self.known_enterprise()
        if enterprise is None or not data.get("title"):
            return data
        self.alike = similar(enterprise, data["title"], least=NEARLY_SAME)
        looked_at = self.data.get("looked_at", "").split(",")
        if any(str(suggestion.pk) not in looked_at for suggestion, _likeness in self.alike):
            self.add_error(
                "title",
                _("There is one like it already; see below. Save again if yours is another one."),
            )
        return data

    @property
    def looked_at(self) -> str:
        """The keys of what the page shows as alike."""
        return ",".join(str(suggestion.pk) for suggestion, _likeness in self.alike)

    def known_enterprise(self) -> Enterprise | None:
        """The only one, the one the person picked, or the one the page was opened for."""
        if "enterprise" not in self.fields:
            return self.record.enterprise
        if not self.is_bound:
            return self.chosen
        field = self.fields["enterprise"]
        return field.named(self.data.get("enterprise", "").strip())
