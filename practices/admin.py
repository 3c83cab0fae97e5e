"""Good practices in the administration site: to read, never to write; states change by moves alone."""

from django.contrib import admin

from practices.models import Practice, PracticeChange, PracticePhoto
from score_mis.lib.admin import ReadOnlyAdmin


@admin.register(Practice)
class PracticeAdmin(ReadOnlyAdmin):
    """Good practices."""

    list_display = ["reference", "title", "enterprise", "status", "published_on"]
    list_filter = ["status", "category"]
    list_select_related = ["enterprise"]
    search_fields = ["title", "enterprise__code"]
    show_full_result_count = False


@admin.register(PracticeChange)
class PracticeChangeAdmin(ReadOnlyAdmin):
    """Moves of good practices."""

    list_display = ["practice", "move", "source", "target", "happened_on", "entered_at", "by", "in_force"]
    list_filter = ["move", "in_force"]
    list_select_related = ["practice__enterprise", "by"]
    show_full_result_count = False


@admin.register(PracticePhoto)
class PracticePhotoAdmin(ReadOnlyAdmin):
    """Photos of good practices; the pictures themselves are shown on the site's own pages."""

    list_display = ["practice", "kind", "is_placeholder", "added_by", "added_at"]
    list_select_related = ["practice__enterprise", "added_by"]
    exclude = ["file"]
