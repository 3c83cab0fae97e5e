"""Checklists, safety checks and hazards: three things that are never merged."""

from hazards.models.checklist import Checklist, ChecklistItem, ChecklistVersion, Group, ItemKind, Section
from hazards.models.checks import Answer, CheckChange, CheckStatus, PerformedBy, SafetyCheck
from hazards.models.hazard import Category, Hazard, HazardChange, HazardPhoto, HazardStatus, Level

__all__ = [
    "Answer",
    "Category",
    "CheckChange",
    "CheckStatus",
    "Checklist",
    "ChecklistItem",
    "ChecklistVersion",
    "Group",
    "Hazard",
    "HazardChange",
    "HazardPhoto",
    "HazardStatus",
    "ItemKind",
    "Level",
    "PerformedBy",
    "SafetyCheck",
    "Section",
]
