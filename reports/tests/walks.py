"""Steps through the life of a programme: any record, any move its table allows, any correction, any place."""

import random
from collections import Counter
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model

from conftest import START, assign, make_user
from enterprises.models import Area, Enterprise, Role, Sector
from enterprises.services import add_area, move_area
from hazards.checking import Finding, correct_check
from hazards.models import Hazard, SafetyCheck
from reports.tests.histories import make_version
from score_mis.lib import workflow
from score_mis.lib.transitions import TABLES, Transition, events_of
from score_mis.lib.workflow import Move, TransitionError
from suggestions.models import Suggestion
from training import services
from training.models import CounsellingVisit, Enrolment, Module, Participant, Workshop

RECORDS = (Suggestion, Hazard, SafetyCheck, CounsellingVisit, Enrolment)
REFUSED = (ValidationError, TransitionError)
ITEMS = ("A-01", "A-02", "A-03", "A-04")
MONEY = (None, "0.10", "0.20", "0.70", "1234.56")


class Ground:
    """What all walks start on: a country with two provinces, districts, a township, enterprises at every level."""

    def __init__(self, world: Any) -> None:
        self.programme = world.programme
        self.country = Area.objects.get(parent=None)
        self.people = [make_user("one"), make_user("two")]
        for user in self.people:
            for role in (Role.CONSULTANT, Role.INSPECTOR, Role.PROGRAMME_STAFF):
                assign(user, role, self.country)
        second = self.area("130000", 1, self.country)
        city = self.area("130100", 2, second)
        places = [world.district, world.other_district, world.province, self.country, second, city]
        places += [self.area("130102", 3, city), self.area("110111001", 4, world.district)]
        self.sectors = [
            world.sector,
            Sector.objects.create(code="C17", name_en="Textiles", name_zh="纺织业"),
        ]
        self.version = make_version(world.programme)
        self.modules = [
            Module.objects.create(programme=world.programme, number=n, name_en="M") for n in (1, 2)
        ]
        self.staffed(world.enterprise)
        for number, place in enumerate(places):
            self.enterprise(f"E{number}", place, self.sectors[number % 2], START, START + timedelta(days=400))

    def area(self, code: str, level: int, parent: Area) -> Area:
        """Add an area."""
        return add_area(
            programme=self.programme,
            code=code,
            level=level,
            parent=parent,
            name_en=code,
            name_zh=code,
            on=START,
        )

    def enterprise(self, code: str, area: Area, sector: Sector, on: date, today: date) -> Enterprise:
        """Register an enterprise with its team, in one piece with its first steps."""
        fields = {"programme": self.programme, "code": code, "name_en": code, "area": area, "sector": sector}
        record = Enterprise(programme=self.programme, area=area)
        by = self.people[0]
        moves = [
            Move(record=record, move=move, by=by, on=on, fields=fields if move == "register" else {})
            for move in ("register", "enrol", "activate")
        ]
        workflow.perform_many(moves, today=today)
        self.staffed(record)
        return record

    def staffed(self, enterprise: Enterprise) -> None:
        """Both people lead a team of the enterprise."""
        team = enterprise.teams.create(name_en="Team", formed_on=START)
        for user in self.people:
            assign(user, Role.EIT_MEMBER, enterprise)
            team.members.create(user=user, name="n", position="leader", standing="worker", from_on=START)


class Walk:
    """One history. Every step is drawn from `rng`; what the product refuses is no step."""

    def __init__(self, ground: Ground) -> None:
        self.ground, self.today = ground, START + timedelta(days=75)
        self.rng = random.Random(0)
        self.codes = 100
        self.counted: Counter[type] = Counter()  # records written less those voided
        self.old_copies: list[Enterprise] = list(Enterprise.objects.order_by("pk"))

    def user(self) -> Any:
        """Somebody; two people take turns, so that two keys are found."""
        return self.rng.choice(self.ground.people)

    def pick(self, model: type[Model]) -> Any:
        """Any record of a kind, or None."""
        pks = list(model._base_manager.order_by("pk").values_list("pk", flat=True))
        return model._base_manager.get(pk=self.rng.choice(pks)) if pks else None

    def day(self, first: date = START) -> date:
        """A day from `first` to today; often at the edge of a month, often soon after."""
        last = self.today
        near = [first + timedelta(days=self.rng.randint(0, 12)), first, last]
        near += [date(first.year, first.month, 1) + timedelta(days=31 * n) for n in (1, 2)]
        near += [day.replace(day=1) for day in near] + [
            day.replace(day=1) - timedelta(days=1) for day in near
        ]
        return min(max(self.rng.choice(near), first), last)

    def code(self) -> str:
        """A code that no area or enterprise has."""
        self.codes += 1
        return f"X{self.codes}"

    def create(self, model: type[Model]) -> None:
        """A new record of any enterprise; sometimes through a copy of it that was read long ago."""
        enterprise = self.pick(Enterprise)
        if self.rng.random() < 0.3:
            enterprise = self.rng.choice(self.old_copies)
        record = model(enterprise=enterprise)
        if model is Enrolment:
            record.module = self.pick(Module)
        if model is Hazard and self.rng.random() < 0.4:
            record.check_event = SafetyCheck.objects.counted().filter(enterprise=enterprise).first()
            record.repeat_of = Hazard.objects.filter(enterprise=enterprise).first()
        row = next(row for row in TABLES[model].rows if workflow.NEW in row.sources)
        self.perform(record, row, self.day())

    def step(self, model: type[Model]) -> None:
        """Any move that a record's table knows from its state; moves that end it come seldom."""
        record = self.pick(model)
        if record is None:
            return
        seen = workflow.latest_entry(record)
        record.refresh_from_db()  # what somebody does after this look is refused
        rows = [row for row in TABLES[model].rows if record.status in row.sources]
        rows = [row for row in rows if row.move not in ("void", "drop", "discard") or self.rng.random() < 0.2]
        if rows:
            last = events_of(TABLES[model], record).last()
            self.perform(record, self.rng.choice(rows), self.day(last.happened_on), seen)

    def perform(self, record: Any, row: Transition, on: date, seen: int | None = None) -> None:
        """Make a move with all it needs; refusals save nothing."""
        try:
            workflow.perform(
                record,
                row.move,
                by=self.user(),
                today=self.today,
                on=on,
                reason="so it was",
                fields=self.fields(record, row),
                seen=seen,
            )
        except REFUSED:
            return
        self.counted[type(record)] += (workflow.NEW in row.sources) - (row.move == workflow.VOID)

    def fields(self, record: Any, row: Transition) -> dict[str, Any]:
        """Values of the kinds a move takes."""
        rng, on = self.rng, self.today
        known: dict[str, Any] = {
            "title": "An idea", "category": rng.choice(["safety", "quality", ""]), "module": self.pick(Module),
            "proposer_sex": rng.choice(["female", "male", ""]), "decision_reason": "no", "owner": "o",
            "proposer_role": rng.choice(["frontline", "manager", ""]), "saving_estimated": rng.choice(MONEY),
            "saving_actual": rng.choice(MONEY), "description": "d", "place": "p", "responsible": "r",
            "level": rng.choice(["general", "major"]), "measures": "m", "contingency": "c", "evidence": "e",
            "no_photo_reason": "dark", "version": self.ground.version, "topics": "t", "observations": "o",
            "performed_by": rng.choice(["self_check", "inspector", "consultant", "joint"]),
            "answers": {code: rng.choice("on") for code in rng.sample(ITEMS, 2)},
            "due_on": self.day() + timedelta(days=rng.randint(0, 40)),
            "consultant": self.ground.people[0], "inspector": self.ground.people[1],
        }  # fmt: skip
        if isinstance(record, Hazard):
            known["category"] = rng.choice(["thing", "person", ""])
            begun = record.deadline or record.identified_on or on
            known["deadline"] = begun + timedelta(days=rng.choice([0, 0, 1, 5, 40]))
            if row.move == "assign" and record.original_deadline:
                known["deadline"] = record.original_deadline
        if isinstance(record, Enterprise):
            known = {"area": self.pick(Area), "sector": rng.choice(self.ground.sectors)}
        if isinstance(record, CounsellingVisit | Enrolment) and row.move == "edit":
            known.pop("due_on", None)
        optional = {"deadline"} if row.move == "identify" and rng.random() < 0.4 else set()
        taken = {name: known[name] for name in row.fields if name in known and name not in optional}
        for name in ("saving_estimated", "saving_actual"):
            if taken.get(name):
                taken[name] = type(record)._meta.get_field(name).to_python(taken[name])
        return taken

    def correct(self, model: type[Model]) -> None:
        """Mend the day of any past step, within its neighbours."""
        record = self.pick(model)
        rows = list(events_of(TABLES[model], record)) if record else []
        if not rows:
            return
        place = self.rng.randrange(len(rows))
        first = rows[place - 1].happened_on if place else START
        last = rows[place + 1].happened_on if place + 1 < len(rows) else self.today
        on = first + timedelta(days=self.rng.randint(0, max(0, (last - first).days)))
        try:
            workflow.correct(rows[place], by=self.user(), today=self.today, on=on, reason="typed wrongly")
        except REFUSED:
            return

    def replace_check(self) -> None:
        """Correct a submitted check: the old one is superseded, its hazards go along or are voided."""
        check = SafetyCheck.objects.counted().order_by("pk").last()
        if check is None:
            return
        answers = {code: self.rng.choice("ohn") for code in self.rng.sample(ITEMS, 3)}
        found = {c: Finding(description="d", place="p") for c, answer in answers.items() if answer == "h"}
        try:
            correct_check(
                check,
                by=self.user(),
                today=self.today,
                on=self.day(check.checked_on),
                reason="wrong sheet",
                answers=answers,
                findings=found,
                fields={"performed_by": "joint"},
            )
        except REFUSED:
            return

    def bulk(self) -> None:
        """Many suggestions at once, each some way along, and older ones moved on."""
        row = TABLES[Suggestion].row("submit", workflow.NEW)
        moves = []
        for _each in range(self.rng.randint(1, 6)):
            record = Suggestion(enterprise=self.rng.choice(self.old_copies))
            on = self.day()
            for move in ("submit", "adopt", "implement")[: self.rng.randint(1, 3)]:
                fields = self.fields(record, row) if move == "submit" else {}
                by = self.user()
                moves.append(Move(record=record, move=move, by=by, on=on, fields=fields))
                on = self.day(on)
        older = Suggestion.objects.filter(status="submitted").order_by("pk")[:3]
        moves += [Move(record=record, move="adopt", by=self.user(), on=self.today) for record in older]
        try:
            workflow.perform_many(moves, today=self.today)
        except REFUSED:  # somebody else was quicker
            return
        self.counted[Suggestion] += sum(item.move == "submit" for item in moves)

    def bulk_places(self) -> None:
        """Enterprises moved in bulk, with objects that were moved before."""
        copies = self.rng.sample(self.old_copies, min(2, len(self.old_copies)))
        moves = [
            Move(record=e, move="edit", by=self.user(), on=self.today, fields={"area": self.pick(Area)})
            for e in copies
        ]
        try:
            workflow.perform_many(moves, today=self.today)
        except REFUSED:  # an old copy: it is read again, as the product asks
            for copy in copies:
                copy.refresh_from_db()

    def register(self) -> None:
        """A new enterprise anywhere; its object is kept and used again."""
        sector = self.rng.choice(self.ground.sectors)
        found = self.ground.enterprise(self.code(), self.pick(Area), sector, self.day(), self.today)
        self.old_copies.append(found)

    def grow(self) -> None:
        """An area below another; perhaps below one that has enterprises and had no parts."""
        parent = self.pick(Area)
        if parent.level < 4:
            self.ground.area(self.code(), self.rng.randint(parent.level + 1, 4), parent)

    def move_area(self) -> None:
        """An area under another parent, with everything below it."""
        area, parent = self.pick(Area), self.pick(Area)
        if area.parent_id and parent.level < area.level and not parent.path.startswith(area.path):
            since = area.parents.get(until_on=None).from_on
            move_area(area, parent=parent, on=since + timedelta(days=1))

    def workshop(self) -> None:
        """A workshop with people, or another day or module for one that was held."""
        found = self.pick(Workshop) if self.rng.random() < 0.4 else None
        by = self.user()
        place = {"area": self.ground.country, "name_en": "Workshop", "name_zh": "班"}
        shop = found or Workshop(programme=self.ground.programme, **place)
        shop.held_on, shop.module = self.day(), self.rng.choice([None, self.pick(Module)])
        shop.kind = self.rng.choice(["training", "training", "wrap_up"])
        shop = services.save_workshop(shop, by=by)
        services.add_participants(shop, [(self.person(), self.rng.randint(1, 3))], by=by)

    def person(self) -> dict[str, Any]:
        """Who somebody at a workshop is."""
        return {
            "kind": "enterprise", "enterprise": self.pick(Enterprise), "sex": self.rng.choice(["female", "male", ""]),
            "standing": self.rng.choice(["worker", "manager", ""]),
        }  # fmt: skip

    def participant(self) -> None:
        """Somebody at a workshop is somebody else, or was never there."""
        found = self.pick(Participant)
        if found is None:
            return
        if self.rng.random() < 0.4:
            services.remove_participant(found, by=self.user())
            return
        for name, value in self.person().items():
            setattr(found, name, value)
        services.save_participant(found, by=self.user())

    def renumber(self) -> None:
        """Another number for a module, by which figures are broken down."""
        module = self.pick(Module)
        self.codes += 1
        module.number = self.codes
        services.save_module(module, by=self.user())
