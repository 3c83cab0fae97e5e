"""Django's administration site: for administrators. What has a status or tells history is read-only."""

from django.contrib import admin
from django.forms import ModelForm
from django.http import HttpRequest

from enterprises.models import (
    Area,
    AreaAncestor,
    AreaParent,
    Assignment,
    Cohort,
    Enterprise,
    EnterpriseChange,
    Mark,
    Milestone,
    MonthlyPlan,
    Programme,
    Sector,
    Target,
    Team,
    TeamMember,
    WorkforceCount,
)
from enterprises.services import add_area
from score_mis.lib.admin import KeptAdmin, ReadOnlyAdmin


@admin.register(Enterprise)
class EnterpriseAdmin(ReadOnlyAdmin):
    """Written by its moves."""

    list_display = ["code", "name_en", "name_zh", "area", "sector", "status"]
    list_select_related = ["area", "sector"]
    list_filter = ["status"]
    search_fields = ["code", "name_en", "name_zh", "uscc"]


@admin.register(EnterpriseChange)
class EnterpriseChangeAdmin(ReadOnlyAdmin):
    """The history of enterprises."""

    list_display = ["enterprise", "move", "happened_on", "entered_at", "by", "in_force"]
    list_select_related = ["enterprise", "by"]


@admin.register(Area)
class AreaAdmin(KeptAdmin):
    """Areas; once added, only names change here: moves have a day and go through the site."""

    list_display = ["code", "name_en", "name_zh", "level", "parent"]
    list_select_related = ["parent"]
    search_fields = ["code", "name_en", "name_zh"]

    def get_readonly_fields(self, request: HttpRequest, obj: Area | None = None) -> list[str]:
        """What places the area in the tree stays."""
        return ["programme", "level", "parent", "path"] if obj else ["path"]

    def save_model(self, request: HttpRequest, obj: Area, form: ModelForm, change: bool) -> None:
        """A new area gets its place in the tree, from the first day of the programme."""
        if change:
            super().save_model(request, obj, form, change)
            return
        added = add_area(
            programme=obj.programme,
            code=obj.code,
            level=obj.level,
            name_en=obj.name_en,
            name_zh=obj.name_zh,
            parent=obj.parent,
            on=obj.programme.launched_on,
        )
        obj.pk, obj.path = added.pk, added.path


@admin.register(AreaAncestor)
class AreaAncestorAdmin(ReadOnlyAdmin):
    """Which areas lie in which, for counting."""

    list_display = ["area", "ancestor"]
    list_select_related = ["area", "ancestor"]


@admin.register(AreaParent)
class AreaParentAdmin(ReadOnlyAdmin):
    """Where areas lay."""

    list_display = ["area", "parent", "from_on", "until_on"]
    list_select_related = ["area", "parent"]


@admin.register(Mark)
class MarkAdmin(ReadOnlyAdmin):
    """What waits to be counted again."""

    list_display = ["kind", "area", "enterprise", "day", "created_at"]
    list_select_related = ["area", "enterprise"]


@admin.register(Assignment)
class AssignmentAdmin(KeptAdmin):
    """Roles: also how the first member of the programme staff comes to be. They end; they are not deleted."""

    list_display = ["user", "role", "area", "enterprise", "from_on", "until_on"]
    list_select_related = ["user", "area", "enterprise"]
    list_filter = ["role"]
    search_fields = ["user__name", "user__username"]
    autocomplete_fields = ["user", "area", "enterprise"]


@admin.register(Programme)
class ProgrammeAdmin(KeptAdmin):
    """Programmes."""

    list_display = ["name_en", "name_zh", "launched_on", "is_generated"]


@admin.register(Milestone, Cohort)
class NamedAdmin(KeptAdmin):
    """Milestones and cohorts."""

    list_display = ["name_en", "name_zh", "programme"]


@admin.register(Sector)
class SectorAdmin(KeptAdmin):
    """Sectors."""

    list_display = ["code", "name_en", "name_zh", "edition"]
    search_fields = ["code", "name_en", "name_zh"]


@admin.register(Target)
class TargetAdmin(KeptAdmin):
    """Targets."""

    list_display = ["indicator", "area", "enterprise", "due_on", "value"]
    list_select_related = ["area", "enterprise"]


@admin.register(MonthlyPlan)
class MonthlyPlanAdmin(KeptAdmin):
    """Monthly plans."""

    list_display = ["enterprise", "month", "checks", "visits"]
    list_select_related = ["enterprise"]


@admin.register(Team)
class TeamAdmin(KeptAdmin):
    """Improvement teams."""

    list_display = ["name_en", "name_zh", "enterprise", "formed_on", "dissolved_on"]
    list_select_related = ["enterprise"]


@admin.register(TeamMember)
class TeamMemberAdmin(KeptAdmin):
    """Team members."""

    list_display = ["name", "team", "position", "from_on", "until_on"]
    list_select_related = ["team"]


@admin.register(WorkforceCount)
class WorkforceCountAdmin(KeptAdmin):
    """Workforce counts."""

    list_display = ["enterprise", "counted_on", "total", "women", "casual"]
    list_select_related = ["enterprise"]
