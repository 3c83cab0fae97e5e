"""What a reader asked for in the address of a page: scope, day, period."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _, gettext_lazy

from enterprises.models import Area, Enterprise, Sector
from reports.measures import Span
from reports.scope import Scope, UnknownScope, scope_for
from score_mis.lib.moves import DayInput

EARLIEST = timedelta(days=366 * 30)


class QuestionForm(forms.Form):
    """Filters of dashboards; kept in the address. A wrong value keeps what was typed and says what is wrong."""

    area = forms.CharField(label=gettext_lazy("Area"), required=False)
    sector = forms.CharField(label=gettext_lazy("Sector"), required=False)
    enterprise = forms.CharField(label=gettext_lazy("Enterprise"), required=False)
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
        areas = Area.objects.visible_to(user)
        enterprises = Enterprise.objects.visible_to(user, today)
        everything = [("", _("All"))]
        self.fields["area"].widget = forms.Select(choices=everything + [(a.code, a.name) for a in areas])
        sectors = Sector.objects.filter(pk__in=enterprises.values("sector"))
        self.fields["sector"].widget = forms.Select(choices=everything + [(s.code, s.name) for s in sectors])
        named = [(str(e.pk), e.name) for e in enterprises.order_by("code")[:500]]
        self.fields["enterprise"].widget = forms.Select(choices=everything + named)
        self.fields["as_of"].widget.attrs["max"] = today.isoformat()

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
            )
        except UnknownScope as error:
            self.add_error(None, str(error))
        return found
