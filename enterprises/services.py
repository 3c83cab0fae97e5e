"""Writes of the enterprises app that touch several rows."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.db import transaction

from enterprises.models import Area, AreaAncestor, AreaParent, Mark, Programme
from score_mis.lib import dates


def add_area(
    *,
    programme: Programme,
    code: str,
    level: int,
    name_en: str,
    name_zh: str,
    on: date,
    parent: Area | None = None,
) -> Area:
    """Add an area below another; `on` is the day from which the division exists."""
    with transaction.atomic():
        area = Area(
            programme=programme,
            code=code,
            level=level,
            name_en=name_en,
            name_zh=name_zh,
            parent=parent,
            path="/",
        )
        area.full_clean(exclude=["path"])
        area._history_date = dates.now()  # type: ignore[attr-defined]  # django-simple-history reads it
        area.save()
        area.path = f"{parent.path if parent else '/'}{area.pk}/"
        area.save(update_fields=["path"])
        AreaParent.objects.create(area=area, parent=parent, from_on=on)
        link_ancestors([area])
        if parent is not None and parent.children.filter(level=level).count() == 1:
            Mark.objects.append(
                [Mark(area=parent)]
            )  # with its first part of a level it is summed another way
    return area


def link_ancestors(areas: Iterable[Area]) -> None:
    """Write anew which areas these ones lie in, from their paths."""
    areas = list(areas)
    AreaAncestor.objects.filter(area__in=areas).delete()
    AreaAncestor.objects.bulk_create(
        [AreaAncestor(area=area, ancestor_id=pk) for area in areas for pk in area.ancestor_ids()],
        batch_size=1000,
    )


def move_area(area: Area, *, parent: Area, on: date) -> Area:
    """Put an area and all below it under another parent from a day on; what lies around one place only is recounted."""
    if parent.path.startswith(area.path):
        raise ValueError("an area cannot be part of itself")
    with transaction.atomic():
        area = Area.objects.select_for_update(of=("self",), no_key=True).get(pk=area.pk)
        old_parent = area.parent
        AreaParent.objects.filter(area=area, until_on__isnull=True).update(until_on=on - timedelta(days=1))
        AreaParent.objects.create(area=area, parent=parent, from_on=on)
        old_path, area.parent = area.path, parent
        new_path = f"{parent.path}{area.pk}/"
        for below in Area.objects.filter(path__startswith=old_path):
            Area.objects.filter(pk=below.pk).update(path=new_path + below.path.removeprefix(old_path))
        Area.objects.filter(pk=area.pk).update(parent=parent)
        area.refresh_from_db()
        link_ancestors(Area.objects.below(area))
        left = set(old_parent.ancestor_ids()) if old_parent else set()
        both = {place.pk for place in (old_parent, parent) if place is not None}
        Mark.objects.append([Mark(area_id=pk) for pk in (left ^ set(parent.ancestor_ids())) | both])
    return area
