"""Members of JSON objects as rows, the same on SQLite and PostgreSQL."""

from django.db import connection
from django.db.models import QuerySet

MEMBERS = {
    "postgresql": "SELECT source.*, jsonb_object_keys(source.{column}) AS key FROM ({rows}) source",
    "sqlite": "SELECT source.*, member.key FROM ({rows}) source, json_each(source.{column}) member",
}


def with_keys(rows: QuerySet, column: str) -> tuple[str, list]:
    """SQL and parameters of a query's rows, each once for every member of a JSON object, whose name is in `key`.

    `rows` must be a query of `values()` or `values_list()`; its columns keep the names they have there.
    """
    sql, parameters = rows.query.sql_with_params()
    return MEMBERS[connection.vendor].format(rows=sql, column=column), list(parameters)
