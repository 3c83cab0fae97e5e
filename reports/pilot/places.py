"""The programme, its areas and sectors, and the ten enterprises."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from random import Random
from typing import Any, NamedTuple

from accounts.models import User
from enterprises.models import (
    Area,
    AreaParent,
    Cohort,
    Enterprise,
    Milestone,
    Ownership,
    Programme,
    Sector,
    Team,
    WorkforceCount,
)
from enterprises.services import add_area
from hazards.models import ChecklistItem, ChecklistVersion, Section
from reports.pilot.schedule import AS_OF, LAUNCH, Entries, stream
from reports.pilot.texts import Place, both
from score_mis.lib.workflow import Move, perform_many
from training.models import CounsellingVisit, Module

ENROLLED = date(2017, 4, 1)
ACTIVE = date(2017, 4, 5)
NAME_EN = "SCORE Fangshan pilot"
NAME_ZH = "SCORE 房山试点"
GENERATED_NOTE = both(
    "仅企业名称为公开信息，本企业的全部记录均为生成数据，并非该企业的真实情况。",
    "Only the name of this enterprise is published. All its records are generated and say nothing about the company.",
)


class Spec(NamedTuple):
    """One of the ten enterprises. `headcount` is total, women and casual workers; of real companies none is made up."""

    number: int
    trade: str
    sector: str
    name_en: str
    name_zh: str
    products: str = ""
    ownership: str = Ownership.PRIVATE
    headcount: tuple[int, int, int] | None = None

    @property
    def is_real(self) -> bool:
        """Whether this is one of the two companies whose name is published."""
        return self.headcount is None

    @property
    def code(self) -> str:
        """The short code on slips and ledgers."""
        return f"FS{self.number:02d}"


def _generated(number: int, trade: str, sector: str, kind: str, products: str, own: str, *heads: int) -> Spec:
    zh, en = kind.split("/")
    total, women, casual = heads
    return Spec(
        number,
        trade,
        sector,
        f"Pilot enterprise {number} (generated) · {en}",
        f"试点企业{number}（生成）· {zh}",
        products,
        own,
        (total, women, casual),
    )


SPECS = (
    Spec(
        1,
        "glass",
        "C30",
        "Beijing Guanhua Dongfang Glass Technology Co., Ltd.",
        "北京冠华东方玻璃科技有限公司",
    ),
    Spec(2, "decor", "C41", "Beijing TOPLI Decorative Materials Co., Ltd.", ""),
    _generated(3, "chem", "C26", "化工/chemicals", "水性涂料 · water-based coatings", "private", 186, 52, 14),
    _generated(4, "textile", "C17", "纺织/textiles", "棉织物 · cotton fabrics", "private", 238, 161, 20),
    _generated(
        5, "furniture", "C21", "家具/furniture", "办公家具 · office furniture", "private", 154, 49, 22
    ),
    _generated(
        6, "metal", "C33", "金属制品/metal products", "钣金件 · sheet-metal parts", "private", 127, 31, 9
    ),
    _generated(7, "plastics", "C29", "塑料制品/plastics", "包装容器 · packaging", "foreign", 142, 68, 16),
    _generated(
        8, "building", "C30", "建筑材料/building materials", "预制构件 · precast parts", "state", 118, 20, 25
    ),
    _generated(
        9, "machinery", "C34", "通用设备/machinery", "阀门和泵 · valves and pumps", "collective", 96, 21, 4
    ),
    _generated(
        10, "board", "C20", "人造板/wood-based board", "饰面板 · decorative board", "joint", 83, 27, 11
    ),
)

SECTORS = (
    ("C17", "13", "Textiles", "纺织业"),
    ("C20", "16", "Wood, bamboo and straw products", "木材加工和木、竹、藤、棕、草制品业"),
    ("C21", "31", "Furniture", "家具制造业"),
    ("C26", "20", "Chemical raw materials and chemical products", "化学原料和化学制品制造业"),
    ("C29", "22", "Rubber and plastics products", "橡胶和塑料制品业"),
    ("C30", "23", "Non-metallic mineral products", "非金属矿物制品业"),
    ("C33", "25", "Metal products", "金属制品业"),
    ("C34", "28", "General-purpose machinery", "通用设备制造业"),
    ("C41", "32", "Other manufacturing", "其他制造业"),
)
"""Divisions of GB/T 4754-2017 with the division of ISIC Rev. 4 that is nearest, and their names."""

EVERYWHERE = (
    Place("成品库", "finished goods store"),
    Place("原料库", "raw material store"),
    Place("装卸区", "loading bay"),
    Place("包装区", "packing area"),
    Place("维修间", "maintenance shop"),
)
WORKSHOPS = {
    "glass": (Place("切割工段", "cutting section"), Place("磨边工段", "edging section"),
              Place("钢化工段", "tempering section")),
    "decor": (Place("生产一车间", "workshop 1"), Place("生产二车间", "workshop 2"),
              Place("检验区", "inspection area")),
    "chem": (Place("反应车间", "reaction workshop"), Place("配料间", "weighing room"),
             Place("灌装线", "filling line")),
    "textile": (Place("清梳车间", "carding room"), Place("织布车间", "weaving shed"),
                Place("染整车间", "dye house")),
    "furniture": (Place("开料车间", "sawing shop"), Place("砂光车间", "sanding shop"),
                  Place("喷漆车间", "spray shop")),
    "metal": (Place("冲压车间", "press shop"), Place("焊接车间", "welding shop"),
              Place("打磨间", "grinding room")),
    "plastics": (Place("注塑车间", "moulding shop"), Place("破碎间", "regrinding room"),
                 Place("模具库", "mould store")),
    "building": (Place("搅拌车间", "mixing hall"), Place("料仓区", "silo area"), Place("养护区", "curing area")),
    "machinery": (Place("机加工车间", "machine shop"), Place("装配车间", "assembly hall"),
                  Place("热处理间", "heat-treatment room")),
    "board": (Place("制胶车间", "glue shop"), Place("热压车间", "hot press shop"), Place("砂光车间", "sanding shop")),
}  # fmt: skip


@dataclass
class Site:
    """An enterprise with everybody and everything that belongs to it."""

    spec: Spec
    enterprise: Enterprise
    leader: User
    member: User
    consultant: User
    inspector: User
    team: Team
    visits: list[CounsellingVisit] = field(default_factory=list)

    @property
    def number(self) -> int:
        """1 to 10."""
        return self.spec.number

    def place(self, rng: Random) -> Place:
        """Return a part of the site; workshops come up more often than stores."""
        return rng.choice(WORKSHOPS[self.spec.trade] * 2 + EVERYWHERE)

    def stream(self, topic: str) -> Random:
        """Return the source of chance of a topic here."""
        return stream(topic, self.number)


@dataclass
class Pilot:
    """What the steps of `build` hand on to each other."""

    programme: Programme
    country: Area
    district: Area
    sectors: Mapping[str, Sector]
    cohort: Cohort
    staff: User
    sites: list[Site] = field(default_factory=list)
    modules: dict[int, Module] = field(default_factory=dict)
    version: ChecklistVersion = field(default_factory=ChecklistVersion)
    items: list[ChecklistItem] = field(default_factory=list)
    sections: dict[int, Section] = field(default_factory=dict)

    def site(self, number: int) -> Site:
        """The site with this number, 1 to 10."""
        return self.sites[number - 1]


def keep(record: Any, entered: datetime, by: User | None = None) -> Any:
    """Validate and save a record without states; its history row gets the entry time and the person."""
    record._history_date = entered
    record._history_user = by
    record.full_clean()
    record.save()
    return record


def write_programme(start: datetime) -> Programme:
    """Save the programme and its milestones."""
    programme = keep(
        Programme(
            name_en=NAME_EN,
            name_zh=NAME_ZH,
            authority_en="State Administration of Work Safety",
            authority_zh="国家安全生产监督管理总局",
            launched_on=LAUNCH,
            is_generated=True,
        ),
        start,
    )
    for names, planned, held in (
        (("Launch", "启动"), LAUNCH, LAUNCH),
        (("Mid-term review workshop", "中期评审研讨会"), AS_OF, AS_OF),
        (("Experience sharing and wrap-up workshop", "经验交流与总结研讨会"), date(2018, 6, 15), None),
    ):
        milestone = Milestone(
            programme=programme, name_en=names[0], name_zh=names[1], planned_on=planned, held_on=held
        )
        keep(milestone, start)
    return programme


def write_areas(programme: Programme, start: datetime) -> tuple[Area, Area]:
    """Save China, Beijing and Fangshan; return the first and the last."""
    area: Area | None = None
    areas = []
    for code, level, name_en, name_zh in (
        ("000000", 0, "China", "中国"),
        ("110000", 1, "Beijing", "北京市"),
        ("110111", 3, "Fangshan", "房山区"),
    ):
        area = add_area(
            programme=programme,
            code=code,
            level=level,
            name_en=name_en,
            name_zh=name_zh,
            on=LAUNCH,
            parent=area,
        )
        areas.append(area)
    Area.history.update(history_date=start)
    AreaParent.objects.update(from_on=LAUNCH)
    return areas[0], areas[-1]


def write_sectors(start: datetime) -> dict[str, Sector]:
    """Save the sectors and return them by code."""
    return {
        code: keep(Sector(code=code, isic=isic, name_en=name_en, name_zh=name_zh), start)
        for code, isic, name_en, name_zh in SECTORS
    }


def write_enterprises(pilot: Pilot) -> list[Enterprise]:
    """Register, enrol and activate the ten; count the workers of the generated ones."""
    moves, found = [], []
    for spec in SPECS:
        enterprise = Enterprise(programme=pilot.programme, area=pilot.district)
        entries = Entries(stream("enterprise", spec.number))
        fields = {
            "programme": pilot.programme,
            "code": spec.code,
            "name_en": spec.name_en,
            "name_zh": spec.name_zh,
            "area": pilot.district,
            "sector": pilot.sectors[spec.sector],
            "cohort": pilot.cohort,
            "ownership": spec.ownership,
            "products": spec.products,
            "notes": GENERATED_NOTE if spec.is_real else "",
        }
        for move, on in (("register", ENROLLED), ("enrol", ENROLLED), ("activate", ACTIVE)):
            moves.append(
                Move(
                    record=enterprise,
                    move=move,
                    by=pilot.staff,
                    on=on,
                    fields=fields if move == "register" else {},
                    entered_at=entries.after(on),
                )
            )
        found.append(enterprise)
    perform_many(moves, today=AS_OF)
    for spec, enterprise in zip(SPECS, found, strict=True):
        if spec.headcount:
            count_workers(enterprise, spec.headcount, pilot.staff)
    return found


def count_workers(enterprise: Enterprise, headcount: tuple[int, int, int], by: User) -> None:
    """Save the workforce at the start and, a few people more, in autumn."""
    entries = Entries(stream("workforce", int(enterprise.code[2:])))
    total, women, casual = headcount
    for day, more in ((ACTIVE, 0), (date(2017, 10, 16), 3)):
        count = WorkforceCount(
            enterprise=enterprise,
            counted_on=day,
            total=total + more,
            women=women + more // 2,
            casual=casual,
        )
        keep(count, entries.after(day), by)
