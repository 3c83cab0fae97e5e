"""The modules, their enrolments, and the three workshops of the pilot."""

from datetime import date

from simple_history.utils import bulk_create_with_history

from enterprises.models import Mark, Sex, Standing
from reports.pilot.people import opening
from reports.pilot.places import ACTIVE, Pilot, Site, keep
from reports.pilot.schedule import AS_OF, Entries, given, next_working_day, stream, working_days_after
from score_mis.lib.workflow import Move, perform_many
from training.models import Enrolment, Module, Participant, ParticipantKind, Workshop, WorkshopKind

MODULES = (
    ("Workplace Cooperation", "工作场所合作",
     "Managers and workers form an improvement team and carry out suggestions.",
     "管理者与员工共同组建企业改进小组，收集并实施改进建议。"),
    ("Quality: Managing Continuous Improvement", "质量：持续改进管理",
     "Find, measure and remove defects.", "发现、统计并消除质量缺陷。"),
    ("Productivity through Cleaner Production", "清洁生产提高生产率",
     "Use less energy, water and material.", "节约能源、水和原材料。"),
    ("Workforce Management for Cooperation and Business Success", "人力资源管理与企业成功",
     "Recruit, train and keep people.", "招聘、培养并留住员工。"),
    ("Safety and Health at Work", "职业安全与健康",
     "Find and control hazards with everybody's help.", "全员参与，辨识和控制危险有害因素。"),
)  # fmt: skip

CLASSES = ((date(2017, 4, 18), range(1, 6)), (date(2017, 4, 20), range(6, 11)))
"""The two workshops of module 1: first of two days, and the enterprises that sent people."""

MODULE_5_PLANNED = date(2017, 12, 11)
MODULE_5_STARTS = date(2018, 3, 6)
REVIEW = (
    (ParticipantKind.OFFICIAL, 3, 5),
    (ParticipantKind.BUREAU, 5, 8),
    (ParticipantKind.CONSULTANT, 3, 3),
    (ParticipantKind.INSPECTOR, 3, 6),
    (ParticipantKind.ILO, 3, 1),
)
"""Who came to the review workshop beside the enterprises: women, men."""

SENT = (2, 2)
"""Managers and workers that each enterprise sends to a workshop."""


def write_modules(pilot: Pilot) -> None:
    """Save the five modules; the first is mandatory."""
    for number, (name_en, name_zh, text_en, text_zh) in enumerate(MODULES, 1):
        pilot.modules[number] = keep(
            Module(
                programme=pilot.programme,
                number=number,
                mandatory=number == 1,
                name_en=name_en,
                name_zh=name_zh,
                description_en=text_en,
                description_zh=text_zh,
            ),
            opening(),
            pilot.staff,
        )


def class_day(site: Site) -> date:
    """Return the first day of the workshop of module 1 that an enterprise went to."""
    return next(day for day, numbers in CLASSES if site.number in numbers)


def write_enrolments(pilot: Pilot) -> None:
    """Write module 1 from plan to completion, and the plan of module 5, for all ten; by the days of the visits."""
    moves: list[Move] = []
    found: list[tuple[Site, Enrolment]] = []
    for site in pilot.sites:
        intake, first, last = (given(site.visits[n].done_on) for n in (0, 1, 4))
        closing = working_days_after(last, 6 + site.number % 5)
        steps = [
            ("plan", ACTIVE),
            ("start", intake),
            ("train", class_day(site)),
            ("counsel", first),
            ("complete", closing),
        ]
        one = enrolment_moves(pilot, site, 1, steps, intake)
        planned = working_days_after(MODULE_5_PLANNED, site.number % 4)
        start = next_working_day(working_days_after(MODULE_5_STARTS, site.number))
        five = enrolment_moves(pilot, site, 5, [("plan", planned)], start)
        found += [(site, one[0].record), (site, five[0].record)]
        moves += one + five
    perform_many(sorted(moves, key=lambda move: move.entered_at), today=AS_OF)
    for site, enrolment in found:
        enrolment.consultants.add(site.consultant)
        enrolment.inspectors.add(site.inspector)


def enrolment_moves(
    pilot: Pilot, site: Site, number: int, steps: list[tuple[str, date]], start: date
) -> list[Move]:
    """Return the moves of one enterprise in one module."""
    enrolment = Enrolment(enterprise=site.enterprise, module=pilot.modules[number])
    entries = Entries(site.stream(f"module {number}"))
    fields = {"enterprise": site.enterprise, "module": pilot.modules[number], "planned_start_on": start}
    return [
        Move(
            record=enrolment,
            move=move,
            by=pilot.staff if move == "plan" else site.consultant,
            on=on,
            fields=fields if move == "plan" else {},
            entered_at=entries.after(on),
        )
        for move, on in steps
    ]


def write_workshops(pilot: Pilot) -> None:
    """Save the two workshops of module 1 and the review workshop, with everybody who came."""
    for n, (day, numbers) in enumerate(CLASSES, 1):
        workshop = _workshop(
            pilot, WorkshopKind.TRAINING, day, 2, f"Module 1 training, class {n}", f"模块一培训第{n}班"
        )
        for number in numbers:
            _send(workshop, pilot.site(number), f"class {n}")
        Mark.objects.append(workshop.marks())
    review = _workshop(
        pilot, WorkshopKind.MID_TERM_REVIEW, AS_OF, 1, "Mid-term review workshop", "中期评审研讨会"
    )
    people = [
        Participant(workshop=review, kind=kind, sex=sex)
        for kind, women, men in REVIEW
        for sex in [Sex.FEMALE] * women + [Sex.MALE] * men
    ]
    _came(review, people)
    for site in pilot.sites:
        _send(review, site, "review")
    Mark.objects.append(review.marks())


def _workshop(pilot: Pilot, kind: str, day: date, days: int, name_en: str, name_zh: str) -> Workshop:
    return keep(
        Workshop(
            programme=pilot.programme,
            area=pilot.district,
            module=pilot.modules[1] if kind == WorkshopKind.TRAINING else None,
            kind=kind,
            held_on=day,
            days=days,
            name_en=name_en,
            name_zh=name_zh,
            place="房山区 · Fangshan district",
        ),
        Entries(stream(f"workshop {day}")).after(day),
        pilot.staff,
    )


def _send(workshop: Workshop, site: Site, topic: str) -> None:
    """Save the managers and workers of one enterprise at a workshop; a few did not state their sex."""
    rng = site.stream(f"workshop {topic}")
    standings = [Standing.MANAGER] * SENT[0] + [Standing.WORKER] * SENT[1]
    people = [
        Participant(
            workshop=workshop,
            enterprise=site.enterprise,
            kind=ParticipantKind.ENTERPRISE,
            standing=standing,
            sex=rng.choices((Sex.FEMALE, Sex.MALE, ""), (42, 54, 4))[0],
        )
        for standing in standings
    ]
    _came(workshop, people)


def _came(workshop: Workshop, people: list[Participant]) -> None:
    """Save people of a workshop, entered when the workshop was."""
    entered = workshop.history.latest().history_date
    bulk_create_with_history(people, Participant, default_date=entered)
