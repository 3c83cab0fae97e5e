"""What a reader asked for in the address of a page: scope, day, period."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.translation import gettext as _, gettext_lazy

from enterprises.models import Area, Enterprise, Programme, Sector
from reports.measures import Span
from reports.scope import MOST, Scope, UnknownScope, scope_for
from score_mis.lib import dates, statements
from score_mis.lib.moves import DayInput
from score_mis.lib.names import name_of

EARLIEST = timedelta(days=366 * 30)
MOST_OFFERED = MOST


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
    known_on = forms.DateField(
        label=gettext_lazy("Known on"),
        required=False,
        widget=DayInput(),
        help_text=gettext_lazy("As the records were known at the end of this day. Empty: as known today."),
    )

    def __init__(self, data: Any, *, user: Any, today: date) -> None:
        super().__init__(data or {})
        self.user, self.today = user, today
        self.scope = Scope(only=())
        self.span = Span(today)
        for name in ("as_of", "known_on"):
            self.fields[name].widget.attrs["max"] = today.isoformat()

    def offer(self) -> None:
        """Fill the lists to choose from, once the scope is known: the areas around, its parts, its enterprises."""
        self._choose("area", self._areas())
        self._choose("sector", _named(statements.rows("sectors", [], _sectors)))
        enterprises = self._enterprises()
        if enterprises is None:
            self.fields["enterprise"].widget = forms.HiddenInput()
        else:
            rows = enterprises.order_by("code").values_list("pk", "name_en", "name_zh")
            self._choose("enterprise", _named(rows[:MOST_OFFERED]))

    def _areas(self) -> list[tuple[str, str]]:
        """Visible areas: those around the chosen one, those beside it, its parts; of the highest without a choice."""
        seen, chosen = Area.objects.visible_to(self.user), self.scope.area
        names = ("code", "name_en", "name_zh")
        if chosen is None:
            return _named(seen.order_by("path").values_list(*names)[:MOST_OFFERED])
        beside = Q(parent=chosen.parent_id) if chosen.parent_id else Q()
        near = Q(pk__in=chosen.ancestor_ids()) | Q(parent=chosen) | beside
        return _named(seen.filter(near).in_tree_order().values_list(*names)[:MOST_OFFERED])

    def _enterprises(self) -> QuerySet | None:
        """Visible enterprises: those of the scope, or beside the chosen one; None where they are too many."""
        if not self.is_valid():
            return Enterprise.objects.none()
        if self.scope.enterprise is not None:
            beside = Enterprise.objects.filter(area=self.scope.enterprise.area)
            return beside.filter(pk__in=Enterprise.objects.visible_to(self.user, self.today))
        is_long = not self.data.get("enterprise") and self.scope.size > MOST_OFFERED
        return (
            None if is_long else self.scope.enterprises()
        )  # a scope reaches no further than its reader sees

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        """Offer choices, and keep what was asked for among them."""
        asked = self.data.get(name, "")
        if asked and asked not in dict(choices):
            choices = [*choices, (asked, asked)]
        self.fields[name].widget = forms.Select(choices=[("", _("All")), *choices])

    def clean(self) -> dict[str, Any]:
        """Turn the answers into a scope and a span."""
        found = super().clean()
        known_on = self._known_on(found.get("known_on"))
        as_of = found.get("as_of") or known_on or self.today
        since, until = found.get("since"), found.get("until")
        if as_of > self.today:
            self.add_error("as_of", _("The day lies in the future."))
        elif known_on and as_of > known_on:
            self.add_error("as_of", _("The day lies after the day on which it was known."))
        elif as_of < self.today - EARLIEST:
            self.add_error("as_of", _("The day lies too far back."))
        elif since and since > (until or as_of):
            self.add_error("since", _("The period begins after it ends."))
        elif until and until > as_of:
            self.add_error("until", _("The period ends after the day."))
        else:
            self.span = Span(as_of, since, (until or as_of) if since else None, known_on)
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

    def _known_on(self, day: date | None) -> date | None:
        """The day on which it was known: not in the future, and not before there was a programme."""
        if day is None:
            return None
        try:
            return checked_known_on(day, self.today)
        except ValidationError as error:
            self.add_error("known_on", error)
            return None


def checked_known_on(day: date, today: date) -> date:
    """The day itself where anything can have been known on it; else ValidationError with a sentence."""
    programme = Programme.objects.current()
    if day > today:
        raise ValidationError(_("The day lies in the future."))
    if programme is not None and day < programme.launched_on:
        launched_on = date_format(programme.launched_on)
        raise ValidationError(
            _("The programme began on %(day)s; nothing was known before.") % {"day": launched_on}
        )
    return day


def _sectors(values: Iterator[Any]) -> QuerySet:
    return Sector.objects.values_list("code", "name_en", "name_zh")


def _named(rows: Iterable[tuple[Any, str, str]]) -> list[tuple[str, str]]:
    """Keys of bilingual records with their names."""
    return [(str(key), name_of(en, zh)) for key, en, zh in rows]


def question_of(request: HttpRequest, data: Any = None) -> QuestionForm:
    """Return what the address of a request asks for, checked; `data` instead of the address."""
    form = QuestionForm(request.GET if data is None else data, user=request.user, today=dates.today())
    form.is_valid()
    return form
