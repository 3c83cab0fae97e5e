"""What was done of plans, for pages of apps below that show plans."""

from collections.abc import Iterable
from datetime import date

from django import template

from enterprises.models import MonthlyPlan
from reports import plans as reports_plans

register = template.Library()


@register.simple_tag
def with_done(plans: Iterable[MonthlyPlan], today: date) -> list[tuple[MonthlyPlan, int, int]]:
    """The plans of one enterprise, each with the numbers of checks and visits done; three queries."""
    return reports_plans.with_done(plans, today)
