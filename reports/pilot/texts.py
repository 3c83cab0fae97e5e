"""The sentences of the pilot data set: read from `data/*.csv`, written as "中文 · English" for both readers."""

import csv
from functools import cache
from pathlib import Path
from random import Random
from typing import NamedTuple

DATA = Path(__file__).resolve().parent / "data"


def both(chinese: str, english: str) -> str:
    """Return one text for both readers."""
    return f"{chinese} · {english}"


class Finding(NamedTuple):
    """What may be wrong at a checklist item, and what to do about it."""

    item: str
    level: str
    finding_zh: str
    finding_en: str
    measure_zh: str
    measure_en: str

    @property
    def description(self) -> str:
        """What is wrong."""
        return both(self.finding_zh, self.finding_en)

    @property
    def measures(self) -> str:
        """What to do about it."""
        return both(self.measure_zh, sentence(self.measure_en))

    @property
    def evidence(self) -> str:
        """What was done about it."""
        return both(f"已完成：{self.measure_zh}", f"Done: {self.measure_en}")


class Idea(NamedTuple):
    """What a suggestion may say. `trades` is empty where it fits every enterprise."""

    category: str
    trades: str
    title_zh: str
    title_en: str
    why_zh: str
    why_en: str

    def title(self, place: "Place") -> str:
        """The proposal."""
        return both(self.title_zh.format(place=place.zh), self.title_en.format(place=place.en))

    def text(self) -> str:
        """The reason for it."""
        return both(f"{self.why_zh}。", f"{self.why_en}.")


class Place(NamedTuple):
    """A part of a site."""

    zh: str
    en: str

    def __str__(self) -> str:
        return both(self.zh, self.en)


class Talk(NamedTuple):
    """What a visit was about."""

    type: str
    topics_zh: str
    topics_en: str
    observations_zh: str
    observations_en: str


class Agreed(NamedTuple):
    """What was agreed during a visit."""

    action_zh: str
    action_en: str
    who_zh: str
    who_en: str


def sentence(english: str) -> str:
    """Return English words with a capital letter."""
    return english[:1].upper() + english[1:]


def _rows(name: str) -> list[list[str]]:
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))[1:]


@cache
def findings() -> tuple[Finding, ...]:
    """Every finding, general ones first."""
    return tuple(Finding(*row) for row in _rows("findings"))


@cache
def ideas() -> tuple[Idea, ...]:
    """Every idea for a suggestion."""
    return tuple(Idea(*row) for row in _rows("suggestions"))


@cache
def talks(kind: str) -> tuple[Talk, ...]:
    """What visits of a type are about."""
    return tuple(talk for talk in (Talk(*row) for row in _rows("visits")) if talk.type == kind)


@cache
def actions() -> tuple[Agreed, ...]:
    """What visits agree on."""
    return tuple(Agreed(*row) for row in _rows("actions"))


ANSWERS = (
    "好建议，按计划实施 · A good idea; it goes into the plan",
    "同意，请维修班安排 · Agreed; maintenance will do it",
    "同意，列入本月改进计划 · Agreed; part of this month's improvements",
    "采纳，感谢提出 · Adopted, thank you",
    "同意先在一个工位试行 · Agreed; one work post tries it first",
)
REFUSALS = (
    "现有设备下月更换，不再改造 · The machine is replaced next month, so we do not alter it",
    "费用较高，效果有限 · It costs much and helps little",
    "与另一条建议重复，合并处理 · Another suggestion covers this",
    "不符合工艺要求 · The process does not allow it",
    "场地条件不允许 · There is no room for it",
    "属于日常维修，已安排 · This is daily maintenance and is arranged already",
)
POSTPONEMENTS = (
    "待年度预算确定后再议 · To be decided with next year's budget",
    "需要供应商报价 · A supplier's offer is needed",
    "等设备检修时一并考虑 · To be considered at the next overhaul",
)
WITHDRAWALS = (
    "问题已经解决 · The problem is solved already",
    "提出人另提了更完整的建议 · The proposer made a fuller suggestion",
)
CANCELLATIONS = (
    "生产线停用，不再需要 · The line is shut down, so it is not needed any more",
    "改由设备更新解决 · New equipment solves it instead",
    "供应商停止供货 · The supplier no longer delivers",
)
SENT_BACK = (
    "只完成一半，另一侧还没有做 · Only half is done; the other side is missing",
    "固定不牢，需要重做 · It is not fixed firmly; do it again",
    "标识看不清，请更换 · The marking cannot be read; replace it",
)
DUPLICATE = "重复登记 · Entered twice"
NO_PHOTO = "现场手机拍照受限 · Phones are not allowed at this place"
EXTENSION = "备件到货推迟 · The spare part arrives late"
VERIFIED_NOTES = (
    "现场复查，已整改到位 · Checked on site; put right",
    "复查合格 · Found in order",
    "已整改，请继续保持 · Put right; keep it so",
)
INTERIM = "停用并设警戒，专人看守 · Out of use, fenced off and watched"
CONTINGENCY = (
    "异常时立即停产撤离，按现场处置方案报告 · Stop work, leave, and report as the response plan says"
)


def some(rng: Random, texts: tuple[str, ...]) -> str:
    """Return one of the texts."""
    return rng.choice(texts)
