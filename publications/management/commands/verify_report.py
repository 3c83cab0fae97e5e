"""`manage.py verify_report`: whether files are reports that were issued; as the public page does."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from publications.verification import MOST_NAMED, verify


class Command(BaseCommand):
    """Says of each file what it is. Exit code 0: all were issued; 1: one was not; 2: a file cannot be read."""

    help = "Say whether files (PDF, DOCX, XLSX, JSON) are the ones that were issued."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take files."""
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        """Look at each."""
        refused = 0
        for path in options["files"]:
            try:
                verdict = verify(path)
            except OSError as error:
                raise CommandError(f"{path}: {error.strerror}.", returncode=2) from error
            refused += not verdict.is_issued
            self.stdout.write(
                f"{path}: {'issued' if verdict.is_issued else 'REFUSED'}. {' '.join(verdict.told)}"
            )
            for one in verdict.changed[:MOST_NAMED]:
                self.stdout.write(
                    f"  {one.code} {one.name}: the file says {one.found}, frozen was {one.frozen}"
                )
        if refused:
            raise CommandError(
                f"{refused} of {len(options['files'])} files were not issued like this.", returncode=1
            )
