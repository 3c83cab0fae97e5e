"""The report in chapters: the one description of its content that all documents are made from.

Everything comes from the content of a snapshot; nothing is counted here. A figure that no chapter expects stands in
the chapter of its group, or under further figures, so that each is in every document.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.utils.translation import gettext_lazy as _

from publications import figure_tables as tables, lists
from publications.blocks import Block, Chapter, Heading, Report
from publications.figure_tables import Figures
from publications.restated import restatement
from publications.words import Voice
from score_mis.lib import canonical
from score_mis.lib.pdf import UNDRAWN

KEY = (
    "enterprises",
    "suggestions_submitted",
    "suggestion_completion_rate",
    "adoption_rate",
    "safety_checks",
    "hazard_completion_rate",
    "hazards_overdue",
    "visits_done_of_planned",
    "saving_actual",
)
VISITS = ("visits_done_of_planned",)
LINES = {
    "suggestions": {
        "submitted": "suggestions_submitted",
        "adopted": "suggestions_adopted",
        "implemented": "suggestions_implemented",
    },
    "hazards": {"identified": "hazards_identified", "rectified": "hazards_rectified"},
}
COMPARED = 40
"""The most enterprises that are set beside one another in tables before they are shown one by one."""


@dataclass(frozen=True)
class Seal:
    """What proves a snapshot: the SHA-256 of its canonical JSON, and the key that signed it."""

    sha256: str
    key: str = ""


def described(content: Mapping[str, Any], language: str, site: str, seal: Seal | None = None) -> Report:
    """The report of a snapshot in a language (en, zh-hans, both); `site` begins the addresses of its evidence."""
    voice = Voice(language)
    address = f"{site.rstrip('/')}/r/{content['code']}/"
    proof = seal or Seal(canonical.digest(canonical.written(content)))
    return Report(
        code=content["code"],
        language=language,
        cover=lists.cover(content, voice, site, proof.sha256, proof.key),
        chapters=partial(_chapters, content, voice),
        address=address,
        words={name: voice.say(text) for name, text in LABELS.items()},
    )


LABELS = {
    "contents": _("Contents"),
    "Table": _("Table"),
    "Figure": _("Chart"),
    "page": _("Page"),
    "snapshot": _("Snapshot"),
    "verify": _("Verify this report"),
    "figures": _("Figures"),
    "dictionary": _("Data dictionary"),
    "undrawn": UNDRAWN,
    "generated": _("Generated records; only the totals are published."),
}


def _chapters(content: Mapping[str, Any], voice: Voice) -> Iterator[Chapter]:
    """The chapters in their order; those without anything to say are left out."""
    figures = Figures(content, voice)
    ids = _ids(figures)
    made: list[tuple[str, Any, Any]] = [
        ("key", _("Key figures"), lambda: tables.key_figures(figures, KEY)),
        ("restatement", _("Restatement of published figures"), lambda: restatement(figures)),
        ("programme", _("Programme and participants"), lambda: _programme(figures, ids)),
        ("training", _("Training modules"), lambda: _training(figures, ids)),
        ("visits", _("Counselling visits"), lambda: _visits(figures, ids)),
        ("suggestions", _("Improvement suggestions"), lambda: _suggestions(figures, ids)),
        ("hazards", _("Safety checks and hazards"), lambda: _hazards(figures, ids)),
        ("enterprises", _("Enterprises one by one"), lambda: _enterprises(figures)),
        ("open", _("Open items"), lambda: lists.open_items(figures)),
        ("method", _("Method and definitions"), lambda: lists.method(figures)),
        ("quality", _("Data quality and coverage"), lambda: _quality(figures, ids)),
    ]
    number = 0
    for key, title, blocks in made:
        found = tuple(blocks())
        if found:
            number += 1
            yield Chapter(key, tuple(f"{number}  {words}" for words in voice.say(title)), found)


def _ids(figures: Figures) -> dict[str, list[str]]:
    """The indicators of each chapter that have figures, in the order of the figures."""
    chapters = {
        "suggestions": "suggestions",
        "checks": "checks",
        "hazards": "hazards",
        "major": "major",
        "data": "data",
    }
    found: dict[str, list[str]] = {}
    known = figures.content["indicators"]
    used = dict.fromkeys(id_ for id_, _mode, _dim in figures.found)
    for id_ in used:
        group = known.get(id_, {}).get("group", "")
        chapter = (
            "visits"
            if id_ in VISITS
            else chapters.get(group) or ("training" if group == "training" else "programme")
        )
        found.setdefault(chapter, []).append(id_)
    return found


def _about(figures: Figures, chapter: str, caption: Any, ids: list[str]) -> Iterator[Block]:
    """The whole scope, then the breakdowns."""
    yield from tables.whole_table(figures, chapter, figures.voice.say(caption), ids)
    yield from tables.breakdowns(figures, chapter, ids)


def _programme(figures: Figures, ids: dict[str, list[str]]) -> Iterator[Block]:
    yield from lists.about(figures)
    yield from _about(figures, "programme", _("The programme in figures"), ids.get("programme", []))
    yield from lists.participants(figures)


def _training(figures: Figures, ids: dict[str, list[str]]) -> Iterator[Block]:
    yield from _about(figures, "training", _("Training in figures"), ids.get("training", []))
    yield from lists.modules(figures)


def _visits(figures: Figures, ids: dict[str, list[str]]) -> Iterator[Block]:
    yield from _about(figures, "visits", _("Counselling visits in figures"), ids.get("visits", []))
    yield from lists.visits(figures)


def _suggestions(figures: Figures, ids: dict[str, list[str]]) -> Iterator[Block]:
    wanted = ids.get("suggestions", [])
    caption = _("Suggestions month by month, cumulative")
    yield from tables.whole_table(
        figures, "suggestions", figures.voice.say(_("Suggestions in figures")), wanted
    )
    yield from tables.trend(figures, "suggestions-trend", figures.voice.say(caption), LINES["suggestions"])
    yield from tables.bars(figures, "suggestions-bars", "suggestions_submitted", "category")
    yield from tables.breakdowns(figures, "suggestions", wanted)


def _hazards(figures: Figures, ids: dict[str, list[str]]) -> Iterator[Block]:
    voice = figures.voice
    for group, caption in (
        ("checks", _("Safety checks in figures")),
        ("hazards", _("Hazards in figures")),
        ("major", _("Major hazards, apart")),
    ):
        yield Heading(voice.name(figures.content["groups"][group]))
        yield from tables.whole_table(figures, group, voice.say(caption), ids.get(group, []))
        if group == "hazards":
            month = voice.say(_("Hazards month by month, cumulative"))
            yield from tables.trend(figures, "hazards-trend", month, LINES["hazards"])
            yield from tables.bars(figures, "hazards-bars", "hazards_identified", "category")
        yield from tables.breakdowns(figures, group, ids.get(group, []))


def _enterprises(figures: Figures) -> Iterator[Block]:
    known = dict.fromkeys(id_ for id_, _mode, _dim in figures.found)
    ids = [id_ for id_ in known if _by_enterprise(figures, id_)]
    if len(figures.content["enterprises"]) <= COMPARED:
        for id_ in ("suggestion_completion_rate", "hazard_completion_rate"):
            yield from tables.bars(figures, f"enterprises-{id_}", id_, "enterprise")
        for mode in ("state", "period"):
            yield from tables.broken_down(figures, f"compared-{mode}", ids, "enterprise", mode, on_paper=True)
    yield from lists.one_by_one(figures, ids)


def _by_enterprise(figures: Figures, indicator: str) -> bool:
    return any((indicator, mode, "enterprise") in figures.found for mode in ("state", "period"))


def _quality(figures: Figures, ids: dict[str, list[str]]) -> Iterator[Block]:
    yield from _about(figures, "quality", _("Data quality in figures"), ids.get("data", []))
    yield from lists.quality(figures)
    yield from tables.further_codes(figures, "further")
