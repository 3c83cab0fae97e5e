"""Suggestions in the administration site: to read, never to write; states change by moves alone."""

from django.contrib import admin

from score_mis.lib.admin import ReadOnlyAdmin
from suggestions.models import Pile, Slip, Suggestion, SuggestionChange, SuggestionPhoto


@admin.register(Suggestion)
class SuggestionAdmin(ReadOnlyAdmin):
    """Suggestions."""

    list_display = ["reference", "title", "enterprise", "status", "submitted_on"]
    list_filter = ["status", "category"]
    list_select_related = ["enterprise"]
    search_fields = ["title", "text", "enterprise__code"]
    show_full_result_count = False


@admin.register(SuggestionChange)
class SuggestionChangeAdmin(ReadOnlyAdmin):
    """Moves of suggestions."""

    list_display = ["suggestion", "move", "source", "target", "happened_on", "entered_at", "by", "in_force"]
    list_filter = ["move", "in_force"]
    list_select_related = ["suggestion__enterprise", "by"]
    show_full_result_count = False


@admin.register(SuggestionPhoto)
class SuggestionPhotoAdmin(ReadOnlyAdmin):
    """Photos of suggestions; the pictures themselves are shown on the site's own pages."""

    list_display = ["suggestion", "kind", "is_placeholder", "added_by", "added_at"]
    list_select_related = ["suggestion__enterprise", "added_by"]
    exclude = ["file"]


@admin.register(Pile)
class PileAdmin(ReadOnlyAdmin):
    """Piles of paper slips that were typed in together."""

    list_display = ["pk", "enterprise", "by", "entered_at"]
    list_select_related = ["enterprise", "by"]
    exclude = ["token"]
    show_full_result_count = False


@admin.register(Slip)
class SlipAdmin(ReadOnlyAdmin):
    """Slips for proposers; their codes are for them alone."""

    list_display = ["suggestion", "made_at"]
    list_select_related = ["suggestion__enterprise"]
    exclude = ["code"]
    show_full_result_count = False
