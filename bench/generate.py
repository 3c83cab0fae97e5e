"""Fills a freshly migrated PostgreSQL database with the pilot's volume times a scale.

    DATABASE_URL=postgres://… python -m bench.generate SCALE

Everything is made by set-based SQL and repeatable: chance is a hash of the row's number. Enterprises differ in size as
a heavy tail, records go the ways of the pilot (`bench.stories`) over two years that end on the pilot's last day. The
totals are the pilot's times the scale: 1,258 suggestions submitted, 944 adopted, 917 implemented, 2,322 checks,
296 hazards, 288 rectified. Rows are written in the order of their days, as people would have typed them.

Left out: photos, the history of records without states, and the texts that a change row's `details` would repeat; so
the records are rather too small than too large when tallies are compared with them.
"""

import time
from collections.abc import Callable

from django.apps import apps

from bench.ground import Size, write_assignments, write_enterprises, write_ground
from bench.loading import Loader, run, workshop
from bench.records import plan_checks, plan_hazards, write_checks, write_hazards, write_suggestions
from bench.training import write_training


def generate(scale: int, *, bare: bool = True, say: Callable[[str], None] = print) -> dict[str, int]:
    """Fill the database, analyse it and return the number of rows of each table. The database must be empty."""
    loader = Loader(say, bare)
    size = Size(scale)
    begun = time.monotonic()
    run("SET work_mem = '256MB'")
    run("SET maintenance_work_mem = '512MB'")
    with workshop():
        programme = write_ground(loader, size)
        write_enterprises(loader, programme, size)
        write_training(loader, programme)
        write_suggestions(loader)
        plan_checks(loader)
        plan_hazards(loader)
        write_checks(loader)
        write_hazards(loader)
        loader.restore()
        for model in apps.get_models():
            if model._meta.managed and not model._meta.proxy and model._meta.pk.name == "id":
                loader.count_on(model)
        write_assignments()
    run("VACUUM ANALYZE")
    say(f"scale {scale}: {time.monotonic() - begun:.0f} s in all")
    return loader.counts
