"""The tests build their tables from the models (seconds); here the migrations prove that they build the same."""

import json
import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection

from score_mis.lib.immutable import EVENTS, Immutable
from score_mis.tests.settings import VAR

ROOT = Path(__file__).resolve().parent.parent.parent
DESCRIBE = """
import django, json
django.setup()
from django.apps import apps
from django.db import connection
ON = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s",
    "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgrelid = %s::regclass",
}
def triggers(cursor, table):
    cursor.execute(ON[connection.vendor], [table])
    return [name for name, in cursor.fetchall()]
with connection.cursor() as cursor:
    look = connection.introspection
    print(json.dumps({
        model._meta.db_table: [
            [column.name for column in look.get_table_description(cursor, model._meta.db_table)],
            [*look.get_constraints(cursor, model._meta.db_table), *triggers(cursor, model._meta.db_table)],
        ]
        for model in apps.get_models() if model._meta.managed
    }))
"""


@pytest.fixture
def empty_database():
    """The address of a new, empty database on the engine of this run."""
    name = f"migrated_{os.getpid()}"
    if connection.vendor == "sqlite":
        yield f"sqlite:///{VAR / name}"
        (VAR / name).unlink(missing_ok=True)
        return
    server = os.environ["DATABASE_URL"]
    with closing(psycopg2.connect(server)) as maintenance:
        maintenance.autocommit = True  # databases are made outside transactions
        maintenance.cursor().execute(f"CREATE DATABASE {name}")
        yield f"{server.rpartition('/')[0]}/{name}"
        maintenance.cursor().execute(f"DROP DATABASE {name}")


def run(*words, url):
    """Run Python on another database; return what it prints."""
    return subprocess.run(
        [sys.executable, *words],
        cwd=ROOT,
        env=os.environ | {"DATABASE_URL": url},
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    ).stdout


def test_no_migration_is_missing(db):
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_the_migrations_build_what_the_models_say(empty_database):
    run("manage.py", "migrate", "--verbosity=0", url=empty_database)
    built = json.loads(run("-c", DESCRIBE, url=empty_database))
    for model in filter(lambda model: model._meta.managed, apps.get_models()):
        columns, names = built[model._meta.db_table]
        assert set(columns) == {field.column for field in model._meta.local_concrete_fields}, model
        rules = set()
        for rule in [*model._meta.constraints, *model._meta.indexes]:
            is_immutable = isinstance(rule, Immutable)
            rules |= {f"{rule.name}_{event.lower()}" for event in EVENTS} if is_immutable else {rule.name}
        assert rules <= set(names), model
