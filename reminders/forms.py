"""The form about what mail a person wishes."""

from typing import Any

from reminders.models import Wish
from score_mis.lib.records import RecordForm


class WishForm(RecordForm):
    """Which kinds of mail; the one about hazards only for those in charge of any."""

    given = ("person",)

    class Meta(RecordForm.Meta):
        model = Wish
        fields = ["digest", "escalation"]

    def __init__(self, *args: Any, is_told_of_hazards: bool, **kwargs: Any) -> None:
        self.is_told_of_hazards = is_told_of_hazards
        super().__init__(*args, **kwargs)

    def prepare(self) -> None:
        """Leave out what the person never gets."""
        if not self.is_told_of_hazards:
            del self.fields["escalation"]
