"""Forms of the enterprises app."""

from enterprises.forms.enterprise import EnterpriseForm, PlanForm, WorkforceForm
from enterprises.forms.people import AssignmentEndForm, AssignmentForm
from enterprises.forms.places import AreaAddForm, AreaEditForm, SectorForm
from enterprises.forms.programme import INDICATORS, CohortForm, MilestoneForm, ProgrammeForm, TargetForm
from enterprises.forms.teams import MemberForm, TeamForm

__all__ = [
    "INDICATORS",
    "AreaAddForm",
    "AreaEditForm",
    "AssignmentEndForm",
    "AssignmentForm",
    "CohortForm",
    "EnterpriseForm",
    "MemberForm",
    "MilestoneForm",
    "PlanForm",
    "ProgrammeForm",
    "SectorForm",
    "TargetForm",
    "TeamForm",
    "WorkforceForm",
]
