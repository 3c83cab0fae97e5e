"""Django's administration site: for administrators. What has a status, tells history or counts is read-only."""

from django.contrib import admin
from django.http import HttpRequest

from score_mis.lib.admin import KeptAdmin, ReadOnlyAdmin
from training.models import (
    CalendarAddress,
    CounsellingVisit,
    Enrolment,
    EnrolmentChange,
    Module,
    Participant,
    VisitAction,
    VisitChange,
    VisitPhoto,
    Workshop,
)


@admin.register(Module)
class ModuleAdmin(KeptAdmin):
    """The catalogue; a number changes on the site alone, which counts again what is broken down by it."""

    list_display = ["number", "name_en", "name_zh", "mandatory", "is_offered"]
    search_fields = ["name_en", "name_zh"]

    def get_readonly_fields(self, request: HttpRequest, obj: Module | None = None) -> list[str]:
        """The number stays."""
        return ["number"] if obj else []


@admin.register(Enrolment)
class EnrolmentAdmin(ReadOnlyAdmin):
    """Written by its moves."""

    list_display = ["enterprise", "module", "status", "started_on", "completed_on"]
    list_select_related = ["enterprise", "module"]
    list_filter = ["status", "module"]


@admin.register(EnrolmentChange)
class EnrolmentChangeAdmin(ReadOnlyAdmin):
    """The history of enrolments."""

    list_display = ["enrolment", "move", "happened_on", "entered_at", "by", "in_force"]
    list_select_related = ["enrolment__enterprise", "enrolment__module", "by"]


@admin.register(Workshop)
class WorkshopAdmin(ReadOnlyAdmin):
    """Written by services that count the enterprises again."""

    list_display = ["name_en", "name_zh", "kind", "held_on", "area"]
    list_select_related = ["area"]
    list_filter = ["kind"]


@admin.register(Participant)
class ParticipantAdmin(ReadOnlyAdmin):
    """Written by services that count the enterprises again."""

    list_display = ["workshop", "kind", "enterprise", "sex", "standing"]
    list_select_related = ["workshop", "enterprise"]


@admin.register(CounsellingVisit)
class CounsellingVisitAdmin(ReadOnlyAdmin):
    """Written by its moves."""

    list_display = ["enterprise", "type", "sequence", "due_on", "done_on", "status"]
    list_select_related = ["enterprise"]
    list_filter = ["status", "type"]


@admin.register(VisitChange)
class VisitChangeAdmin(ReadOnlyAdmin):
    """The history of visits."""

    list_display = ["visit", "move", "happened_on", "entered_at", "by", "in_force"]
    list_select_related = ["visit__enterprise", "by"]


@admin.register(VisitAction)
class VisitActionAdmin(ReadOnlyAdmin):
    """Written on the pages of visits."""

    list_display = ["text", "owner", "due_on", "done_on", "visit"]
    list_select_related = ["visit__enterprise"]


@admin.register(VisitPhoto)
class VisitPhotoAdmin(ReadOnlyAdmin):
    """Photos of visits; the pictures themselves are shown on the site's own pages."""

    list_display = ["visit", "is_placeholder", "added_by", "added_at"]
    list_select_related = ["visit__enterprise", "added_by"]
    exclude = ["file"]


@admin.register(CalendarAddress)
class CalendarAddressAdmin(ReadOnlyAdmin):
    """Made and withdrawn by the person; the secret is shown to nobody else."""

    list_display = ["user", "made_at"]
    list_select_related = ["user"]
    fields = ["user", "made_at"]
