"""Who may open what: every address of the site × everybody of the cast.

A stranger gets 404 for what they may not see, a colleague without the right 403, nobody at all the sign-in page. An
address that is not in the table fails the test: whoever adds a page says who may open it.
"""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from PIL import Image

from enterprises.models import Cohort, Milestone, Target, WorkforceCount
from hazards.models import Hazard, SafetyCheck
from meetings.tests.factories import make_decision
from practices.tests.factories import make_practice
from publications.tests.factories import make_published
from reminders import unsubscribing
from reports.tests.histories import make_version
from score_mis.lib import workflow
from score_mis.lib.workflow import TABLES
from sheets.tests.factories import make_file
from suggestions.models import Pile, Suggestion
from suggestions.services import slips_for
from training.models import CounsellingVisit, Enrolment, Module, Participant, VisitAction, Workshop

CAST = (
    "member",
    "leader",
    "consultant",
    "inspector",
    "authority",
    "staff",
    "administrator",
    "outsider",
    "nobody",
)
DAY = date(2017, 5, 2)


def names_of(resolver: URLResolver, space: str = "") -> Iterator[str]:
    """The name of every address of our own apps."""
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            if entry.namespace != "admin":
                yield from names_of(entry, entry.namespace or space)
        elif isinstance(entry, URLPattern):
            yield f"{space}:{entry.name}"


@pytest.fixture
def things(world, today):
    """One record of every kind, reached through its moves, by the names used in the table."""

    def do(record, move, by, **fields):
        return workflow.perform(record, move, by=by, today=today, on=DAY, fields=fields)

    picture = Path(settings.MEDIA_ROOT) / "p.jpg"
    picture.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (4, 4)).save(picture)
    file = ContentFile(picture.read_bytes(), name="p.jpg")
    own, version = world.enterprise, make_version(world.programme)
    module = Module.objects.create(programme=world.programme, number=1, name_en="One")
    visit = do(
        CounsellingVisit(enterprise=own), "plan", world.consultant, due_on=DAY, consultant=world.consultant
    )
    workshop = Workshop.objects.create(
        programme=world.programme, area=world.district, name_en="W", held_on=DAY
    )
    suggestion = do(Suggestion(enterprise=own), "submit", world.consultant, title="idea")
    check = do(
        SafetyCheck(enterprise=own), "start", world.inspector, version=version, performed_by="inspector"
    )
    done = do(
        do(SafetyCheck(enterprise=own), "start", world.inspector, version=version, performed_by="inspector"),
        "submit",
        world.inspector,
        answers={"A-01": "o"},
    )
    hazard = do(Hazard(enterprise=own), "identify", world.inspector, description="d", place="p")
    practice = make_practice(world)
    decision = make_decision(world, enterprise=own)
    enrolment = do(Enrolment(enterprise=own), "plan", world.staff, module=module)
    return {
        "enterprise": own,
        "team": world.team,
        "team_member": world.team.members.first(),
        "person": world.member,
        "assignment": world.member.assignments.get(),
        "area": world.district,
        "sector": world.sector,
        "cohort": Cohort.objects.create(programme=world.programme, name_en="C", started_on=DAY),
        "milestone": Milestone.objects.create(programme=world.programme, name_en="M", planned_on=DAY),
        "target": Target.objects.create(
            programme=world.programme, indicator="adoption_rate", due_on=DAY, value=80
        ),
        "workforce": WorkforceCount.objects.create(enterprise=own, counted_on=DAY, total=10),
        "module": module,
        "enrolment": enrolment,
        "workshop": workshop,
        "participant": Participant.objects.create(workshop=workshop, kind="enterprise", enterprise=own),
        "visit": visit,
        "visit_photo": visit.photos.create(file=file, added_by=world.consultant),
        "action": VisitAction.objects.create(visit=visit, text="t", owner="o", due_on=DAY),
        "suggestion": suggestion,
        "pile": Pile.objects.create(token=uuid4(), enterprise=own, by=world.member, keys=[suggestion.pk]),
        "slip": slips_for([suggestion])[0],
        "suggestion_photo": suggestion.photos.create(file=file, added_by=world.member),
        "version": version,
        "check": check,
        "done_check": done,
        "hazard": hazard,
        "practice": practice,
        "meeting": decision.meeting,
        "decision": decision,
        "practice_photo": practice.photos.create(file=file, added_by=world.member),
        "published": make_practice(world, "published"),
        "sheet_file": make_file(world.staff),
        "hazard_photo": hazard.photos.create(file=file, added_by=world.inspector),
    }


def pk(name: str):
    """The primary key of a thing."""
    return lambda things: things[name].pk


def key(name: str):
    """The key of a photo."""
    return lambda things: things[name].key


def code(name: str):
    """The code of a snapshot."""
    return lambda things: things[name].code


def last(name: str):
    """The primary key of the last change row of a thing."""
    return lambda things: things[name].changes.filter(in_force=True).latest("seq").pk


def link_of(name: str):
    """The signed word of the link that stops a person's daily digest."""
    return lambda things: unsubscribing.token(things[name], "digest")


def of_pile(things):
    """The token of the pile."""
    return things["pile"].token


def file_key(things):
    """The key of a file that the staff asked for."""
    return things["sheet_file"].key


def of_slip(things):
    """The code of the slip."""
    return things["slip"].code


# Address: (arguments, codes of GET for member, leader, consultant, inspector, authority, staff, administrator,
# outsider, nobody). 302 is the sign-in page for nobody, for others a page that sends them on with a message.
ACCESS = {
    "reports:home": ([], "200 200 200 200 200 200 200 200 302"),
    "reports:dashboard": ([], "200 200 200 200 200 200 403 200 302"),
    "reports:evidence": (["safety_checks", "value"], "200 200 200 200 200 200 403 200 302"),
    "reports:definitions": ([], "200 200 200 200 200 200 200 200 302"),
    "reports:item_coverage": ([pk("enterprise")], "200 200 200 200 200 200 404 404 302"),
    "reports:item_places": (["A-01"], "200 200 200 200 200 200 404 200 302"),
    "reports:plans": ([], "200 200 200 200 200 200 403 200 302"),
    "reports:operations": ([], "403 403 403 403 403 200 200 403 302"),
    "reports:build": ([], "405 405 405 405 405 405 405 405 302"),
    "publications:list": ([], "200 200 200 200 200 200 200 200 302"),
    "publications:add": ([], "403 403 403 403 403 200 403 403 302"),
    "publications:detail": ([pk("report")], "404 404 404 200 200 200 404 404 302"),
    "publications:edit": ([pk("report")], "404 404 404 403 403 200 404 404 302"),
    "publications:freeze": ([pk("report")], "405 405 405 405 405 405 405 405 302"),
    "publications:freezing": ([key("freezing")], "404 404 404 302 302 302 404 404 302"),
    "publications:freezing_file": ([key("freezing")], "404 404 404 200 200 200 404 404 302"),
    "publications:snapshot": ([code("snapshot")], "404 404 404 200 200 200 404 404 302"),
    "publications:today": ([code("snapshot")], "404 404 404 200 200 200 404 404 302"),
    "publications:documents": ([code("snapshot")], "405 405 405 405 405 405 405 405 302"),
    "publications:document": ([key("document")], "404 404 404 200 200 200 404 404 302"),
    "publications:document_file": ([key("document")], "404 404 404 200 200 200 404 404 302"),
    "publications:evidence": ([code("snapshot"), "E1"], "404 404 404 200 200 200 404 404 302"),
    "publications:verify": ([], "200 200 200 200 200 200 200 200 200"),
    "publications:verify_code": ([code("snapshot")], "200 200 200 200 200 200 200 200 200"),
    "sheets:list": ([], "200 200 200 200 200 200 403 200 302"),
    "sheets:add": (["consultant-activity"], "403 403 200 200 200 200 403 200 302"),
    "sheets:file_detail": ([file_key], "404 404 404 404 404 200 404 404 302"),
    "sheets:file": ([file_key], "404 404 404 404 404 200 404 404 302"),
    "reminders:message_list": ([], "403 403 403 403 403 200 200 403 302"),
    "reminders:mine": ([], "200 200 200 200 200 200 200 200 302"),
    "reminders:of_person": ([pk("person")], "403 403 403 403 403 200 403 403 302"),
    "reminders:stop": ([link_of("person")], "200 200 200 200 200 200 200 200 200"),
    "accounts:login": ([], "302 302 302 302 302 302 302 302 200"),
    "accounts:logout": ([], "405 405 405 405 405 405 405 405 302"),
    "accounts:outbox": ([], "200 200 200 200 200 200 200 200 200"),
    "accounts:who": ([], "200 200 200 200 200 200 200 200 200"),
    "accounts:worker": ([], "200 200 200 200 200 200 200 200 200"),
    "accounts:language": ([], "405 405 405 405 405 405 405 405 405"),
    "enterprises:list": ([], "200 200 200 200 200 200 200 200 302"),
    "enterprises:add": ([], "403 403 403 403 403 200 403 403 302"),
    "enterprises:detail": ([pk("enterprise")], "200 200 200 200 200 200 404 404 302"),
    "enterprises:edit": ([pk("enterprise")], "403 403 403 403 403 200 404 404 302"),
    "enterprises:move": ([pk("enterprise"), "complete"], "403 403 403 403 403 200 404 404 302"),
    "enterprises:correct": ([pk("enterprise"), last("enterprise")], "403 403 403 403 403 200 404 404 302"),
    "enterprises:team_add": ([pk("enterprise")], "403 200 200 403 403 200 404 404 302"),
    "enterprises:workforce_add": ([pk("enterprise")], "403 200 200 403 403 200 404 404 302"),
    "enterprises:plan_edit": ([pk("enterprise")], "403 403 403 403 403 200 404 404 302"),
    "enterprises:workforce_edit": ([pk("workforce")], "403 200 200 403 403 200 404 404 302"),
    "enterprises:team_detail": ([pk("team")], "200 200 200 200 200 200 404 404 302"),
    "enterprises:team_edit": ([pk("team")], "403 200 200 403 403 200 404 404 302"),
    "enterprises:member_add": ([pk("team")], "403 200 200 403 403 200 404 404 302"),
    "enterprises:member_edit": ([pk("team_member")], "403 200 200 403 403 200 404 404 302"),
    "enterprises:person_list": ([], "403 403 403 403 403 200 403 403 302"),
    "enterprises:person_add": ([], "403 403 403 403 403 200 403 403 302"),
    "enterprises:person_detail": ([pk("person")], "403 403 403 403 403 200 403 403 302"),
    "enterprises:person_edit": ([pk("person")], "403 403 403 403 403 200 403 403 302"),
    "enterprises:assignment_add": ([pk("person")], "403 403 403 403 403 200 403 403 302"),
    "enterprises:assignment_end": ([pk("assignment")], "403 403 403 403 403 200 403 403 302"),
    "enterprises:area_list": ([], "200 200 200 200 200 200 200 200 302"),
    "enterprises:area_add": ([], "403 403 403 403 403 200 403 403 302"),
    "enterprises:area_edit": ([pk("area")], "403 403 403 403 403 200 404 404 302"),
    "enterprises:sector_list": ([], "200 200 200 200 200 200 403 200 302"),
    "enterprises:sector_add": ([], "403 403 403 403 403 200 403 403 302"),
    "enterprises:sector_edit": ([pk("sector")], "403 403 403 403 403 200 403 403 302"),
    "enterprises:programme": ([], "200 200 200 200 200 200 403 200 302"),
    "enterprises:programme_edit": ([], "403 403 403 403 403 200 403 403 302"),
    "enterprises:milestone_add": ([], "403 403 403 403 403 200 403 403 302"),
    "enterprises:milestone_edit": ([pk("milestone")], "403 403 403 403 403 200 403 403 302"),
    "enterprises:cohort_list": ([], "200 200 200 200 200 200 403 200 302"),
    "enterprises:cohort_add": ([], "403 403 403 403 403 200 403 403 302"),
    "enterprises:cohort_edit": ([pk("cohort")], "403 403 403 403 403 200 403 403 302"),
    "enterprises:target_list": ([], "200 200 200 200 200 200 403 200 302"),
    "enterprises:target_add": ([], "403 403 403 403 403 200 403 403 302"),
    "enterprises:target_edit": ([pk("target")], "403 403 403 403 403 200 404 403 302"),
    "training:module_list": ([], "200 200 200 200 200 200 200 200 302"),
    "training:module_add": ([], "403 403 403 403 403 200 403 403 302"),
    "training:module_detail": ([pk("module")], "200 200 200 200 200 200 404 200 302"),
    "training:module_edit": ([pk("module")], "403 403 403 403 403 200 404 403 302"),
    "training:enrolment_list": ([], "200 200 200 200 200 200 200 200 302"),
    "training:enrolment_add": ([], "403 403 200 403 403 200 403 403 302"),
    "training:enrolment_detail": ([pk("enrolment")], "200 200 200 200 200 200 404 404 302"),
    "training:enrolment_edit": ([pk("enrolment")], "403 403 200 403 403 200 404 404 302"),
    "training:enrolment_move": ([pk("enrolment"), "start"], "403 403 200 403 403 200 404 404 302"),
    "training:enrolment_correct": ([pk("enrolment"), last("enrolment")], "403 403 403 403 403 200 404 404 302"),
    "training:workshop_list": ([], "200 200 200 200 200 200 200 200 302"),
    "training:workshop_add": ([], "403 403 200 403 403 200 403 403 302"),
    "training:workshop_detail": ([pk("workshop")], "200 200 200 200 200 200 404 404 302"),
    "training:workshop_edit": ([pk("workshop")], "403 403 200 403 403 200 404 404 302"),
    "training:participant_add": ([pk("workshop")], "403 403 200 403 403 200 404 404 302"),
    "training:participant_edit": ([pk("participant")], "403 403 200 403 403 200 404 404 302"),
    "training:participant_delete": ([pk("participant")], "403 403 200 403 403 200 404 404 302"),
    "training:visit_list": ([], "200 200 200 200 200 200 200 200 302"),
    "training:visit_add": ([], "403 403 200 403 403 200 403 403 302"),
    "training:visit_detail": ([pk("visit")], "200 200 200 200 200 200 404 404 302"),
    "training:visit_edit": ([pk("visit")], "403 403 200 403 403 200 404 404 302"),
    "training:visit_move": ([pk("visit"), "log"], "403 403 200 200 403 403 404 404 302"),
    "training:visit_correct": ([pk("visit"), last("visit")], "403 403 200 403 403 200 404 404 302"),
    "training:visit_photo": ([key("visit_photo")], "200 200 200 200 200 200 404 404 302"),
    "training:visit_letter": ([pk("visit")], "302 302 302 302 302 302 404 404 302"),
    "training:visit_calendar": ([], "200 200 200 200 200 200 200 200 302"),
    "training:calendar_address": ([], "405 405 405 405 405 405 405 405 302"),
    "training:visit_feed": (["no-such-secret"], "404 404 404 404 404 404 404 404 404"),
    "training:action_add": ([pk("visit")], "403 403 302 302 403 403 404 404 302"),
    "training:action_edit": ([pk("action")], "403 403 302 302 403 403 404 404 302"),
    "training:action_tick": ([pk("action")], "405 405 405 405 405 405 405 405 302"),
    "suggestions:list": ([], "200 200 200 200 200 200 200 200 302"),
    "suggestions:board": ([], "200 200 200 200 200 200 200 200 302"),
    "suggestions:add": ([], "200 200 200 403 403 403 403 403 302"),
    "suggestions:detail": ([pk("suggestion")], "200 200 200 200 200 200 404 404 302"),
    "suggestions:edit": ([pk("suggestion")], "200 200 200 403 403 403 404 404 302"),
    "suggestions:correct": ([pk("suggestion"), last("suggestion")], "403 200 200 403 403 200 404 404 302"),
    "suggestions:move": ([pk("suggestion"), "adopt"], "403 200 403 403 403 403 404 404 302"),
    "suggestions:photo": ([key("suggestion_photo")], "200 200 200 200 200 200 404 404 302"),
    "suggestions:similar": ([], "200 200 200 403 403 403 403 403 302"),
    "suggestions:pile_add": ([], "200 200 200 403 403 403 403 403 302"),
    "suggestions:pile": ([of_pile], "200 404 404 404 404 404 404 404 302"),
    "suggestions:pile_slips": ([of_pile], "200 404 404 404 404 404 404 404 302"),
    "suggestions:slip": ([pk("suggestion")], "200 200 200 403 403 403 404 404 302"),
    "suggestions:answer_by_code": ([], "200 200 200 200 200 200 200 200 200"),
    "suggestions:answer": ([of_slip], "200 200 200 200 200 200 200 200 200"),
    "meetings:list": ([], "200 200 200 200 200 200 200 200 302"),
    "meetings:add": ([], "403 403 403 403 403 200 403 403 302"),
    "meetings:detail": ([pk("meeting")], "200 200 200 200 200 200 404 404 302"),
    "meetings:edit": ([pk("meeting")], "403 403 403 403 403 200 404 404 302"),
    "meetings:show": ([pk("meeting"), 2], "200 200 200 200 200 200 404 404 302"),
    "meetings:decide": ([pk("meeting"), 2], "403 403 403 403 403 200 404 404 302"),
    "meetings:decision_add": ([pk("meeting")], "403 403 403 403 403 200 404 404 302"),
    "meetings:decision_list": ([], "200 200 200 200 200 200 200 200 302"),
    "meetings:decision_detail": ([pk("decision")], "200 200 200 200 200 200 404 404 302"),
    "meetings:decision_correct": ([pk("decision"), last("decision")], "403 403 403 403 403 200 404 404 302"),
    "meetings:decision_move": ([pk("decision"), "carry_out"], "200 200 200 403 403 200 404 404 302"),
    "practices:list": ([], "200 200 200 200 200 200 200 200 302"),
    "practices:add": ([], "200 200 200 403 403 403 403 403 302"),
    "practices:detail": ([pk("practice")], "200 200 200 200 404 200 404 404 302"),
    "practices:card": ([pk("published")], "200 200 200 200 200 200 404 200 302"),
    "practices:edit": ([pk("practice")], "200 200 200 403 404 403 404 404 302"),
    "practices:correct": ([pk("published"), last("published")], "403 403 403 403 403 200 404 403 302"),
    "practices:move": ([pk("practice"), "void"], "403 200 200 403 404 200 404 404 302"),
    "practices:photo": ([key("practice_photo")], "200 200 200 200 404 200 404 404 302"),
    "practices:photo_remove": ([key("practice_photo")], "405 405 405 405 405 405 405 405 302"),
    "hazards:checklist_list": ([], "200 200 200 200 200 200 200 200 302"),
    "hazards:checklist_detail": ([pk("version")], "200 200 200 200 200 200 404 200 302"),
    "hazards:check_list": ([], "200 200 200 200 200 200 200 200 302"),
    "hazards:check_add": ([], "200 200 200 200 403 403 403 403 302"),
    "hazards:check_detail": ([pk("check")], "200 200 200 200 200 200 404 404 302"),
    "hazards:check_record": ([pk("check")], "403 403 403 200 403 403 404 404 302"),
    "hazards:check_correct_version": ([pk("done_check")], "403 403 403 200 403 403 404 404 302"),
    "hazards:check_correct": ([pk("done_check"), last("done_check")], "403 403 403 200 403 200 404 404 302"),
    "hazards:check_move": ([pk("check"), "submit"], "403 403 403 302 403 403 404 404 302"),
    "hazards:check_notice": ([pk("done_check")], "200 200 200 200 200 200 404 404 302"),
    "hazards:hazard_list": ([], "200 200 200 200 200 200 200 200 302"),
    "hazards:hazard_add": ([], "200 200 200 200 403 403 403 403 302"),
    "hazards:ledger": ([], "200 200 200 200 200 200 200 200 302"),
    "hazards:notice": ([pk("enterprise")], "200 200 200 200 200 200 404 404 302"),
    "hazards:order": ([pk("hazard")], "302 302 302 302 302 302 404 404 302"),
    "hazards:photo": ([key("hazard_photo")], "200 200 200 200 200 200 404 404 302"),
    "hazards:hazard_detail": ([pk("hazard")], "200 200 200 200 200 200 404 404 302"),
    "hazards:hazard_edit": ([pk("hazard")], "200 200 200 200 403 403 404 404 302"),
    "hazards:hazard_correct": ([pk("hazard"), last("hazard")], "403 403 403 200 403 200 404 404 302"),
    "hazards:hazard_move": ([pk("hazard"), "assign"], "403 200 403 200 403 403 404 404 302"),
}  # fmt: skip


def test_every_address_is_in_the_table():
    assert set(names_of(get_resolver())) == set(ACCESS)


@pytest.fixture
def everything(world, things):
    """The things, and a report that was frozen of them: seconds, which moves do not need."""
    return things | make_published(world)


def test_every_address_answers_everybody_as_the_table_says(world, everything, client):
    things = everything
    wrong = []
    for place, who in enumerate(CAST):
        client.logout()
        if who != "nobody":
            client.force_login(getattr(world, who))
        for name, (args, codes) in ACCESS.items():
            url = reverse(name, args=[arg(things) if callable(arg) else arg for arg in args])
            got, expected = str(client.get(url).status_code), codes.split()[place]
            if got != expected:
                wrong.append(f"{name} {who}: {got}, not {expected}")
    assert wrong == []


@pytest.mark.parametrize("model", list(TABLES), ids=lambda model: model.__name__)
def test_every_move_is_open_to_exactly_the_roles_of_its_row(world, things, client, today, model):
    """A page for each move out of the record's present state; the table of moves says who gets it."""
    record = next(thing for thing in things.values() if isinstance(thing, model))
    wrong = []
    for row in TABLES[model].rows:
        if record.status not in row.sources or row.move == "edit":
            continue
        url = reverse(MOVES[model.__name__], args=[record.pk, row.move])
        for who in CAST[:-1]:
            user = getattr(world, who)
            client.force_login(user)
            if not model.objects.visible_to(user).filter(pk=record.pk).exists():
                allowed = {404}
            elif row.roles & record.roles_of(user, today):
                allowed = {200, 302, 403} if model is SafetyCheck else {200, 302}
            else:
                allowed = {403}
            got = client.get(url).status_code
            if got not in allowed:
                wrong.append(f"{row.move} {who}: {got}, not {allowed}")
    assert wrong == []


MOVES = {
    "Enterprise": "enterprises:move",
    "Enrolment": "training:enrolment_move",
    "CounsellingVisit": "training:visit_move",
    "Suggestion": "suggestions:move",
    "SafetyCheck": "hazards:check_move",
    "Hazard": "hazards:hazard_move",
    "Practice": "practices:move",
    "Decision": "meetings:decision_move",
}
