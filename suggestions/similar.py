"""Suggestions like one that is being typed, so that nobody enters an idea twice unawares.

Titles are compared by their pieces: three letters of a word at a time, and for Chinese one and two characters. That is
done here and not by the database, so that it is the same on every one and needs no extension of it. Only the newest of
one enterprise are looked at: one query, and a few milliseconds for the most.
"""

import re
import unicodedata
from collections.abc import Iterator
from math import sqrt
from typing import NamedTuple

from enterprises.models import Enterprise
from suggestions.models import Suggestion

MOST = 2000
"""How many of an enterprise's suggestions are compared, the newest first."""
SHOWN = 5
SHORTEST = 2
"""Fewer pieces say nothing yet."""
LIKE = 0.35
"""From here on a suggestion is shown."""
NEARLY_SAME = 0.6
"""From here on the person is asked whether theirs is another one."""
WORD = re.compile(r"[^\W_]+")
HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]+")


class Alike(NamedTuple):
    """A suggestion and how much it is alike, from 0 to 1."""

    suggestion: Suggestion
    likeness: float


def pieces(text: str) -> frozenset[str]:
    """What a title is compared by; width, case and punctuation make no difference."""
    return frozenset(_pieces(unicodedata.normalize("NFKC", text).casefold()))


def _pieces(text: str) -> Iterator[str]:
    for run in HAN.findall(text):
        yield from run
        yield from (run[place : place + 2] for place in range(len(run) - 1))
    for word in WORD.findall(HAN.sub(" ", text)):
        padded = f"  {word} "
        yield from (padded[place : place + 3] for place in range(len(padded) - 2))


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """How much two titles have in common: 1 for the same pieces, 0 for none."""
    common = len(one & other)
    return common / sqrt(len(one) * len(other)) if common else 0.0


def similar(enterprise: Enterprise, title: str, *, least: float = LIKE) -> list[Alike]:
    """The suggestions of an enterprise whose titles are like this one, the most alike first; one query."""
    typed = pieces(title[:200])
    if len(typed) <= SHORTEST:
        return []
    newest = Suggestion.objects.counted().filter(enterprise=enterprise).order_by("-number")
    known = newest.only("number", "title", "status")[:MOST]
    found = [Alike(suggestion, likeness(typed, pieces(suggestion.title))) for suggestion in known]
    found = [alike for alike in found if alike.likeness >= least]
    for alike in found:
        alike.suggestion.enterprise = enterprise
    return sorted(found, key=lambda alike: -alike.likeness)[:SHOWN]
