"""The ground the records stand on: programme, areas, people, checklist, enterprises with teams, plans and workforce."""

from dataclasses import dataclass
from datetime import date
from math import ceil
from typing import Any

from django.apps import apps

from accounts.models import User
from bench.loading import FIRST_DAY, LAST_DAY, Loader, literal, table
from bench.plans import change_rows, days, denormalised, write_book
from bench.stories import ENTERPRISES
from enterprises.models import (
    Area,
    AreaParent,
    Assignment,
    Cohort,
    Enterprise,
    EnterpriseChange,
    Milestone,
    MonthlyPlan,
    Programme,
    Role,
    Sector,
    Team,
    TeamMember,
    WorkforceCount,
)
from hazards import checklist_file
from hazards.models import ChecklistItem
from hazards.services import load_checklist
from reports.pilot.figures import CHECKED, SUGGESTED
from reports.pilot.places import SECTORS
from reports.pilot.training import MODULES
from training.models import Module

COHORTS = ((date(2016, 1, 4), 55), (date(2016, 4, 5), 20), (date(2016, 9, 5), 15), (date(2017, 3, 6), 10))
"""When each cohort began, and how many of a hundred enterprises belong to it."""

PEOPLE = ("staff", "authority", "inspector", "consultant", "leader", "member", "admin")
CONSULTED = 10


@dataclass(frozen=True)
class Size:
    """How much there is of everything at a scale: the pilot's numbers times the scale."""

    scale: int

    @property
    def enterprises(self) -> int:
        """Ten in the pilot."""
        return 10 * self.scale

    @property
    def districts(self) -> int:
        """As many as China has at x10000."""
        return max(3, round(self.scale * 0.285))

    @property
    def provinces(self) -> int:
        """Up to 31."""
        return min(31, ceil(self.districts / 8))

    @property
    def prefectures(self) -> int:
        """Up to 340."""
        return max(self.provinces, min(340, ceil(self.districts / 4)))


def write_ground(loader: Loader, size: Size) -> Programme:
    """Write everything that is the same for all records."""
    programme = Programme.objects.create(
        name_en="Measured programme (generated)",
        name_zh="测量用项目（生成）",
        launched_on=FIRST_DAY,
        is_generated=True,
    )
    Milestone.objects.create(
        programme=programme, name_en="Review", name_zh="评审", planned_on=LAST_DAY, held_on=LAST_DAY
    )
    for code, isic, name_en, name_zh in SECTORS:
        Sector.objects.create(code=code, isic=isic, name_en=name_en, name_zh=name_zh)
    for number, (name_en, name_zh, text_en, text_zh) in enumerate(MODULES, 1):
        Module.objects.create(
            programme=programme,
            number=number,
            mandatory=number == 1,
            name_en=name_en,
            name_zh=name_zh,
            description_en=text_en,
            description_zh=text_zh,
        )
    for day, _share in COHORTS:
        Cohort.objects.create(
            programme=programme, name_en=f"Cohort of {day}", name_zh=f"{day} 批", started_on=day
        )
    load_checklist(
        programme=programme, source=checklist_file.read(checklist_file.STARTER), publish_on=FIRST_DAY
    )
    _items()
    _people()
    _areas(loader, programme, size)
    return programme


def _items() -> None:
    """Number the items of the checklist for the generator."""
    found = ChecklistItem.objects.order_by("position").values_list("pk", "code", "kind")
    table(
        "item",
        "n int, item bigint, code text, kind text",
        [(n, *row) for n, row in enumerate(found)],
    )


def _people() -> None:
    for name in PEOPLE:
        user = User(username=name, name=f"{name.title()} (generated)")
        user.is_staff = user.is_superuser = name == "admin"
        user.set_unusable_password()
        user.save()
    table("who", "name text, id bigint", list(User.objects.values_list("username", "pk")))


def person(name: str) -> str:
    """A person's key as SQL."""
    return f"(SELECT id FROM bench.who WHERE name = {literal(name)})"


def _areas(loader: Loader, programme: Programme, size: Size) -> None:
    """Country, provinces, prefectures and districts, each below the one it belongs to."""
    provinces, prefectures, districts = size.provinces, size.prefectures, size.districts
    loader.stage(
        "area",
        f"""
        WITH prefecture AS (SELECT q, 1 + (q - 1) % {provinces} AS p FROM generate_series(1, {prefectures}) q),
        district AS (SELECT d, 1 + (d - 1) % {prefectures} AS q FROM generate_series(1, {districts}) d),
        pq AS (SELECT *, row_number() OVER (PARTITION BY p ORDER BY q) AS of_p FROM prefecture),
        dq AS (SELECT district.*, pq.p, pq.of_p, row_number() OVER (PARTITION BY district.q ORDER BY d) AS of_q
               FROM district JOIN pq USING (q))
        SELECT 1 AS id, 0 AS level, NULL::bigint AS parent, '000000' AS code, '/1/' AS path
        UNION ALL SELECT 1 + p, 1, 1, (10 + p) || '0000', '/1/' || 1 + p || '/' FROM generate_series(1, {provinces}) p
        UNION ALL SELECT 1 + {provinces} + q, 2, 1 + p, (10 + p) || to_char(of_p, 'fm00') || '00',
            concat('/1/', 1 + p, '/', 1 + {provinces} + q, '/') FROM pq
        UNION ALL SELECT {1 + provinces + prefectures} + d, 3, 1 + {provinces} + q,
            (10 + p) || to_char(of_p, 'fm00') || to_char(of_q, 'fm00'),
            concat('/1/', 1 + p, '/', 1 + {provinces} + q, '/', {1 + provinces + prefectures} + d, '/') FROM dq
        """,
    )
    loader.insert(
        Area,
        {
            "id": "id", "programme": str(programme.pk), "code": "code", "level": "level", "parent": "parent",
            "path": "path", "name_en": "concat('Area ', code, ' (generated)')", "name_zh": "concat('地区', code)",
        },
        "FROM bench.area ORDER BY id",
    )  # fmt: skip
    loader.insert(
        AreaParent,
        {"area": "id", "parent": "parent", "from_on": literal(FIRST_DAY)},
        "FROM bench.area ORDER BY id",
    )
    models: dict[str, Any] = apps.get_app_config("enterprises").models
    if "areaancestor" in models:
        loader.insert(
            models["areaancestor"],
            {"area": "a.id", "ancestor": "b.id"},
            "FROM bench.area a JOIN bench.area b ON a.path LIKE b.path || '%'",
        )


def plan_enterprises(loader: Loader, size: Size) -> None:
    """Say where each enterprise is, how far it came, and how large it is: sizes differ as a heavy tail."""
    write_book(ENTERPRISES)
    kinds = [
        (n, sum(ideas), checks.checks, checks.found)
        for n, (ideas, checks) in enumerate(zip(SUGGESTED, CHECKED, strict=True))
    ]
    table("kind", "kind int, ideas int, checks int, found int", kinds)
    bounds = [0]
    for _day, share in COHORTS:
        bounds.append(bounds[-1] + share)
    cohorts = [
        (cohort.pk, cohort.started_on, low, high)
        for cohort, low, high in zip(
            Cohort.objects.order_by("started_on"), bounds[:-1], bounds[1:], strict=True
        )
    ]
    table("cohort", "cohort bigint, begins date, low int, high int", cohorts)
    table(
        "sector",
        "n int, sector bigint",
        list(enumerate(Sector.objects.order_by("pk").values_list("pk", flat=True))),
    )
    first = 1 + size.provinces + size.prefectures
    tail = "(bench.chance(id, {0}) + bench.chance(id, {0} + 1) + bench.chance(id, {0} + 2) - 1.5)"
    begun = f"""
        SELECT id, (id - 1)::int % 10 AS kind,
            CASE WHEN id <= {size.districts} THEN {first} + id
                 ELSE {first} + 1 + floor({size.districts} * power(bench.chance(id, 1), 2))::int END AS area,
            slot.story, c.cohort, c.begins - 40 + bench.roll(id, 2, 20) AS d1
        FROM generate_series(1, {size.enterprises}) id
        JOIN bench.slot_enterprise slot ON slot.slot = ((id - 1) / 10) % {ENTERPRISES.block}
        JOIN bench.cohort c ON bench.roll(id, 3, 100) >= c.low AND bench.roll(id, 3, 100) < c.high"""
    loader.stage(
        "enterprise_begun",
        f"""
        SELECT b.*, s.steps, {days("b.id", "CASE WHEN s.recent > 0 THEN DATE '2017-12-19' - s.recent ELSE d1 END")}
            [1:s.steps] AS days
        FROM ({begun}) b JOIN bench.story_enterprise s USING (story)""",
    )
    at_work = "s.at_active_on IS NOT NULL"
    loader.stage(
        "enterprise",
        f"""
        SELECT e.*, e.days[s.at_active_on] + 1 AS first_on,
            CASE WHEN s.mode = 'ended' THEN e.days[s.steps] ELSE {literal(LAST_DAY)} END AS last_on,
            {_quota(1262 * size.scale, f"k.ideas * exp(1.6 * {tail.format(10)})", at_work)} AS ideas,
            {_quota(2324 * size.scale, f"k.checks * exp(1.0 * {tail.format(20)})", at_work)} AS checks,
            {_quota(298 * size.scale, f"k.found * exp(1.6 * {tail.format(30)})", at_work)} AS hazards,
            (60 + 240 * exp(1.6 * {tail.format(10)}))::int AS workers
        FROM bench.enterprise_begun e JOIN bench.story_enterprise s USING (story) JOIN bench.kind k USING (kind)""",
    )


def _quota(total: int, weight: str, condition: str) -> str:
    """A share of a total by weight; the shares add up to the total."""
    part = f"CASE WHEN {condition} THEN {weight} ELSE 0 END"
    upto = f"sum({part}) OVER (ORDER BY id)"
    whole = f"sum({part}) OVER ()"
    before = f"({upto}) - ({part})"
    return (
        f"(round({total} * ({upto}) / ({whole}))::bigint - round({total} * ({before}) / ({whole}))::bigint)"
    )


def write_enterprises(loader: Loader, programme: Programme, size: Size) -> None:
    """Insert the enterprises, their change rows, teams, plans, workforce and the assignments of people."""
    plan_enterprises(loader, size)
    loader.insert(
        Enterprise,
        {
            "id": "t.id", "programme": str(programme.pk), "code": "'E' || to_char(t.id, 'fm000000')",
            "name_en": "concat('Enterprise ', t.id, ' (generated)')", "name_zh": "concat('企业', t.id, '（生成）')",
            "area": "t.area", "sector": "sector.sector", "cohort": "t.cohort",
            "ownership": "(ARRAY['private','private','private','state','collective','foreign','joint'])"
            "[1 + bench.roll(t.id, 4, 7)]",
            "products": "'generated'", **denormalised(ENTERPRISES),
        },
        "FROM bench.enterprise t JOIN bench.story_enterprise s USING (story) "
        "JOIN bench.sector sector ON sector.n = (t.kind + bench.roll(t.id, 5, 3)) % 9 ORDER BY t.id",
    )  # fmt: skip
    change_rows(loader, ENTERPRISES, EnterpriseChange)
    _teams(loader)
    loader.insert(
        WorkforceCount,
        {
            "enterprise": "id", "counted_on": "first_on + n * 240", "total": "workers + 3 * n",
            "women": "(workers * 0.38)::int + n", "casual": "(workers * 0.1)::int",
        },
        f"FROM bench.enterprise, generate_series(0, 1) n WHERE first_on + n * 240 <= {literal(LAST_DAY)}",
    )  # fmt: skip
    loader.insert(
        MonthlyPlan,
        {
            "enterprise": "id", "month": "month", "checks": "least(300, (checks / 23.0)::int)",
            "visits": "(bench.roll(id, 6, 3) + extract(month FROM month)::int) % 3 / 2",
        },
        "FROM bench.enterprise, LATERAL (SELECT m::date AS month FROM generate_series("
        "date_trunc('month', first_on::timestamp), last_on, interval '1 month') m) months",
    )  # fmt: skip


def _teams(loader: Loader) -> None:
    """A team of seven at each enterprise; at the first one the accounts of leader and member are in it."""
    at_work = "FROM bench.enterprise WHERE first_on IS NOT NULL ORDER BY id"
    loader.insert(
        Team,
        {
            "id": "id", "enterprise": "id", "name_en": "'Enterprise improvement team'", "name_zh": "'企业改进小组'",
            "formed_on": "first_on",
        },
        at_work,
    )  # fmt: skip
    loader.insert(
        TeamMember,
        {
            "team": "id",
            "user": f"CASE WHEN id = 1 AND n = 1 THEN {person('leader')} WHEN id = 1 AND n = 2 "
            f"THEN {person('member')} END",
            "name": "concat('Person ', id, '-', n, ' (generated)')",
            "standing": "CASE WHEN n <= 2 THEN 'manager' ELSE 'worker' END",
            "sex": "CASE WHEN bench.roll(id * 8 + n, 7, 10) < 4 THEN 'female' ELSE 'male' END",
            "position": "coalesce((ARRAY['leader','deputy','secretary','liaison'])[n], 'member')",
            "from_on": "first_on",
        },
        "FROM bench.enterprise, generate_series(1, 7) n WHERE first_on IS NOT NULL ORDER BY id",
    )


def write_assignments() -> None:
    """One person a role: staff for the country, an authority, an inspector, a consultant, a team."""
    at = {name: User.objects.get(username=name) for name in PEOPLE}
    first = Enterprise.objects.select_related("area").order_by("pk")[0]
    province = Area.objects.get(pk=first.area.ancestor_ids()[1])
    near = Enterprise.objects.filter(area=first.area).order_by("pk")[:CONSULTED]
    places: list[tuple[str, str, dict[str, Any]]] = [
        ("staff", Role.PROGRAMME_STAFF, {"area": Area.objects.get(level=0)}),
        ("authority", Role.AUTHORITY, {"area": province}),
        ("inspector", Role.INSPECTOR, {"area": first.area}),
        ("leader", Role.EIT_MEMBER, {"enterprise": first}),
        ("member", Role.EIT_MEMBER, {"enterprise": first}),
        *[("consultant", Role.CONSULTANT, {"enterprise": enterprise}) for enterprise in near],
    ]
    for name, role, place in places:
        Assignment.objects.create(user=at[name], role=role, from_on=FIRST_DAY, **place)
