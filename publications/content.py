"""The canonical content of a snapshot: everything that its documents say, in both languages, without any of our code.

Written once at the freeze. Documents, verification and restatement read it and nothing else, so that they say the same
years later, whatever indicators and names have become.
"""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Max, Q

from enterprises.models import Enterprise, Target, WorkforceCount
from hazards.models import Hazard
from hazards.models.hazard import OPEN
from publications.asking import TREND, Asked
from publications.kinds import NAMED
from publications.models import Report
from publications.scopes import in_both, names, words
from reports.indicators import GROUPS, INDICATORS
from reports.labels import labels
from score_mis.lib import dates
from suggestions.models import Suggestion
from training.models import CounsellingVisit, Enrolment, Module, VisitAction

FORMAT = 1
"""Version of this shape; raised whenever a reader of an older one would misread it."""
MOST_OPEN = 2000
"""Open items that are listed one by one, of each kind; of more the number is said."""


@dataclass(frozen=True)
class Numbered:
    """A figure with its code and the sets of its parts."""

    code: str
    asked: Asked
    sets: dict[str, Any]

    def content(self) -> dict[str, Any]:
        """The figure as the snapshot keeps it."""
        one = self.asked
        return {
            "code": self.code,
            "indicator": one.indicator.id,
            "mode": one.mode,
            "dim": one.dim,
            "key": one.key,
            "reading": one.reading,
            "sets": self.sets,
        }


def described(report: Report, code: str, figures: list[Numbered], enterprises: list[int]) -> dict[str, Any]:
    """All of a snapshot but who froze it when with what, and its rows."""
    programme = report.programme
    return {
        "format": FORMAT,
        "code": code,
        "kind": report.kind,
        "title": report.titles(),
        "programme": {
            "name": names(programme),
            "authority": {
                "en": programme.authority_en or programme.authority_zh,
                "zh-hans": programme.authority_zh or programme.authority_en,
            },
            "currency": programme.currency,
            "generated": programme.is_generated,
            "launched_on": programme.launched_on.isoformat(),
        },
        "scope": {
            "area": report.area.code,
            "sector": report.sector.code if report.sector else None,
            "enterprise": report.enterprise_id,
            "cohort": report.cohort_id,
            "name": in_both(lambda: report.scope_name),
        },
        "as_of": report.as_of.isoformat(),
        "since": report.since.isoformat() if report.since else None,
        "languages": list(report.languages),
        "indicators": {row.id: _indicator(row) for row in INDICATORS.values()},
        "groups": {key: words(title) for key, title in GROUPS.items()},
        "kinds": {name: words(kind.shown) for name, kind in NAMED.items()},
        "labels": _labels(figures),
        "enterprises": _enterprises(report, enterprises),
        "figures": [one.content() for one in figures],
        "trend": _trend(figures),
        "targets": _targets(report),
        "modules": _modules(enterprises),
        "visits": _visits(report, enterprises),
        "open_items": _open_items(report, enterprises),
        "quality": _quality(figures),
        "restatement": [],
    }


def _indicator(row: Any) -> dict[str, Any]:
    return {
        "name": words(row.name),
        "definition": words(row.definition),
        "kind": row.kind,
        "group": row.group,
        "parts": {name: words(part.shown) for name, part in row.parts().items()},
    }


def _labels(figures: list[Numbered]) -> dict[str, dict[str, dict[str, str]]]:
    """What the keys of breakdowns are called, but those of enterprises, which have a list of their own."""
    keys: dict[str, list[str]] = {}
    for one in figures:
        if one.asked.dim not in ("", "enterprise"):
            keys.setdefault(one.asked.dim, [])
            if one.asked.key not in keys[one.asked.dim]:
                keys[one.asked.dim].append(one.asked.key)
    found = {}
    for dim, asked in keys.items():
        said = in_both(lambda dim=dim, asked=asked: labels(dim, asked))  # type: ignore[misc]
        found[dim] = {key: {code: str(said[code][key]) for code in said} for key in asked}
    return found


def _enterprises(report: Report, pks: list[int]) -> list[dict[str, Any]]:
    """The enterprises in the order of their codes, with their newest count of workers up to the day."""
    newest = WorkforceCount.objects.filter(counted_on__lte=report.as_of).order_by("counted_on", "pk")
    workers = dict(newest.filter(enterprise__in=pks).values_list("enterprise", "total"))
    rows = Enterprise.objects.filter(pk__in=pks).select_related("area", "sector").order_by("code")
    return [
        {
            "pk": row.pk,
            "code": row.code,
            "name": names(row),
            "area": names(row.area),
            "sector": names(row.sector),
            "status": in_both(row.get_status_display),
            "workers": workers.get(row.pk),
        }
        for row in rows
    ]


def _trend(figures: list[Numbered]) -> list[dict[str, Any]]:
    """The counts at the ends of months, each with the code of its figure."""
    named = {indicator: name for name, indicator in TREND.items()}
    months: dict[str, dict[str, Any]] = {}
    for one in figures:
        if one.asked.dim == "month":
            month = months.setdefault(one.asked.key, {"month": one.asked.key, "codes": {}})
            name = named[one.asked.indicator.id]
            month[name], month["codes"][name] = one.asked.reading["value"], one.code
    return list(months.values())


def _targets(report: Report) -> list[dict[str, Any]]:
    """Baselines and targets of exactly this scope."""
    of = Q(enterprise=report.enterprise) if report.enterprise else Q(enterprise__isnull=True)
    place = Q(area=report.area) | Q(area__isnull=True) if not report.enterprise else Q()
    rows = Target.objects.filter(of & place, programme=report.programme).order_by("due_on", "indicator", "pk")
    return [
        {
            "indicator": row.indicator,
            "due_on": row.due_on.isoformat(),
            "baseline": None if row.baseline is None else f"{row.baseline.normalize():f}",
            "value": f"{row.value.normalize():f}",
        }
        for row in rows
    ]


def _modules(enterprises: list[int]) -> list[dict[str, Any]]:
    """Where each enterprise stands in each module, as of the freeze."""
    of = {module.pk: (module.number, names(module)) for module in Module.objects.all()}
    rows = Enrolment.objects.filter(enterprise__in=enterprises).exclude(status="void")
    return [
        {
            "enterprise": row.enterprise_id,
            "module": of[row.module_id][0],
            "name": of[row.module_id][1],
            "status": in_both(row.get_status_display),
        }
        for row in rows.order_by("module__number", "enterprise__code")
    ]


def _visits(report: Report, enterprises: list[int]) -> list[dict[str, Any]]:
    """How many visits were planned and done up to the day, by enterprise; the days of the last ones."""
    rows = CounsellingVisit.objects.filter(enterprise__in=enterprises).exclude(status="void").order_by()
    done = Q(done_on__lte=report.as_of)
    found = rows.values("enterprise").annotate(
        done=Count("pk", filter=done),
        last=Max("done_on", filter=done),
        due=Count("pk", filter=Q(due_on__lte=report.as_of)),
    )
    return [
        {
            "enterprise": row["enterprise"],
            "planned": row["due"],
            "done": row["done"],
            "last": row["last"].isoformat() if row["last"] else None,
        }
        for row in found.order_by("enterprise__code")
    ]


def _open_items(report: Report, enterprises: list[int]) -> dict[str, Any]:
    """What is still to do at the freeze: hazards, adopted suggestions, agreed actions; the longest overdue first."""
    hazards = Hazard.objects.filter(
        enterprise__in=enterprises, status__in=OPEN, identified_on__lte=report.as_of
    )
    ideas = Suggestion.objects.filter(
        enterprise__in=enterprises, status="adopted", adopted_on__lte=report.as_of
    )
    actions = VisitAction.objects.filter(visit__enterprise__in=enterprises).open()
    return {
        "as_of": dates.today().isoformat(),
        "hazards": [
            {
                "ref": row.reference,
                "enterprise": row.enterprise_id,
                "description": row.description,
                "level": in_both(row.get_level_display),
                "deadline": row.deadline.isoformat() if row.deadline else None,
                "days_overdue": max((report.as_of - row.deadline).days, 0) if row.deadline else 0,
            }
            for row in hazards.select_related("enterprise").order_by("deadline", "pk")[:MOST_OPEN]
        ],
        "suggestions": [
            {
                "ref": row.reference,
                "enterprise": row.enterprise_id,
                "title": row.title,
                "due_on": row.due_on.isoformat() if row.due_on else None,
            }
            for row in ideas.select_related("enterprise").order_by("due_on", "pk")[:MOST_OPEN]
        ],
        "actions": [
            {
                "enterprise": row.visit.enterprise_id,
                "what": row.text,
                "owner": row.owner,
                "due_on": row.due_on.isoformat(),
            }
            for row in actions.select_related("visit").order_by("due_on", "pk")[:MOST_OPEN]
        ],
        "counts": {"hazards": hazards.count(), "suggestions": ideas.count(), "actions": actions.count()},
    }


def _quality(figures: list[Numbered]) -> dict[str, Any]:
    """What may be said of the data: which figures tell it, and how much is unknown in each breakdown."""
    whole = {
        one.asked.indicator.id: one.code
        for one in figures
        if (one.asked.dim, one.asked.mode) == ("", "state")
    }
    unknown = [
        {
            "dim": one.asked.dim,
            "n": one.asked.reading["value"],
            "code": one.code,
            "indicator": one.asked.indicator.id,
        }
        for one in figures
        if one.asked.mode == "state"
        and one.asked.dim not in ("", "month", "enterprise")
        and not one.asked.key.strip("/")
        and one.asked.reading.get("value")
    ]
    return {
        "waiting_marks": 0,
        "entry_lag": whole["entry_lag"],
        "coverage": whole["item_coverage"],
        "reporting": whole["reporting_coverage"],
        "unknown": unknown,
    }
