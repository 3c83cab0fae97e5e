"""What papers of all apps share: how they begin and end, and the room to sign."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils.translation import gettext as _, gettext_lazy

from enterprises.models import Programme
from score_mis.lib.names import Bilingual
from score_mis.lib.pdf import pair, shown

GENERATED = gettext_lazy("Generated records; only the totals are published.")
SIGN_HERE = gettext_lazy("Signature and date")


def head(
    programme: Programme, title: Any, *, number: str, by: Any, today: date, language: str
) -> dict[str, Any]:
    """Programme, title, who printed it when, and that records are generated; `language` is the one in force."""
    printed = _("Printed on %(day)s by %(name)s") % {"day": shown(today), "name": by}
    return {
        "programme": names(programme),
        "title": pair(title, language),
        "number": number,
        "generated": pair(GENERATED, language) if programme.is_generated else [],
        "foot": [printed, *(name for name in (programme.authority_zh, programme.authority_en) if name)],
    }


def names(record: Bilingual) -> list[str]:
    """Both names of a record, that of the language in force first."""
    return [record.name, record.other_name] if record.other_name else [record.name]


def room_to_sign(people: Iterable[tuple[Any, Any]], language: str) -> dict[str, Any]:
    """Who signs in which part, each with the name that is known already."""
    return {
        "signatures": [{"words": pair(part, language), "name": str(name or "")} for part, name in people],
        "sign_here": pair(SIGN_HERE, language),
    }
