"""Which checklist items mean something in which trade; elsewhere the answer is "not applicable"."""

import re

from hazards.models import ChecklistItem

WORDS = (
    (("glass",), r"glass|furnace|cullet|tempering|tin bath|autoclave"),
    (("glass", "building"), r"\bkilns?\b"),
    (("textile",), r"dye|stenter|blow-room|lint|yarn|cotton|fibre|carding|padder|singeing|fly\b|heat-setting"),
    (("furniture", "board"), r"\bsaws?\b|planer|wood|boards standing|panel saws|glue spreader"),
    (("board",), r"hot press|thermal oil|resin kettle"),
    (("furniture", "metal", "machinery"), r"paint|spray booth|\bspraying\b"),
    (("metal", "machinery"), r"press dies|each press\b|lathe|robot"),
    (("chem",), r"tank farm|tank truck|tank bunds|major hazard installation|key hazardous process"),
    (("chem",), r"fine chemical|highly toxic|bypassed interlock|chemical area|loading and unloading of chemicals"),
    (("chem", "furniture", "board"), r"explosive gas|explosion-proof|explosive areas|flammable areas"),
    (("furniture", "board", "textile", "metal", "plastics"), r"dust collector|dry dust|dust ducts|bag filter"),
)  # fmt: skip
"""Trades and the English words of items that only they know; an item without such words is for everybody."""

PATTERNS = tuple((frozenset(trades), re.compile(words, re.IGNORECASE)) for trades, words in WORDS)


def applies(item: ChecklistItem, trade: str) -> bool:
    """Whether an item means something in a trade."""
    groups = [trades for trades, pattern in PATTERNS if pattern.search(item.text_en)]
    return not groups or any(trade in trades for trades in groups)
