"""Moves of records whose enterprise was chosen first, because the choices of the form depend on it."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from score_mis.lib.moves import MoveForm


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
