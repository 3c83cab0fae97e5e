"""`manage.py remind`: send the day's reminders now, or show what would be sent."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from enterprises.models import Programme
from reminders import rounds
from score_mis.lib import dates


class Command(BaseCommand):
    """Sends what the job would send, whatever the time of day; nobody gets a second digest of the same day."""

    help = "Send the day's reminders by mail. --dry-run shows them and sends nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take one switch."""
        parser.add_argument("--dry-run", action="store_true", help="print what would be sent; write nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do what the switch says."""
        programme = Programme.objects.current()
        today = dates.today(programme.time_zone if programme else None)
        if options["dry_run"]:
            self._show(today)
            return
        counts = rounds.remind(today)
        self.stdout.write(f"{counts.sent} sent, {counts.failed} failed, {counts.lapsed} no longer needed.")
        if counts.is_stopped:
            raise CommandError(
                "Stopped: the mail server failed several times in a row. The rest follows later."
            )
        if not counts.is_whole:
            raise CommandError(
                "Another process sends the reminders of today, or ended less than 15 minutes ago."
            )

    def _show(self, today: date) -> None:
        letters = 0
        for letter in rounds.preview(today):
            letters += 1
            self.stdout.write(f"{letter.mail.to[0]}  {letter.kind}  {letter.about}")
        self.stdout.write(f"{letters} would be sent. Nothing was.")
