"""Who reaches everything is not asked row by row; nobody else sees one record more."""

import pytest

from enterprises.models import Area, Assignment, Enterprise, Level
from enterprises.models.owned import sees_everything
from enterprises.services import add_area
from suggestions.models import Suggestion
from suggestions.tests.factories import make_suggestion


@pytest.fixture
def country(world):
    """The area at the top, with the staff assigned to it."""
    root = Area.objects.get(parent__isnull=True)
    Assignment.objects.filter(user=world.staff).update(area=root, enterprise=None)
    return root


def test_who_has_the_top_of_the_tree_sees_everything(world, country):
    assert sees_everything(world.staff)
    record = make_suggestion(world)
    seen = Suggestion.objects.visible_to(world.staff)
    assert list(seen) == [record]
    assert "enterprises_area" not in str(seen.query)


@pytest.mark.parametrize("part", ["member", "leader", "consultant", "inspector", "authority", "outsider"])
def test_others_do_not(world, country, part):
    assert not sees_everything(getattr(world, part))


def test_of_two_trees_one_is_not_everything(world, country, today):
    other = add_area(
        programme=world.programme,
        code="99",
        level=Level.COUNTRY,
        name_en="Elsewhere",
        name_zh="",
        on=today,
        parent=None,
    )
    make_suggestion(world)
    Enterprise.objects.filter(pk=world.enterprise.pk).update(area=other)
    assert not sees_everything(world.staff)
    assert not Suggestion.objects.visible_to(world.staff).exists()
    Assignment.objects.create(user=world.staff, role="programme_staff", area=other, from_on=today)
    assert sees_everything(world.staff)
    assert Suggestion.objects.visible_to(world.staff).exists()
