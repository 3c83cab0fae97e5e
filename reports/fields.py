"""Names kept as small numbers: cells of tallies are many, and a measure's name would be most of a cell's bytes.

Python reads and writes the names; the tables hold their places in these lists. The lists are therefore append-only: a
name that is no longer used keeps its place.
"""

from typing import Any

from django.db import models

CELLS = (
    "",
    "enterprises",
    "enterprises_reporting",
    "item_looks",
    "suggestions_submitted",
    "suggestions_adopted",
    "suggestions_implemented",
    "suggestion_implementations",
    "suggestions_sent_back",
    "suggestions_decided",
    "suggestions_frontline",
    "suggestions_role_known",
    "savings_actual",
    "savings_estimated",
    "safety_checks",
    "hazards_identified",
    "hazards_rectified",
    "hazards_verified",
    "hazard_rectifications",
    "hazards_sent_back",
    "hazards_due",
    "hazards_on_time",
    "hazards_overdue",
    "hazards_overdue_1",
    "hazards_overdue_8",
    "hazards_overdue_31",
    "hazards_overdue_91",
    "hazards_in_checks",
    "hazards_repeated",
    "visits_planned",
    "visits_done",
    "visits_logged",
    "enrolments_planned",
    "enrolments_started",
    "enrolments_completed",
    "people_trained",
    "entries_suggestion",
    "entries_check",
    "entries_hazard",
    "entries_visit",
    "suggestions_answered_in_time",
)
BREAKDOWNS = (
    "",
    "sector",
    "category",
    "module",
    "sex",
    "role",
    "sex_role",
    "performed_by",
    "item",
    "lag",
    "submitted",
    "adopted",
    "identified",
    "planned",
    "started",
    "started/module",
)
LEVELS = ("", "general", "major")


class NameField(models.PositiveSmallIntegerField):
    """One of a fixed list of names, kept as its place in the list. Other names raise ValueError when written."""

    names: tuple[str, ...] = ()

    def from_db_value(self, value: int | None, _expression: Any, _connection: Any) -> str | None:
        """The name of a number."""
        return None if value is None else self.names[value]

    def to_python(self, value: Any) -> Any:
        """The name, as it is given."""
        return value

    def get_prep_value(self, value: Any) -> Any:
        """The number of a name; numbers and expressions as they are."""
        return self.names.index(value) if isinstance(value, str) else value


class MeasureField(NameField):
    """The name of cells of a measure of the registry."""

    names = CELLS


class BreakdownField(NameField):
    """The name of a breakdown; none is an empty name."""

    names = BREAKDOWNS


class LevelField(NameField):
    """The level of a hazard; empty for everything else."""

    names = LEVELS
