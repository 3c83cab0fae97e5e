"""Meetings and decisions in the administration site: to read, never to write."""

from django.contrib import admin

from meetings.models import Decision, DecisionChange, Meeting
from score_mis.lib.admin import ReadOnlyAdmin


@admin.register(Meeting)
class MeetingAdmin(ReadOnlyAdmin):
    """Meetings."""

    list_display = ["title", "area", "held_on", "milestone"]
    list_select_related = ["area", "milestone"]


@admin.register(Decision)
class DecisionAdmin(ReadOnlyAdmin):
    """Decisions."""

    list_display = ["__str__", "meeting", "enterprise", "who", "due_on", "status"]
    list_filter = ["status"]
    list_select_related = ["meeting", "enterprise", "owner"]
    show_full_result_count = False


@admin.register(DecisionChange)
class DecisionChangeAdmin(ReadOnlyAdmin):
    """Moves of decisions."""

    list_display = ["decision", "move", "source", "target", "happened_on", "entered_at", "by", "in_force"]
    list_filter = ["move", "in_force"]
    list_select_related = ["decision", "by"]
    show_full_result_count = False
