"""`manage.py signing_key`: make the installation's signing key, or put a new one in its place."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from publications import signing
from publications.models import SigningKey
from score_mis.lib import dates


class Command(BaseCommand):
    """Makes the key where there is none; prints which key signs now. May run at every start."""

    help = "Make the key that signs frozen reports, if there is none. --rotate makes a new one."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take one switch."""
        parser.add_argument(
            "--rotate",
            action="store_true",
            help="retire the key in use and make a new one; old reports stay valid",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Make what is needed, and say what there is."""
        if options["rotate"] or not SigningKey.objects.filter(is_in_use=True).exists():
            signing.make(dates.now())
        for key in SigningKey.objects.all():
            state = "in use" if key.is_in_use else f"retired {key.retired_at:%Y-%m-%d}"
            self.stdout.write(f"{key.key_id}  {key.public}  made {key.made_at:%Y-%m-%d}, {state}")
