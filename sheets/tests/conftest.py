"""Making a sheet in a test, and reading it back."""

import shutil
import subprocess

import openpyxl
import pytest

from score_mis.lib import csvfiles
from sheets.making import write
from sheets.models import SheetFile

READERS = pytest.mark.skipif(
    not shutil.which("pdftotext"), reason="POPPLER IS NOT INSTALLED: what stands on the papers is not read"
)


@pytest.fixture
def made(world, tmp_path, django_capture_on_commit_callbacks):
    """Make a sheet; its rows as CSV has them, the cells of the workbook, or the words of the PDF."""

    def one(sheet, kind="csv", *, by=None, language="en", **asked):
        job = SheetFile(
            asked_by=by or world.staff, language=language, format=kind, name="x", sheet=sheet, asked=asked
        )
        path = tmp_path / f"sheet.{kind}"
        write(job, path, lambda *_args: None)
        if kind == "csv":
            return list(csvfiles.read(path))
        if kind == "xlsx":
            return openpyxl.load_workbook(path)
        command = ["pdftotext", "-layout", str(path), "-"]
        return subprocess.run(command, capture_output=True, check=True).stdout.decode()

    return one
