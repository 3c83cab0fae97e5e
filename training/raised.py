"""What was raised during a visit, read by the links that suggestions and hazards keep to it: nothing is imported."""

from typing import Any, NamedTuple

from django.db.models import QuerySet

from training.models import CounsellingVisit


class Raised(NamedTuple):
    """The suggestions and hazards of a visit, void ones left out, in the order of their numbers; a query each."""

    suggestions: QuerySet[Any]
    hazards: QuerySet[Any]

    @classmethod
    def at(cls, visit: CounsellingVisit) -> "Raised":
        """Those of a visit; who sees the visit sees them, for they belong to its enterprise."""
        return cls(
            *(links.counted().for_list().order_by("number") for links in (visit.suggestions, visit.hazards))
        )
