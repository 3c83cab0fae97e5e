"""The fonts of papers: which there are, which characters they draw, and what stands in place of the others.

A character that none of them draws is printed by its number (U+1F600) and told at the end of the paper; it is never a
box, and never borrowed from whatever other font a machine happens to have.
"""

import importlib.util
import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from typing import Any

import typst
from django.core import checks
from fontTools.ttLib import TTFont

LATIN = ("Noto Sans", "Liberation Sans", "DejaVu Sans", "Libertinus Serif")
HAN = ("Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC")
"""Fonts in the order in which they are looked for. Latin ones stand first: a Han font's apostrophe is full width. Typst
itself brings the last Latin one."""

BROUGHT = frozenset(map(chr, range(0x20, 0x180)))
"""What the font that Typst brings draws; its file cannot be read."""

FONT_PACKAGE = "pylopdf_fonts_zh_cn"
"""Brings a Han font to machines that have none."""

CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff]")
UNSEEN = frozenset(("Cf", "Zs", "Zl", "Zp"))
"""Kinds of characters that draw nothing."""


class FontMissing(Exception):
    """The machine has no font for Chinese: papers would hold boxes."""


def names() -> tuple[str, ...]:
    """The families a paper names, Latin before Han; Typst takes the first that has the letter."""
    return LATIN + HAN


def folders() -> list[str]:
    """Where fonts are beside those of this machine."""
    found = importlib.util.find_spec(FONT_PACKAGE)
    return list((found.submodule_search_locations if found else None) or [])


@cache
def installed() -> typst.Fonts:
    """The fonts of this machine and of the package, looked through once a process."""
    return typst.Fonts(font_paths=list(folders()))


def require() -> None:
    """Raise FontMissing where no font draws Chinese."""
    if not set(installed().families()) & set(HAN):
        raise FontMissing(
            f"No font for Chinese was found; papers need one of {', '.join(HAN)}. "
            f"Install the packages of requirements.txt again, or the system's package of Noto Sans CJK."
        )


@cache
def drawn() -> frozenset[str]:
    """Every character that the fonts of papers draw, in regular and in bold."""
    families: dict[str, frozenset[str]] = {}
    for font in installed().fonts():
        if font.family in names() and font.path and font.style == "normal" and font.stretch == 1.0:
            with TTFont(font.path, fontNumber=font.index, lazy=True) as file:
                file.setGlyphOrder(
                    [f"glyph{n}" for n in range(file["maxp"].numGlyphs)]
                )  # their names cost a second
                letters = frozenset(map(chr, file.getBestCmap() or ()))
            families[font.family] = families.get(font.family, letters) & letters
    return BROUGHT.union(*families.values())


def is_drawn(letter: str) -> bool:
    """Whether a character can be printed, or draws nothing anyway."""
    return letter in drawn() or letter in "\n\t" or unicodedata.category(letter) in UNSEEN


class Printable:
    """Makes texts fit for a paper, and remembers which characters it could not keep."""

    def __init__(self) -> None:
        self.lost: dict[str, None] = {}
        self._known: dict[str, str] = {}

    def data(self, value: Any) -> Any:
        """The same data with texts that can be printed."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, Mapping):
            return {key: self.data(inner) for key, inner in value.items()}
        return [self.data(inner) for inner in value] if isinstance(value, list | tuple) else value

    def text(self, text: str) -> str:
        """A text without control characters, and with numbers for characters that no font draws."""
        text = CONTROL.sub("", text)
        if text.isascii():
            return text
        for letter in set(text) - self._known.keys():
            self._known[letter] = letter if is_drawn(letter) else f"U+{ord(letter):04X}"
        if not any(self._known[letter] != letter for letter in text):
            return text
        self.lost |= dict.fromkeys(letter for letter in text if self._known[letter] != letter)
        return "".join(self._known[letter] for letter in text)

    def told(self) -> list[str]:
        """The characters that are printed by their numbers, with their names."""
        return [f"U+{ord(letter):04X} {unicodedata.name(letter, '')}".strip() for letter in sorted(self.lost)]


@checks.register
def check_fonts(**_options: Any) -> list[checks.CheckMessage]:
    """A system check: the site and its workers say at their start that a font is missing."""
    try:
        require()
    except FontMissing as error:
        return [checks.Error(str(error), id="score.E001")]
    return []
