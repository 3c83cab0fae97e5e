"""Files of sheets for tests."""

from score_mis.lib.filejobs import make
from sheets.models import SheetFile


def make_file(person, content: bytes = b"made", **given) -> SheetFile:
    """A finished file of a person."""
    values = {"language": "en", "format": "csv", "name": "Ledger", "sheet": "hazard-ledger", "wish": "w"}
    job = SheetFile.objects.create(asked_by=person, task="sheets.tasks.make", **values | given)
    make(SheetFile, job.pk, lambda _job, path, _beat: path.write_bytes(content))
    job.refresh_from_db()
    return job
