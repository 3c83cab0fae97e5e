"""Loading by SQL: inserts whose missing columns are filled by the models, tables freed of indexes while they fill."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection, models

FIRST_DAY, LAST_DAY = date(2015, 11, 20), date(2017, 12, 19)
"""The launch, six weeks before two years of work; the last day is the programme day of the pilot."""

FUNCTIONS = """
CREATE FUNCTION bench.roll(id bigint, topic int, n int) RETURNS int LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
    'SELECT ((hashint8extended(id, topic::bigint) & 2147483647) % n)::int';
CREATE FUNCTION bench.chance(id bigint, topic int) RETURNS float8 LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
    'SELECT (hashint8extended(id, topic::bigint) & 2147483647) / 2147483648.0::float8';
"""
"""Repeatable chance: `roll` gives 0 … n−1 and `chance` 0 … 1 for a number and a topic."""

FREED = """
SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid), contype
FROM pg_constraint WHERE conrelid = %s::regclass AND contype IN ('f', 'u')
"""
INDEXES = """
SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid)
FROM pg_index i LEFT JOIN pg_constraint c ON c.conindid = i.indexrelid AND c.contype IN ('p', 'u', 'x')
WHERE i.indrelid = %s::regclass AND c.oid IS NULL
"""


def run(sql: str, parameters: list | None = None) -> int:
    """Run one statement; return how many rows it wrote."""
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.rowcount


def rows(sql: str, parameters: list | None = None) -> list[tuple]:
    """Return the rows of a query."""
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall()


def literal(value: Any) -> str:
    """Return a value as it is written in SQL."""
    with connection.cursor() as cursor:
        text = cursor.cursor.mogrify("%s", [value])
    return text.decode() if isinstance(text, bytes) else text


def table(name: str, columns: str, values: list[tuple]) -> None:
    """Make a small table of the generator's own and fill it."""
    run(f"CREATE UNLOGGED TABLE bench.{name} ({columns})")
    for start in range(0, len(values), 1000):
        lines = ", ".join(
            "(" + ", ".join(literal(value) for value in row) + ")" for row in values[start : start + 1000]
        )
        run(f"INSERT INTO bench.{name} VALUES {lines}")
    run(f"ANALYZE bench.{name}")


@dataclass
class Loader:
    """Writes tables and keeps how many rows took how long. `say` receives a line for each."""

    say: Callable[[str], None]
    bare: bool = True
    """Whether tables lose their secondary indexes and foreign keys while they are filled."""
    waiting: list[str] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)

    def stage(self, name: str, sql: str) -> None:
        """Make a table of the generator's own from a query."""
        begun = time.monotonic()
        written = run(f"CREATE UNLOGGED TABLE bench.{name} AS {sql}")
        run(f"ANALYZE bench.{name}")
        self._note(f"(plan of {name})", written, time.monotonic() - begun)

    def insert(self, model: type[models.Model], columns: Mapping[str, str], source: str) -> None:
        """Insert what `source` (FROM …) yields; columns that are not named get the model's defaults."""
        begun = time.monotonic()
        if self.bare:
            self.free(model)
        given = dict(columns)
        for column in model._meta.concrete_fields:
            if column.name in given or (column.primary_key and column.name == "id" and "id" not in given):
                continue
            given[column.name] = literal(column.get_db_prep_save(column.get_default(), connection))
        named: dict[str, Any] = {column.name: column for column in model._meta.concrete_fields}
        names = ", ".join(f'"{named[name].column}"' for name in given)
        written = run(
            f'INSERT INTO "{model._meta.db_table}" ({names}) SELECT {", ".join(given.values())} {source}'
        )
        self._note(model._meta.db_table, written, time.monotonic() - begun)

    def _note(self, name: str, written: int, seconds: float) -> None:
        self.counts[name] = self.counts.get(name, 0) + written
        self.seconds[name] = self.seconds.get(name, 0.0) + seconds
        self.say(
            f"{name:<34} {written:>12,} rows {seconds:>8.1f} s {written / max(seconds, 1e-6):>12,.0f} rows/s"
        )

    def free(self, model: type[models.Model]) -> None:
        """Drop foreign keys, unique constraints and secondary indexes of a table; `restore` brings them back."""
        name = f'"{model._meta.db_table}"'
        for owner, constraint, definition, kind in rows(FREED, [name]):
            run(f'ALTER TABLE {owner} DROP CONSTRAINT "{constraint}"')
            back = f'ALTER TABLE {owner} ADD CONSTRAINT "{constraint}" {definition}'
            self.waiting.append(("2" if kind == "f" else "1") + back)
        for index, definition in rows(INDEXES, [name]):
            run(f"DROP INDEX {index}")
            self.waiting.append("1" + definition)

    def restore(self) -> None:
        """Bring back what was dropped, indexes before foreign keys; the database checks every row again."""
        begun = time.monotonic()
        for statement in sorted(self.waiting, key=lambda text: text[0]):
            run(statement[1:])
        self._note("(indexes, keys)", len(self.waiting), time.monotonic() - begun)
        self.waiting.clear()

    def count_on(self, model: type[models.Model]) -> None:
        """Let the next row saved by the site get a number after the generated ones."""
        sql = f"""SELECT setval(pg_get_serial_sequence('"{model._meta.db_table}"', 'id'),
                  (SELECT coalesce(max(id), 0) + 1 FROM "{model._meta.db_table}"), false)"""
        run(sql)


@contextmanager
def workshop() -> Iterator[None]:
    """Keep the generator's own tables and functions in a schema that is gone afterwards."""
    run("DROP SCHEMA IF EXISTS bench CASCADE")
    run("CREATE SCHEMA bench")
    run(FUNCTIONS)
    yield
    run("DROP SCHEMA bench CASCADE")
