"""`manage.py tally`: bring the tallies up to date, build them anew, or compare them with the records."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from reports import tallies


class Command(BaseCommand):
    """Brings tallies up to date now; `--check` exits 1 when they differ from the records."""

    help = "Bring the tallies up to date. --all builds them anew, --check compares them with the records."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take one of two switches."""
        group = parser.add_mutually_exclusive_group()
        group.add_argument("--all", action="store_true", help="build every tally anew from the records")
        group.add_argument(
            "--check", action="store_true", help="recount and name each difference; exit 1 if any"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Do what the switches say."""
        if options["check"]:
            self._check()
        elif options["all"]:
            self.stdout.write(f"Built {tallies.build_all()} cells from the records.")
        else:
            self.stdout.write(f"Took {tallies.drain()} marks; the tallies are up to date.")

    def _check(self) -> None:
        found, waiting = tallies.differences()
        if waiting:
            self.stdout.write(f"{waiting} marks wait; their days were left out.")
        for sentence in found:
            self.stdout.write(sentence)
        if found:
            self.stderr.write(
                f"{len(found)} cells differ from the records. `manage.py tally --all` repairs them."
            )
            sys.exit(1)
        self.stdout.write("The tallies equal the records.")
