"""Files of sheets as the rows of a table."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from score_mis.lib.filejobs import State
from score_mis.lib.tables import NOTHING, Column, link, over, table, tags
from sheets.models import SheetFile

TONES: dict[str, str] = {
    State.WAITING: "idle",
    State.MAKING: "warn",
    State.READY: "ok",
    State.FAILED: "bad",
}


def file_table(files: Iterable[SheetFile]) -> SafeString:
    """A table of files, each a link to its page."""
    names = (_("File"), _("Asked for"), _("Format"), _("Size"), _("State"))
    return table([Column(name) for name in names], _files(files))


def _files(files: Iterable[SheetFile]) -> Iterator[list[Any]]:
    state = tags(dict(State.choices).get, TONES.__getitem__)
    for job in files:
        yield [
            link(job.get_absolute_url(), job.name),
            date_format(timezone.localtime(job.asked_at), "SHORT_DATETIME_FORMAT"),
            job.format.upper(),
            filesizeformat(job.size) if job.is_ready else NOTHING,
            over(state(job.state), job.sentence),
        ]
