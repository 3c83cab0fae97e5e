"""The parts of a report that are no figures: its cover, participants, open items, method and quality."""

from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any

from django.utils.translation import gettext_lazy as _

from publications.blocks import Amount, Block, Cell, Column, Day, Definitions, Paragraph, Profiles, Table
from publications.figure_tables import DIMS, Figures, figure_column, mode_words
from publications.numbers import Figure, Number, shown
from publications.words import Voice, Words

VERIFY = _(
    "Anyone can verify this report at this address; whoever may see the records behind a figure finds them by its code."
)


def cover(content: Mapping[str, Any], voice: Voice, site: str, sha256: str, key: str) -> dict[str, Any]:
    """What stands on the cover: title, programme, and lines of what is said and known about the report."""
    programme = content["programme"]
    day = voice.day(content["as_of"])
    period = voice.say(_("%(since)s to %(day)s"), since=voice.day(content["since"]), day=day)
    frozen = voice.say(
        _("%(day)s by %(name)s"), day=_moment(voice, content["frozen_at"]), name=content["frozen_by"]
    )
    lines = [
        (voice.say(_("Scope")), voice.name(content["scope"]["name"])),
        (voice.say(_("Cut-off day")), day),
        *([(voice.say(_("Period")), period)] if content["since"] else []),
        (voice.say(_("Frozen")), frozen),
        (voice.say(_("Snapshot")), voice.same(content["code"])),
        (voice.say(_("SHA-256 of the canonical JSON")), voice.same(sha256)),
        *([(voice.say(_("Signed with key")), voice.same(key))] if key else []),
        (voice.say(_("Definitions, tallies, software")), voice.same(_versions(content))),
    ]
    generated = voice.say(_("Generated records; only the totals are published."))
    return {
        "frozen_at": content["frozen_at"],
        "title": voice.name(content["title"]),
        "programme": voice.name(programme["name"]),
        "authority": voice.name(programme["authority"]),
        "lines": lines,
        "verify": voice.say(VERIFY),
        "address": f"{site.rstrip('/')}/verify/{content['code']}/",
        "generated": generated if programme["generated"] else (),
    }


def _versions(content: Mapping[str, Any]) -> str:
    return " · ".join(str(content[name]) for name in ("definitions", "tallies", "software"))


def _moment(voice: Voice, iso: str) -> Words:
    return tuple(f"{day} {iso[11:16]}" for day in voice.day(iso))


def about(figures: Figures) -> Iterator[Block]:
    """Programme and scope in sentences."""
    content, voice = figures.content, figures.voice
    programme = content["programme"]
    yield Paragraph(
        voice.say(
            _("%(programme)s began on %(day)s. This report covers %(scope)s. %(when)s."),
            programme=programme["name"],
            day=voice.day(programme["launched_on"]),
            scope=content["scope"]["name"],
            when=mode_words(figures, "state"),
        )
    )
    yield Paragraph(
        voice.say(
            _(
                "Each number stands before its evidence code, small and grey. The code opens the page that lists "
                "the records behind the number as they were when the report was frozen."
            )
        ),
        "note",
    )


def participants(figures: Figures) -> Iterator[Block]:
    """The enterprises."""
    voice = figures.voice
    if not figures.content["enterprises"]:
        return
    heads = ((_("Code"), 2), (_("Enterprise"), 6), (_("Area"), 2), (_("Sector"), 4), (_("Status"), 2))
    columns = [Column(voice.say(head), share=share) for head, share in heads]
    columns.append(Column(voice.say(_("Workers")), "amount", 2))

    def rows() -> Iterator[tuple[Cell, ...]]:
        for one in figures.content["enterprises"]:
            yield tuple(_facts(figures, one))

    yield Table("participants", voice.say(_("Enterprises taking part")), tuple(columns), rows)


def _facts(figures: Figures, one: Mapping[str, Any]) -> list[Cell]:
    voice = figures.voice
    return [
        voice.same(one["code"]),
        voice.name(one["name"]),
        voice.name(one["area"]),
        voice.name(one["sector"]),
        voice.name(one["status"]),
        Amount(one["workers"]),
    ]


def modules(figures: Figures) -> Iterator[Block]:
    """Enterprise by module: how far each is."""
    voice, found = figures.voice, figures.content["modules"]
    numbers = sorted({one["module"] for one in found})
    if not numbers:
        return
    columns = [Column(voice.say(_("Enterprise")), share=5)]
    named = {one["module"]: voice.name(one["name"]) for one in found}
    heads = {number: tuple(f"{number} {name}" for name in named[number]) for number in numbers}
    columns += [Column(heads[number], share=2) for number in numbers]
    known = {(one["enterprise"], one["module"]): voice.name(one["status"]) for one in found}

    def rows() -> Iterator[tuple[Cell, ...]]:
        for pk in dict.fromkeys(one["enterprise"] for one in found):
            states = (known.get((pk, number)) for number in numbers)
            cells = (state or voice.same("–") for state in states)
            yield (figures.enterprise(pk), *cells)

    yield Table("modules", voice.say(_("Enterprises in the modules")), tuple(columns), rows)


def visits(figures: Figures) -> Iterator[Block]:
    """Planned and done, enterprise by enterprise."""
    voice, found = figures.voice, figures.content["visits"]
    if not found:
        return
    columns = (
        Column(voice.say(_("Enterprise")), share=6),
        Column(voice.say(_("Visits planned")), "amount", 2),
        Column(voice.say(_("Visits done")), "amount", 2),
        Column(voice.say(_("Last visit")), "day", 3),
    )

    def rows() -> Iterator[tuple[Cell, ...]]:
        for one in found:
            yield (
                figures.enterprise(one["enterprise"]),
                Amount(one["planned"]),
                Amount(one["done"]),
                _day(figures, one["last"]),
            )

    yield Table("visits-by-enterprise", voice.say(_("Visits of each enterprise")), columns, rows)


def one_by_one(figures: Figures, ids: list[str]) -> Iterator[Block]:
    """Each enterprise with its facts and figures."""
    voice = figures.voice
    if not figures.content["enterprises"]:
        return
    modes = [
        mode for mode in ("state", "period") if any((id_, mode, "enterprise") in figures.found for id_ in ids)
    ]
    places = [(id_, mode) for id_ in ids for mode in modes if (id_, mode, "enterprise") in figures.found]
    heads = (_("Code"), _("Enterprise"), _("Area"), _("Sector"), _("Status"))
    facts = (*(Column(voice.say(head)) for head in heads), Column(voice.say(_("Workers")), "amount"))
    columns = []
    for id_, mode in places:
        column = figure_column(figures, id_)
        named = voice.joined(column.head, mode_words(figures, mode)) if len(modes) > 1 else column.head
        columns.append(Column(named, "figure", column.share, column.shape, id_))

    def rows() -> Iterator[tuple[tuple[Cell, ...], tuple[Figure | None, ...]]]:
        for one in figures.content["enterprises"]:
            key = str(one["pk"])
            found = tuple(figures.one(id_, mode, "enterprise", key) for id_, mode in places)
            yield tuple(_facts(figures, one)), found

    yield Profiles("enterprises", voice.say(_("Enterprises one by one")), facts, tuple(columns), rows)


def open_items(figures: Figures) -> Iterator[Block]:
    """What was still to be done on the day."""
    voice, found = figures.voice, figures.content["open_items"]
    for key, caption, heads, cells in (
        ("hazards", _("Hazards not rectified"), HAZARD_HEADS, _hazard),
        ("suggestions", _("Suggestions adopted and not implemented"), SUGGESTION_HEADS, _suggestion),
        ("actions", _("Agreed actions not done"), ACTION_HEADS, _action),
    ):
        given = found.get(key, [])
        columns = tuple(Column(voice.say(head), kind, share) for head, kind, share in heads)
        if given:
            rows = [tuple(cells(figures, one)) for one in given]
            yield Table(f"open-{key}", voice.say(caption), columns, rows)
            if found["counts"][key] > len(given):
                more = shown(found["counts"][key], "count")
                yield Paragraph(
                    voice.say(_("Of %(count)s, the longest waiting are listed."), count=more), "note"
                )
        else:
            yield Paragraph(voice.say(_("%(what)s: none."), what=voice.say(caption)))


HAZARD_HEADS = (
    (_("Number"), "text", 3),
    (_("Enterprise"), "text", 5),
    (_("Hazard"), "text", 7),
    (_("Level"), "text", 2),
    (_("Deadline"), "day", 3),
    (_("Days overdue"), "amount", 2),
)
SUGGESTION_HEADS = (
    (_("Number"), "text", 3),
    (_("Enterprise"), "text", 5),
    (_("Suggestion"), "text", 8),
    (_("Due on"), "day", 3),
)
ACTION_HEADS = (
    (_("Enterprise"), "text", 5),
    (_("Action"), "text", 7),
    (_("Owner"), "text", 3),
    (_("Due on"), "day", 3),
)


def _day(figures: Figures, iso: str | None) -> Day:
    return Day(iso, figures.voice.day(iso))


def _hazard(figures: Figures, one: Mapping[str, Any]) -> Iterator[Cell]:
    yield figures.voice.same(one["ref"])
    yield figures.enterprise(one["enterprise"])
    yield figures.voice.same(one["description"])
    yield figures.voice.name(one["level"])
    yield _day(figures, one["deadline"])
    yield Amount(one["days_overdue"])


def _suggestion(figures: Figures, one: Mapping[str, Any]) -> Iterator[Cell]:
    yield figures.voice.same(one["ref"])
    yield figures.enterprise(one["enterprise"])
    yield figures.voice.same(one["title"])
    yield _day(figures, one["due_on"])


def _action(figures: Figures, one: Mapping[str, Any]) -> Iterator[Cell]:
    yield figures.enterprise(one["enterprise"])
    yield figures.voice.same(one["what"])
    yield figures.voice.same(one["owner"])
    yield _day(figures, one["due_on"])


def method(figures: Figures) -> Iterator[Block]:
    """How figures are counted, and what each means."""
    voice, known = figures.voice, figures.content["indicators"]
    for text in METHOD:
        yield Paragraph(voice.say(text))
    used = dict.fromkeys(id_ for id_, _mode, _dim in figures.found if id_ in known)
    entries = [(figures.name(id_), voice.name(known[id_]["definition"])) for id_ in used]
    if entries:
        yield Definitions(tuple(entries))


METHOD = (
    _(
        "A figure as of a day counts everything up to the end of that day. In a period, counts are what happened in "
        "it, and a rate follows those who entered in it to the end of the period."
    ),
    _(
        "A rate is numerator and denominator, both printed beside it. Percentages are whole numbers, halves up; never "
        "100 % below the whole, never 0 % above nothing. Over nothing there is no rate: n/a."
    ),
    _(
        "Void records count nowhere. Every breakdown has a row for what is unknown, so that its parts add up to the "
        "whole."
    ),
    _(
        "The snapshot holds each record that was counted, as it was when the report was frozen. The canonical JSON of "
        "the snapshot is signed; its SHA-256 stands on the cover."
    ),
)


def quality(figures: Figures) -> Iterator[Block]:
    """What is known of the data themselves."""
    content, voice = figures.content, figures.voice
    given = content["quality"]
    waiting = shown(given["waiting_marks"], "count")
    yield Paragraph(
        voice.say(_("Changes that waited to be counted at the freeze: %(waiting)s."), waiting=waiting)
    )
    if given["unknown"]:
        heads = ((_("Indicator"), 4), (_("Breakdown"), 4))
        columns = (
            *(Column(voice.say(head), share=share) for head, share in heads),
            Column(voice.say(_("Unknown")), "figure", 3),
        )
        rows = [
            (
                figures.name(one["indicator"]),
                voice.say(DIMS.get(one["dim"], one["dim"])),
                Figure((Number(one["n"], "count", one["code"]),)),
            )
            for one in given["unknown"]
        ]
        yield Table("unknown", voice.say(_("Records whose breakdown is not known")), columns, rows)
    kinds = sorted(content["rows"], key=lambda one: one["kind"])
    if kinds:
        columns = (Column(voice.say(_("Records")), share=4), Column(voice.say(_("Number")), "amount", 3))
        counted = [
            (kind_words(figures, kind), Amount(sum(one["n"] for one in found)))
            for kind, found in groupby(kinds, key=lambda one: one["kind"])
        ]
        yield Table("records", voice.say(_("Records that the snapshot holds")), columns, counted)


def kind_words(figures: Figures, kind: str) -> Words:
    """What records of a kind are called."""
    known = figures.content["kinds"].get(kind)
    return figures.voice.name(known) if known else figures.voice.same(kind)
