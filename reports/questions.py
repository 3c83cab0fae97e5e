"""What a reader asked for in the address of a page: scope, day, period."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext as _, gettext_lazy

from enterprises.models import Area, Enterprise, Sector
from reports.measures import Span
from reports.scope import Scope, UnknownScope, scope_for
from score_mis.lib import dates
from score_mis.lib.moves import DayInput

EARLIEST = timedelta(days=366 * 30)
MOST_OFFERED = 500


class QuestionForm(forms.Form):
    """Filters of dashboards; kept in the address. A wrong value keeps what was typed and says what is wrong."""

    area = forms.CharField(label=gettext_lazy("Area"), required=False)
    sector = forms.CharField(label=gettext_lazy("Sector"), required=False)
    enterprise = forms.CharField(label=gettext_lazy("Enterprise"), required=False)
    direct = forms.CharField(required=False, widget=forms.HiddenInput())
    since = forms.DateField(
        label=gettext_lazy("Period from"),
        required=False,
        widget=DayInput(),
        help_text=gettext_lazy("Empty: everything up to the day."),
    )
    until = forms.DateField(required=False, widget=forms.HiddenInput())
    as_of = forms.DateField(label=gettext_lazy("As of"), required=False, widget=DayInput())

    def __init__(self, data: Any, *, user: Any, today: date) -> None:
        super().__init__(data or {})
        self.user, self.today = user, today
        self.scope = Scope(only=())
        self.span = Span(today)
        self.fields["as_of"].widget.attrs["max"] = today.isoformat()

    def offer(self) -> None:
        """Fill the lists to choose from, once the scope is known: the areas around, its parts, its enterprises."""
        near = self._areas()
        enterprises = self.scope.enterprises() if self.is_valid() else Enterprise.objects.none()
        if self.scope.enterprise is not None:
            enterprises = Enterprise.objects.filter(area=self.scope.enterprise.area)
        enterprises = enterprises.filter(pk__in=Enterprise.objects.visible_to(self.user, self.today))
        named = list(enterprises.order_by("code")[: MOST_OFFERED + 1])
        self._choose("area", [(area.code, area.name) for area in near])
        self._choose("sector", [(sector.code, sector.name) for sector in Sector.objects.all()])
        if len(named) <= MOST_OFFERED or self.data.get("enterprise"):
            self._choose("enterprise", [(str(e.pk), e.name) for e in named[:MOST_OFFERED]])
        else:
            self.fields["enterprise"].widget = forms.HiddenInput()

    def _areas(self) -> list[Area]:
        """Visible areas: those around the chosen one, those beside it, its parts; of the highest without a choice."""
        seen = Area.objects.visible_to(self.user)
        chosen = self.scope.area
        if chosen is None:
            return list(seen.order_by("path")[:MOST_OFFERED])
        beside = Q(parent=chosen.parent_id) if chosen.parent_id else Q()
        near = Q(pk__in=chosen.ancestor_ids()) | Q(parent=chosen) | beside
        return list(seen.filter(near).in_tree_order()[:MOST_OFFERED])

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        """Offer choices, and keep what was asked for among them."""
        asked = self.data.get(name, "")
        if asked and asked not in dict(choices):
            choices = [*choices, (asked, asked)]
        self.fields[name].widget = forms.Select(choices=[("", _("All")), *choices])

    def clean(self) -> dict[str, Any]:
        """Turn the answers into a scope and a span."""
        found = super().clean()
        as_of, since, until = found.get("as_of") or self.today, found.get("since"), found.get("until")
        if as_of > self.today:
            self.add_error("as_of", _("The day lies in the future."))
        elif as_of < self.today - EARLIEST:
            self.add_error("as_of", _("The day lies too far back."))
        elif since and since > (until or as_of):
            self.add_error("since", _("The period begins after it ends."))
        elif until and until > as_of:
            self.add_error("until", _("The period ends after the day."))
        else:
            self.span = Span(as_of, since, (until or as_of) if since else None)
        try:
            self.scope = scope_for(
                self.user,
                self.today,
                found.get("area", ""),
                found.get("sector", ""),
                found.get("enterprise", ""),
                direct=found.get("direct") == "yes",
            )
        except UnknownScope as error:
            self.add_error(None, str(error))
        return found


def question_of(request: HttpRequest, data: Any = None) -> QuestionForm:
    """Return what the address of a request asks for, checked; `data` instead of the address."""
    form = QuestionForm(request.GET if data is None else data, user=request.user, today=dates.today())
    form.is_valid()
    return form
