"""The content of a believable snapshot, with any number of enterprises; a small one has the published totals."""

import random
from datetime import date

from publications.words import Voice
from reports.indicators import GROUPS, INDICATORS, percent

BOTH = Voice("both")
MONTHS = [f"2017-{month:02}" for month in range(4, 13)]
BY_ENTERPRISE = (
    "suggestions_submitted",
    "adoption_rate",
    "suggestion_completion_rate",
    "decision_days",
    "saving_actual",
    "safety_checks",
    "item_coverage",
    "hazards_identified",
    "hazard_completion_rate",
    "hazards_overdue",
    "on_time_rate",
    "visits_done_of_planned",
    "entry_lag",
)
PARTS = {
    "month": ("suggestions_submitted", "suggestions_adopted", "safety_checks", "hazards_identified"),
    "category": ("suggestions_submitted", "suggestion_completion_rate", "hazards_identified"),
    "module": ("suggestions_submitted", "adoption_rate", "visits_done_of_planned"),
    "sex": ("suggestions_submitted", "adoption_rate"),
    "role": ("suggestions_submitted", "adoption_rate", "suggestion_completion_rate"),
    "level": ("hazards_identified", "hazard_completion_rate", "verified_closure_rate", "hazards_overdue"),
    "performed_by": ("safety_checks",),
}
KEYS = {
    "month": MONTHS,
    "category": ["workplace", "quality", "energy", ""],
    "module": ["1", "2", "3", ""],
    "sex": ["female", "male", ""],
    "role": ["frontline", "technician", "manager", ""],
    "level": ["general", "major"],
    "performed_by": ["enterprise", "inspector", "consultant", "joint"],
    "sex_role": ["female/worker", "male/worker", "female/manager", "male/manager"],
    "step": ["0-7", "8-30", "31-90", "over 90"],
}
WORDS = {
    "workplace": ("Workplace", "工作场所"),
    "quality": ("Quality", "质量"),
    "energy": ("Energy and materials", "能源与材料"),
    "1": ("1 Workplace cooperation", "1 工作场所合作"),
    "2": ("2 Quality", "2 质量"),
    "3": ("3 Cleaner production", "3 清洁生产"),
    "female": ("Women", "女"),
    "male": ("Men", "男"),
    "frontline": ("Front-line worker", "一线员工"),
    "technician": ("Technician", "技术人员"),
    "manager": ("Manager", "管理人员"),
    "general": ("general", "一般"),
    "major": ("major", "重大"),
    "enterprise": ("Enterprise", "企业"),
    "inspector": ("Inspector", "检查员"),
    "consultant": ("Consultant", "辅导顾问"),
    "joint": ("Joint", "联合"),
    "active": ("active", "进行中"),
}
MODULES = {1: ("Workplace cooperation", "工作场所合作"), 5: ("Safety and health at work", "职业安全健康")}
KINDS = {
    "suggestion": ("Suggestions", "建议"),
    "check": ("Safety checks", "安全检查"),
    "hazard": ("Hazards", "隐患"),
}
PUBLISHED = {
    "enterprises": {"value": 10},
    "suggestions_submitted": {"value": 1258},
    "suggestions_adopted": {"value": 944},
    "suggestions_implemented": {"value": 917},
    "adoption_rate": {"numerator": 944, "denominator": 1258, "percent": 75},
    "suggestion_completion_rate": {"numerator": 917, "denominator": 944, "percent": 97},
    "implementation_rate": {"numerator": 917, "denominator": 1258, "percent": 73},
    "checklist_items": {"value": 303},
    "safety_checks": {"value": 2322},
    "hazards_identified": {"value": 296},
    "hazards_rectified": {"value": 288},
    "hazard_completion_rate": {"numerator": 288, "denominator": 296, "percent": 97},
    "findings_per_100_checks": {"numerator": 288, "denominator": 2322, "percent": 12},
    "major_hazard_completion_rate": {"numerator": 0, "denominator": 0, "percent": None},
}


def names(pair):
    """A pair of words by language."""
    return {"en": pair[0], "zh-hans": pair[1]}


def reading(row, chance, size):
    """A believable reading of an indicator."""
    whole = chance.randrange(size // 2, size * 2)
    if row.kind in ("rate", "coverage", "reporting"):
        part = chance.randrange(whole + 1)
        return {"numerator": part, "denominator": whole, "percent": percent(part, whole)}
    if row.kind == "median":
        n = chance.randrange(whole)
        return {"median": str(chance.choice([3, 12, "12.5", 40])) if n else None, "n": n}
    if row.kind == "sum":
        return {"sum": f"{chance.randrange(10**8) / 100:.2f}", "currency": "CNY", "n": whole}
    return {"value": whole}


class Book:
    """Draws figures and gives them codes in order."""

    def __init__(self, count, since):
        self.chance, self.count, self.figures, self.since = random.Random(7), count, [], since

    def code(self):
        self.drawn = getattr(self, "drawn", 0) + 1
        return f"E{self.drawn}"

    def add(self, row, dim="", key="", mode="state", size=100, value=None):
        made = dict(value or reading(row, self.chance, size))
        letters = ("a", "b") if "numerator" in made else ("",)
        sets = {letter: 10 + place for place, letter in enumerate(letters)}
        figure = {
            "sets": sets,
            "code": self.code(),
            "indicator": row.id,
            "mode": mode,
            "dim": dim,
            "key": key,
            "reading": made,
        }
        self.figures.append(figure)
        return figure["code"]

    def whole(self):
        """Each indicator of the whole scope, by its own breakdown where it has one."""
        for row in INDICATORS.values():
            dim = row.by or ("step" if row.kind == "steps" else "")
            for mode in ("state", "period") if self.since else ("state",):
                for key in KEYS[dim] if dim else [""]:
                    published = PUBLISHED.get(row.id) if mode == "state" else None
                    self.add(row, dim, key, mode, 100 * self.count, published)

    def broken_down(self):
        """What is broken down by category, month and so on, and by enterprise."""
        for dim, ids in PARTS.items():
            for key in KEYS[dim]:
                for id_ in ids:
                    self.add(
                        INDICATORS[id_], dim, key, "period" if dim == "month" else "state", 40 * self.count
                    )
        self.add(INDICATORS["module_completions"], "module", "1")  # which it has already
        for pk in range(1, self.count + 1):
            for id_ in BY_ENTERPRISE:
                self.add(INDICATORS[id_], "enterprise", str(pk))


def content(count=10, *, since=None, title=("Mid-term review", "中期评审报告")):
    """The content of a snapshot of so many enterprises, with canonical values only."""
    book = Book(count, since)
    book.whole()
    book.broken_down()
    enterprises = [enterprise(pk) for pk in range(1, count + 1)]
    return {
        "format": 1,
        "code": "K7QF2M",
        "kind": "mtr",
        "title": names(title),
        "programme": {
            "name": names(("SCORE pilot", "SCORE 试点项目")),
            "authority": names(("Work safety bureau of the district", "区安全生产监督管理局")),
            "currency": "CNY",
            "generated": True,
            "launched_on": "2017-04-11",
        },
        "scope": {
            "area": "110111",
            "sector": None,
            "enterprise": None,
            "cohort": None,
            "name": names(("Fangshan", "房山区")),
        },
        "as_of": "2017-12-19",
        "since": since,
        "languages": ["en", "zh-hans"],
        "frozen_at": "2017-12-19T15:00:00+08:00",
        "frozen_by": "Li Na 李娜",
        "software": "2026.11",
        "definitions": 1,
        "tallies": "3.17",
        "indicators": {row.id: described(row) for row in INDICATORS.values()},
        "groups": {key: names(BOTH.say(name)) for key, name in GROUPS.items()},
        "labels": {
            dim: {key: names(WORDS[key]) for key in keys if key in WORDS} for dim, keys in KEYS.items()
        },
        "kinds": {kind: names(words) for kind, words in KINDS.items()},
        "enterprises": enterprises,
        "figures": book.figures,
        "trend": [month(book, place) for place in range(len(MONTHS))],
        "targets": [
            {
                "indicator": "suggestion_completion_rate",
                "due_on": "2018-06-15",
                "baseline": "80",
                "value": "95",
            }
        ],
        "modules": [
            {"enterprise": pk, "module": number, "name": names(MODULES[number]), "status": names(status)}
            for pk in range(1, count + 1)
            for number, status in ((1, ("completed", "已完成")), (5, ("in training", "培训中")))
        ],
        "visits": [
            {"enterprise": pk, "planned": 4, "done": 3, "last": "2017-11-20"} for pk in range(1, count + 1)
        ],
        "open_items": open_items(count),
        "quality": quality(book),
        "restatement": [],
        "sets": [
            {
                "indicator": "suggestions_submitted",
                "part": "value",
                "as_of": "2017-12-19",
                "since": None,
                "kinds": ["suggestion"],
            }
        ],
        "rows": [
            {"enterprise": pk, "kind": kind, "n": 130, "sha256": "0" * 64}
            for pk in range(1, count + 1)
            for kind in ("suggestion", "check", "hazard")
        ],
    }


def described(row):
    """An indicator in words."""
    return {
        "name": names(BOTH.say(row.name)),
        "definition": names(BOTH.say(row.definition)),
        "kind": row.kind,
        "group": row.group,
        "parts": {name: names(BOTH.say(part.shown)) for name, part in row.parts().items()},
    }


def enterprise(pk):
    """One of many factories."""
    return {
        "pk": pk,
        "code": f"F{pk:04}",
        "name": names(
            (f"Beijing Factory No. {pk} Building Materials Co., Ltd.", f"北京第{pk}建筑材料有限公司")
        ),
        "area": names(("Fangshan", "房山区")),
        "sector": names(("Non-metallic mineral products", "非金属矿物制品业")),
        "status": names(("active", "进行中")),
        "workers": None if pk == 2 else 50 + pk % 200,
    }


def month(book, place):
    """Cumulative counts at the end of a month."""
    submitted = 140 * (place + 1)
    found = {
        "month": MONTHS[place],
        "submitted": submitted,
        "adopted": submitted * 3 // 4,
        "implemented": submitted * 7 // 10,
        "identified": 33 * (place + 1),
        "rectified": 32 * (place + 1),
    }
    return {**found, "codes": {name: book.code() for name in found if name != "month"}}


def open_items(count):
    """What is still to be done, with texts as people type them."""
    found = {
        "hazards": [
            {
                "ref": f"F{pk:04}-H-3",
                "enterprise": pk,
                "description": "Replace 3 E17 lamps; =SUM(A1) 配电箱未上锁 <b>&amp;",
                "level": names(WORDS["major" if pk % 5 == 0 else "general"]),
                "deadline": "2017-12-01",
                "days_overdue": 18,
            }
            for pk in range(1, count + 1)
        ],
        "suggestions": [
            {
                "ref": f"F{pk:04}-S-9",
                "enterprise": pk,
                "title": "Mark the walkways 划出人行通道",
                "due_on": "2018-01-31",
            }
            for pk in range(1, count + 1, 2)
        ],
        "actions": [
            {"enterprise": 1, "what": "Train the second shift", "owner": "Wang Wei", "due_on": "2018-01-15"},
        ],
    }
    counts = {kind: len(items) + (kind == "hazards") for kind, items in found.items()}
    return {**found, "as_of": "2017-12-19", "counts": counts}


def quality(book):
    """What is known of the data themselves."""
    found = {figure["indicator"]: figure["code"] for figure in book.figures if not figure["dim"]}
    unknown = [
        {
            "dim": figure["dim"],
            "n": figure["reading"]["value"],
            "code": figure["code"],
            "indicator": figure["indicator"],
        }
        for figure in book.figures
        if figure["dim"] and figure["key"] == "" and "value" in figure["reading"]
    ]
    return {
        "waiting_marks": 0,
        "entry_lag": found["entry_lag"],
        "unknown": unknown,
        "coverage": found["item_coverage"],
        "reporting": found["reporting_coverage"],
    }


def rows(kind, count=50):
    """Records of a kind, as a snapshot keeps them."""
    for number in range(count):
        yield {
            "id": number + 1,
            "ref": f"F0001-{kind[0].upper()}-{number}",
            "enterprise": number % 10 + 1,
            "title": "=HYPERLINK(1)" if number == 3 else f"Record {number} 记录",
            "submitted_on": date(2017, 5, 1 + number % 28).isoformat(),
            "cost": "12.50" if number % 2 else None,
            "keys": {"sex": "female"},
            "in": {"10": None, "11": 4},
        }


def earlier():
    """An earlier report of which one figure would be another today."""
    published = {"numerator": 917, "denominator": 944, "percent": 97}
    cause = {"en": "Void: a duplicate (Li Na, 2018-01-03)", "zh-hans": "作废：重复（李娜，2018-01-03）"}
    because = {"kind": "suggestion", "id": "5", "name": "F0001-S0005", "part": "numerator", "what": "gone"}
    return {
        "code": "ABCDE",
        "title": names(("Quarterly statistics", "季度统计")),
        "as_of": "2017-09-30",
        "frozen_at": "2017-10-01T09:00:00+08:00",
        "figures": [
            {
                "code": "E7",
                "indicator": "suggestion_completion_rate",
                "mode": "state",
                "dim": "",
                "key": "",
                "published": published,
                "now": {"numerator": 916, "denominator": 943},
                "records": 1,
                "because": [{**because, "old": None, "new": None, "causes": [cause]}],
            }
        ],
    }
