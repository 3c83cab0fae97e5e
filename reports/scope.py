"""Scopes: whose records a figure is about. A scope never reaches further than what its reader may see."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from enterprises.models import Area, Enterprise, Programme, Reach, Sector
from score_mis.lib import statements
from score_mis.lib.keys import as_key

MOST = 500
"""Of more enterprises it is only known that they are more."""


class UnknownScope(ValueError):
    """An area, sector or enterprise that does not exist or is not the reader's; its text may be shown."""


@dataclass(frozen=True)
class Scope:
    """An area, narrowed by sector or enterprise. `only` limits to the enterprises of a person's assignments.

    `direct` leaves out the area's parts: what lies in a province but in none of its districts.
    """

    area: Area | None = None
    sector: Sector | None = None
    enterprise: Enterprise | None = None
    only: tuple[int, ...] | None = None
    direct: bool = False

    @property
    def has_tallies(self) -> bool:
        """Whether tallies answer it: an area, or a sector of one."""
        return self.area is not None and self.enterprise is None and self.only is None and not self.direct

    @cached_property
    def parts(self) -> list[Any]:
        """The area's parts in the order of their codes; asked once.

        Each knows whether it `has_parts` itself, and whether enterprises lie `beside` them, in no part of the area.
        """
        if self.area is None:
            return []
        return statements.records("parts", [self.area.pk], _parts)

    @cached_property
    def size(self) -> int:
        """How many enterprises it has, counted up to one more than MOST; asked once."""
        return len(statements.rows(("size", self.shape()), self.values(), self._some))

    def _some(self, values: Iterator[Any]) -> Any:
        return Enterprise.objects.filter(self.q("", values)).order_by().values_list("pk")[: MOST + 1]

    def shape(self) -> tuple:
        """What decides how its condition is written: everything but its `values`."""
        whole, some = self.area is not None and not self.direct, self.only is not None
        return (
            whole,
            self.direct,
            self.sector is not None,
            self.enterprise is not None,
            some,
            len(self._listed),
        )

    def values(self) -> list[str | int]:
        """What its condition compares with, in order."""
        place: list[str | int] = []
        if self.area is not None:
            place.append(self.area.pk if self.direct else self.area.path)
        return place + [part.pk for part in (self.sector, self.enterprise) if part is not None] + self._listed

    @property
    def _listed(self) -> list[int]:
        return list(statements.filled(self.only or ()))

    def q(self, path: str = "", values: Iterator[Any] | None = None) -> Q:
        """The condition on enterprises; `path` leads to the enterprise, empty when the rows are enterprises.

        `values` stand in place of its own.
        """
        values = iter(self.values()) if values is None else values
        prefix = f"{path}__" if path else ""
        condition = Q()
        if self.area is not None:
            condition &= Q(**{f"{prefix}{'area' if self.direct else 'area__path__startswith'}": next(values)})
        if self.sector is not None:
            condition &= Q(**{f"{prefix}sector": next(values)})
        if self.enterprise is not None:
            condition &= Q(**{path or "pk": next(values)})
        if self.only is not None:
            condition &= Q(**{f"{path or 'pk'}__in": [next(values) for _pk in self._listed]})
        return condition

    def covers(self, enterprise: Any, path: str) -> bool:
        """The same condition on the columns of an enterprise in memory; `path` is that of its area."""
        inside = self.area is None or (
            enterprise.area_id == self.area.pk if self.direct else path.startswith(self.area.path)
        )
        return (
            inside
            and (self.sector is None or enterprise.sector_id == self.sector.pk)
            and (self.enterprise is None or enterprise.pk == self.enterprise.pk)
            and (self.only is None or enterprise.pk in self.only)
        )

    def enterprises(self) -> Any:
        """The enterprises of the scope, whatever their status."""
        return Enterprise.objects.filter(self.q())

    def parameters(self) -> dict[str, str]:
        """The scope as query parameters of a link; what a person's assignments limit is not written down."""
        found = {}
        if self.area is not None and self.area.parent_id is not None:
            found["area"] = self.area.code
        if self.direct and self.area is not None:
            found |= {"area": self.area.code, "direct": "yes"}
        if self.sector is not None:
            found["sector"] = self.sector.code
        if self.enterprise is not None:
            found["enterprise"] = str(self.enterprise.pk)
        return found

    def description(self) -> dict[str, Any]:
        """The scope in words a machine reads."""
        return {
            "area": self.area.code if self.area else None,
            "sector": self.sector.code if self.sector else None,
            "enterprise": self.enterprise.pk if self.enterprise else None,
        }

    def title(self) -> str:
        """The scope in words a person reads."""
        parts = [part.name for part in (self.enterprise, self.sector) if part is not None]
        if self.enterprise is None and self.area is not None:
            parts.append(self.area.name)
        return " · ".join(parts) or _("My enterprises")


def _parts(values: Iterator[Any]) -> Any:
    inner = Exists(Area.objects.filter(parent=OuterRef("pk")))
    beside = Exists(Enterprise.objects.filter(area=OuterRef("parent")))
    found = Area.objects.filter(parent=next(values)).annotate(has_parts=inner, beside=beside)
    return found.order_by("code")


def _at(values: Iterator[Any]) -> Any:
    return Area.objects.filter(path=next(values))[:1]


def programme_scope(area: str = "", sector: str = "", enterprise: str = "") -> Scope:
    """Return a scope of the whole programme, narrowed; for commands and jobs, which act for nobody."""
    programme = Programme.objects.current()
    root = Area.objects.filter(programme=programme, parent__isnull=True).first() if programme else None
    return _narrowed(Scope(area=root), area, sector, enterprise, Area.objects.all(), Enterprise.objects.all())


def scope_for(
    user: Any,
    today: date,
    area: str = "",
    sector: str = "",
    enterprise: str = "",
    direct: bool = False,
    reach: Reach | None = None,
) -> Scope:
    """Return what a person may see, narrowed by the codes they asked for; `reach` where it is known already."""
    reach = reach or Reach.of(user, today)
    visible = Enterprise.objects.filter(reach.enterprises_q())
    top = [path for path in reach.paths if not any(path != o and path.startswith(o) for o in reach.paths)]
    found = statements.records("area at a path", [top[0]], _at) if len(top) == 1 else []
    single = found[0] if found else None
    if single is not None and not _strays(reach, single):
        base = Scope(area=single)
    else:
        base = Scope(only=tuple(visible.order_by("pk").values_list("pk", flat=True)))
    scope = _narrowed(base, area, sector, enterprise, Area.objects.filter(reach.areas_q()), visible)
    return replace(scope, direct=True) if direct and scope.area is not None else scope


def _strays(reach: Reach, area: Area) -> bool:
    """Whether a person has enterprises outside an area; asked only about those assigned one by one."""
    own = Enterprise.objects.filter(pk__in=reach.enterprise_ids)
    return bool(reach.enterprise_ids) and own.exclude(area__path__startswith=area.path).exists()


def _narrowed(base: Scope, area: str, sector: str, enterprise: str, areas: Any, enterprises: Any) -> Scope:
    """Narrow a scope by codes; each must exist within it."""
    found: dict[str, Any] = {"area": base.area, "sector": None, "enterprise": None, "only": base.only}
    if area:
        found["area"] = areas.filter(code=area).first()
        if found["area"] is None:
            raise UnknownScope(_("There is no area %(code)s here.") % {"code": area})
    if sector:
        found["sector"] = Sector.objects.filter(code=sector).first()
        if found["sector"] is None:
            raise UnknownScope(_("There is no sector %(code)s.") % {"code": sector})
    if enterprise:
        found["enterprise"] = enterprises.filter(pk=as_key(enterprise)).first()
        if found["enterprise"] is None:
            raise UnknownScope(_("There is no enterprise %(code)s here.") % {"code": enterprise})
    return Scope(**found)
