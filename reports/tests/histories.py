"""Random but valid histories of records, made through the moves, for tests of anything that counts."""

import random
from datetime import date, timedelta

from enterprises.models import Enterprise
from hazards.models import Checklist, ChecklistItem, ChecklistVersion, Hazard, SafetyCheck, Section
from score_mis.lib import workflow
from suggestions.models import Suggestion
from training.models import CounsellingVisit, Enrolment, Module

START = date(2017, 4, 1)
DAYS = 60


def make_version(programme, items: int = 4) -> ChecklistVersion:
    """A published checklist with a few items."""
    checklist = Checklist.objects.create(programme=programme, code="short", name_en="Short list")
    version = ChecklistVersion.objects.create(checklist=checklist, number=1, published_on=START)
    section = Section.objects.create(version=version, code="A", name_en="All", position=1)
    for n in range(1, items + 1):
        ChecklistItem.objects.create(
            version=version,
            section=section,
            code=f"A-{n:02}",
            position=n,
            group="site",
            kind="thing",
            text_en=f"i{n}",
        )
    return version


class History:
    """Walks records forward day by day with a random choice at each step."""

    def __init__(self, world, rng: random.Random, enterprises: list[Enterprise], today: date) -> None:
        self.world, self.rng, self.today = world, rng, today
        self.enterprises = enterprises
        self.version = make_version(world.programme)
        self.module = Module.objects.create(programme=world.programme, number=1, name_en="One")

    def later(self, day: date, most: int = 12) -> date:
        """A day not before `day`."""
        return min(day + timedelta(days=self.rng.randint(0, most)), START + timedelta(days=DAYS + 40))

    def do(self, record, move, by, on, **kwargs):
        """One move by somebody of the cast."""
        return workflow.perform(record, move, by=getattr(self.world, by), today=self.today, on=on, **kwargs)

    def suggestion(self) -> Suggestion:
        """A suggestion that went some way."""
        rng, on = self.rng, START + timedelta(days=self.rng.randint(0, DAYS))
        fields = {
            "title": "An idea",
            "category": rng.choice(["safety", "quality", ""]),
            "proposer_sex": rng.choice(["female", "male", ""]),
            "proposer_role": rng.choice(["frontline", "manager", ""]),
            "module": rng.choice([None, self.module]),
            "saving_estimated": rng.choice([None, 100]),
        }
        record = Suggestion(enterprise=rng.choice(self.enterprises))
        record = self.do(record, "submit", "consultant", on, fields=fields)
        if rng.random() < 0.15:
            return self.do(record, "void", "staff", on, reason="twice")
        if rng.random() < 0.3:
            on = self.later(on)
            return self.do(record, "reject", "leader", on, fields={"decision_reason": "no"})
        on = self.later(on)
        record = self.do(record, "adopt", "leader", on)
        for _ in range(rng.randint(0, 2)):
            on = self.later(on)
            saving = {"saving_actual": rng.choice([None, 50, 70])}
            record = self.do(record, "implement", "member", on, fields=saving)
            if rng.random() < 0.5:
                on = self.later(on)
                if rng.random() < 0.5:
                    return self.do(record, "verify", "consultant", on)
                record = self.do(record, "send_back", "consultant", on, reason="not yet")
            else:
                return record
        if rng.random() < 0.3:
            record = self.do(record, "cancel", "leader", self.later(on), reason="too dear")
        return record

    def check(self) -> SafetyCheck:
        """A submitted check, or a draft, or a void one."""
        rng, on = self.rng, START + timedelta(days=self.rng.randint(0, DAYS))
        performed_by, by = rng.choice(
            [("inspector", "inspector"), ("consultant", "consultant"), ("joint", "inspector")]
        )
        answers = {f"A-{n:02}": rng.choice("ohn") for n in range(1, 5) if rng.random() < 0.4} or {"A-01": "o"}
        fields = {"version": self.version, "performed_by": performed_by, "answers": answers}
        record = self.do(SafetyCheck(enterprise=rng.choice(self.enterprises)), "start", by, on, fields=fields)
        if rng.random() < 0.9:
            record = self.do(record, "submit", by, on)
            if rng.random() < 0.1:
                record = self.do(record, "void", "inspector", on, reason="wrong place")
        return record

    def hazard(self, check: SafetyCheck | None = None) -> Hazard:
        """A hazard that went some way, perhaps overdue, extended, sent back."""
        rng, on = self.rng, START + timedelta(days=self.rng.randint(0, DAYS))
        fields = {
            "description": "d",
            "place": "p",
            "level": rng.choice(["general", "general", "major"]),
            "category": rng.choice(["thing", "person", ""]),
            "deadline": rng.choice([None, on + timedelta(days=rng.randint(0, 9))]),
        }
        enterprise = check.enterprise if check else rng.choice(self.enterprises)
        record = self.do(
            Hazard(enterprise=enterprise, check_event=check), "identify", "inspector", on, fields=fields
        )
        if rng.random() < 0.1:
            return self.do(record, "void", "inspector", on, reason="fine after all")
        if rng.random() < 0.2:
            return record
        on = self.later(on, 3)
        deadline = max(on, record.deadline or on + timedelta(days=rng.randint(0, 6)))
        order = {
            "responsible": "r",
            "measures": "m",
            "contingency": "c",
            "deadline": record.original_deadline or deadline,
        }
        record = self.do(record, "assign", "inspector", on, fields=order)
        if rng.random() < 0.3:
            on = self.later(on, 20)
            longer = {"deadline": record.original_deadline + timedelta(days=rng.randint(1, 30))}
            record = self.do(record, "extend", "inspector", on, fields=longer, reason="parts are late")
        for _ in range(rng.randint(0, 2)):
            on = self.later(on, 20)
            done = {"evidence": "done", "no_photo_reason": "dark"}
            record = self.do(record, "rectify", "member", on, fields=done)
            if rng.random() < 0.6:
                on = self.later(on)
                if rng.random() < 0.6:
                    return self.do(record, "verify", "inspector", on)
                record = self.do(record, "send_back", "inspector", on, reason="not yet")
            else:
                return record
        return record

    def visit(self) -> CounsellingVisit:
        """A planned visit, perhaps done, cancelled or moved."""
        rng, on = self.rng, START + timedelta(days=self.rng.randint(0, DAYS))
        fields = {
            "due_on": self.later(on),
            "consultant": self.world.consultant,
            "inspector": self.world.inspector,
        }
        record = self.do(
            CounsellingVisit(enterprise=rng.choice(self.enterprises)), "plan", "consultant", on, fields=fields
        )
        chance = rng.random()
        if chance < 0.2:
            return self.do(record, "cancel", "consultant", self.later(on), reason="flood")
        if chance < 0.4:
            moved = {"due_on": self.later(record.due_on)}
            record = self.do(record, "reschedule", "consultant", on, fields=moved, reason="holiday")
        if chance < 0.8:
            record = self.do(record, "log", "consultant", self.later(on), fields={"topics": "t"})
        return record

    def enrolment(self, enterprise: Enterprise) -> Enrolment:
        """An enterprise in the module, some way along."""
        on = START + timedelta(days=self.rng.randint(0, DAYS))
        record = self.do(Enrolment(enterprise=enterprise, module=self.module), "plan", "staff", on)
        for move in ("start", "train", "counsel", "complete")[: self.rng.randint(0, 4)]:
            on = self.later(on, 5)
            record = self.do(record, move, "staff", on)
        return record

    def correct_something(self) -> None:
        """Mend the date of a random past step, where a day is free."""
        rows = list(self.world.enterprise.suggestion_set.model.objects.filter(adopted_on__isnull=False))
        if rows:
            record = self.rng.choice(rows)
            change = record.changes.get(move="adopt", in_force=True)
            workflow.correct(
                change, by=self.world.staff, today=self.today, on=record.submitted_on, reason="typed wrongly"
            )

    def write(self, size: int) -> None:
        """A whole history of about `size` records of each kind."""
        for enterprise in self.enterprises:
            self.enrolment(enterprise)
        for _ in range(size):
            self.suggestion()
            self.visit()
            found = self.check()
            self.hazard(found if found.status == "submitted" else None)
        self.correct_something()
