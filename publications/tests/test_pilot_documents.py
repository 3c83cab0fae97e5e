"""The report of the pilot: its six files hold every figure of the snapshot, the published ones among them."""

import time
from itertools import product

import pytest
from openpyxl import load_workbook

from publications.documents import Issued, write
from publications.freezing import freeze
from publications.numbers import expected
from publications.readback import read_back
from publications.snapshots import content, rows
from score_mis.lib import dates

SIX = list(product(("pdf", "docx", "xlsx"), ("en", "zh-hans")))


@pytest.fixture
def snapshot(pilot_report):
    return freeze(pilot_report, by=pilot_report.created_by, now=dates.now())


def test_six_files_hold_every_figure_and_the_records(snapshot, tmp_path):
    said = content(snapshot)
    issued = Issued(
        said, snapshot.sha256, snapshot.key.key_id, "", "http://testserver", lambda kind: rows(snapshot, kind)
    )
    began = time.process_time()
    for form, language in SIX:
        write(issued, form, language, tmp_path / f"{language}.{form}", lambda done, total, step: None)
    print(f"six files: {time.process_time() - began:.2f} s of processor")

    frozen = expected(said)
    for form, language in SIX:
        read = read_back(tmp_path / f"{language}.{form}")
        assert (read.format, read.code, read.values) == (form, snapshot.code, frozen)
    completion = next(
        one["code"]
        for one in said["figures"]
        if (one["indicator"], one["mode"], one["dim"]) == ("suggestion_completion_rate", "state", "")
    )
    assert [frozen[f"{completion}{letter}"] for letter in ("", "a", "b")] == ["97 %", "917", "944"]
    book = load_workbook(tmp_path / "en.xlsx", read_only=True)
    lines = {sheet.title: sum(1 for _row in sheet.iter_rows()) for sheet in book.worksheets}
    assert lines["Suggestions"] == 1258 + 2
    assert lines["Safety checks"] == 2322 + 2
    assert lines["Hazards"] == 296 + 2
    book.close()
