"""Checklists, checks and hazards in the administration site: to read; versions are loaded, states change by moves."""

from django.contrib import admin

from hazards.models import (
    CheckChange,
    Checklist,
    ChecklistItem,
    ChecklistVersion,
    Hazard,
    HazardChange,
    HazardPhoto,
    SafetyCheck,
    Section,
)
from score_mis.lib.admin import ReadOnlyAdmin


@admin.register(Checklist)
class ChecklistAdmin(ReadOnlyAdmin):
    """Checklists."""

    list_display = ["code", "name_en", "name_zh", "programme"]


@admin.register(ChecklistVersion)
class ChecklistVersionAdmin(ReadOnlyAdmin):
    """Versions; a new one comes from a file with `manage.py load_checklist`."""

    list_display = ["checklist", "number", "published_on"]
    list_select_related = ["checklist"]


@admin.register(Section)
class SectionAdmin(ReadOnlyAdmin):
    """Sections of versions."""

    list_display = ["code", "name_en", "name_zh", "version"]
    list_select_related = ["version__checklist"]


@admin.register(ChecklistItem)
class ChecklistItemAdmin(ReadOnlyAdmin):
    """Items of versions."""

    list_display = ["code", "text_en", "text_zh", "kind", "group", "level_hint"]
    list_filter = ["version__number", "kind", "group", "level_hint"]
    search_fields = ["code", "text_en", "text_zh"]


@admin.register(SafetyCheck)
class SafetyCheckAdmin(ReadOnlyAdmin):
    """Safety checks."""

    list_display = ["reference", "enterprise", "performed_by", "status", "checked_on"]
    list_filter = ["status", "performed_by"]
    list_select_related = ["enterprise"]
    search_fields = ["enterprise__code", "people"]
    show_full_result_count = False


@admin.register(CheckChange)
class CheckChangeAdmin(ReadOnlyAdmin):
    """Moves of checks."""

    list_display = ["check_event", "move", "source", "target", "happened_on", "entered_at", "by", "in_force"]
    list_filter = ["move", "in_force"]
    list_select_related = ["check_event__enterprise", "by"]
    show_full_result_count = False


@admin.register(Hazard)
class HazardAdmin(ReadOnlyAdmin):
    """Hazards."""

    list_display = ["reference", "enterprise", "place", "level", "status", "identified_on", "deadline"]
    list_filter = ["status", "level", "category"]
    list_select_related = ["enterprise"]
    search_fields = ["description", "place", "enterprise__code"]
    show_full_result_count = False


@admin.register(HazardChange)
class HazardChangeAdmin(ReadOnlyAdmin):
    """Moves of hazards."""

    list_display = ["hazard", "move", "source", "target", "happened_on", "deadline", "by", "in_force"]
    list_filter = ["move", "in_force"]
    list_select_related = ["hazard__enterprise", "by"]
    show_full_result_count = False


@admin.register(HazardPhoto)
class HazardPhotoAdmin(ReadOnlyAdmin):
    """Photos of hazards; the pictures themselves are shown on the site's own pages."""

    list_display = ["hazard", "kind", "is_placeholder", "added_by", "added_at"]
    list_select_related = ["hazard__enterprise", "added_by"]
    exclude = ["file"]
