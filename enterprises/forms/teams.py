"""Forms about improvement teams and their members."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext, gettext_lazy as _

from accounts.models import User
from enterprises.models import Assignment, Role, Team, TeamMember
from score_mis.lib.records import RecordForm


class TeamForm(RecordForm):
    """A team of an enterprise."""

    given = ("enterprise",)

    class Meta(RecordForm.Meta):
        model = Team
        fields = ["name_en", "name_zh", "department", "formed_on", "dissolved_on"]

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        self.today = today
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        """Teams are formed and dissolved by today."""
        cleaned = super().clean() or self.cleaned_data
        for name in ("formed_on", "dissolved_on"):
            if cleaned.get(name) and cleaned[name] > self.today:
                self.add_error(name, _("The day lies in the future."))
        return cleaned


class MemberForm(RecordForm):
    """A person in a team. An account is one of the enterprise's EIT members."""

    given = ("team",)

    class Meta(RecordForm.Meta):
        model = TeamMember
        fields = ["name", "user", "position", "standing", "sex", "from_on", "until_on"]

    def prepare(self) -> None:
        """Offer only accounts of this enterprise."""
        here = Assignment.objects.filter(
            role=Role.EIT_MEMBER, enterprise=self.instance.team.enterprise_id
        ).values("user")
        accounts = User.objects.filter(pk__in=here, is_active=True)
        if self.instance.user_id:
            accounts = accounts | User.objects.filter(pk=self.instance.user_id)
        self.fields["user"].queryset = accounts
        self.fields["user"].help_text = _("Only where the person signs in.")
        self.fields["until_on"].help_text = _(
            "The last day in the team; empty while the person belongs to it."
        )

    def clean_from_on(self) -> date:
        """Nobody joins a team before it is formed."""
        day, formed = self.cleaned_data["from_on"], self.instance.team.formed_on
        if day < formed:
            raise ValidationError(
                gettext("The team was formed only on %(day)s.") % {"day": formed.isoformat()}
            )
        return day
