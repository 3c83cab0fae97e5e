"""What a sheet is: one row of the registry, from which form, list, PDF, XLSX and CSV follow."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from score_mis.lib.columns import Column, Kind, Value
from sheets.asked import Asked

Row = Sequence[Value]

SHARES = {Kind.TEXT: 1.6, Kind.LONG: 3.4, Kind.NUMBER: 0.9, Kind.AMOUNT: 1.3, Kind.DAY: 1.5, Kind.MOMENT: 1.8}


@dataclass(frozen=True)
class Group:
    """A column of the PDF: some columns of the sheet one below the other, with its share of the width."""

    words: Any
    share: float
    keys: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One sheet. `rows` gives them in order, from one moment of the database; `count` says how many they will be.

    `fields` are those of its form beside area and enterprise, `needs` those that must be filled; `of_one` says that it
    is of one enterprise. `roles` may ask for it; empty: everybody with a role. The PDF stands upright if `upright`; its
    first column is a heading where `in_parts`, above tables whose columns are named unless they are `plain`.
    """

    key: str
    name: Any
    about: Any
    columns: tuple[Column, ...]
    rows: Callable[[Asked], Iterable[Row]]
    count: Callable[[Asked], int]
    fields: tuple[str, ...] = ("day",)
    needs: tuple[str, ...] = ()
    of_one: bool = False
    roles: frozenset[str] = frozenset()
    groups: tuple[Group, ...] = ()
    in_parts: bool = False
    plain: bool = False
    upright: bool = False
    signing: tuple[Any, ...] = ()
    closing: tuple[Any, ...] = ()

    def is_for(self, roles: frozenset[str]) -> bool:
        """Whether people with these roles may ask for it."""
        return bool(roles and (not self.roles or roles & self.roles))

    def paper(self) -> list[Group]:
        """The columns of the PDF."""
        own = self.columns[1:] if self.in_parts else self.columns
        return list(self.groups) or [
            Group(column.words, SHARES[column.kind], (column.key,)) for column in own
        ]
