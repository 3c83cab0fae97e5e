"""Every list has an index that begins with the columns of its order."""

import pytest
from django.db.models import F

from accounts.models import User
from enterprises.models import Enterprise
from hazards.models import CheckChange, Hazard, HazardChange, SafetyCheck
from meetings.models import Decision, Meeting
from practices.models import Practice
from score_mis.lib.keyset import keys_of
from suggestions.models import Suggestion, SuggestionChange
from training.models import CounsellingVisit, Enrolment, VisitChange, Workshop

LISTS = {
    "suggestions": Suggestion.objects.all(),
    "checks": SafetyCheck.objects.order_by(F("checked_on").desc(nulls_first=True), "-pk"),
    "hazards, late": Hazard.objects.open().order_by("deadline", "pk"),
    "hazards, open": Hazard.objects.open().order_by("-level", "-identified_on", "-pk"),
    "hazards, closed": Hazard.objects.all(),
    "visits": CounsellingVisit.objects.all(),
    "visits to review": CounsellingVisit.objects.filter(status="submitted").order_by("submitted_on", "pk"),
    "enrolments": Enrolment.objects.order_by("-planned_on", "-pk"),
    "workshops": Workshop.objects.order_by("-held_on", "-pk"),
    "good practices": Practice.objects.published(),
    "meetings": Meeting.objects.all(),
    "decisions": Decision.objects.all(),
    "enterprises": Enterprise.objects.all(),
    "people": User.objects.all(),
    **{
        model._meta.label: model._base_manager.filter(in_force=True).order_by("-happened_on", "-pk")
        for model in (SuggestionChange, HazardChange, CheckChange, VisitChange)
    },
}


@pytest.mark.parametrize("name", LISTS)
def test_a_list_is_read_by_an_index(name):
    keys = keys_of(LISTS[name])
    columns = [key.path for key in keys]
    indexes = [list(index.fields) for index in LISTS[name].model._meta.indexes]
    assert columns in [fields[: len(columns)] for fields in indexes]
    assert len({key.descending for key in keys}) == 1, (
        "one direction, or the index serves its first column only"
    )
