"""Who may see and do what, where: the records every other app builds on."""

from enterprises.models.enterprise import Enterprise, EnterpriseChange, Ownership, Status, WorkforceCount
from enterprises.models.marks import Mark
from enterprises.models.owned import Numbered, OwnedQuerySet, OwnedStateful
from enterprises.models.people import ASSIGNABLE, TEAM_LEADER, Assignment, Reach, Role
from enterprises.models.places import Area, AreaAncestor, AreaParent, Level, Sector
from enterprises.models.programme import Cohort, Milestone, MonthlyPlan, Programme, Target
from enterprises.models.teams import Position, Sex, Standing, Team, TeamMember

__all__ = [
    "ASSIGNABLE",
    "TEAM_LEADER",
    "Area",
    "AreaAncestor",
    "AreaParent",
    "Assignment",
    "Cohort",
    "Enterprise",
    "EnterpriseChange",
    "Level",
    "Mark",
    "Milestone",
    "MonthlyPlan",
    "Numbered",
    "OwnedQuerySet",
    "OwnedStateful",
    "Ownership",
    "Position",
    "Programme",
    "Reach",
    "Role",
    "Sector",
    "Sex",
    "Standing",
    "Status",
    "Target",
    "Team",
    "TeamMember",
    "WorkforceCount",
]
