"""Writes the pilot data set."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from reports.pilot import build
from reports.pilot.figures import PilotError
from reports.pilot.people import DEMO


class Command(BaseCommand):
    """Write the generated records of the Fangshan pilot into an empty database; doing it again changes nothing."""

    help = "Writes the generated records behind the published figures of the Fangshan pilot into an empty database."

    def handle(self, *args: Any, **options: Any) -> None:
        """Write, or say that it is there; exit code 2 where the database holds something else."""
        if build.is_there():
            self.stdout.write(_("The pilot data set is there already; nothing was changed."))
            return
        other = build.other_data()
        if other is not None:
            name, count = other
            raise CommandError(
                _(
                    "The database holds other data already (%(name)s: %(count)s). The pilot data set needs an "
                    "empty database; nothing was written."
                )
                % {"name": name, "count": count},
                returncode=2,
            )
        try:
            counted = build.build(settings.DEMO_PASSWORD)
        except PilotError as error:
            raise CommandError(
                _("The records do not add up, nothing was written: %(error)s") % {"error": error}
            ) from error
        for name, count in counted.items():
            self.stdout.write(f"{count:>7,}  {name}")
        self.stdout.write(_("Demo accounts: %(names)s.") % {"names": ", ".join(DEMO)})
        if not settings.DEMO_PASSWORD:
            self.stdout.write(
                _("SCORE_DEMO_PASSWORD is empty, so nobody can sign in with them until they get a password.")
            )
