"""`manage.py tally`: bring the tallies up to date, build them anew, or compare them with the records."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from reports import tallies
from reports.differences import worded
from reports.progress import Progress, Stopped, stoppable


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
            self._build()
        else:
            self.stdout.write(f"Took {tallies.drain()} marks; the tallies are up to date.")

    def _build(self) -> None:
        stopped = tallies.unfinished()
        if stopped and not tallies.is_building():
            self.stdout.write(f"A full build was stopped after {len(stopped.done)} steps; it goes on.")
        progress = Progress(self.stdout, last="taking it into use")
        try:
            with stoppable():
                cells = tallies.build_all(progress)
        except tallies.Busy as error:
            raise CommandError("A full build is running already; wait for its end.") from error
        except Stopped as error:
            progress.end()
            sentence = "Stopped; nothing that is shown has changed. The same command goes on where it stood."
            raise CommandError(sentence, returncode=130) from error
        progress.end()
        self.stdout.write(f"Built the tallies from the records; they have {cells} day cells.")

    def _check(self) -> None:
        try:
            found, waiting = tallies.differences()
        except tallies.Recounting as error:
            raise CommandError("A recount is running already; wait for its end.") from error
        if waiting:
            self.stdout.write(f"{waiting} marks wait; their days were left out.")
        for line in worded(found):
            self.stdout.write(line)
        if found:
            self.stderr.write(
                f"{len(found)} cells differ from the records. `manage.py tally --all` repairs them."
            )
            sys.exit(1)
        self.stdout.write("The tallies equal the records.")
