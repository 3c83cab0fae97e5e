"""What records that belong to an enterprise share: who sees them, who may move them, how they are numbered."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from enterprises.models.enterprise import Enterprise
from enterprises.models.marks import Mark
from enterprises.models.people import Reach
from enterprises.models.places import Area
from score_mis.lib import workflow

SLASHES_AT_THE_TOP = 2
"""In the path of an area that lies in no other: "/1/"."""


def sees_everything(user: Any) -> bool:
    """Whether a person's reach covers all areas at the top of the tree, and so every enterprise.

    One small query for those who have such an area, none for others; asked once a request.
    """
    tops = [path for path in Reach.of(user).paths if path.count("/") == SLASHES_AT_THE_TOP]
    if not tops:
        return False
    known = getattr(user, "known", {})
    if sees_everything not in known:
        known[sees_everything] = not Area.objects.filter(parent__isnull=True).exclude(path__in=tops).exists()
    return known[sees_everything]


class OwnedQuerySet(models.QuerySet):
    """Records that belong to an enterprise: who sees the enterprise sees them."""

    def visible_to(self, user: Any) -> Self:
        """Those of enterprises the user may see; all where these are all, so that no list asks for each row."""
        if sees_everything(user):
            return self.all()
        return self.filter(enterprise__in=Enterprise.objects.visible_to(user))


class OwnedStateful(workflow.Stateful):
    """A record with states that belongs to an enterprise. `mark_kind` names its marks."""

    mark_kind: str
    owner_fields = ("enterprise",)
    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, verbose_name=_("enterprise"))

    class Meta:
        abstract = True

    def roles_of(self, user, today: date) -> frozenset[str]:  # noqa: ANN001
        """The person's roles at the enterprise."""
        return self.enterprise.roles_of(user, today)

    def role_key(self) -> object:
        """Roles depend on the enterprise."""
        return self.enterprise_id

    def marks(self) -> list[Mark]:
        """Every day of every change row, superseded ones included; one query."""
        return self.enterprise.marks_for(self.mark_kind, self.counted_days())

    def counted_days(self) -> set[date]:
        """The days on which this record counts or counted."""
        return {change.happened_on for change in self.changes.all()}


class Numbered(models.Model):
    """Records numbered 1, 2, 3 … within their enterprise; numbers are never used twice."""

    number_letter: str
    enterprise = models.ForeignKey(
        Enterprise,
        on_delete=models.PROTECT,
        db_index=False,  # the index of the numbers begins with it
        verbose_name=_("enterprise"),
    )
    number = models.PositiveIntegerField(_("number"), editable=False)

    class Meta:
        abstract = True

    @property
    def reference(self) -> str:
        """The number people say and write, for example FS01-S0042."""
        return f"{self.enterprise.code}-{self.number_letter}{self.number or 0:04d}"

    @classmethod
    def before_insert(cls, records: Sequence[Any]) -> None:
        """Number new records in their order; locks the enterprises, so two people never get the same number."""
        owners = {record.enterprise_id for record in records}
        list(
            Enterprise.objects.select_for_update(of=("self",), no_key=True)
            .filter(pk__in=owners)
            .order_by("pk")
            .values("pk")
        )
        used = dict(
            cls._base_manager.filter(enterprise__in=owners)
            .order_by()
            .values_list("enterprise")
            .annotate(Max("number"))
        )
        for record in records:
            used[record.enterprise_id] = record.number = used.get(record.enterprise_id, 0) + 1
