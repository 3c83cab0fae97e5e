"""Reminders in the administration site: to read."""

from django.contrib import admin

from reminders.models import Escalation, Message, Round, Wish
from score_mis.lib.admin import ReadOnlyAdmin


@admin.register(Message)
class MessageAdmin(ReadOnlyAdmin):
    """Messages."""

    list_display = ["day", "kind", "person", "address", "outcome", "tries"]
    list_filter = ["kind", "outcome"]
    list_select_related = ["person"]
    show_full_result_count = False


@admin.register(Escalation)
class EscalationAdmin(ReadOnlyAdmin):
    """Hazards that somebody was told of."""

    list_display = ["hazard", "person", "deadline", "step"]
    list_select_related = ["hazard__enterprise", "person"]
    show_full_result_count = False


@admin.register(Wish)
class WishAdmin(ReadOnlyAdmin):
    """Wishes; people change their own, staff those of the accounts they manage."""

    list_display = ["person", "digest", "escalation"]
    list_select_related = ["person"]


@admin.register(Round)
class RoundAdmin(ReadOnlyAdmin):
    """Rounds."""

    list_display = ["day", "begun_at", "finished_at", "looked_at", "without_address"]
