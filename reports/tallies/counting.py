"""Counting entries live: the query for what the tallies do not hold."""

from typing import Any

from django.db import models
from django.db.models import F, Sum, Value
from django.db.models.functions import Cast, Coalesce, Round

from reports.measures import Stream
from score_mis.lib.dates import MonthStart

TEXT = models.CharField()


def summed_money(name: str) -> Round:
    """A sum of amounts to the cent; SQLite adds fractions, and their last digits depend on the order of the rows."""
    return Round(Sum(name), precision=2)


def key_of(path: Any) -> Coalesce:
    """The key of a breakdown as text; unknown is empty."""
    return Coalesce(Cast(path, TEXT), Value(""))


def counted(
    stream: Stream, dim: str, where: models.Q, *, owner: str = "pk", by_month: bool = False
) -> models.QuerySet:
    """Group a stream's rows by owner, day (or month), level and one breakdown.

    `owner` is a path from the enterprise: `pk` the enterprise itself, `area_id` its area. Groups in which nothing
    remains are left out.
    """
    rows = stream.rows().annotate(
        cell_owner=F(f"{stream.enterprise}__{owner}"),
        cell_key=key_of(stream.breakdowns()[dim]) if dim else Value(""),
        cell_level=F(stream.level) if stream.level else Value(""),
        cell_day=MonthStart(F("day")) if by_month else F("day"),
    )
    money = summed_money("amount") if stream.has_amount else Value(None, output_field=models.DecimalField())
    grouped = rows.filter(where).order_by().values("cell_owner", "cell_key", "cell_level", "cell_day")
    return grouped.annotate(total=Sum("n"), money=money).exclude(
        total=0, **({"money": 0} if stream.has_amount else {})
    )
