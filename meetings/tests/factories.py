"""Meetings and decisions for tests."""

from datetime import date

from conftest import TODAY
from meetings.models import Decision, Meeting
from score_mis.lib import workflow

HELD = date(2017, 12, 12)
DUE = date(2017, 12, 29)


def hold_meeting(programme, area=None, **fields) -> Meeting:
    """Save a meeting."""
    fields = {"title": "Mid-term review", "held_on": HELD, "place": "Room 3", "as_of": None} | fields
    return Meeting.objects.create(programme=programme, area=area, **fields)


def take(meeting, *, by, on=HELD, **fields) -> Decision:
    """Take a decision; its owner is somebody who does not sign in, unless one is named."""
    fields = {"what": "Mark the walkways", "due_on": DUE} | fields
    if not fields.get("owner"):
        fields = {"owner_name": "Ms Zhou"} | fields
    record = Decision(meeting=meeting, enterprise=fields.get("enterprise"))
    return workflow.perform(record, "take", by=by, today=TODAY, on=on, fields=fields)


def make_decision(world, meeting=None, **fields) -> Decision:
    """Take a decision in a meeting about the district; the member carries it out unless somebody else is named."""
    if "owner_name" not in fields:
        fields = {"owner": world.member} | fields
    return take(meeting or hold_meeting(world.programme, world.district), by=world.staff, **fields)


def move(decision, name, *, by, on=None, **options) -> Decision:
    """Make one move on the tests' day."""
    return workflow.perform(decision, name, by=by, today=TODAY, on=on, **options)
