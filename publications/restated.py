"""The beginning of a later report: which published figures would be others today, and because of which records."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from publications.blocks import Amount, Block, Cell, Column, Heading, Paragraph, Table
from publications.figure_tables import Figures
from publications.numbers import numbers_of
from publications.words import Words

WHAT = {"gone": _("no longer counted"), "added": _("counted now"), "changed": _("counted otherwise")}


def restatement(figures: Figures) -> Iterator[Block]:
    """For each earlier report its figures that differ, then the records behind the differences."""
    voice = figures.voice
    for number, earlier in enumerate(figures.content["restatement"], 1):
        if number == 1:
            told = _(
                "These figures of earlier reports would be others today. The earlier reports stand as issued."
            )
            yield Paragraph(voice.say(told))
        yield Heading(
            voice.say(
                _("%(title)s, snapshot %(code)s, as of %(day)s"),
                title=earlier["title"],
                code=earlier["code"],
                day=voice.day(earlier["as_of"]),
            )
        )
        yield _figures(figures, earlier, number)
        because = [(one, each) for one in earlier["figures"] for each in one["because"]]
        if because:
            yield _records(figures, earlier, because, number)


def _figures(figures: Figures, earlier: Mapping[str, Any], number: int) -> Table:
    voice = figures.voice
    heads = ((_("Figure"), 6), (_("Code"), 3), (_("Published"), 4), (_("Today"), 4))
    columns = [Column(voice.say(head), share=share) for head, share in heads]
    columns.append(Column(voice.say(_("Records")), "amount", 2))
    rows: list[tuple[Cell, ...]] = [
        (
            _name(figures, one),
            _code(figures, earlier, one),
            voice.same(_text(one, one["published"])),
            voice.same(_text(one, {**one["published"], **one["now"]})),
            Amount(one["records"]),
        )
        for one in earlier["figures"]
    ]
    return Table(
        f"restated-{number}", voice.say(_("Figures that would be others today")), tuple(columns), rows
    )


def _records(
    figures: Figures, earlier: Mapping[str, Any], because: list[tuple[Any, Any]], number: int
) -> Table:
    voice = figures.voice
    heads = ((_("Code"), 3), (_("Record"), 4), (_("What"), 3), (_("Because"), 9))
    columns = tuple(Column(voice.say(head), share=share) for head, share in heads)
    rows: list[tuple[Cell, ...]] = [
        (
            _code(figures, earlier, one),
            voice.same(each["name"]),
            voice.say(WHAT.get(each["what"], each["what"])),
            voice.joined(*(voice.name(cause) for cause in each["causes"]), by="; ")
            if each["causes"]
            else voice.same(""),
        )
        for one, each in because
    ]
    return Table(f"restated-records-{number}", voice.say(_("Records behind the differences")), columns, rows)


def _name(figures: Figures, one: Mapping[str, Any]) -> Words:
    name = figures.name(one["indicator"])
    return figures.voice.joined(name, figures.label(one["dim"], one["key"])) if one["dim"] else name


def _code(figures: Figures, earlier: Mapping[str, Any], one: Mapping[str, Any]) -> Words:
    """The code of an earlier report after that report's own, so that it is never taken for one of this report."""
    return (f"{earlier['code']}/{one['code']}",) * len(figures.voice.codes)


def _text(one: Mapping[str, Any], reading: Mapping[str, Any]) -> str:
    """A reading in one text: "97 % (917 / 944)"."""
    whole, *parts = (number.text for number in numbers_of({**one, "reading": reading}))
    return f"{whole} ({' / '.join(parts)})" if parts else whole
