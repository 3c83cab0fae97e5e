"""Template tags for what is the same on many pages: made once a process, with holes for what is not.

    {% remember key %} … {% afresh %}{{ user }}{% endafresh %} … {% endremember %}

Everything between depends on nothing but the key, the language of the request, and what stands inside `afresh`. The
key is an exact, hashable value; where it is missing or None nothing is remembered. What stands inside `afresh` is
rendered each time, and may use only names that are known where `remember` stands: no loop's or include's.
"""

import re
import secrets
from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock

from django import template
from django.template.base import FilterExpression, Node, NodeList, Parser, Token
from django.template.context import Context
from django.utils.safestring import SafeString
from django.utils.translation import get_language

register = template.Library()

MOST = 1000
"""Texts a tag keeps; the one that was not used for the longest time goes first."""
_WORD = secrets.token_hex(16)
_HOLE = re.compile(f"\x02{_WORD}([0-9]+)\x03")

Piece = str | NodeList


class Kept:
    """The texts of one tag, cut at their holes; threads share them."""

    def __init__(self) -> None:
        self._texts: OrderedDict[Hashable, tuple[Piece, ...]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable) -> tuple[Piece, ...] | None:
        """The pieces kept for a key."""
        with self._lock:
            found = self._texts.get(key)
            if found is not None:
                self._texts.move_to_end(key)
            return found

    def keep(self, key: Hashable, pieces: tuple[Piece, ...]) -> None:
        """Keep pieces for a key, and no more than MOST in all."""
        with self._lock:
            self._texts[key] = pieces
            while len(self._texts) > MOST:
                self._texts.popitem(last=False)


class RememberNode(Node):
    """What is made once for each key and language."""

    def __init__(self, nodelist: NodeList, key: FilterExpression) -> None:
        self.nodelist, self.key, self.kept = nodelist, key, Kept()

    def render(self, context: Context) -> SafeString:
        """The text as kept, its holes filled; made and kept at first."""
        asked = self.key.resolve(context, ignore_failures=True)
        if asked is None or hasattr(context, "holes"):
            return self.nodelist.render(context)
        key = (asked, get_language())
        pieces = self.kept.get(key)
        if pieces is None:
            pieces = self._make(context)
            self.kept.keep(key, pieces)
        text = "".join([p if isinstance(p, str) else p.render(context) for p in pieces])
        return SafeString(text)  # nosec B703 (rendered by templates)

    def _make(self, context: Context) -> tuple[Piece, ...]:
        holes: list[NodeList] = []
        context.holes = holes  # type: ignore[attr-defined]
        try:
            text = self.nodelist.render(context)
        finally:
            del context.holes  # type: ignore[attr-defined]
        parts = _HOLE.split(text)
        return tuple(str(part) if n % 2 == 0 else holes[int(part)] for n, part in enumerate(parts))


class AfreshNode(Node):
    """A hole in what is remembered."""

    def __init__(self, nodelist: NodeList) -> None:
        self.nodelist = nodelist

    def render(self, context: Context) -> SafeString:
        """The text; while the text around is made, a word in its place."""
        holes: list[NodeList] | None = getattr(context, "holes", None)
        if holes is None:
            return self.nodelist.render(context)
        holes.append(self.nodelist)
        return SafeString(f"\x02{_WORD}{len(holes) - 1}\x03")  # nosec B703 (a word of ours)


@register.tag
def remember(parser: Parser, token: Token) -> RememberNode:
    """Make what stands between once for each value of the key."""
    words = token.split_contents()
    if len(words) != 2:
        raise template.TemplateSyntaxError("remember needs one value, its key.")
    nodelist = parser.parse(("endremember",))
    parser.delete_first_token()
    return RememberNode(nodelist, parser.compile_filter(words[1]))


@register.tag
def afresh(parser: Parser, token: Token) -> AfreshNode:
    """Render what stands between each time."""
    nodelist = parser.parse(("endafresh",))
    parser.delete_first_token()
    return AfreshNode(nodelist)
