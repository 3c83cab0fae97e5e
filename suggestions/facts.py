"""What a suggestion's page tells, as label and value."""

from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from suggestions.models import Suggestion

PLAIN = ("proposer_role", "proposer_sex", "department", "category", "module", "team", "owner")
DAYS = ("submitted_on", "adopted_on", "due_on", "implemented_on", "verified_on")
AMOUNTS = ("cost", "saving_estimated", "saving_actual")


def facts(suggestion: Suggestion, currency: str) -> list[tuple[str, Any]]:
    """Return the facts in reading order; later days and amounts only once they are known. No query of its own."""
    found = [(_label("proposer"), _proposer(suggestion))]
    found += [(_label(name), _shown(suggestion, name)) for name in PLAIN]
    if suggestion.visit is not None:
        link = format_html('<a href="{}">{}</a>', suggestion.visit.get_absolute_url(), suggestion.visit)
        found.append((_label("visit"), link))
    for name in DAYS:
        day = getattr(suggestion, name)
        if day is not None:
            found.append((_label(name), date_format(day, "DATE_FORMAT")))
    for name in AMOUNTS:
        amount = getattr(suggestion, name)
        if amount is not None:
            found.append((_label(name), f"{number_format(amount, 2, force_grouping=True)} {currency}"))
    return found


def _column(name: str) -> Any:
    return Suggestion._meta.get_field(name)


def _label(name: str) -> str:
    return capfirst(str(_column(name).verbose_name))


def _shown(suggestion: Suggestion, name: str) -> Any:
    value = getattr(suggestion, name)
    return dict(_column(name).flatchoices).get(value, value)


def _proposer(suggestion: Suggestion) -> str:
    return _("anonymous") if suggestion.is_anonymous else suggestion.proposer
