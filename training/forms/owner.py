"""Choosing the enterprise first, because the choices of the next form depend on it."""

from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from enterprises.models import Enterprise
from score_mis.lib.moves import MoveForm


class EnterpriseChoice(forms.Form):
    """Which enterprise a new record is for; sent by GET."""

    enterprise = forms.ModelChoiceField(label=_("Enterprise"), queryset=Enterprise.objects.none())

    def __init__(self, data: Any = None, *, possible: QuerySet[Enterprise]) -> None:
        super().__init__(data)
        self.fields["enterprise"].queryset = possible
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True


class OwnedMoveForm(MoveForm):
    """A move of a record whose enterprise is known when the form opens, so that it is not asked for."""

    def prepare(self) -> None:
        """Take the enterprise from the record; a plan's day is when it was agreed."""
        self.fields.pop("enterprise", None)
        if self.row.move == "plan":
            self.fields["happened_on"].label = _("In the plan since")
            self.fields["happened_on"].help_text = _(
                "The day it was agreed; today, unless you enter it later."
            )

    def values(self) -> dict[str, Any]:
        """The cleaned values, with the enterprise where the move asks for it."""
        known = {"enterprise": self.record.enterprise} if "enterprise" in self.row.fields else {}
        return {**known, **super().values()}
