"""Records of the training app for tests; those with states are made by their moves."""

from datetime import date

from conftest import TODAY
from score_mis.lib import workflow
from training.models import CounsellingVisit, Enrolment, Module, Participant, VisitAction, Workshop
from training.services import keep

PLANNED = date(2017, 6, 1)
DUE = date(2017, 7, 3)
VISIT_PATH = {
    "planned": [],
    "done": ["log"],
    "submitted": ["log", "submit"],
    "reviewed": ["log", "submit", "review"],
    "cancelled": ["cancel"],
    "void": ["void"],
}
ENROLMENT_PATH = {
    "planned": [],
    "baseline": ["start"],
    "in_training": ["start", "train"],
    "in_counselling": ["start", "train", "counsel"],
    "completed": ["start", "train", "counsel", "complete"],
    "dropped": ["drop"],
    "void": ["void"],
}
LOG = {
    "women_workers": 3,
    "men_workers": 4,
    "women_managers": 1,
    "men_managers": 2,
    "topics": "Guards of the cutting line",
    "observations": "Two guards are missing",
}


def make_module(world, number=1, **fields):
    """Save a module of the world's programme."""
    names = {"name_en": f"Module {number}", "name_zh": f"模块{number}"}
    return Module.objects.create(programme=world.programme, number=number, **(names | fields))


def make_enrolment(world, status="planned", *, module=None, enterprise=None, on=PLANNED):
    """Plan an enrolment and take it to a state, every step on the same day."""
    enterprise = enterprise or world.enterprise
    enrolment = workflow.perform(
        Enrolment(enterprise=enterprise),
        "plan",
        by=world.staff,
        today=TODAY,
        on=on,
        fields={"enterprise": enterprise, "module": module or make_module(world)},
    )
    for move in ENROLMENT_PATH[status]:
        enrolment = workflow.perform(enrolment, move, by=world.staff, today=TODAY, on=on, reason="As agreed")
    return enrolment


def make_visit(world, status="planned", *, on=DUE, planned_on=PLANNED, **fields):
    """Plan a visit and take it to a state; it takes place on `on`."""
    enterprise = fields.pop("enterprise", world.enterprise)
    values = {
        "enterprise": enterprise,
        "due_on": on,
        "consultant": world.consultant,
        "inspector": world.inspector,
    }
    visit = workflow.perform(
        CounsellingVisit(enterprise=enterprise),
        "plan",
        by=world.staff,
        today=TODAY,
        on=planned_on,
        fields=values | fields,
    )
    for move in VISIT_PATH[status]:
        by = world.consultant if move in ("log", "submit") else world.staff
        visit = workflow.perform(
            visit,
            move,
            by=by,
            today=TODAY,
            on=on,
            reason="As agreed",
            fields=LOG if move == "log" else None,
        )
    return visit


def make_action(visit, **fields):
    """Save an action agreed during a visit."""
    values = {"text": "Mount the guards", "owner": "Mr Wang", "due_on": date(2017, 8, 1)}
    return keep(VisitAction(visit=visit, **(values | fields)), by=visit.consultant)


def make_workshop(world, **fields):
    """Save a workshop in the district of the world's enterprise."""
    values = {"name_en": "Workshop", "name_zh": "培训班", "area": world.district, "held_on": date(2017, 5, 8)}
    return keep(Workshop(programme=world.programme, **(values | fields)), by=world.staff)


def make_participant(workshop, *, enterprise=None, **fields):
    """Save a participant: somebody from the enterprise, or an official."""
    kind = "enterprise" if enterprise else "official"
    return Participant.objects.create(
        workshop=workshop, **({"kind": kind, "enterprise": enterprise} | fields)
    )
