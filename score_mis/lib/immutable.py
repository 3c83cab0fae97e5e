"""Tables whose rows can be added and never change or go away: the database refuses, whoever asks.

`Immutable` stands among the constraints of a model, so that it comes with the table wherever the table is made. Who may
alter the database itself could still take the triggers off; hashes and signatures show what was changed then.
"""

from typing import Any

from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.backends.ddl_references import Statement, Table

SENTENCE = "What was frozen is never changed."
FUNCTION = f"""
    CREATE OR REPLACE FUNCTION score_refuse_change() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION '{SENTENCE}' USING ERRCODE = 'restrict_violation'; END $$
"""
EVENTS = ("UPDATE", "DELETE")


class Immutable(models.BaseConstraint):
    """Refuses every UPDATE and DELETE of a table's rows; TRUNCATE, which needs rights of its own, it leaves alone."""

    def __init__(self, *, name: str) -> None:
        super().__init__(name=name)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Immutable) and self.name == other.name

    def __hash__(self) -> int:
        return hash((Immutable, self.name))

    def constraint_sql(self, model: Any, schema_editor: BaseDatabaseSchemaEditor | None) -> Any:
        """Nothing within the table's own statement: the triggers are made when the table is there."""
        if schema_editor is not None:
            schema_editor.deferred_sql.extend(self._statements(model, schema_editor))

    def create_sql(self, model: Any, schema_editor: BaseDatabaseSchemaEditor | None) -> Any:
        """Add the triggers to a table that exists."""
        self.constraint_sql(model, schema_editor)

    def remove_sql(self, model: Any, schema_editor: BaseDatabaseSchemaEditor | None) -> Any:
        """Take the triggers away."""
        if schema_editor is not None:
            on = f" ON {model._meta.db_table}" if schema_editor.connection.vendor == "postgresql" else ""
            for event in EVENTS:
                schema_editor.execute(f"DROP TRIGGER IF EXISTS {self.name}_{event.lower()}{on}")

    def validate(self, *args: Any, **kwargs: Any) -> None:
        """Adding is always allowed; what exists is refused by the database."""

    def _statements(self, model: Any, schema_editor: BaseDatabaseSchemaEditor) -> list[Statement]:
        if schema_editor.connection.vendor == "postgresql":
            then = "FOR EACH ROW EXECUTE FUNCTION score_refuse_change()"
            schema_editor.execute(FUNCTION)
        else:
            then = f"BEGIN SELECT RAISE(ABORT, '{SENTENCE}'); END"
        table = Table(model._meta.db_table, schema_editor.quote_name)
        return [
            Statement(
                f"CREATE TRIGGER {self.name}_{event.lower()} BEFORE {event} ON %(table)s {then}", table=table
            )
            for event in EVENTS
        ]
