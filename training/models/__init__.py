"""Modules, enrolments, workshops and counselling visits."""

from training.models.calendars import CalendarAddress
from training.models.modules import Enrolment, EnrolmentChange, EnrolmentStatus, Module
from training.models.visits import (
    CounsellingVisit,
    VisitAction,
    VisitChange,
    VisitPhoto,
    VisitStatus,
    VisitType,
)
from training.models.workshops import Participant, ParticipantKind, Workshop, WorkshopKind

__all__ = [
    "CalendarAddress",
    "CounsellingVisit",
    "Enrolment",
    "EnrolmentChange",
    "EnrolmentStatus",
    "Module",
    "Participant",
    "ParticipantKind",
    "VisitAction",
    "VisitChange",
    "VisitPhoto",
    "VisitStatus",
    "VisitType",
    "Workshop",
    "WorkshopKind",
]
