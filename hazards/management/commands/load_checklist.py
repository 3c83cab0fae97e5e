"""Loads a checklist from a file and publishes it."""

import argparse
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from enterprises.models import Programme
from hazards import checklist_file
from hazards.models import ChecklistVersion
from hazards.services import load_checklist
from score_mis.lib import dates


def day(text: str) -> date:
    """Read a day as 2017-04-01."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(
            _("“%(text)s” is not a day as 2017-04-01.") % {"text": text}
        ) from error


class Command(BaseCommand):
    """Load one version of a checklist; doing it again changes nothing."""

    help = "Loads a checklist file (JSON) into the programme and publishes it as the version it names."

    def add_arguments(self, parser: CommandParser) -> None:
        """The file, and from when on the version is in force."""
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument(
            "--publish-on",
            type=day,
            metavar="DAY",
            help="in force from this day; by default the launch of the programme, or today for a later version",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, check and save; every problem goes to stderr, with exit code 2."""
        programme = Programme.objects.current()
        if programme is None:
            raise CommandError(
                _("There is no programme yet; create it first, then load the checklist."), returncode=2
            )
        try:
            source = checklist_file.read(options["file"])
            version, is_new = load_checklist(
                programme=programme,
                source=source,
                publish_on=options["publish_on"] or default_day(programme, source.code),
            )
        except checklist_file.ChecklistRefused as refusal:
            raise CommandError("\n".join(refusal.problems), returncode=2) from refusal
        said = {"version": version, "count": source.item_count}
        if is_new:
            self.stdout.write(_("Loaded: %(version)s with %(count)s items.") % said)
        else:
            self.stdout.write(_("Already loaded: %(version)s with %(count)s items.") % said)


def default_day(programme: Programme, code: str) -> date:
    """The launch day for the first version of a checklist, today for a later one."""
    versions = ChecklistVersion.objects.filter(checklist__programme=programme, checklist__code=code)
    return dates.today(programme.time_zone) if versions.exists() else programme.launched_on
