"""Records of the enterprises app for tests."""

from datetime import date

from conftest import START
from enterprises.models import (
    Cohort,
    Milestone,
    MonthlyPlan,
    Sector,
    Target,
    Team,
    TeamMember,
    WorkforceCount,
)


def make_sector(**kwargs):
    """Save a sector."""
    return Sector.objects.create(**{"code": "C17", "name_en": "Textiles", "name_zh": "纺织业"} | kwargs)


def make_cohort(world, **kwargs):
    """Save a cohort of the world's programme."""
    fields = {"programme": world.programme, "name_en": "First", "name_zh": "第一批", "started_on": START}
    return Cohort.objects.create(**fields | kwargs)


def make_milestone(world, **kwargs):
    """Save a milestone of the world's programme."""
    fields = {"programme": world.programme, "name_en": "Mid-term review", "planned_on": date(2017, 12, 19)}
    return Milestone.objects.create(**fields | kwargs)


def make_target(world, **kwargs):
    """Save a target for the whole programme, or where `area` or `enterprise` say."""
    fields = {
        "programme": world.programme,
        "indicator": "suggestions_submitted",
        "due_on": date(2017, 12, 31),
        "value": 1000,
    }
    return Target.objects.create(**fields | kwargs)


def make_team(world, **kwargs):
    """Save a team of the world's enterprise."""
    fields = {"enterprise": world.enterprise, "name_en": "Workshop team", "formed_on": START}
    return Team.objects.create(**fields | kwargs)


def make_member(world, **kwargs):
    """Save a member of the world's team."""
    fields = {"team": world.team, "name": "Ms Li", "standing": "worker", "from_on": START}
    return TeamMember.objects.create(**fields | kwargs)


def make_workforce(world, **kwargs):
    """Save a count of the world's enterprise."""
    fields = {"enterprise": world.enterprise, "counted_on": START, "total": 120, "women": 50, "casual": 10}
    return WorkforceCount.objects.create(**fields | kwargs)


def make_plan(world, **kwargs):
    """Save a month's plan of the world's enterprise."""
    fields = {"enterprise": world.enterprise, "month": date(2017, 11, 1), "checks": 20, "visits": 1}
    return MonthlyPlan.objects.create(**fields | kwargs)
